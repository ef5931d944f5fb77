//! What a CI system or a supervisor puts before every line: a time, the name of a job. It is recognised by its shape before a line
//! that only Go prints, and taken off every line of the same shape.

use super::{Record, record};
use bstr::ByteSlice;
use memchr::{memchr, memmem};
use std::borrow::Cow;

/// The prefixes of a file, usually none.
#[derive(Debug, Default)]
pub(super) struct Prefixes(Vec<Shape>);

/// A prefix in which every number stands for any number.
#[derive(Debug, PartialEq)]
struct Shape(Vec<Piece>);

#[derive(Debug, PartialEq)]
enum Piece {
    Text(Vec<u8>),
    Number,
}

/// The most shapes of a file. Each is tried on every line.
const MOST_SHAPES: usize = 8;

/// The longest prefix, in bytes.
const LONGEST: usize = 200;

/// Header lines with one word as their value. Whatever is before them is a prefix.
const HEADERS: [&[u8]; 3] = [b"goos: ", b"goarch: ", b"pkg: "];

/// Other lines of Go, or their beginnings. What is before them is a prefix only if it looks like one.
const OTHERS: [&[u8]; 4] = [b"Benchmark", b"ok  \t", b"FAIL\t", b"PASS"];

impl Prefixes {
    /// Whether no prefix is known, so that every line is as Go printed it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of a stream of the reader, beside which there is one for each prefix: two jobs may alternate.
    pub fn number(stream: usize) -> usize {
        if stream == 0 { 0 } else { stream + MOST_SHAPES }
    }

    /// The stream of a line and the line without its prefix, if it has a known one.
    pub fn strip<'l>(&self, line: &'l [u8]) -> Option<(usize, &'l [u8])> {
        let rests = self.0.iter().enumerate().filter_map(|(i, shape)| Some((1 + i, shape.rest(line)?)));
        rests.min_by_key(|(_, rest)| rest.len())
    }

    /// Learns the prefix of a line that is no line of Go. `is_plain` says whether there were lines of Go without a prefix. Returns
    /// the length of the prefix.
    pub fn learn(&mut self, line: &[u8], is_plain: bool) -> Option<usize> {
        let headers = HEADERS.iter().filter_map(|header| {
            let at = memmem::find(line, header)?;
            let is_one_word = |value: &[u8]| !value.is_empty() && !value.contains_str(" ");
            let is_header = matches!(record(&line[at..]), Record::Config { value, .. } if is_one_word(value));
            (is_header && ends_like_one(&line[..at])).then_some(at)
        });
        let others = OTHERS.iter().filter(|_| !is_plain).filter_map(|marker| {
            let at = memmem::find(line, marker)?;
            let is_of_go = match record(&line[at..]) {
                Record::Result(result) => {
                    !result.values.is_empty() && result.values.of(result.name).all(|it| it.is_ok())
                }
                Record::Ok { .. } | Record::FailedPackage { .. } | Record::Pass => true,
                _ => false,
            };
            (is_of_go && looks_like_one(&line[..at])).then_some(at)
        });
        let at = headers.chain(others).next().filter(|&at| 0 < at && at <= LONGEST)?;
        // Values without a name are indented as well.
        let is_indent = is_plain && line[..at].trim_ascii().is_empty();
        if is_indent || self.0.len() == MOST_SHAPES {
            return None;
        }
        self.0.push(Shape::of(&line[..at]));
        Some(at)
    }
}

/// Whether a prefix ends as one does before a header line.
fn ends_like_one(prefix: &[u8]) -> bool {
    prefix.last().is_some_and(|last| b" \t|]>:)".contains(last))
}

/// Whether it is a prefix by itself: it ends in a bar or in a time, as in `12:34:56.789Z`.
fn looks_like_one(prefix: &[u8]) -> bool {
    let text = prefix.trim_ascii_end();
    let word = &text[text.rfind_byteset(b" \t").map_or(0, |blank| blank + 1)..];
    let is_time = |it: &[u8]| it[2] == b':' && [0, 1, 3, 4].iter().all(|&i| it[i].is_ascii_digit());
    ends_like_one(prefix) && (text.ends_with(b"|") || word.windows(5).any(is_time))
}

