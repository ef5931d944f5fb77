//! Patterns for the full names of Go functions.

use super::glob::{Glob, GlobError};
use std::fmt;

/// A pattern for names such as `example.com/hot/wire.(*Writer).Append`: `*` and `?` do not match `/`, `**` does, `{a,b}` matches
/// either, and `\\` makes the next character literal. A `*` behind `(` is that of a pointer and no wildcard. Names have no type
/// arguments, and `[...]`, which profiles print in their place, is left out.
#[derive(Debug, Clone)]
pub struct FunctionGlob {
    written: String,
    glob: Glob,
}

impl FunctionGlob {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// If it has type arguments, or is no [`Glob`].
    pub fn new(pattern: &str) -> Result<FunctionGlob, GlobError> {
        let mut translated = String::with_capacity(pattern.len() + 8);
        let mut rest = pattern;
        while let Some(c) = rest.chars().next() {
            let (taken, text) = match c {
                '\\' => {
                    let length = 1 + rest.chars().nth(1).map_or(0, char::len_utf8);
                    (length, &rest[..length])
                }
                '(' if rest.starts_with("(*") => (2, "(\\*"),
                '[' if rest.starts_with("[...]") => (5, ""),
                '[' => {
                    let why =
                        "names have no type arguments; write `Map` for all of `Map[int]`, `Map[string]`";
                    return Err(GlobError(why.to_string()));
                }
                c => (c.len_utf8(), &rest[..c.len_utf8()]),
            };
            translated.push_str(text);
            rest = &rest[taken..];
        }
        Ok(FunctionGlob { written: pattern.to_string(), glob: Glob::new(&translated)? })
    }

    /// The pattern as written.
    pub fn pattern(&self) -> &str {
        &self.written
    }

    /// The pattern with the meaning of a [`Glob`].
    pub fn glob(&self) -> &Glob {
        &self.glob
    }

    /// Whether the whole name matches. O(length).
    pub fn matches(&self, name: &str) -> bool {
        self.glob.matches(name.into())
    }

    /// The pattern that matches only this name.
    pub fn literal(name: &str) -> String {
        Glob::literal(name).replace("(\\*", "(*")
    }
}

/// As written.
impl fmt::Display for FunctionGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_star_behind_a_bracket_is_that_of_a_pointer() {
        for (pattern, name, want) in [
            ("m/wire.(*Writer).Append", "m/wire.(*Writer).Append", true),
            ("m/wire.(*Writer).Append", "m/wire.(*BufWriter).Append", false),
            ("m/wire.(**).Append", "m/wire.(*BufWriter).Append", true),
            ("m/wire.(*Writer).*", "m/wire.(*Writer).Append", true),
            ("m/wire.*", "m/wire.(*Writer).Append", true),
            ("m/wire.*", "m/wire/inner.Append", false),
            ("m/*.Append", "m/wire.Append", true),
            ("m/**", "m/wire/inner.(*T).Append", true),
            ("**/inner.Append", "m/wire/inner.Append", true),
            ("m/wire.Map[...]", "m/wire.Map", true),
            ("m/wire.(*List[...]).Push", "m/wire.(*List).Push", true),
            ("m/wire.{Map,Sum}", "m/wire.Sum", true),
            ("m/wire.Ma?", "m/wire.Map", true),
        ] {
            let glob = FunctionGlob::new(pattern).expect("a pattern");
            assert_eq!(glob.matches(name), want, "{pattern} {name}");
            assert_eq!(glob.to_string(), pattern);
        }
        let error = FunctionGlob::new("m/wire.Map[int]").expect_err("type arguments").to_string();
        assert!(error.starts_with("names have no type arguments"), "{error}");
        assert!(FunctionGlob::new("m/wire.{Map").is_err());
    }

    proptest! {
        #[test]
        fn the_literal_of_a_name_matches_it(name in "[a-z.]{1,9}/[a-z!~+]{1,9}\\.(\\(\\*[A-Z][a-z]{0,4}\\)\\.)?[A-Za-z_é]{1,9}") {
            let glob = FunctionGlob::new(&FunctionGlob::literal(&name)).expect("a pattern");
            let longer = format!("{name}x");
            prop_assert!(glob.matches(&name) && !glob.matches(&longer));
        }

        #[test]
        fn any_pattern_is_read_or_refused(pattern in ".{0,20}", name in ".{0,20}") {
            if let Ok(glob) = FunctionGlob::new(&pattern) {
                let _ = glob.matches(&name);
            }
        }
    }
}
