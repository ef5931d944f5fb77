//! Finds those of many patterns that match a text.

use super::Glob;
use crate::model::hash::HashMap;
use bstr::{BStr, ByteSlice};
use std::collections::BTreeSet;

/// Patterns, arranged so that a text is not matched against each of them: those without a wildcard are found by the whole text, and the
/// others by the text before their first wildcard. O(length²) for a text of that length, and O(length) more for each pattern with
/// a wildcard that begins like it.
#[derive(Debug, Clone, Default)]
pub struct GlobIndex {
    literals: HashMap<String, Vec<usize>>,
    /// By their literal beginning.
    patterns: HashMap<String, Vec<(usize, Glob)>>,
    /// The lengths of these beginnings.
    lengths: BTreeSet<usize>,
}

impl GlobIndex {
    /// Arranges patterns. The index of a pattern is its place among them.
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p Glob>) -> GlobIndex {
        let mut index = GlobIndex::default();
        for (place, glob) in patterns.into_iter().enumerate() {
            match glob.as_literal() {
                Some(text) => index.literals.entry(text).or_default().push(place),
                None => {
                    let beginning = glob.beginning();
                    index.lengths.insert(beginning.len());
                    index.patterns.entry(beginning).or_default().push((place, glob.clone()));
                }
            }
        }
        index
    }

    /// Whether there are no patterns.
    pub fn is_empty(&self) -> bool {
        self.literals.is_empty() && self.patterns.is_empty()
    }

    /// Adds the indices of the patterns that match the whole text to `found`.
    pub fn find(&self, text: &BStr, found: &mut Vec<usize>) {
        let text = text.to_str_lossy();
        if let Some(literals) = self.literals.get(&*text) {
            found.extend(literals);
        }
        let matches = |(_, glob): &&(usize, Glob)| glob.matches_text(&text);
        found.extend(self.candidates(&text).filter(matches).map(|(place, _)| place));
    }

    /// The most steps that [`GlobIndex::find`] takes for a text, but for those that every text takes.
    pub fn steps(&self, text: &BStr) -> u64 {
        let text = text.to_str_lossy();
        let length = text.len() as u64;
        self.candidates(&text)
            .fold(0, |sum: u64, (_, glob)| sum.saturating_add(glob.steps().saturating_mul(length)))
    }

    /// The patterns with wildcards that begin like the text.
    fn candidates(&self, text: &str) -> impl Iterator<Item = &(usize, Glob)> {
        let beginnings =
            self.lengths.iter().map_while(move |&length| (length <= text.len()).then(|| text.get(..length)));
        beginnings.flatten().filter_map(|beginning| self.patterns.get(beginning)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn steps_count_patterns_that_begin_like_the_text() {
        let globs: Vec<Glob> =
            ["A/x", "A/*", "B/*", "**"].iter().map(|it| Glob::new(it).expect("valid")).collect();
        let index = GlobIndex::new(&globs);
        assert_eq!(index.steps("A/x".into()), 6, "two patterns, three bytes each");
        assert_eq!(index.steps("".into()), 0);
        let hard = Glob::new(&format!("*a{}", "?".repeat(40))).expect("valid");
        assert!(GlobIndex::new([&hard]).steps("A".into()) > 40, "its automaton would have 2^40 states");
    }

    proptest! {
        #[test]
        fn it_finds_exactly_what_matches(
            patterns in proptest::collection::vec(r#"([AB/é]|\*|\?|\{A,B/\}|\[AB\]|\\\*|-8|/\*\*|\*\*/){0,5}"#, 1..9),
            names in proptest::collection::vec(r"([AB/é*]|-8){0,5}", 1..9),
        ) {
            let globs: Vec<Glob> = patterns.iter().filter_map(|it| Glob::new(it).ok()).collect();
            let index = GlobIndex::new(&globs);
            for name in &names {
                let mut found = Vec::new();
                index.find(name.as_str().into(), &mut found);
                found.sort_unstable();
                let compiled = |it: &Glob| globset::GlobBuilder::new(it.pattern())
                    .literal_separator(true).backslash_escape(true).build().expect("valid").compile_matcher();
                let want: Vec<usize> = (0..globs.len()).filter(|&i| compiled(&globs[i]).is_match(name)).collect();
                prop_assert_eq!(found, want, "{:?} {}", patterns, name);
            }
        }
    }
}
