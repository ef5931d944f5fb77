//! Patterns for names with `/`.

use super::matcher::{Matcher, beginning, parsed};
use crate::model::Name;
use bstr::{BStr, ByteSlice};
use std::str::Chars;
use std::sync::Arc;

/// A pattern for a name: `*` and `?` do not match `/`, `**` does, `{a,b}` matches either, `[ab]` one of the characters, and `\`
/// makes the next character literal.
#[derive(Debug, Clone)]
pub struct Glob {
    pattern: Arc<str>,
    matcher: Matcher,
}

/// A pattern that is not valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct GlobError(pub(super) String);

impl Glob {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// If a bracket or brace is not closed, `**` is not an element of its own, or the pattern is too long or nested too deeply.
    pub fn new(pattern: &str) -> Result<Glob, GlobError> {
        bounded(pattern)?;
        let matcher = Matcher::new(pattern).map_err(|error| GlobError(error.kind().to_string()))?;
        Ok(Glob { pattern: pattern.into(), matcher })
    }

    /// The pattern as written.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// The regular expression of the pattern, in the syntax of `regex`: `(?-u)^…$`.
    pub(super) fn regex(&self) -> String {
        parsed(&self.pattern).expect("it was valid").regex().to_string()
    }

    /// Whether the name of a benchmark matches, with or without the `-N` suffix that Go adds.
    pub fn matches_name(&self, name: Name<'_>) -> bool {
        self.matches(name.full()) || self.matches(name.without_procs())
    }

    /// The pattern that matches only this text.
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

    /// The only text that matches, if the pattern has no wildcard.
    pub fn as_literal(&self) -> Option<String> {
        match &self.matcher {
            Matcher::Literal(text) => Some(text.to_string()),
            Matcher::Automaton(_) | Matcher::Expression(_) => None,
        }
    }

    /// Whether the pattern has no wildcard.
    pub fn is_literal(&self) -> bool {
        matches!(self.matcher, Matcher::Literal(_))
    }

    /// The text with which every match begins: what is before the first wildcard.
    pub(super) fn beginning(&self) -> String {
        beginning(&self.pattern).0
    }

    /// The most steps that matching takes, for each byte of a name.
    pub(super) fn steps(&self) -> u64 {
        self.matcher.steps(self.pattern.len())
    }

    /// Examples of matching names, at least one: one per alternative, with wildcards as they are, and the first character of
    /// sets.
    pub fn examples(&self) -> Vec<String> {
        let mut examples = examples(&mut self.pattern().chars(), false);
        examples.retain(|it| self.matches(it.as_str().into()));
        if examples.is_empty() { vec![self.pattern().to_string()] } else { examples }
    }

    /// Whether the whole name matches. O(length).
    pub fn matches(&self, name: &BStr) -> bool {
        self.matcher.matches(&name.to_str_lossy())
    }

    /// The same for text.
    pub(super) fn matches_text(&self, name: &str) -> bool {
        self.matcher.matches(name)
    }
}

/// The longest pattern. Names are shorter, and a longer pattern may not compile.
const MOST_BYTES: usize = 4096;

/// The deepest nesting of alternatives.
const MOST_DEPTH: usize = 16;

/// Checks the limits, because the compiler of patterns has none.
fn bounded(pattern: &str) -> Result<(), GlobError> {
    if pattern.len() > MOST_BYTES {
        return Err(GlobError(format!("it has {} bytes (limit {MOST_BYTES})", pattern.len())));
    }
    let mut depth = 0_usize;
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => drop(characters.next()), // a literal character
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MOST_DEPTH {
            return Err(GlobError(format!("braces are nested too deeply (limit {MOST_DEPTH})")));
        }
    }
    Ok(())
}

/// The most examples of a pattern.
const MOST_EXAMPLES: usize = 256;

