//! `//line` directives: the compiler and profiles name the positions that they give.

/// A run of lines that a directive renumbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The file that the directive names, as written; empty if it keeps the one before.
    pub file: String,
    /// The first line in the file itself, from 1.
    pub physical: u32,
    /// The number that the directive gives this line.
    pub given: u32,
    /// How many lines it holds for.
    pub count: u32,
}

/// The segments of a file, in order. `//line` counts at the start of a line only, as in the compiler; a directive inside of a line
/// is of no use for whole lines and is passed over.
pub fn segments(text: &str) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut last = 0;
    for (index, line) in text.lines().enumerate() {
        last = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let Some((file, given)) = line.strip_prefix("//line ").and_then(target) else { continue };
        end(&mut segments, last);
        let file = match (file, segments.last()) {
            ("", Some(before)) => before.file.clone(),
            (file, _) => file.to_string(),
        };
        segments.push(Segment { file, physical: last.saturating_add(1), given, count: 0 });
    }
    end(&mut segments, last.saturating_add(1));
    segments.retain(|it| it.count > 0 && !it.file.is_empty());
    segments
}

fn end(segments: &mut [Segment], line: u32) {
    if let Some(open) = segments.last_mut() {
        open.count = line.saturating_sub(open.physical);
    }
}

/// `file:line` or `file:line:column`.
fn target(text: &str) -> Option<(&str, u32)> {
    let text = text.trim_end();
    let (before, last) = text.rsplit_once(':')?;
    let last: u32 = last.parse().ok()?;
    if let Some((file, line)) = before.rsplit_once(':')
        && let Ok(line) = line.parse()
    {
        return Some((file, line));
    }
    Some((before, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directive_holds_until_the_next() {
        let text = "package p\n//line grammar.y:100\na\nb\n//line :7:2\nc\n // line no:1\n//line x\n";
        let segment = |physical, given, count| Segment { file: "grammar.y".into(), physical, given, count };
        assert_eq!(segments(text), [segment(3, 100, 2), segment(6, 7, 3)]);
    }

    #[test]
    fn names_may_have_colons() {
        assert_eq!(target("C:/a.y:3"), Some(("C:/a.y", 3)));
        assert_eq!(target("a.y:3:4\r"), Some(("a.y", 3)));
        assert_eq!(target("a.y"), None);
    }
}
