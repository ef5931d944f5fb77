//! From the text of the compiler to its decisions.

use super::build::Builder;
use super::decisions::{Decisions, Level, Style};
use super::line::{Line, Message};
use super::package::Variant;
use super::texts::Texts;
use crate::words::capped;
use std::collections::HashMap;

/// The largest text that is read, in bytes. What is behind is left out.
pub const LARGEST: usize = 128 << 20;
/// At most so many unknown lines are kept as examples.
const EXAMPLES: usize = 5;
/// The most lines that are one message.
const MOST_LINES: usize = 1000;
/// How long an example is at most, in characters.
const EXAMPLE_LENGTH: usize = 160;

impl Decisions {
    /// Reads what `go build`, `go test` or `go vet` print with `-gcflags=-m=2`. Never fails: what is not understood is counted, and
    /// so are the lines behind [`LARGEST`] bytes. Bytes that are not UTF-8 are replaced. Time and memory grow with the number of
    /// bytes.
    pub fn read(text: &[u8]) -> Decisions {
        let (text, rest) = cut(text);
        let left_out = rest.split(|&it| it == b'\n').filter(|line| !line.is_empty()).count();
        let text = String::from_utf8_lossy(text);
        let mut reader = Reader { left_out, ..Reader::default() };
        let mut package = reader.package("", Variant::Plain);
        let mut rest: &str = &text;
        while !rest.is_empty() {
            let (line, next) = first_line(rest);
            let (line, next) = whole_message(rest, line).map_or((line, next), |it| (it, after(rest, it)));
            rest = next;
            if let Some((path, variant)) = header(line, &mut reader.texts) {
                reader.close(package);
                package = reader.package(path, variant);
            } else {
                reader.line(package, line);
            }
        }
        reader.finish()
    }
}

/// The part of a text that is read, whole lines, and the rest.
fn cut(text: &[u8]) -> (&[u8], &[u8]) {
    match text.get(..LARGEST) {
        Some(first) if text.len() > LARGEST => {
            text.split_at(first.iter().rposition(|&it| it == b'\n').map_or(LARGEST, |at| at + 1))
        }
        _ => (text, &[]),
    }
}

/// The first line of a text without its end, and what follows.
fn first_line(text: &str) -> (&str, &str) {
    let line = text.split_once('\n').map_or(text, |(line, _)| line);
    (line.strip_suffix('\r').unwrap_or(line), after(text, line))
}

/// What follows a line at the beginning of a text.
fn after<'t>(text: &'t str, line: &str) -> &'t str {
    let rest = text.get(line.len()..).unwrap_or_default();
    rest.strip_prefix('\n').or_else(|| rest.strip_prefix("\r\n")).unwrap_or(rest)
}

/// A message of several lines, which are one where a raw string of Go 1.21 has line ends in it; `None` if the first line is whole.
fn whole_message<'t>(text: &'t str, line: &str) -> Option<&'t str> {
    let mut is_open = ends_in_raw_string(line, false);
    if !is_open {
        return None;
    }
    let mut end = line.len();
    for (number, next) in text.get(end..)?.split_inclusive('\n').take(MOST_LINES).enumerate() {
        let is_message = Line::read(next.trim_end()).is_some_and(|it| Message::read(it.message).is_some());
        if next.starts_with("# ") || is_message {
            return None;
        }
        end += next.len();
        is_open = ends_in_raw_string(next, is_open);
        // The first piece is the end of the first line.
        if !is_open && number > 0 {
            return text.get(..end).map(|it| it.trim_end_matches(['\r', '\n']));
        }
    }
    None
}

/// Whether a raw string is open at the end of a text, if it was at the beginning.
fn ends_in_raw_string(text: &str, was_open: bool) -> bool {
    // Nearly all lines.
    if !text.contains('`') {
        return was_open;
    }
    let (mut is_raw, mut is_quoted, mut is_escaped) = (was_open, false, false);
    for char in text.chars() {
        match char {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' if !is_raw => is_quoted = !is_quoted,
            '`' if !is_quoted => is_raw = !is_raw,
            _ => {}
        }
    }
    is_raw
}

/// Reads `# path` and `# path [binary.test]`.
fn header<'t>(line: &'t str, texts: &mut Texts<'t>) -> Option<(&'t str, Variant)> {
    let rest = line.strip_prefix("# ")?;
    let (path, variant) = match rest.split_once(" [") {
        Some((path, binary)) => {
            let binary = binary.strip_suffix(']')?;
            (path, Variant::Test(texts.shared(binary.strip_suffix(".test").unwrap_or(binary))))
        }
        None => (rest, Variant::Plain),
    };
    (!path.is_empty() && !path.contains(' ')).then_some((path, variant))
}

#[derive(Default)]
struct Reader<'t> {
    texts: Texts<'t>,
    builders: Vec<Builder<'t>>,
    known: HashMap<(&'t str, Variant), usize>,
    has_plain_costs: bool,
    has_reasons: bool,
    style: Option<Style>,
    unknown_lines: usize,
    unknown: Vec<String>,
    left_out: usize,
}

impl<'t> Reader<'t> {
    /// The number of a compilation; a package that is printed twice is one.
    fn package(&mut self, path: &'t str, variant: Variant) -> usize {
        let next = self.builders.len();
        let index = *self.known.entry((path, variant.clone())).or_insert(next);
        if index == next {
            self.builders.push(Builder::new(path, variant));
        }
        index
    }

    /// Ends what a compilation was saying.
    fn close(&mut self, package: usize) {
        if let Some(builder) = self.builders.get_mut(package) {
            builder.close();
        }
    }

    fn line(&mut self, package: usize, text: &'t str) {
        // Wrappers, which have no place in a file.
        if text.is_empty() || text.starts_with("<autogenerated>:") {
            return;
        }
        let line = Line::read(text);
        let message = line.and_then(|line| Message::read(line.message));
        let (Some(line), Some(message)) = (line, message) else { return self.unknown(text) };
        match message {
            Message::CanInline { cost: None, .. } => self.has_plain_costs = true,
            Message::CanInline { .. } | Message::CannotInline { .. } => self.has_reasons = true,
            Message::Flow { style, .. } => {
                self.has_reasons = true;
                self.style = self.style.or(Some(style));
            }
            _ => {}
        }
        if let Some(builder) = self.builders.get_mut(package) {
            builder.add(line.place, message, &mut self.texts);
        }
    }

    fn unknown(&mut self, text: &str) {
        // Of a variable that the compiler made, which has no place.
        if Message::read(text) == Some(Message::Other) {
            return;
        }
        self.unknown_lines += 1;
        if self.unknown.len() < EXAMPLES {
            self.unknown.push(capped(text, EXAMPLE_LENGTH));
        }
    }

    fn finish(mut self) -> Decisions {
        let texts = &mut self.texts;
        let built = self.builders.into_iter().filter_map(|builder| builder.finish(texts));
        let mut packages: Vec<_> = built.collect();
        packages.sort_by(|a, b| (&a.path, &a.variant).cmp(&(&b.path, &b.variant)));
        let level = match (self.has_plain_costs, self.has_reasons) {
            (true, _) => Some(Level::Decisions),
            (false, true) => Some(Level::Reasons),
            (false, false) => None,
        };
        Decisions {
            packages,
            level,
            style: self.style,
            unknown_lines: self.unknown_lines,
            unknown: self.unknown.into_iter().map(Into::into).collect(),
            left_out: self.left_out,
        }
    }
}
