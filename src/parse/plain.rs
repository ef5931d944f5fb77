//! A fast path for nearly every line: a result with the units of the previous result, exactly as Go prints it.
//!
//! Ten lines have the same name, all lines of a file the same three units, and many the same bytes and allocations as the line
//! before. So this compares with the expected text, reads eight bytes at a time, and leaves unusual lines to
//! [`record`](super::record). It takes a third of the time. A property test checks that both give the same result.

use crate::model::{digits, short_decimal};

/// A plain result line.
#[derive(Debug, PartialEq)]
pub(super) struct Plain<'a> {
    /// The name without the `Benchmark` prefix; `None` if it is the previous one.
    pub name: Option<&'a [u8]>,
    /// b.N.
    pub iterations: u64,
}

/// What the next line may have in common with the last one.
#[derive(Debug, Default)]
pub(super) struct Last {
    /// The measurements of the line.
    pub values: Vec<f64>,
    /// The text behind the first number, which is the same in the next line if the other numbers are; empty if there is no such
    /// line. All values but the first are those of this text.
    tail: Vec<u8>,
}

impl Last {
    /// The next line may have other units.
    pub fn forget(&mut self) {
        self.tail.clear();
    }
}

/// Parses a result with the units `units` (at least one); `name` is the previous name, and `last` what the previous call left,
/// if its units were the same. Leaves the measurements in `last`. `None` for other lines, and for results in another form.
/// O(length).
pub(super) fn plain<'a, 'u>(
    line: &'a [u8],
    name: &[u8],
    units: impl Iterator<Item = &'u [u8]>,
    last: &mut Last,
) -> Option<Plain<'a>> {
    let plain = recognized(line, name, units, last);
    if plain.is_none() {
        last.forget();
    }
    plain
}

fn recognized<'a, 'u>(
    line: &'a [u8],
    last_name: &[u8],
    units: impl Iterator<Item = &'u [u8]>,
    last: &mut Last,
) -> Option<Plain<'a>> {
    let after = line.strip_prefix(b"Benchmark")?;
    let (name, rest) = match after.strip_prefix(last_name) {
        Some(rest @ [b' ' | b'\t', ..]) => (None, rest),
        _ => {
            let (name, rest) = after.split_at(letters(after)); // at most its length
            (Some(name), rest)
        }
    };
    if let Some([]) = name {
        return None;
    }
    let rest = behind_blanks(rest)?;
    let (iterations, length) = digits(rest);
    let rest = &rest[length..]; // at most its length
    if length == 0 {
        return None;
    }
    let measured = behind_blanks(rest)?;
    let (value, length) = short_decimal(measured)?;
    let tail = &measured[length..]; // the length of the number
    match last.values.first_mut() {
        Some(first) if !tail.is_empty() && tail == last.tail => *first = value,
        _ => {
            measurements(rest, units, &mut last.values)?;
            last.tail.clear();
            last.tail.extend_from_slice(tail);
        }
    }
    Some(Plain { name, iterations })
}

