//! Regular expressions in Go's syntax.

use regex::bytes::{Regex, RegexBuilder};

/// A regular expression in Go's syntax (RE2). It matches anywhere in a text.
#[derive(Debug, Clone)]
pub struct Regexp {
    source: String,
    compiled: Regex,
}

impl PartialEq for Regexp {
    fn eq(&self, other: &Regexp) -> bool {
        self.source == other.source
    }
}

/// The most bytes of a compiled expression, because the time to compile it grows with them.
const MOST_BYTES: usize = 2 << 20;

impl Regexp {
    /// Compiles an expression. The error has one line.
    pub fn new(source: &str) -> Result<Regexp, String> {
        let message = |error: regex::Error| {
            let text = error.to_string();
            text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_string()
        };
        let compiled = translated(source)
            .and_then(|it| RegexBuilder::new(&it).size_limit(MOST_BYTES).build().map_err(message));
        match compiled {
            Ok(compiled) => Ok(Regexp { source: source.to_string(), compiled }),
            Err(why) => Err(format!("error parsing regexp: {why}")),
        }
    }

    /// The expression without the slashes.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether a part of the text matches.
    pub fn is_found_in(&self, text: &[u8]) -> bool {
        self.compiled.is_match(text)
    }
}

/// Translates an expression to the syntax of the `regex` crate. There, `\d`, `\s`, `\w` and `\b` are for Unicode, a class can have
/// nested classes and set operators, and a brace must be a repetition.
fn translated(source: &str) -> Result<String, String> {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    let mut class = false;
    while let Some(c) = rest.chars().next() {
        let tail = &rest[c.len_utf8()..];
        rest = tail;
        match (c, class) {
            ('\\', _) => rest = escape(tail, class, &mut out),
            ('[', true) if !tail.starts_with(':') || !tail.contains(":]") => out.push_str("\\["),
            ('[', true) => {
                let name = tail.split_inclusive(":]").next().unwrap_or_default();
                let class = name.strip_prefix(':').and_then(|name| name.strip_suffix(":]"));
                if !class.is_some_and(|class| NAMED.contains(&class.strip_prefix('^').unwrap_or(class))) {
                    return Err(format!("invalid character class range: `[{name}`"));
                }
                out.push('[');
                out.push_str(name);
                rest = &tail[name.len()..];
            }
            ('[', false) => {
                class = true;
                out.push('[');
                let negated = tail.strip_prefix('^');
                out.push_str(if negated.is_some() { "^" } else { "" });
                rest = negated.unwrap_or(tail);
                // A bracket at the beginning of a class is literal.
                if let Some(after) = rest.strip_prefix(']') {
                    out.push_str("\\]");
                    rest = after;
                }
            }
            (']', true) => {
                class = false;
                out.push(']');
            }
            ('&' | '~', true) => out.extend(['\\', c]),
            ('-', true) if tail.starts_with('-') => out.push_str("\\-"),
            ('{', false) if !is_repetition(tail) => out.push_str("\\{"),
            (c, _) => out.push(c),
        }
    }
    Ok(out)
}

/// The named classes: `[[:alpha:]]`.
const NAMED: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
    "upper", "word", "xdigit",
];

/// Translates an escape after its backslash. Returns the rest.
fn escape<'s>(rest: &'s str, class: bool, out: &mut String) -> &'s str {
    let Some(c) = rest.chars().next() else {
        out.push('\\');
        return rest;
    };
    let tail = &rest[c.len_utf8()..];
    let members = match c.to_ascii_lowercase() {
        'd' => "0-9",
        's' => "\\t\\n\\f\\r ",
        'w' => "0-9A-Za-z_",
        _ => "",
    };
    match (c, class) {
        ('d' | 's' | 'w', true) => out.push_str(members),
        ('d' | 's' | 'w', false) => out.push_str(&format!("[{members}]")),
        ('D' | 'S' | 'W', _) => out.push_str(&format!("[^{members}]")),
        ('b' | 'B', false) => out.push_str(&format!("(?-u:\\{c})")),
        ('Q', false) => {
            let (literal, after) = tail.split_once("\\E").unwrap_or((tail, ""));
            out.push_str(&regex::escape(literal));
            return after;
        }
        ('<' | '>', _) => out.push(c),
        (c, _) => out.extend(['\\', c]),
    }
    tail
}

/// Whether `{` is followed by `n}`, `n,}` or `n,m}`.
fn is_repetition(tail: &str) -> bool {
    let Some((inside, _)) = tail.split_once('}') else { return false };
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match inside.split_once(',') {
        Some((low, high)) => number(low) && (high.is_empty() || number(high)),
        None => number(inside),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_match_as_in_go() {
        for (source, text, want) in [
            ("a.c", "xabcx", true),
            ("^b", "abc", false),
            (r"^\d+$", "12", true),
            (r"^\d+$", "٣", false),
            (r"\w", "é", false),
            (r"^[\d]$", "7", true),
            (r"^[^\w]$", "é", true),
            (r"^[\W]$", "é", true),
            ("^[[a]$", "[", true),
            ("^[]a]$", "]", true),
            ("^[a&&b]+$", "&ab", true),
            ("^[[:digit:]x]+$", "4x", true),
            ("^[[:^digit:]]$", "x", true),
            ("^[[:x]+$", "[:x", true),
            ("a{", "a{", true),
            ("^a{2}$", "aa", true),
            ("a{,2}", "a{,2}", true),
            (r"^\Qa.b\E$", "a.b", true),
            (r"^\Qa.b\E$", "axb", false),
            (r"\bfoo\b", "a foo b", true),
            ("(?i)FOO", "foo", true),
            (r"\pL", "é", true),
            ("", "", true),
        ] {
            let regexp = Regexp::new(source).unwrap_or_else(|error| panic!("{source}: {error}"));
            assert_eq!(regexp.is_found_in(text.as_bytes()), want, "{source} on {text}");
        }
    }

    #[test]
    fn an_error_has_one_line() {
        for source in ["(", "[a", "a**b(", r"\8", "[[:alpa:]]", "[ [::alpha:]]"] {
            let error = Regexp::new(source).expect_err(source);
            assert!(error.starts_with("error parsing regexp: ") && !error.contains('\n'), "{error}");
        }
    }
}
