//! The text in the events of `go test -json` (`go doc test2json`).

use super::shape::Shape;
use indexmap::IndexMap;
use memchr::{memchr_iter, memmem};
use serde::Deserialize;
use std::borrow::Cow;
use std::ops::Range;

/// An event. Other keys and actions are ignored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event<'a> {
    #[serde(borrow)]
    action: Cow<'a, str>,
    #[serde(borrow, default)]
    package: Cow<'a, str>,
    #[serde(borrow, default)]
    test: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    output: Cow<'a, str>,
}

/// The output of every package. A line can be spread over several events, and events of several packages can alternate.
#[derive(Debug, Default)]
pub(super) struct Events {
    packages: IndexMap<String, PackageOutput>,
    /// The package whose output may have a complete line.
    current: usize,
    /// How many bytes of output are not read yet.
    buffered: usize,
    /// At the end of the input: how many packages have no output left.
    drained: usize,
    /// The shape of the last output, and the number of its package.
    shape: (Shape, usize),
}

/// The output of a package that is not read yet.
#[derive(Debug, Default)]
struct PackageOutput {
    text: Vec<u8>,
    /// How much of the text is read.
    taken: usize,
    /// Up to here, the rest has no line end.
    searched: usize,
    has_failed: bool,
}

/// The longest name of a package, in bytes. It is a path, and no system has longer ones.
const LONGEST_PACKAGE: usize = 4096;

/// The longest error message about an event, in characters. It can quote the event.
const LONGEST_REASON: usize = 200;

/// A package without output keeps a buffer of at most this size.
const MAX_IDLE_CAPACITY: usize = 1 << 12;

/// A line of the output of a package.
#[derive(Debug)]
pub(super) struct OutputLine<'e> {
    /// The number of the package.
    pub number: usize,
    /// Its name; empty if the event has none.
    pub package: &'e str,
    /// The text.
    pub text: &'e [u8],
}

/// What a line of a file is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum LineKind {
    /// An event.
    Event,
    /// Text between events.
    Text,
    /// An event that cannot be read, usually because it was cut off. With the error.
    Broken(String),
}

/// The event in a line. There can be other text before it, it can be cut off, and other programs write blanks between its parts.
fn event_in(line: &[u8]) -> Option<&[u8]> {
    let at = memchr_iter(b'{', line).find(|&at| begins_event(&line[at + 1..]))?;
    let event = &line[at..];
    // The log of a program can begin with a time as well.
    let is_whole = memmem::find_iter(event, ACTION).any(|at| value_of(&event[at..], ACTION).is_some());
    let is_cut = value_of(blanks_skipped(&event[1..]), b"\"Time\"").is_some() && !event.ends_with(b"}");
    (is_whole || is_cut).then_some(event)
}

const ACTION: &[u8] = br#""Action""#;

/// Whether an object begins as an event does.
fn begins_event(object: &[u8]) -> bool {
    let object = blanks_skipped(object);
    let has_time = value_of(object, br#""Time""#).is_some_and(|value| value.starts_with(b"\""));
    has_time || [ACTION, br#""ImportPath""#].iter().any(|key| value_of(object, key).is_some())
}

/// What follows a key and its colon.
fn value_of<'t>(text: &'t [u8], key: &[u8]) -> Option<&'t [u8]> {
    blanks_skipped(text.strip_prefix(key)?).strip_prefix(b":").map(blanks_skipped)
}

fn blanks_skipped(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|&&byte| matches!(byte, b' ' | b'\t')).count();
    &text[blanks..]
}

impl Events {
    /// Reads a line of the file.
    pub fn feed(&mut self, line: &[u8]) -> LineKind {
        if self.take_alike(line) {
            return LineKind::Event;
        }
        let Some(event) = event_in(line) else { return LineKind::Text };
        match serde_json::from_slice::<Event>(event) {
            Ok(event) if event.package.len() > LONGEST_PACKAGE => {
                LineKind::Broken(format!("a package name of {} bytes", event.package.len()))
            }
            Ok(parsed) => {
                self.take(&parsed);
                if parsed.action == "output" {
                    self.shape = (Shape::of(event), self.current);
                }
                LineKind::Event
            }
            Err(error) => LineKind::Broken(error.to_string().chars().take(LONGEST_REASON).collect()),
        }
    }

