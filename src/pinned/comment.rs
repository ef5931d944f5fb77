//! Comments for gcassert, which demand decisions about a line or function.

use crate::cause::lines::{Line, Sources};

/// What a comment demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::Display)]
#[strum(serialize_all = "lowercase")]
#[non_exhaustive]
pub enum Directive {
    /// `inline`: a call of the line is inlined; of a function, that it can be.
    Inline,
    /// `noescape`: no value of the line moves to the heap.
    NoEscape,
    /// `bce`: the line has no check of bounds.
    Bce,
}

/// A comment such as `//gcassert:inline`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DirectiveComment {
    /// Its own line.
    pub at: Line,
    /// The line that it is about: its own if that has code, else the next one with code.
    pub about: Line,
    /// What it demands, or the word that is no such thing.
    pub demands: Vec<Result<Directive, String>>,
}

/// How far a comment may be above its line.
const MOST_LINES: u32 = 50;

/// The comments of a tree, in the order of files and lines. One with no code below is left out.
pub fn comments(sources: &Sources) -> Vec<DirectiveComment> {
    let lines = (0..sources.file_count())
        .flat_map(|file| (1..=sources.line_count(file)).map(move |number| Line { file, number }));
    lines.filter_map(|line| comment(sources, line)).collect()
}

fn comment(sources: &Sources, at: Line) -> Option<DirectiveComment> {
    let text = sources.text(at);
    let (before, words) = text.split_once("gcassert:")?;
    if !matches!(before.trim_end_matches(' ').strip_suffix("//"), Some(rest) if before.len() - rest.len() <= 3)
    {
        return None;
    }
    // In a string it is no comment.
    if sources.tokens(at).any(|it| it.contains("gcassert:")) {
        return None;
    }
    let end =
        words.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | ','))).unwrap_or(words.len());
    let words = words.get(..end).unwrap_or_default();
    let demand = |word: &str| word.parse().map_err(|_| word.to_string());
    let demands = words.split(',').filter(|it| !it.is_empty()).map(demand).collect();
    let has_code = |line: &Line| {
        let mut tokens = sources.tokens(*line);
        tokens.next().is_some_and(|it| !it.starts_with("//"))
    };
    let last = sources.line_count(at.file).min(at.number.saturating_add(MOST_LINES));
    let about = (at.number..=last).map(|number| Line { file: at.file, number }).find(has_code)?;
    Some(DirectiveComment { at, about, demands })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cause::lines::SourceFile;

    #[test]
    fn comments_are_about_their_line_or_the_next() {
        let text = "package p\n\n//gcassert:inline\n//go:nosplit\nfunc f(x []int) int {\n\t// gcassert:bce,noescape\n\n\ty := x[0]\n\treturn g(y) //gcassert:inline why\n}\n\nvar s = \"//gcassert:bce\"\n\n// see gcassert:bce\nvar t = 1\n//gcassert:never\nvar u = 1\n//gcassert:bce\n";
        let sources = Sources::new(vec![SourceFile { path: "p.go".into(), text: text.into() }], Vec::new());
        let found = comments(&sources).into_iter().map(|it| (it.at.number, it.about.number, it.demands));
        let want = [
            (3, 5, vec![Ok(Directive::Inline)]),
            (6, 8, vec![Ok(Directive::Bce), Ok(Directive::NoEscape)]),
            (9, 9, vec![Ok(Directive::Inline)]),
            (16, 17, vec![Err("never".to_string())]),
        ];
        assert_eq!(found.collect::<Vec<_>>(), want);
    }
}
