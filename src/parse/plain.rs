//! A fast path for nearly every line: a result with the units of the previous result, exactly as Go prints it.
//!
//! Ten lines have the same name, all lines of a file the same three units, and many the same bytes and allocations as the line
//! before. So this compares with the expected text, reads eight bytes at a time, and leaves unusual lines to
//! [`record`](super::record). It takes a third of the time. A property test checks that both give the same result.

use crate::model::{digits, short_decimal};
use memchr::memchr;

/// A plain result line.
#[derive(Debug, PartialEq)]
pub(super) struct Plain<'a> {
    /// The name without the `Benchmark` prefix; `None` if it is the previous one.
    pub name: Option<&'a [u8]>,
    /// b.N.
    pub iterations: u64,
    /// The first value.
    pub first: f64,
    /// Whether all other values are those of the previous line.
    pub is_similar: bool,
    /// The length of the line with its end.
    pub length: usize,
}

/// What the next line may have in common with the last one.
#[derive(Debug, Default)]
pub(super) struct Last {
    /// The measurements of the line.
    pub values: Vec<f64>,
    /// `Benchmark` and the name.
    head: Vec<u8>,
    /// The units, one after the other, and where each ends.
    units: Vec<u8>,
    ends: Vec<usize>,
    /// The text behind the first number, without the line end; empty if the last line is not known. All values but the first are
    /// those of this text.
    tail: Vec<u8>,
}

const BENCHMARK: &[u8] = b"Benchmark";

impl Last {
    /// The last line has this name and these units.
    pub fn begin<'u>(&mut self, name: &[u8], units: impl Iterator<Item = &'u [u8]>) {
        self.rename(name);
        self.units.clear();
        self.ends.clear();
        for unit in units {
            self.units.extend_from_slice(unit);
            self.ends.push(self.units.len());
        }
        self.tail.clear();
    }

    /// The next line may have other units.
    pub fn forget(&mut self) {
        self.ends.clear();
    }

    /// Whether the last line is known.
    pub fn is_known(&self) -> bool {
        !self.ends.is_empty()
    }

    fn rename(&mut self, name: &[u8]) {
        self.head.clear();
        self.head.extend_from_slice(BENCHMARK);
        self.head.extend_from_slice(name);
    }
}

/// Parses the line at the beginning of `text`, which ends there or at a line end, as a result with the units of the last one.
/// `None` for other lines, and for results in another form. O(length).
///
/// Nearly every byte of a file is read here. Of a line that differs from the last one only in its numbers, the text before and
/// behind the numbers is compared, and the line end is not searched for.
pub(super) fn plain<'a>(text: &'a [u8], last: &mut Last) -> Option<Plain<'a>> {
    let (name, rest) = match text.strip_prefix(last.head.as_slice()) {
        Some(rest @ [b' ' | b'\t', ..]) => (None, rest),
        _ => {
            let after = text.strip_prefix(BENCHMARK)?;
            let (name, rest) = after.split_at(letters(after)); // at most its length
            if name.is_empty() {
                return None;
            }
            (Some(name), rest)
        }
    };
    let rest = behind_blanks(rest)?;
    let (iterations, length) = digits(rest);
    let counted = &rest[length..]; // at most its length
    if length == 0 {
        return None;
    }
    let measured = behind_blanks(counted)?;
    let (first, length) = short_decimal(measured)?;
    let tail = &measured[length..]; // the length of the number
    let is_similar = !last.tail.is_empty() && tail.strip_prefix(last.tail.as_slice()).is_some_and(ends_line);
    let behind = match is_similar {
        true => {
            if let Some(known) = last.values.first_mut() {
                *known = first;
            }
            &tail[last.tail.len()..] // it begins with it
        }
        false => {
            let line = match memchr(b'\n', counted) {
                Some(end) => counted[..end].strip_suffix(b"\r").unwrap_or(&counted[..end]), // it is there
                None => counted,
            };
            last.tail.clear();
            last.values.clear();
            measurements(line, last)?;
            let behind = &counted[line.len()..]; // it begins with it
            last.tail.extend_from_slice(&tail[..tail.len() - behind.len()]); // both end where the text does
            behind
        }
    };
    if let Some(name) = name {
        last.rename(name);
    }
    let end = match behind {
        [] => 0,
        [b'\n', ..] => 1,
        _ => 2,
    };
    Some(Plain { name, iterations, first, is_similar, length: text.len() - behind.len() + end })
}

fn ends_line(text: &[u8]) -> bool {
    matches!(text, [] | [b'\n', ..] | [b'\r', b'\n', ..])
}