    /// Takes an event that differs from the last output only in its values. Nearly all do.
    fn take_alike(&mut self, line: &[u8]) -> bool {
        let (shape, package) = &self.shape;
        let Some((_, output)) = self.packages.get_index_mut(*package) else { return false };
        let length = output.text.len();
        if !shape.read(line, &mut output.text) {
            return false;
        }
        self.current = *package;
        self.buffered += output.text.len() - length;
        output.has_failed |= output.text[length..].starts_with(b"FAIL\t"); // it was appended
        true
    }

    fn take(&mut self, event: &Event) {
        // The output of the compiler is ignored, because the package has its own `fail` event.
        if !matches!(event.action.as_ref(), "output" | "fail") {
            return;
        }
        self.current = match self.packages.get_index_of(event.package.as_ref()) {
            Some(known) => known,
            None => self.packages.insert_full(event.package.to_string(), PackageOutput::default()).0,
        };
        let output = &mut self.packages[self.current];
        match event.action.as_ref() {
            "output" => {
                self.buffered += event.output.len();
                output.has_failed |= event.output.starts_with("FAIL\t");
                output.text.extend_from_slice(event.output.as_bytes());
            }
            // Usually the output has this line already.
            "fail" if event.test.is_none() && !output.has_failed => {
                output.has_failed = true;
                output.end_line();
                output.text.extend_from_slice(format!("FAIL\t{}\n", event.package).as_bytes());
            }
            _ => {}
        }
    }

    /// Whether the package of the last event has a complete line.
    pub fn has_line(&mut self) -> bool {
        self.packages.get_index_mut(self.current).is_some_and(|(_, output)| output.has_line())
    }

    /// The next complete line of the package of the last event.
    pub fn line(&mut self) -> Option<OutputLine<'_>> {
        let number = self.current;
        let (package, output) = self.packages.get_index_mut(number)?;
        let line = output.line()?;
        self.buffered = self.buffered.saturating_sub(line.len() + 1);
        Some(OutputLine { number, package, text: &output.text[line] })
    }

    /// After the last event: the next output without a line end.
    pub fn rest(&mut self) -> Option<OutputLine<'_>> {
        // The packages before the current one have no output left.
        let rest =
            self.packages.values().skip(self.drained).position(|output| output.taken < output.text.len())?;
        self.drained += rest;
        self.current = self.drained;
        self.packages[self.current].end_line();
        self.line()
    }

    /// The bytes of all incomplete lines.
    pub fn unfinished(&self) -> usize {
        self.buffered
    }

    /// The number of packages.
    pub fn packages(&self) -> usize {
        self.packages.len()
    }
}

impl PackageOutput {
    fn end_line(&mut self) {
        if self.taken < self.text.len() && !self.text.ends_with(b"\n") {
            self.text.push(b'\n');
        }
    }

    /// Whether there is a complete line. If not, frees what was read.
    fn has_line(&mut self) -> bool {
        let from = self.searched.max(self.taken);
        let found = memchr::memchr(b'\n', &self.text[from..]);
        self.searched = found.map_or(self.text.len(), |at| from + at);
        if found.is_none() {
            self.text.drain(..self.taken);
            if self.text.is_empty() && self.text.capacity() > MAX_IDLE_CAPACITY {
                self.text = Vec::new(); // otherwise the memory of the longest line of each package would stay in use
            }
            self.searched -= self.taken;
            self.taken = 0;
        }
        found.is_some()
    }

