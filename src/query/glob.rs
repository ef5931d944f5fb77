//! Globs over `/`-separated names.

use crate::model::Name;
use bstr::{BStr, ByteSlice};
use globset::{GlobBuilder, GlobMatcher};

/// A pattern over the `/`-separated elements of a name: `*` and `?` stay within an element, `**` goes across, `{a,b}`
/// is either, `[ab]` one of, and `\` takes the next character as it is.
#[derive(Debug, Clone)]
pub struct Glob(GlobMatcher);

/// A pattern that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct GlobError(String);

impl Glob {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// If a bracket or brace is not closed, or `**` is not an element of its own.
    pub fn new(pattern: &str) -> Result<Glob, GlobError> {
        let glob = GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build();
        glob.map(|glob| Glob(glob.compile_matcher())).map_err(|error| GlobError(error.kind().to_string()))
    }

    /// The pattern as written.
    pub fn pattern(&self) -> &str {
        self.0.glob().glob()
    }

    /// Whether a benchmark's name matches. The `-N` suffix that Go adds need not be written.
    pub fn matches_name(&self, name: Name<'_>) -> bool {
        self.matches(name.full()) || self.matches(name.without_procs())
    }

    /// The pattern that matches this text and nothing else.
    pub fn literal(text: &str) -> String {
        let mut pattern = String::with_capacity(text.len());
        for c in text.chars() {
            if matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '\\' | ',' | '!') {
                pattern.push('\\');
            }
            pattern.push(c);
        }
        pattern
    }

    /// The one text that the pattern matches, if it holds no wildcard.
    pub fn as_literal(&self) -> Option<String> {
        let mut text = String::new();
        let mut characters = self.pattern().chars();
        while let Some(c) = characters.next() {
            match c {
                '*' | '?' | '[' | '{' => return None,
                '\\' => text.extend(characters.next()),
                c => text.push(c),
            }
        }
        Some(text)
    }

    /// Whether the whole name matches. O(length).
    pub fn matches(&self, name: &BStr) -> bool {
        self.0.is_match(&*name.to_str_lossy())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stays_within_its_element() {
        for (pattern, name, want) in [
            ("Parse/*", "Parse/size=64", true),
            ("Parse/*", "Parse", false),
            ("Parse/*", "Parse/a/b", false),
            ("Parse/**", "Parse/a/b", true),
            ("**", "Parse/a/b", true),
            ("*", "Parse", true),
            ("Parse", "ParseFast", false),
            ("Parse*", "ParseFast", true),
            ("{Get,Set}/?", "Set/1", true),
            ("A/\\[x\\]", "A/[x]", true),
        ] {
            let glob = Glob::new(pattern).expect(pattern);
            assert_eq!(glob.matches(name.into()), want, "{pattern} on {name}");
        }
    }

    #[test]
    fn a_literal_pattern_matches_its_text_and_nothing_else() {
        for text in ["Parse/a,b", "A[1]/*?{x}\\-8", "plain", "!not", ""] {
            let glob = Glob::new(&Glob::literal(text)).expect(text);
            assert!(glob.matches(text.into()), "{text}");
            assert_eq!(glob.as_literal().as_deref(), Some(text));
        }
        assert_eq!(Glob::new("Parse/*").expect("a pattern").as_literal(), None);
    }

    #[test]
    fn what_is_not_closed_is_refused() {
        for pattern in ["[a", "{a,b"] {
            assert!(Glob::new(pattern).is_err(), "{pattern}");
        }
    }
}