impl Shape {
    fn of(prefix: &[u8]) -> Shape {
        let mut pieces = Vec::new();
        let mut rest = prefix;
        while let Some(first) = rest.first() {
            let length = number(rest);
            if length > 0 {
                pieces.push(Piece::Number);
                rest = &rest[length..];
                continue;
            }
            match pieces.last_mut() {
                Some(Piece::Text(text)) => text.push(*first),
                _ => pieces.push(Piece::Text(vec![*first])),
            }
            rest = &rest[1..];
        }
        Shape(pieces)
    }

    /// The rest of a line that begins with this shape.
    fn rest<'l>(&self, line: &'l [u8]) -> Option<&'l [u8]> {
        self.0.iter().try_fold(line, |rest, piece| match piece {
            Piece::Text(text) => rest.strip_prefix(text.as_slice()),
            Piece::Number => Some(number(rest)).filter(|&length| length > 0).map(|length| &rest[length..]),
        })
    }
}

/// The length of the number at the beginning of a text, with fractions: a time may end in `05Z` or in `05.123Z`.
fn number(text: &[u8]) -> usize {
    let digits = |from: usize| text[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = digits(0);
    while end > 0 && text.get(end).is_some_and(|byte| matches!(byte, b'.' | b',')) {
        match digits(end + 1) {
            0 => break,
            more => end += 1 + more,
        }
    }
    end
}

/// The line without sequences that set colours (`ESC[31m`) or erase the rest of a line (`ESC[K`).
pub(super) fn without_colours(line: &[u8]) -> Cow<'_, [u8]> {
    const ESCAPE: u8 = 0x1b;
    if memchr(ESCAPE, line).is_none() {
        return Cow::Borrowed(line);
    }
    let mut kept = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = memchr(ESCAPE, rest) {
        let (before, sequence) = rest.split_at(at);
        kept.extend_from_slice(before);
        let parameters =
            |text: &[u8]| text.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b';' | b':')).count();
        let length = match sequence {
            [_, b'[', after @ ..] => match after.get(parameters(after)) {
                Some(b'm' | b'K') => 2 + parameters(after) + 1,
                _ => 0,
            },
            _ => 0,
        };
        if length == 0 {
            kept.push(ESCAPE);
        }
        rest = &sequence[length.max(1)..]; // at least the escape itself
    }
    kept.extend_from_slice(rest);
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The rest of the second line, after the prefix of the first one was learned.
    fn stripped<'l>(first: &str, second: &'l str, is_plain: bool) -> Option<&'l str> {
        let mut prefixes = Prefixes::default();
        prefixes.learn(first.as_bytes(), is_plain)?;
        prefixes.strip(second.as_bytes()).map(|(_, rest)| rest.to_str().expect("text"))
    }

    #[test]
    fn a_prefix_is_taken_off_lines_of_the_same_shape() {
        for (prefix, next) in [
            ("2025-01-01T00:00:00.1234567Z ", "2025-01-01T00:00:01Z "),
            ("bench-1  | ", "bench-2  | "),
            ("bench: ", "bench: "),
            ("bench\tRun go test\t2025-01-01T23:59:59.9Z ", "bench\tRun go test\t2025-01-02T00:00:00.01Z "),
            ("[12:34:56] ", "[00:00:01] "),
            ("#12 3.456 ", "#12 101.2 "),
            ("Jan 01 00:00:00 host go[123]: ", "Jan 31 00:00:00 host go[4]: "),
            ("    ", "    "),
            ("> ", "> "),
            ("2025-01-01T00:00:00.123456Z 01O ", "2025-01-01T00:00:00.123456Z 01O "),
        ] {
            for header in ["goos: linux", "goarch: amd64", "pkg: example.com/p"] {
                let (first, second) = (format!("{prefix}{header}"), format!("{next} 9\t 5 ns/op"));
                assert_eq!(stripped(&first, &second, false), Some(" 9\t 5 ns/op"), "{first}");
                let other = format!("x{next} 9");
                assert_eq!(stripped(&first, &other, false), None, "{other}");
            }
        }
    }

    #[test]
    fn without_a_header_a_prefix_must_look_like_one() {
        for line in ["BenchmarkX-2 \t 9\t 5 ns/op", "BenchmarkX 9 5 x", "ok  \tp\t1s", "FAIL\tp\t1s", "PASS"]
        {
            for (prefix, is_one) in [
                ("12:34:56.7 ", true),
                ("[12:34:56] ", true),
                ("bench | ", true),
                ("redis: ok ", false),
                ("12:34:56", false),
                ("12 of 34 ", false),
                ("", false),
            ] {
                let first = format!("{prefix}{line}");
                assert_eq!(stripped(&first, &first, false).is_some(), is_one, "{first}");
                assert_eq!(stripped(&first, &first, true), None, "{first}: plain lines came before");
            }
        }
        assert_eq!(stripped("  goos: linux", "  9\t 5 x", true), None, "values are indented as well");
        for prose in ["the goos: linux or darwin", "xgoos: linux", "see pkg: example.com/p and others"] {
            assert_eq!(stripped(prose, prose, false), None, "{prose}");
        }
    }

    #[test]
    fn two_jobs_are_two_streams() {
        let mut prefixes = Prefixes::default();
        for first in ["a | goos: linux", "b | goos: linux"] {
            assert!(
                prefixes.strip(first.as_bytes()).is_none()
                    && prefixes.learn(first.as_bytes(), true).is_some()
            );
        }
        let streams = ["a | x", "b | x", "c | x"].map(|line| prefixes.strip(line.as_bytes()).map(|(i, _)| i));
        assert_eq!(streams, [Some(1), Some(2), None]);
        assert!(Prefixes::number(1) > MOST_SHAPES && Prefixes::number(0) == 0);
        for i in 0..20 {
            let letter = char::from(b'c' + i);
            prefixes.learn(format!("{letter} | goos: linux").as_bytes(), true);
        }
        assert_eq!(prefixes.0.len(), MOST_SHAPES);
    }

    #[test]
    fn colours_are_removed_and_nothing_else() {
        for (line, want) in [
            ("\x1b[36mbench | \x1b[0mgoos: linux\x1b[K", "bench | goos: linux"),
            ("\x1b[38;2;1;2;3mx\x1b[m", "x"),
            ("\x1b[2Jx", "\x1b[2Jx"),
            ("\x1b[31", "\x1b[31"),
            ("\x1b\x1b[0m", "\x1b"),
            ("plain", "plain"),
        ] {
            assert_eq!(without_colours(line.as_bytes()), want.as_bytes(), "{line:?}");
        }
    }

    proptest! {
        #[test]
        fn a_shape_fits_the_text_that_it_is_made_of(prefix in "[a-z0-9.:, |T-]{0,30}") {
            let line = format!("{prefix}é");
            prop_assert_eq!(Shape::of(prefix.as_bytes()).rest(line.as_bytes()), Some("é".as_bytes()));
        }

        #[test]
        fn no_line_causes_a_panic(lines in proptest::collection::vec(proptest::collection::vec(prop_oneof![
            Just(b"goos: linux".to_vec()), Just(b"Benchmark".to_vec()), Just(b"ok  \tp\t1s".to_vec()), Just(b"\x1b[".to_vec()),
            Just(b"12:34:56 ".to_vec()), Just(b"| ".to_vec()), proptest::collection::vec(any::<u8>(), 0..5)], 0..6), 0..6), is_plain in any::<bool>()) {
            let mut prefixes = Prefixes::default();
            for line in lines {
                let line = line.concat();
                let line = without_colours(&line);
                let _ = prefixes.strip(&line);
                let learnt = prefixes.learn(&line, is_plain);
                prop_assert!(learnt.is_none_or(|at| prefixes.strip(&line).is_some_and(|(_, rest)| rest.len() + at <= line.len())));
            }
        }
    }
}