/// Reads a number for each unit, and the end of the line.
fn measurements(mut rest: &[u8], last: &mut Last) -> Option<()> {
    let mut from = 0;
    for &end in &last.ends {
        let unit = &last.units[from..end]; // the ends ascend
        from = end;
        let measured = behind_blanks(rest)?;
        let (value, length) = short_decimal(measured)?;
        rest = behind_blanks(&measured[length..])?.strip_prefix(unit)?; // the length of the number
        last.values.push(value);
    }
    let ends = rest.is_empty() || behind_blanks(rest).is_some_and(<[u8]>::is_empty);
    (ends && !last.values.is_empty()).then_some(())
}

/// The text after spaces and tabs at its beginning; `None` if there are none. Go pads its columns, so this reads eight bytes at a
/// time.
fn behind_blanks(text: &[u8]) -> Option<&[u8]> {
    const SPACES: u64 = u64::from_ne_bytes([b' '; 8]);
    let [b' ' | b'\t', text @ ..] = text else { return None };
    let mut text = text;
    loop {
        match text {
            [b'!'..=0xff, ..] => return Some(text),
            [b'\t', rest @ ..] => text = rest,
            _ => match text.first_chunk() {
                Some(&eight) => {
                    let others = u64::from_le_bytes(eight) ^ SPACES;
                    match others.trailing_zeros() as usize / 8 {
                        0 => return Some(text),           // another control character
                        spaces => text = &text[spaces..], // at most eight
                    }
                }
                None => match text {
                    [b' ', rest @ ..] => text = rest,
                    _ => return Some(text),
                },
            },
        }
    }
}

