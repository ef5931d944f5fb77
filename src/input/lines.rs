//! Reads numbered lines.

use super::decode::TooLarge;
use super::event::{Events, LineKind, OutputLine};
use super::{InputError, InputLimits};
use memchr::{memchr, memrchr};
use std::io::{self, BufRead, BufReader, Read};

/// A line of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// Its number in the file, from 1. For `go test -json`, the number of the event that completed it.
    pub number: usize,
    /// The stream of output, from 0. Each package of `go test -json` is a stream; text is one stream.
    pub stream: usize,
    /// The package that the events of `go test -json` name; empty for text.
    pub package: &'a str,
    /// The content.
    pub content: Content<'a>,
    /// Whether it has no line end, so that the file may be cut off here.
    pub cut: bool,
}

/// The content of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content<'a> {
    /// Text, without its `\n` or `\r\n` and without a byte order mark.
    Text(&'a [u8]),
    /// An event of `go test -json` that cannot be read, with the error.
    BrokenEvent(String),
}

/// The lines of a source.
#[derive(Debug)]
pub struct Lines<R> {
    file: String,
    limits: InputLimits,
    bytes: BufReader<R>,
    /// Where the current line is.
    at: LinePosition,
    /// How many of the following bytes in the buffer have no brace: they have no event.
    free: usize,
    /// A line that is longer than the buffer.
    line: Vec<u8>,
    number: usize,
    events: Events,
    /// Whether [`Events`] may have a line.
    in_events: bool,
}

/// Where a line is, with its end. Nearly all lines are in the buffer of the reader. Copying them would be slow.
#[derive(Debug, Clone, Copy)]
enum LinePosition {
    /// This many bytes at the beginning of the buffer. They are consumed with the next line.
    Buffer(usize),
    /// In [`Lines::line`].
    Copy,
}

impl<R: Read> Lines<R> {
    /// Reads lines from `bytes`, which are usually UTF-8. `file` is their name in errors.
    pub fn new(file: String, bytes: BufReader<R>, limits: InputLimits) -> Lines<R> {
        let (line, events) = (Vec::new(), Events::default());
        Lines {
            file,
            limits,
            bytes,
            at: LinePosition::Copy,
            free: 0,
            line,
            number: 0,
            events,
            in_events: false,
        }
    }

