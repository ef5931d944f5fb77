//! Reads budgets that are written as `allocgate budget init` writes them, at a small part of the time of a TOML parser. A policy can
//! have ten thousand of them.
//!
//! ```toml
//! [[budget]]
//! bench = "Parse/size=64"
//! pkg = "example.com/wire"
//! max = { "B/op" = 64, "allocs/op" = 2 }
//! ```
//!
//! Whatever looks different is left to the parser. A property test checks that both read the same.

use super::file::{BudgetFile, PolicyFile};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

/// The first line of a budget.
const HEADER: &str = "[[budget]]";

/// What must follow a budget, if it is not another one: after `[budget.max]`, the lines would belong to it.
const NEXT: [&str; 6] = [HEADER, "[gate]", "[evidence]", "[unit.", "[[waiver]]", "[[decision]]"];

/// Reads the text of a policy. O(length).
///
/// # Errors
/// If it is not TOML, or has unknown keys or values of another type. With the place.
pub(super) fn read(text: &str) -> Result<PolicyFile, toml::de::Error> {
    let Some(Parts { rest, budgets }) = take(text) else { return toml::from_str(text) };
    // The place of an error is that in the whole text.
    let mut file: PolicyFile = toml::from_str(&rest).or_else(|_| toml::from_str(text))?;
    let others = std::mem::take(&mut file.budget).into_iter().map(|it| (it.bench.span().start, it));
    let mut all: Vec<(usize, BudgetFile)> = budgets.into_iter().chain(others).collect();
    all.sort_by_key(|it| it.0);
    file.budget = all.into_iter().map(|it| it.1).collect();
    Ok(file)
}

/// A policy, taken apart.
struct Parts {
    /// The text with blanks in place of the budgets that are read here, so that all positions are the same.
    rest: String,
    /// These budgets with the offset of their first line, in their order.
    budgets: Vec<(usize, BudgetFile)>,
}

/// Takes the plain budgets out of a text; `None` if there are none. The first budget stays, so that the parser finds any other
/// definition that contradicts it.
fn take(text: &str) -> Option<Parts> {
    // In a text of several lines, a budget would be no budget.
    if text.contains("\"\"\"") || text.contains("'''") {
        return None;
    }
    let mut parts = Parts { rest: String::new(), budgets: Vec::new() };
    let first = if text.starts_with(HEADER) { 0 } else { next_header(text, 0)? };
    let (mut copied, mut at) = (0, first + 1);
    while let Some(begin) = next_header(text, at) {
        at = begin + HEADER.len();
        let Some((budget, end)) = budget(text, begin) else { continue };
        parts.rest.push_str(&text[copied..begin]);
        parts.rest.extend(text[begin..end].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        parts.budgets.push((begin, budget));
        (copied, at) = (end, end);
    }
    parts.rest.push_str(&text[copied..]);
    (!parts.budgets.is_empty()).then_some(parts)
}

/// The next line that begins a budget, from an offset on.
fn next_header(text: &str, mut from: usize) -> Option<usize> {
    loop {
        let at = from + text.get(from..)?.find(HEADER)?;
        if text[..at].ends_with('\n') {
            return Some(at);
        }
        from = at + 1;
    }
}

/// The budget that begins here, and where its lines end.
fn budget(text: &str, begin: usize) -> Option<(BudgetFile, usize)> {
    let mut lines = Lines { text, at: begin };
    (lines.next()?.rest() == HEADER).then_some(())?;
    let (mut bench, mut pkg, mut max) = (None, None, None);
    let end = loop {
        let before = lines.at;
        let Some(mut line) = lines.next() else { break before };
        if line.is_ended() {
            // An empty line or a comment.
        } else if line.rest().starts_with('[') {
            NEXT.iter().any(|next| line.rest().starts_with(next)).then_some(())?;
            break before;
        } else if line.skip("bench = ") && bench.is_none() {
            bench = Some(line.string()?);
        } else if line.skip("pkg = ") && pkg.is_none() {
            pkg = Some(line.string()?);
        } else if line.skip("max = ") && max.is_none() {
            max = Some(line.maxima()?);
        } else {
            return None;
        }
        line.is_ended().then_some(())?;
    };
    let (goos, goarch, go) = (None, None, None);
    let (level, tolerance) = (BTreeMap::new(), BTreeMap::new());
    Some((BudgetFile { bench: bench?, pkg, goos, goarch, go, max: max?, level, tolerance }, end))
}

/// The lines of a text from an offset on.
struct Lines<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lines<'t> {
    fn next(&mut self) -> Option<Line<'t>> {
        let rest = &self.text[self.at..];
        (!rest.is_empty()).then_some(())?;
        let length = rest.find('\n').unwrap_or(rest.len());
        let line = Line { text: self.text, at: self.at, end: self.at + length };
        self.at = (line.end + 1).min(self.text.len());
        Some(line)
    }
}

/// The rest of a line, without its end.
struct Line<'t> {
    text: &'t str,
    at: usize,
    end: usize,
}

