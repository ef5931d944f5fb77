//! Names of functions as profiles write them.

/// A function's name for a reader, and the import path of its package; that is empty if the name has none.
///
/// In profiles the last element of a path has `%2e` for its dots, twice escaped (`%252e`) in some closures; and the brackets of generic
/// functions may have types in them, which become `...`.
pub(super) fn readable(raw: &str) -> (String, String) {
    let name = without_types(raw);
    let slash = name.find('(').map_or(name.as_str(), |at| &name[..at]).rfind('/').map_or(0, |at| at + 1);
    let package = name[slash..].find('.').map_or("", |dot| &name[..slash + dot]);
    (unescaped(package), unescaped(&name))
}

/// A name with `...` in its brackets. One whose brackets do not match is left as it is.
fn without_types(name: &str) -> String {
    let mut kept = String::with_capacity(name.len());
    let mut depth = 0_usize;
    for char in name.chars() {
        match char {
            '[' => {
                if depth == 0 {
                    kept.push_str("[...]");
                }
                depth += 1;
            }
            ']' if depth == 0 => return name.to_string(),
            ']' => depth -= 1,
            _ if depth == 0 => kept.push(char),
            _ => {}
        }
    }
    if depth == 0 { kept } else { name.to_string() }
}

/// A name without its escapes. What is no escape, or no text when it is undone, stays.
fn unescaped(name: &str) -> String {
    let mut text = name.to_string();
    // Twice is the most that the compiler escapes.
    for _ in 0..2 {
        if !text.contains('%') {
            break;
        }
        let Ok(next) = String::from_utf8(unescaped_once(text.as_bytes())) else { break };
        text = next;
    }
    text
}

fn unescaped_once(text: &[u8]) -> Vec<u8> {
    let digit = |at: usize| text.get(at).and_then(|&it| char::from(it).to_digit(16));
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                // Two digits are less than 256.
                bytes.push((high * 16 + low) as u8);
                at += 3;
            }
            _ => {
                bytes.push(byte);
                at += 1;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_readable() {
        for (raw, package, name) in [
            ("main.main", "main", "main.main"),
            (
                "example.com/hot/wire.(*Writer).Append",
                "example.com/hot/wire",
                "example.com/hot/wire.(*Writer).Append",
            ),
            ("example.com/names%2ev2.F.func1", "example.com/names.v2", "example.com/names.v2.F.func1"),
            ("example.com/names%252ev2.F.func1", "example.com/names.v2", "example.com/names.v2.F.func1"),
            ("gopkg.in/yaml%2ev3.F", "gopkg.in/yaml.v3", "gopkg.in/yaml.v3.F"),
            ("a/b.F[...]", "a/b", "a/b.F[...]"),
            ("a/b.(*T[go.shape.struct { c/d.x []int }]).M.func1", "a/b", "a/b.(*T[...]).M.func1"),
            ("a/b%zz.F", "a/b%zz", "a/b%zz.F"),
            ("a/b%ff.F", "a/b%ff", "a/b%ff.F"),
            ("a[b.c", "a[b", "a[b.c"),
            ("nothing", "", "nothing"),
            ("", "", ""),
        ] {
            assert_eq!(readable(raw), (package.to_string(), name.to_string()), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn any_name_begins_with_its_package(raw in "[a-z%2e5./()*\\[\\]é]{0,20}") {
            let (package, name) = readable(&raw);
            // Undoing escapes of the whole may need the bytes behind the package.
            prop_assert!(name.starts_with(&package) || raw.contains('%'), "{} {}", package, name);
        }
    }
}