    /// The next line; `None` at the end. Amortised O(length).
    ///
    /// # Errors
    /// If reading fails, or a limit is exceeded.
    #[allow(clippy::should_implement_trait, reason = "an iterator cannot lend its buffer")]
    pub fn next(&mut self) -> Result<Option<Line<'_>>, InputError> {
        // The usual case: text that is in the buffer.
        if !self.in_events
            && let Some(length) = self.whole_text()
        {
            self.number += 1;
            self.at = LinePosition::Buffer(length);
            let whole = &self.bytes.buffer()[..length]; // `whole_text` found it there
            let content = Content::Text(without_end(whole));
            return Ok(Some(Line { number: self.number, stream: 0, package: "", content, cut: false }));
        }
        loop {
            if self.in_events {
                // Checked first, because of a limitation of the borrow checker (rust-lang/rust#54663).
                if self.events.has_line() {
                    return Ok(self.events.line().map(|output| line(self.number, output)));
                }
                self.in_events = false;
            }
            if !self.read()? {
                let rest = self.events.rest();
                return Ok(rest.map(|output| Line { cut: true, ..line(self.number, output) }));
            }
            let whole = match self.at {
                LinePosition::Buffer(length) => &self.bytes.buffer()[..length], // `read` found it there
                LinePosition::Copy => &self.line,
            };
            match self.events.feed(without_end(whole)) {
                LineKind::Event => self.in_events = true,
                LineKind::Text => {
                    let whole = self.whole();
                    let (content, cut) = (Content::Text(without_end(whole)), !whole.ends_with(b"\n"));
                    return Ok(Some(Line { number: self.number, stream: 0, package: "", content, cut }));
                }
                LineKind::Broken(why) => {
                    let (number, content) = (self.number, Content::BrokenEvent(why));
                    return Ok(Some(Line { number, stream: 0, package: "", content, cut: false }));
                }
            }
            if !self.events.has_line() && self.events.unfinished() > self.limits.line {
                return Err(self.too_long());
            }
            if self.events.packages() > self.limits.packages {
                let (file, line, limit) = (self.file.clone(), self.number, self.limits.packages);
                return Err(InputError::Packages { file, line, limit });
            }
        }
    }

    /// The number of the next line, and the text of as many whole lines as are in the buffer and are no events. None is longer than
    /// the limit. `None` if there are none. [`Lines::skip`] consumes lines of it.
    pub fn text(&mut self) -> Option<(usize, &[u8])> {
        if self.in_events {
            return None;
        }
        self.release();
        let buffer = self.bytes.buffer();
        if memrchr(b'\n', &buffer[..self.free.min(buffer.len())]).is_none() {
            self.free = memchr(b'{', buffer).unwrap_or(buffer.len());
        }
        let end = memrchr(b'\n', &buffer[..self.free.min(buffer.len())])? + 1;
        (end <= self.limits.line).then_some((self.number + 1, &buffer[..end]))
    }

    /// Consumes the first lines of [`Lines::text`], which have so many bytes with their ends.
    pub fn skip(&mut self, lines: usize, bytes: usize) {
        self.release();
        self.at = LinePosition::Buffer(bytes);
        self.release();
        self.number += lines;
    }

    /// The length of the next line with its end, if it is in the buffer and is not an event.
    fn whole_text(&mut self) -> Option<usize> {
        self.release();
        let buffer = self.bytes.buffer();
        let length = memchr(b'\n', buffer)? + 1;
        if length > self.free {
            // Once for many lines, because text rarely has braces.
            self.free = memchr(b'{', buffer).unwrap_or(buffer.len());
        }
        (length <= self.free && length <= self.limits.line).then_some(length)
    }

    /// Consumes the current line.
    fn release(&mut self) {
        if let LinePosition::Buffer(length) = self.at {
            self.bytes.consume(length);
            self.free = self.free.saturating_sub(length);
            self.at = LinePosition::Buffer(0);
        }
    }

    /// Reads the next line of the file. Returns whether there is one.
    fn read(&mut self) -> Result<bool, InputError> {
        self.release();
        let length = match memchr(b'\n', self.bytes.buffer()) {
            Some(end) => {
                self.at = LinePosition::Buffer(end + 1);
                end + 1
            }
            None => {
                self.at = LinePosition::Copy;
                self.copy().map_err(|error| self.failed(error))?
            }
        };
        if length == 0 {
            return Ok(false);
        }
        self.number += 1;
        if length > self.limits.line && without_end(self.whole()).len() > self.limits.line {
            return Err(self.too_long());
        }
        Ok(true)
    }

    /// Copies a line that is longer than the buffer. Returns its length.
    fn copy(&mut self) -> io::Result<usize> {
        self.free = 0;
        self.line.clear();
        // A byte order mark and the line end do not count.
        let most = self.limits.line.saturating_add(3 + 2) as u64;
        self.bytes.by_ref().take(most).read_until(b'\n', &mut self.line)
    }

    /// The current line with its end.
    fn whole(&self) -> &[u8] {
        match self.at {
            LinePosition::Buffer(length) => &self.bytes.buffer()[..length], // `read` found it there
            LinePosition::Copy => &self.line,
        }
    }

    fn too_long(&self) -> InputError {
        InputError::LongLine { file: self.file.clone(), line: self.number, limit: self.limits.line }
    }

    fn failed(&self, error: io::Error) -> InputError {
        let file = self.file.clone();
        if error.get_ref().is_some_and(|inner| inner.is::<TooLarge>()) {
            return InputError::Unpacked { file, limit: self.limits.unpacked };
        }
        InputError::Read { file, line: self.number, error }
    }
}