impl<'t> Line<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..self.end]
    }

    /// Whether nothing but a comment follows.
    fn is_ended(&self) -> bool {
        let rest = self.rest().trim_start_matches([' ', '\t']);
        rest.is_empty() || rest.starts_with('#') && !rest.contains(|c: char| c.is_control() && c != '\t')
    }

    /// Skips a text, if the line goes on with it.
    fn skip(&mut self, text: &str) -> bool {
        let is_next = self.rest().starts_with(text);
        self.at += if is_next { text.len() } else { 0 };
        is_next
    }

    /// What comes before the first character that `ends` it.
    fn taken(&mut self, ends: impl Fn(char) -> bool) -> (&'t str, Range<usize>) {
        let rest = self.rest();
        let taken = &rest[..rest.find(ends).unwrap_or(rest.len())];
        let span = self.at..self.at + taken.len();
        self.at = span.end;
        (taken, span)
    }

    /// A string without escapes. Its span includes the quotes.
    fn string(&mut self) -> Option<Spanned<String>> {
        let quote = self.rest().chars().next().filter(|&it| it == '"' || it == '\'')?;
        self.at += 1;
        let (text, span) = self.taken(|c| c == quote);
        let is_plain = !text.contains(|c: char| c.is_control() || c == '\\' && quote == '"');
        (self.rest().starts_with(quote) && is_plain).then_some(())?;
        self.at += 1;
        Some(Spanned::new(span.start - 1..span.end + 1, text.to_string()))
    }

    /// `{ "B/op" = 64, "allocs/op" = 2.5 }`
    fn maxima(&mut self) -> Option<BTreeMap<String, Spanned<f64>>> {
        let mut maxima = BTreeMap::new();
        self.skip("{ ").then_some(())?;
        loop {
            let unit = self.string()?.into_inner();
            self.skip(" = ").then_some(())?;
            let (number, span) = self.taken(|c| !c.is_ascii_digit() && c != '.');
            maxima.insert(unit, Spanned::new(span, value(number)?)).is_none().then_some(())?;
            if self.skip(" }") {
                return Some(maxima);
            }
            self.skip(", ").then_some(())?;
        }
    }
}

/// A number in digits, with or without a fraction.
fn value(number: &str) -> Option<f64> {
    const MOST_DIGITS: usize = 15; // an integer of TOML, and exact
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let is_number =
        |it: &str| !it.is_empty() && it.len() <= MOST_DIGITS && it.bytes().all(|byte| byte.is_ascii_digit());
    let has_leading_zero = whole.len() > 1 && whole.starts_with('0');
    (is_number(whole) && is_number(fraction) && !has_leading_zero).then(|| number.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use crate::policy::Policy;
    use crate::policy::file::PolicyFile;
    use proptest::prelude::*;

    /// Reads a text with the plain reader, and without it.
    fn both(text: &str) -> [Result<String, String>; 2] {
        let read = |file: Result<PolicyFile, toml::de::Error>| {
            file.map(|it| format!("{it:?}")).map_err(|error| format!("{error:?}"))
        };
        [read(super::read(text)), read(toml::from_str(text))]
    }

    #[test]
    fn plain_budgets_are_taken_and_others_left() {
        let entry = |rest: &str| format!("\n# two\n[[budget]]\nbench = \"A\"\n{rest}\n");
        let plain = entry("pkg = 'p\\*'\nmax = { \"B/op\" = 1.5, \"allocs/op\" = 0 } # seen");
        for (second, is_taken) in [
            (plain.clone(), true),
            (plain.replace('\n', "\r\n"), false),
            (entry("max = { \"B/op\" = 01 }"), false),
            (entry("max = { \"B/op\" = 1, \"B/op\" = 2 }"), false),
            (entry("max = { \"B/op\" = -1 }"), false),
            (entry("level = { \"B/op\" = \"fail\" }"), false),
            (entry("[budget.max]\n\"B/op\" = 1"), false),
            (entry("max = { \"B/op\" = 1 }\n[budget.level]\n\"B/op\" = \"fail\""), false),
            (entry("max = { \"B/op\" = 1 }\n[unit.\"ns/op\"]\nlevel = \"fail\""), true),
        ] {
            let text = format!("{}{second}{}", entry("max = { x = 1 }"), entry("max = { y = 2 }"));
            let taken = super::take(&text).map_or(0, |parts| parts.budgets.len());
            assert_eq!(taken, usize::from(is_taken), "{second}");
            let [fast, whole] = both(&text);
            assert_eq!(fast, whole, "{second}");
        }
        assert!(super::take(&plain).is_none(), "the first stays");
        let contradiction = format!("budget = []\n{plain}{plain}");
        assert!(Policy::parse("p", &contradiction).is_err());
        let in_text = format!("{plain}[[waiver]]\nreason = \"\"\"{plain}\"\"\"\n");
        assert!(super::take(&in_text).is_none());
    }

    proptest! {
        #[test]
        fn it_reads_what_the_parser_reads(
            lines in proptest::collection::vec(
                r#"\[\[budget\]\]|bench = "A/b?"|bench = 'A\\x'|pkg = "p"|max = \{ "x" = [0-9.]{1,3}(, "y" = 1)? \}( |#c)?|max = \{\}|# [a-z"]{0,3}|\[budget.max\]|x = 1|\[\[waiver\]\]|\[gate\]|go = "1"||\[\[budget\]\]
bench = "A"
max = \{ "x" = 1 \}"#, 0..14),
        ) {
            let text = lines.join("\n");
            let [fast, whole] = both(&text);
            prop_assert_eq!(fast, whole, "{}", text);
        }
    }
}
