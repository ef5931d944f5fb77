//! Finds the keys because of which files are not compared.

use super::{Layout, Tables, tables};
use crate::model::Dataset;
use crate::model::hash::IndexSet;
use bstr::BString;

/// Keys in which files differ, so that they are not compared.
#[derive(Debug, Clone, PartialEq)]
pub struct SeparatingKeys {
    /// At least one key.
    pub keys: Vec<BString>,
    /// The values of the first key.
    pub values: Vec<BString>,
    /// How many comparisons there would be without these keys: more than now.
    pub comparisons: usize,
}

/// Finds keys that separate files: without them there would be more comparisons. `None` if every table has every column, or no
/// keys help. O(keys · layout).
pub fn find_separating_keys(dataset: &Dataset, layout: &Layout, laid_out: &Tables) -> Option<SeparatingKeys> {
    let columns: IndexSet<&Vec<BString>> = laid_out.list.iter().flat_map(|table| &table.columns).collect();
    if laid_out.list.iter().all(|table| table.columns.len() == columns.len()) {
        return None;
    }
    let differing: Vec<BString> = (0..laid_out.keys.len())
        .filter(|&key| values(laid_out, key).len() > 1)
        .map(|key| laid_out.keys[key].clone())
        .collect();
    let compared_without = |keys: &[BString]| {
        let layout = layout.ignoring(keys).ok()?;
        Some(tables(dataset, &layout).comparisons())
    };
    let singles = differing.iter().map(|key| vec![key.clone()]);
    let mut options: Vec<(usize, Vec<BString>)> =
        singles.filter_map(|keys| Some((compared_without(&keys)?, keys))).collect();
    if options.iter().all(|(comparisons, _)| *comparisons <= laid_out.comparisons()) {
        options.extend(fewest(differing, compared_without));
    }
    // The first of the best ones.
    let best = options.into_iter().rev().max_by_key(|(comparisons, _)| *comparisons);
    let (comparisons, keys) = best.filter(|(comparisons, _)| *comparisons > laid_out.comparisons())?;
    let first = laid_out.keys.iter().position(|key| *key == keys[0])?;
    Some(SeparatingKeys { values: values(laid_out, first).into_iter().cloned().collect(), keys, comparisons })
}

/// The distinct values of a key, in the order of the tables.
fn values<'t>(laid_out: &'t Tables, key: usize) -> IndexSet<&'t BString> {
    laid_out.list.iter().map(|table| &table.config[key]).collect()
}

/// The keys without those that make no difference.
fn fewest(
    mut keys: Vec<BString>,
    compared_without: impl Fn(&[BString]) -> Option<usize>,
) -> Option<(usize, Vec<BString>)> {
    let comparisons = compared_without(&keys)?;
    for key in keys.clone() {
        let others: Vec<BString> = keys.iter().filter(|it| **it != key).cloned().collect();
        if compared_without(&others) == Some(comparisons) {
            keys = others;
        }
    }
    Some((comparisons, keys))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    fn found(old: &str, new: &str) -> Option<(Vec<String>, usize)> {
        let mut data = parse::text("old", old.as_bytes());
        data.append(parse::text("new", new.as_bytes()));
        let layout = Layout::default();
        let found = find_separating_keys(&data, &layout, &tables(&data, &layout))?;
        Some((found.keys.iter().map(ToString::to_string).collect(), found.comparisons))
    }

    #[test]
    fn the_separating_key_is_found() {
        let results = "BenchmarkA 1 1 x 2 y\nBenchmarkB 1 1 x\n";
        let file = |config: &str| format!("{config}{results}");
        assert_eq!(
            found(&file("cpu: a\npkg: p\n"), &file("cpu: b\npkg: p\n")),
            Some((vec!["cpu".into()], 3))
        );
        let both = found(&file("goos: l\ncpu: a\npkg: p\n"), &file("goos: l\ncpu: b\npkg: q\n"));
        assert_eq!(both, Some((vec!["cpu".into(), "pkg".into()], 3)));
        assert_eq!(found(&file("cpu: a\n"), &file("cpu: a\n")), None);
        assert_eq!(found(&file("pkg: p\n"), "pkg: q\nBenchmarkC 1 1 x\n"), None, "nothing in common anyway");
    }
}