/// How many bytes at the beginning of a text are certainly letters. Names are long, so this reads eight bytes at a time:
/// subtracting `!` from a smaller byte sets its highest bit, and a byte that is not ASCII has this bit already. The borrow can
/// change the following bytes, so only the first such byte counts.
fn letters(text: &[u8]) -> usize {
    const HIGHEST: u64 = u64::from_ne_bytes([0x80; 8]);
    const FIRST: u64 = u64::from_ne_bytes([b'!'; 8]);
    let mut at = 0;
    while let Some(&eight) = text[at..].first_chunk() {
        let bytes = u64::from_le_bytes(eight);
        let others = (bytes.wrapping_sub(FIRST) | bytes) & HIGHEST;
        if others != 0 {
            return at + others.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::super::{Record, record};
    use super::*;
    use proptest::prelude::*;

    const UNITS: [&[u8]; 3] = [b"ns/op", b"B/op", b"allocs/op"];

    fn last_of(name: &str) -> Last {
        let mut last = Last { values: vec![7.0], tail: b" x".to_vec(), ..Last::default() };
        last.begin(name.as_bytes(), UNITS.into_iter());
        last
    }

    /// The name, the iterations and the values of a line.
    type Parts<'a> = (Option<&'a [u8]>, u64, Vec<f64>);

    fn read<'a>(line: &'a [u8], name: &str) -> Option<Parts<'a>> {
        let mut last = last_of(name);
        plain(line, &mut last).map(|it| (it.name, it.iterations, last.values))
    }

    #[test]
    fn output_of_go_takes_the_fast_path() {
        let line = b"BenchmarkDecode/size=64-8         \t 1000000\t      1042.5 ns/op\t      64 B/op\t       2 allocs/op";
        let values = vec![1042.5, 64.0, 2.0];
        assert_eq!(read(line, "Decode/size=64-8"), Some((None, 1_000_000, values.clone())));
        for other in ["", "Decode", "Decode/size=64-8x"] {
            let new = (Some(&b"Decode/size=64-8"[..]), 1_000_000, values.clone());
            assert_eq!(read(line, other), Some(new), "{other:?}");
        }
    }

    #[test]
    fn unusual_lines_do_not_take_the_fast_path() {
        for line in [
            "BenchmarkA 1 2 ns/op 3 B/op",
            "BenchmarkA 1 2 ns/op 3 B/op 4 allocs/op 5 x/op",
            "BenchmarkA 1 2 ns/op 3 B/op 4 allocs/ops",
            "BenchmarkA 1 2 ns/op 3 allocs/op 4 B/op",
            "BenchmarkA 1 2ns/op 3 B/op 4 allocs/op",
            "BenchmarkA 1 2 ns/op 3 B/op 4",
            "BenchmarkA 1 1e3 ns/op 3 B/op 4 allocs/op",
            "BenchmarkA x 2 ns/op 3 B/op 4 allocs/op",
            "BenchmarkÄ 1 2 ns/op 3 B/op 4 allocs/op",
            "BenchmarkA\x0b1 2 ns/op 3 B/op 4 allocs/op",
            "BenchmarkA 12345678901234567 2 ns/op 3 B/op 4 allocs/op",
            " BenchmarkA 1 2 ns/op 3 B/op 4 allocs/op",
            "BenchmarkA\n 1 2 ns/op 3 B/op 4 allocs/op",
            "BenchmarkA 1 2 ns/op 3 B/op\n 4 allocs/op",
            "BenchmarkA 1\n2 ns/op 3 B/op 4 allocs/op",
            "BenchmarkA",
            "",
        ] {
            assert_eq!(read(line.as_bytes(), "A"), None, "{line:?}");
        }
        let mut last = Last::default();
        last.begin(b"A", std::iter::empty());
        assert_eq!((plain(b"BenchmarkA 1", &mut last), last.is_known()), (None, false));
    }

    #[test]
    fn the_numbers_behind_an_equal_tail_are_those_of_the_last_line() {
        let mut last = last_of("A");
        let mut read = |line: &[u8]| plain(line, &mut last).map(|it| (it.is_similar, last.values.clone()));
        assert_eq!(read(b"BenchmarkA 1 2 ns/op 3 B/op 4 allocs/op"), Some((false, vec![2.0, 3.0, 4.0])));
        assert_eq!(read(b"BenchmarkA 9 2.5 ns/op 3 B/op 4 allocs/op\n"), Some((true, vec![2.5, 3.0, 4.0])));
        assert_eq!(read(b"BenchmarkA 9 2.5 ns/op 3 B/op 47 allocs/op"), Some((false, vec![2.5, 3.0, 47.0])));
        assert_eq!(read(b"BenchmarkA 9 2.5 ns/op 3 B/op 47 allocs/opx"), None);
        assert_eq!(read(b"BenchmarkA 9 2.5 ns/op 3 B/op 5 x"), None);
        assert_eq!(read(b"BenchmarkA 9 6 ns/op 3 B/op 5 allocs/op"), Some((false, vec![6.0, 3.0, 5.0])));
    }

    proptest! {
        #[test]
        fn the_other_lines_of_a_text_make_no_difference(
            lines in proptest::collection::vec("Benchmark[AB] [1-9] [0-9.]{1,3}[ \t]{1,2}(ns/op|x)( 1| 2|  2) B/op (0|7) allocs/op(| |\t|y)(|\r)", 1..9),
        ) {
            let text = lines.join("\n");
            let mut last = last_of("A");
            let (mut rest, mut name) = (text.as_bytes(), &b"A"[..]);
            let mut before: Option<Vec<f64>> = None;
            for line in &lines {
                let alone = read(line.strip_suffix('\r').filter(|_| rest.len() > line.len()).unwrap_or(line).as_bytes(), "C");
                let length = rest.len().min(line.len() + 1);
                match plain(rest, &mut last) {
                    Some(it) => {
                        name = it.name.unwrap_or(name);
                        let got = (Some(name), it.iterations, last.values.clone());
                        prop_assert_eq!(Some(got), alone, "{}", line);
                        prop_assert_eq!((it.length, it.first), (length, last.values[0]));
                        prop_assert!(!it.is_similar || before.is_some_and(|it| it[1..] == last.values[1..]));
                        before = Some(last.values.clone());
                    }
                    None => {
                        prop_assert_eq!(alone, None, "{}", line);
                        last.begin(name, UNITS.into_iter());
                        before = None;
                    }
                }
                rest = &rest[length..];
            }
        }

        #[test]
        fn the_fast_path_agrees_with_the_general_one(line in "Benchmark[AbcZ-]{0,9}[ \t\\x0b]{1,9}[0-9]{0,17}[ \t\r\u{a0}]{0,9}\
            [0-9.e]{1,9}[ \t]{0,9}(ns/op|B/op)[ \t]{0,9}[0-9]{1,9}[ \t]{1,2}B/op[ \t]{1,17}[0-9]{1,3}[ \t]{0,2}allocs/op[ \t]{0,9}x?",
            last in "[AbcZ-]{0,4}") {
            if let Some((name, iterations, values)) = read(line.as_bytes(), &last) {
                let Record::Result(general) = record(line.as_bytes()) else { panic!("{line:?}: no result") };
                prop_assert_eq!(name.unwrap_or(last.as_bytes()), general.name);
                prop_assert_eq!(iterations, general.values.iterations);
                let measured: Vec<_> = general.values.of(general.name).map(|it| it.expect("well formed")).collect();
                prop_assert_eq!(measured, values.into_iter().zip(UNITS).collect::<Vec<_>>());
            }
        }
    }
}