    fn line(&mut self) -> Option<Range<usize>> {
        let length = memchr::memchr(b'\n', &self.text[self.taken..])?;
        let line = self.taken..self.taken + length;
        self.taken = line.end + 1;
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(package: &str, text: &str) -> String {
        serde_json::json!({ "Time": "t", "Action": "output", "Package": package, "Output": text, "New": [1] })
            .to_string()
    }

    fn lines(fed: &[&str]) -> Vec<String> {
        let mut events = Events::default();
        let mut got = Vec::new();
        for line in fed {
            match events.feed(line.as_bytes()) {
                LineKind::Event => {}
                other => got.push(format!("{other:?}")),
            }
            while let Some(OutputLine { number, text, .. }) = events.line() {
                got.push(format!("{number}:{}", String::from_utf8_lossy(text)));
            }
        }
        while let Some(OutputLine { number, text, .. }) = events.rest() {
            got.push(format!("{number}.{}", String::from_utf8_lossy(text)));
        }
        got
    }

    #[test]
    fn the_pieces_of_a_line_are_joined_per_package() {
        let (a, b) = (output("p", "BenchmarkX-2 \t"), output("q", "ok\nrest"));
        assert_eq!(
            lines(&[&a, &b, &output("p", " 1\t 2 ns/op\n"), "# text"]),
            ["1:ok", "0:BenchmarkX-2 \t 1\t 2 ns/op", "Text", "1.rest"]
        );
    }

    #[test]
    fn blanks_between_the_parts_of_an_event_do_not_matter() {
        let spaced = r#"{ "Time" : "t", "Action": "output", "Package": "p", "Output": "a\n" }"#;
        let tight = r#"{"Action" :"output","Package":"p","Output":"b\n"}"#;
        assert_eq!(lines(&[spaced, tight]), ["0:a", "0:b"]);
        let [ref cut] = lines(&[r#"{"Time": "2026-11-22T0"#])[..] else { panic!("one entry") };
        assert!(cut.starts_with("Broken"), "{cut}");
        for text in
            [r#"{"Time": "2026", "Level": "info"}"#, r#"{"Time": 7, "Action": "x"}"#, r#"{"Action" "x"}"#]
        {
            assert_eq!(lines(&[text]), ["Text"], "{text}");
        }
    }

    #[test]
    fn events_that_are_alike_give_the_same_lines() {
        let (a, b) = (output("p", "BenchmarkX-2 \t"), output("p", " 1\t 2 ns/op\n"));
        let other = output("q", "z\n");
        let escaped = output("p", "\u{1}\n");
        let all = [&a, &b, &a, &b, &other, &other, &a, &escaped, &b].map(String::as_str);
        let alone: Vec<String> = lines(&all);
        let mut events = Events::default();
        let mut got = Vec::new();
        for line in all {
            events.shape = (Shape::default(), 0); // every event is parsed
            assert_eq!(events.feed(line.as_bytes()), LineKind::Event);
            while let Some(OutputLine { number, text, .. }) = events.line() {
                got.push(format!("{number}:{}", String::from_utf8_lossy(text)));
            }
        }
        assert_eq!(alone, got);
        assert_eq!(got.len(), 6);
        let fail = r#"{"Action":"fail","Package":"p"}"#;
        let failed = output("p", "FAIL\tp [build failed]\n");
        assert_eq!(lines(&[&b, &failed, fail]).len(), 2, "the output has the failure already");
    }

    #[test]
    fn a_package_fails_once() {
        let (fail, said) = (r#"{"Action":"fail","Package":"p"}"#, output("p", "FAIL\tp [build failed]\n"));
        assert_eq!(lines(&[&said, fail]), ["0:FAIL\tp [build failed]"]);
        assert_eq!(lines(&[&output("p", "half"), fail]), ["0:half", "0:FAIL\tp"]);
        assert!(lines(&[r#"{"Action":"fail","Package":"p","Test":"BenchmarkX"}"#]).is_empty());
    }

    #[test]
    fn other_json_is_text_and_a_cut_event_is_broken() {
        let [ref log, ref cut] =
            lines(&[r#"{"level":"info"}"#, r#"{"Action":"output","Package":"p","Outp"#])[..]
        else {
            panic!("one entry per line");
        };
        assert_eq!(log, "Text");
        assert!(cut.starts_with("Broken"), "{cut}");
        assert!(
            lines(&[
                r#"{"ImportPath":"p","Action":"build-output","Output":"x\n"}"#,
                r#"{"Action":"later","Package":"p"}"#
            ])
            .is_empty()
        );
    }

    #[test]
    fn events_after_other_text_and_without_a_package_are_read() {
        let behind = format!("stderr {}", output("p", "a\n"));
        assert_eq!(lines(&[&behind, r#"{"Action":"output","Output":"b\n"}"#]), ["0:a", "1:b"]);
        let [ref cut] = lines(&[r#"{"Time":"2026-11-22T0"#])[..] else { panic!("one entry") };
        assert!(cut.starts_with("Broken"), "{cut}");
        assert_eq!(lines(&[r#"{"Time":"2026","Level":"info"}"#]), ["Text"]);
    }
}
