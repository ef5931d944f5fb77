//! How Go functions are named.

/// A function with the last part of its import path: `wire.(*Writer).Append`.
pub fn short_function(function: &str) -> &str {
    // A type parameter may contain paths as well.
    let end = function.find('[').unwrap_or(function.len());
    function[..end].rfind('/').map_or(function, |at| &function[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_named_by_its_package() {
        for (function, want) in [
            ("example.com/hot/wire.(*Writer).Append", "wire.(*Writer).Append"),
            ("main.main", "main.main"),
            ("example.com/set.Of[example.com/k.Key]", "set.Of[example.com/k.Key]"),
        ] {
            assert_eq!(short_function(function), want);
        }
    }
}
