//! The shape of an event of `go test -json`: the text that it has in common with the next one.

use memchr::{memchr, memchr2};

/// The text of an event around its values, up to its output. Go writes all events of a package alike, so that the next event is
/// compared with it instead of parsed as JSON. The time and the name of the test can differ.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// The text before each value that can differ: before the time and the test, if there are such, and before the output. Empty if
    /// no event is known.
    before: Vec<Vec<u8>>,
}

/// The longest value that can differ, in bytes. Longer ones are left to the parser of JSON.
const LONGEST_VALUE: usize = 4096;

impl Shape {
    /// The shape of an event that was parsed and has an output. Not known if the event has other keys or escapes before its output,
    /// or if something follows the output.
    pub fn of(event: &[u8]) -> Shape {
        let before = parts(event).filter(|&(_, rest)| Shape::output(rest, &mut Vec::new()));
        Shape { before: before.map(|(before, _)| before).unwrap_or_default() }
    }

    /// Adds the output of an event of this shape to `text`. Returns `false` and adds nothing for other lines. O(length).
    pub fn read(&self, line: &[u8], text: &mut Vec<u8>) -> bool {
        let Some((last, free)) = self.before.split_last() else { return false };
        let mut rest = line;
        for before in free {
            let Some((_, behind)) = rest.strip_prefix(before.as_slice()).and_then(simple) else {
                return false;
            };
            rest = behind;
        }
        rest.strip_prefix(last.as_slice()).is_some_and(|output| Shape::output(output, text))
    }

    /// Reads the rest of a string and of its object. Leaves unusual escapes, and what is not JSON, to the parser.
    fn output(mut rest: &[u8], text: &mut Vec<u8>) -> bool {
        let length = text.len();
        while let Some(at) = memchr2(b'"', b'\\', rest) {
            let (piece, behind) = (&rest[..at], &rest[at + 1..]); // it is there
            if !is_plain(piece) {
                break;
            }
            text.extend_from_slice(piece);
            if rest[at] == b'"' {
                if trim_blanks(behind) == b"}" {
                    return true;
                }
                break;
            }
            let Some((escape, behind)) = behind.split_first() else { break };
            text.push(match escape {
                b'n' => b'\n',
                b't' => b'\t',
                b'"' | b'\\' | b'/' => *escape,
                _ => break,
            });
            rest = behind;
        }
        text.truncate(length);
        false
    }
}

/// The text before each value that can differ, and the rest from the output on.
fn parts(event: &[u8]) -> Option<(Vec<Vec<u8>>, &[u8])> {
    let mut before = Vec::new();
    let (mut from, mut rest) = (event, event.strip_prefix(b"{")?);
    loop {
        let (key, behind) = simple(blanks_skipped(rest).strip_prefix(b"\"")?)?;
        let colon = blanks_skipped(behind.strip_prefix(b"\"")?).strip_prefix(b":")?;
        let value = blanks_skipped(colon).strip_prefix(b"\"")?;
        let until_value = &from[..from.len() - value.len()]; // the value is a part of it
        if key == b"Output" {
            before.push(until_value.to_vec());
            return Some((before, value));
        }
        let (text, behind) = simple(value)?;
        match key {
            b"Time" | b"Test" => {
                before.push(until_value.to_vec());
                from = behind;
            }
            b"Action" if text == b"output" => {}
            b"Package" => {}
            _ => return None,
        }
        rest = blanks_skipped(behind.strip_prefix(b"\"")?).strip_prefix(b",")?;
    }
}

/// The text up to the next quote, and the rest from the quote on. `None` if it has escapes or is not plain.
fn simple(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (value, rest) = text.split_at(memchr(b'"', text)?); // it is there
    let is_simple = value.len() <= LONGEST_VALUE && is_plain(value) && !value.contains(&b'\\');
    is_simple.then_some((value, rest))
}

