//! How Go writes the values of results.

/// A value with its unit as in a result of `go test -bench`: four significant digits, with the decimal points of a column aligned.
pub fn go_value(value: f64, unit: &str) -> String {
    let decimals = match value.abs() {
        0.0 | 999.95.. => return format!("{value:10.0} {unit}"),
        99.995.. => 1,
        9.9995.. => 2,
        0.99995.. => 3,
        0.099995.. => 4,
        0.0099995.. => 5,
        0.00099995.. => 6,
        _ => 7,
    };
    format!("{value:width$.decimals$} {unit}", width = 11 + decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_go_does() {
        for (value, want) in [
            (0.0, "         0 x"),
            (123_456.7, "    123457 x"),
            (999.96, "      1000 x"),
            (123.45, "       123.5 x"),
            (12.345, "        12.35 x"),
            (1.0, "         1.000 x"),
            (0.25, "         0.2500 x"),
            (0.001, "         0.001000 x"),
            (1e-9, "         0.0000000 x"),
        ] {
            assert_eq!(go_value(value, "x").trim_start(), want.trim_start(), "{value}");
            assert_eq!(go_value(value, "x").len(), want.len(), "{value}");
        }
    }
}