/// Reads a number for each unit, and the end of the line.
fn measurements<'u>(
    mut rest: &[u8],
    units: impl Iterator<Item = &'u [u8]>,
    values: &mut Vec<f64>,
) -> Option<()> {
    values.clear();
    for unit in units {
        let measured = behind_blanks(rest)?;
        let (value, length) = short_decimal(measured)?;
        rest = behind_blanks(&measured[length..])?.strip_prefix(unit)?; // the length of the number
        values.push(value);
    }
    let ends = rest.is_empty() || behind_blanks(rest).is_some_and(<[u8]>::is_empty);
    (ends && !values.is_empty()).then_some(())
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

    fn read<'a>(line: &'a [u8], name: &str) -> Option<(Plain<'a>, Vec<f64>)> {
        let mut last = Last { values: vec![7.0], tail: Vec::new() };
        plain(line, name.as_bytes(), UNITS.into_iter(), &mut last).map(|it| (it, last.values))
    }

    #[test]
    fn output_of_go_takes_the_fast_path() {
        let line = b"BenchmarkDecode/size=64-8         \t 1000000\t      1042.5 ns/op\t      64 B/op\t       2 allocs/op";
        let values = vec![1042.5, 64.0, 2.0];
        let known = Plain { name: None, iterations: 1_000_000 };
        assert_eq!(read(line, "Decode/size=64-8"), Some((known, values.clone())));
        for other in ["", "Decode", "Decode/size=64-8x"] {
            let new = Plain { name: Some(b"Decode/size=64-8"), iterations: 1_000_000 };
            assert_eq!(read(line, other), Some((new, values.clone())), "{other:?}");
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
            "BenchmarkA",
            "",
        ] {
            assert_eq!(read(line.as_bytes(), "A"), None, "{line:?}");
        }
        assert_eq!(plain(b"BenchmarkA 1", b"A", std::iter::empty(), &mut Last::default()), None);
    }

    #[test]
    fn the_numbers_behind_an_equal_tail_are_those_of_the_last_line() {
        let mut last = Last::default();
        let mut read =
            |line: &[u8]| plain(line, b"A", UNITS.into_iter(), &mut last).map(|_| last.values.clone());
        assert_eq!(read(b"BenchmarkA 1 2 ns/op 3 B/op 4 allocs/op"), Some(vec![2.0, 3.0, 4.0]));
        assert_eq!(read(b"BenchmarkA 9 2.5 ns/op 3 B/op 4 allocs/op"), Some(vec![2.5, 3.0, 4.0]), "equal");
        assert_eq!(read(b"BenchmarkA 9 2.5 ns/op 3 B/op 5 allocs/op"), Some(vec![2.5, 3.0, 5.0]));
        assert_eq!(read(b"BenchmarkA 9 2.5 ns/op 3 B/op 5 x"), None);
        assert_eq!(read(b"BenchmarkA 9 6 ns/op 3 B/op 5 allocs/op"), Some(vec![6.0, 3.0, 5.0]));
    }

    proptest! {
        #[test]
        fn the_last_line_makes_no_difference(
            lines in proptest::collection::vec("Benchmark[AB] [1-9] [0-9.]{1,3}[ \t]{1,2}(ns/op|x)( 1| 2|  2) B/op (0|7) allocs/op(| |\t|y)", 1..9),
        ) {
            let mut last = Last::default();
            for line in &lines {
                let after = plain(line.as_bytes(), b"A", UNITS.into_iter(), &mut last);
                let after = after.map(|it| (it, last.values.clone()));
                prop_assert_eq!(after, read(line.as_bytes(), "A"), "{}", line);
            }
        }

        #[test]
        fn the_fast_path_agrees_with_the_general_one(line in "Benchmark[AbcZ-]{0,9}[ \t\\x0b]{1,9}[0-9]{0,17}[ \t\r\u{a0}]{0,9}\
            [0-9.e]{1,9}[ \t]{0,9}(ns/op|B/op)[ \t]{0,9}[0-9]{1,9}[ \t]{1,2}B/op[ \t]{1,17}[0-9]{1,3}[ \t]{0,2}allocs/op[ \t]{0,9}x?",
            last in "[AbcZ-]{0,4}") {
            if let Some((plain, values)) = read(line.as_bytes(), &last) {
                let Record::Result(general) = record(line.as_bytes()) else { panic!("{line:?}: no result") };
                prop_assert_eq!(plain.name.unwrap_or(last.as_bytes()), general.name);
                prop_assert_eq!(plain.iterations, general.values.iterations);
                let measured: Vec<_> = general.values.of(general.name).map(|it| it.expect("well formed")).collect();
                prop_assert_eq!(measured, values.into_iter().zip(UNITS).collect::<Vec<_>>());
            }
        }
    }
}