/// Whether a piece of a string is valid JSON without escapes.
fn is_plain(piece: &[u8]) -> bool {
    // Without an early end, so that the compiler compares many bytes at once.
    let is_ascii = piece.iter().fold(true, |all, &byte| all & (0x20..0x80).contains(&byte));
    is_ascii || piece.iter().all(|&byte| byte >= 0x20) && std::str::from_utf8(piece).is_ok()
}

fn blanks_skipped(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|&&byte| matches!(byte, b' ' | b'\t')).count();
    &text[blanks..]
}

fn trim_blanks(text: &[u8]) -> &[u8] {
    let mut text = blanks_skipped(text);
    while let [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The output of `next`, if it has the shape of `first`.
    fn read(first: &str, next: &str) -> Option<String> {
        let mut text = b"before".to_vec();
        let is_read = Shape::of(first.as_bytes()).read(next.as_bytes(), &mut text);
        assert_eq!(is_read, text.len() > 6 || next.contains(r#""Output":"""#) && is_read, "{next}");
        is_read.then(|| String::from_utf8_lossy(&text[6..]).into_owned())
    }

    #[test]
    fn events_of_a_package_are_alike() {
        let event = |time: &str, test: &str, output: &str| {
            format!(
                r#"{{"Time":"{time}","Action":"output","Package":"p/q","Test":"{test}","Output":"{output}"}}"#
            )
        };
        let first = event("2026-11-28T10:00:00Z", "BenchmarkA", "x");
        let output = |next: &str| read(&first, next);
        assert_eq!(output(&event("1", "BenchmarkÄ", r"a\tb\n")).as_deref(), Some("a\tb\n"));
        assert_eq!(output(&event("", "", r#"\"ü\\\/"#)).as_deref(), Some("\"ü\\/"));
        assert_eq!(output(&first.replace("p/q", "p")), None, "another package");
        assert_eq!(output(&event("1", "A", r"a\u003c")), None, "an unusual escape");
        assert_eq!(output(&event("1", r"A\n", "a")), None);
        assert_eq!(output(&event("1", "A", "a\u{1}")), None, "no JSON");
        assert_eq!(output(&event("1", "A", r#"a","Output":"b"#)), None, "twice");
        assert_eq!(output(&first[..first.len() - 1]), None, "cut off");
        assert_eq!(output(&first[..first.len() - 2]), None, "cut off");
        let spaced = r#"{ "Time" : "t", "Action": "output", "Package": "p", "Output": "a\n" }"#;
        assert_eq!(read(spaced, &spaced.replace("a\\n", "b")).as_deref(), Some("b"));
    }

    #[test]
    fn other_events_have_no_shape() {
        for event in [
            r#"{"Action":"pass","Package":"p","Output":"a"}"#,
            r#"{"Action":"output","Package":"p","Elapsed":1,"Output":"a"}"#,
            r#"{"Action":"output","Package":"p","Output":"a","Test":"b"}"#,
            r#"{"Action":"output","Package":"p\n","Output":"a"}"#,
            r#"{"Action":"output","Package":"p"}"#,
        ] {
            assert_eq!(read(event, event), None, "{event}");
        }
    }

    proptest! {
        /// What has the shape of another event is JSON, and has this output.
        #[test]
        fn the_shape_agrees_with_the_parser_of_json(
            output in "[a\"\\\\nt/u0é\u{1}\u{7f},}]{0,8}",
            end in "(|\"| )(|}|} |,|x)",
            test in "(|\"Test\": ?\"[A\\\\\"]{0,3}\",)",
        ) {
            let first = r#"{"Time":"t","Action":"output","Package":"p","#;
            let next = format!(r#"{first}{test}"Output":"{output}"{end}"#);
            for known in [r#""Output":"x"}"#, r#""Test":"A","Output":"x"}"#] {
                if let Some(got) = read(&format!("{first}{known}"), &next) {
                    let value: serde_json::Value = serde_json::from_str(&next).expect("it is JSON");
                    prop_assert_eq!(value["Output"].as_str(), Some(got.as_str()), "{}", next);
                }
            }
        }
    }
}