/// The examples of the rest of a pattern or, `within` braces, of the rest of the braces.
fn examples(pattern: &mut Chars<'_>, within: bool) -> Vec<String> {
    let (mut done, mut open) = (Vec::new(), vec![String::new()]);
    while let Some(c) = pattern.next() {
        let ends = match c {
            '}' if within => break,
            ',' if within => {
                done.append(&mut open);
                vec![String::new()]
            }
            '{' => joined(&open, &examples(pattern, true)),
            '[' => joined(&open, &[first_of_set(pattern)]),
            '\\' => joined(&open, &[pattern.next().map(String::from).unwrap_or_default()]),
            c => joined(&open, &[String::from(c)]),
        };
        open = ends;
    }
    done.append(&mut open);
    done
}

fn joined(starts: &[String], ends: &[String]) -> Vec<String> {
    let of = |start: &String| ends.iter().map(|end| format!("{start}{end}")).collect::<Vec<_>>();
    starts.iter().flat_map(of).take(MOST_EXAMPLES).collect()
}

/// A character of a set: the first one, or for a negated set one that it is unlikely to exclude.
fn first_of_set(pattern: &mut Chars<'_>) -> String {
    let mut first = pattern.next();
    let is_negated = matches!(first, Some('!' | '^'));
    if is_negated {
        first = pattern.next();
    }
    pattern.by_ref().find(|&c| c == ']');
    if is_negated { "\u{7f}".to_string() } else { first.map(String::from).unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_within_the_limits_compiles() {
        for (piece, most) in
            [("?", 4096), ("[!a]", 1024), ("**/", 1365), ("{?,*}", 819), ("[!\u{100}-\u{10000}]", 400)]
        {
            let pattern = piece.repeat(most);
            assert!(Glob::new(&pattern).is_ok() || pattern.len() > MOST_BYTES, "{piece}");
        }
        let deep = |depth: usize| format!("{}a{}", "{a,".repeat(depth), "}".repeat(depth));
        assert!(Glob::new(&deep(MOST_DEPTH)).is_ok());
        assert!(Glob::new(&Glob::literal(&"{".repeat(MOST_DEPTH + 1))).is_ok());
        for pattern in
            [deep(MOST_DEPTH + 1), deep(300_000), "{a,b}".repeat(200_000), "a".repeat(MOST_BYTES + 1)]
        {
            let error = Glob::new(&pattern).expect_err("too much").to_string();
            assert!(error.contains("nested") || error.contains("bytes"), "{error}");
        }
    }

    #[test]
    fn a_star_does_not_match_a_slash() {
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
    fn a_literal_pattern_matches_only_its_text() {
        for text in ["Parse/a,b", "A[1]/*?{x}\\-8", "plain", "!not", ""] {
            let glob = Glob::new(&Glob::literal(text)).expect(text);
            assert!(glob.matches(text.into()), "{text}");
            assert_eq!(glob.as_literal().as_deref(), Some(text));
        }
        assert_eq!(Glob::new("Parse/*").expect("a pattern").as_literal(), None);
    }

    #[test]
    fn examples_match() {
        for (pattern, want) in [
            ("Parse/*", &["Parse/*"][..]),
            ("{Get,Set{A,B}}/**", &["Get/**", "SetA/**", "SetB/**"]),
            ("A/[x-z]?", &["A/x?"]),
            ("A/[!x]", &["A/\u{7f}"]),
            (r"A/\[x\]/*", &["A/[x]/*"]),
            ("A,b", &["A,b"]),
            ("", &[""]),
        ] {
            let glob = Glob::new(pattern).expect(pattern);
            assert_eq!(glob.examples(), want, "{pattern}");
            assert!(glob.examples().iter().all(|it| glob.matches(it.as_str().into())), "{pattern}");
        }
        let many = Glob::new(&"{a,b}".repeat(20)).expect("a pattern");
        assert!(many.examples().len() <= MOST_EXAMPLES);
    }

    #[test]
    fn an_unclosed_bracket_is_an_error() {
        for pattern in ["[a", "{a,b"] {
            assert!(Glob::new(pattern).is_err(), "{pattern}");
        }
    }
}