/// A line of the output of a package.
fn line(number: usize, output: OutputLine<'_>) -> Line<'_> {
    let OutputLine { number: package_number, package, text } = output;
    let content = Content::Text(text.strip_suffix(b"\r").unwrap_or(text));
    Line { number, stream: package_number + 1, package, content, cut: false }
}

fn without_end(line: &[u8]) -> &[u8] {
    let line = match line {
        [line @ .., b'\r', b'\n'] | [line @ .., b'\n' | b'\r'] => line,
        _ => line,
    };
    match line {
        // A byte order mark. It can be in the middle if files were joined.
        [0xef, 0xbb, 0xbf, line @ ..] => line,
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SMALL: InputLimits = InputLimits { line: 8, unpacked: 100, packages: 9 };

    fn all<R: Read>(mut lines: Lines<R>) -> Result<Vec<(usize, usize, String)>, InputError> {
        let mut got = Vec::new();
        while let Some(line) = lines.next()? {
            let text = match line.content {
                Content::Text(text) => String::from_utf8_lossy(text).into_owned(),
                Content::BrokenEvent(why) => format!("broken: {why}"),
            };
            got.push((line.number, line.stream, text));
        }
        Ok(got)
    }

    fn texts(bytes: &[u8], limits: InputLimits) -> Result<Vec<(usize, usize, String)>, InputError> {
        all(Lines::new("f".into(), BufReader::new(bytes), limits))
    }

    #[test]
    fn lines_are_numbered_and_have_unix_or_windows_line_ends_or_none() {
        let got = texts(b"\xef\xbb\xbfa\n\r\nb\r\n\nlast", SMALL).expect("memory cannot fail");
        let want = [(1, "a"), (2, ""), (3, "b"), (4, ""), (5, "last")];
        assert_eq!(got, want.map(|(number, line)| (number, 0, line.to_string())));
    }

    #[test]
    fn a_line_can_be_as_long_as_the_limit() {
        for (mark, end) in [("", ""), ("", "\n"), ("", "\r\n"), ("\u{feff}", "\r\n")] {
            for capacity in [4, 100] {
                let texts = |text: &str| {
                    let bytes = format!("a\n{mark}{text}{end}");
                    all(Lines::new("f".into(), BufReader::with_capacity(capacity, bytes.as_bytes()), SMALL))
                };
                assert_eq!(texts("12345678").expect(end).len(), 2, "{mark:?} {end:?} {capacity}");
                let error = texts("123456789").expect_err(end);
                assert!(error.to_string().starts_with("f:2: the line has more than 8 bytes"), "{error}");
            }
        }
    }

    #[test]
    fn events_become_lines() {
        let event = |package, text| {
            serde_json::json!({ "Action": "output", "Package": package, "Output": text }).to_string()
        };
        let file = [
            event("p", "a\nb"),
            "plain".to_string(),
            event("q", "c\r\n"),
            event("p", "!\n"),
            event("q", "d"),
        ];
        let got = texts(file.join("\n").as_bytes(), InputLimits::default()).expect("memory cannot fail");
        let want = [(1, 1, "a"), (2, 0, "plain"), (3, 2, "c"), (4, 1, "b!"), (5, 2, "d")];
        assert_eq!(got, want.map(|(number, stream, text)| (number, stream, text.to_string())));
        let long = [event("p", "12345"), event("p", "6789")].join("\n");
        assert!(texts(long.as_bytes(), InputLimits { line: 100, ..SMALL }).is_ok());
    }

    #[test]
    fn an_event_after_a_line_longer_than_the_buffer_is_read() {
        let event = r#"{"Action":"output","Package":"p","Output":"a\n"}"#;
        let text = format!("a\nb\n{}\n{event}\n", "c".repeat(250));
        let bytes = BufReader::with_capacity(200, text.as_bytes());
        let got = all(Lines::new("f".into(), bytes, InputLimits::default())).expect("memory cannot fail");
        assert_eq!(got.last(), Some(&(4, 1, "a".to_string())));
    }

    #[test]
    fn whole_lines_of_text_are_given_at_once() {
        let event = br#"{"Action":"output","Package":"p","Output":"e\n"}"#;
        let bytes = [b"a\nb\r\nc\n", &event[..], b"\nd\ne"].concat();
        let mut lines = Lines::new("f".into(), BufReader::new(&bytes[..]), InputLimits::default());
        assert_eq!(lines.text(), None, "nothing is read yet");
        assert_eq!(lines.next().expect("text").map(|it| it.number), Some(1));
        assert_eq!(lines.text(), Some((2, &b"b\r\nc\n"[..])));
        lines.skip(1, 3);
        assert_eq!(lines.text(), Some((3, &b"c\n"[..])));
        let next = lines.next().expect("text").map(|it| (it.number, it.content));
        assert_eq!(next, Some((3, Content::Text(b"c"))));
        assert_eq!(lines.text(), None, "an event");
        let next = lines.next().expect("an event").map(|it| (it.number, it.content));
        assert_eq!(next, Some((4, Content::Text(b"e"))));
        assert_eq!(lines.text(), None, "the event may have more lines");
        assert_eq!(lines.next().expect("text").map(|it| it.number), Some(5));
        assert_eq!(lines.text(), None, "no line end");
        let mut long = Lines::new("f".into(), BufReader::new(&b"1\n123456789\n"[..]), SMALL);
        assert!(long.next().is_ok() && long.text().is_none() && long.next().is_err());
    }

    /// Returns its bytes in pieces of the given sizes.
    struct Pieces<'a>(&'a [u8], std::iter::Cycle<std::vec::IntoIter<usize>>);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = self.1.next().unwrap_or(1).min(buffer.len()).min(self.0.len());
            let (now, later) = self.0.split_at(length);
            buffer[..length].copy_from_slice(now);
            self.0 = later;
            Ok(length)
        }
    }

    proptest! {
        #[test]
        fn the_size_of_reads_makes_no_difference(
            bytes in proptest::collection::vec(prop_oneof![
                Just(b"\n".to_vec()), Just(b"\r\n".to_vec()), Just(b"\xff\xfe".to_vec()), Just(vec![0]),
                Just(br#"{"Action":"output","Package":"p","Output":"a\nb"}"#.to_vec()), proptest::collection::vec(any::<u8>(), 0..9),
            ], 0..20),
            sizes in proptest::collection::vec(1..40usize, 1..8),
        ) {
            let bytes = bytes.concat();
            let limits = InputLimits { line: 60, unpacked: 1000, packages: 9 };
            let read = |source: &mut dyn Read| {
                let decoded = super::super::decode::decoded(source, limits.unpacked).map_err(|error| error.to_string())?;
                all(Lines::new("f".into(), BufReader::with_capacity(7, decoded), limits)).map_err(|error| error.to_string())
            };
            let at_once = read(&mut &bytes[..]);
            let in_pieces = read(&mut Pieces(&bytes, sizes.into_iter().cycle()));
            prop_assert_eq!(at_once, in_pieces);
        }
    }
}
