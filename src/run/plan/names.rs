//! Which benchmarks can be run alone.

use crate::run::measure::{Printed, Printout};
use crate::words::duration;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::time::Duration;

/// A benchmark with a result.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Leaf {
    /// Its name, without the number of processors.
    pub name: String,
    /// How often it was run.
    pub iterations: u64,
    /// How long an operation took, in nanoseconds, if that was printed.
    pub nanoseconds: Option<f64>,
}

/// Why some benchmarks are not run alone, or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAlone {
    /// Several have this name.
    SameName(String),
    /// The name of another one begins with this name and a slash, so that a pattern for one runs both.
    Prefix(String),
    /// A name with an empty part or odd characters.
    OddName(String),
    /// Something else was printed on the line of a result.
    MixedOutput,
    /// A pattern for this benchmark ran others, or none.
    OtherRan(String),
    /// The test binary takes long to start.
    SlowStart(Duration),
}

impl fmt::Display for NotAlone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotAlone::SameName(name) => write!(f, "several benchmarks are called {name}"),
            NotAlone::Prefix(name) => write!(f, "{name} is a benchmark and has sub-benchmarks"),
            NotAlone::OddName(name) => write!(f, "the name {name} has empty parts or odd characters"),
            NotAlone::MixedOutput => f.write_str("something else is printed on the line of a result"),
            NotAlone::OtherRan(name) => write!(f, "a pattern for {name} does not run exactly this benchmark"),
            NotAlone::SlowStart(time) => write!(f, "its test binary takes {} to start", duration(*time)),
        }
    }
}

/// The benchmarks with a result.
///
/// # Errors
/// If not each of them can be run alone.
pub(super) fn leaves(printout: &Printout, results: usize) -> Result<Vec<Leaf>, NotAlone> {
    let by_name: HashMap<&str, &Printed> = printout
        .printed
        .iter()
        .flat_map(|it| [&*it.name, without_procs(&it.name)].map(|name| (name, it)))
        .collect();
    let printed = |name: &str| by_name.get(name).filter(|it| it.is_of(name));
    let leaf = |name: &String| {
        let Printed { iterations, nanoseconds, .. } = **printed(name)?;
        Some(Leaf { name: name.clone(), iterations, nanoseconds })
    };
    let leaves: Vec<Leaf> = printout.begun.iter().filter_map(leaf).collect();
    if let Some(name) = leaves.iter().find(|it| printout.repeated.contains(&it.name)) {
        return Err(NotAlone::SameName(name.name.clone()));
    }
    if leaves.len() != results || printout.printed.len() != results {
        return Err(NotAlone::MixedOutput);
    }
    let above: BTreeSet<&str> = printout.begun.iter().flat_map(|name| prefixes(name)).collect();
    for Leaf { name, .. } in &leaves {
        if above.contains(&**name) {
            return Err(NotAlone::Prefix(name.clone()));
        }
        let is_odd = |c: char| c.is_control() || c.is_whitespace() || c == char::REPLACEMENT_CHARACTER;
        if name.contains(is_odd) || name.split('/').any(str::is_empty) {
            return Err(NotAlone::OddName(name.clone()));
        }
    }
    Ok(leaves)
}

fn without_procs(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((before, digits)) if digits.bytes().all(|byte| byte.is_ascii_digit()) => before,
        _ => name,
    }
}

/// `a` and `a/b` of `a/b/c`.
fn prefixes(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('/').map(|(at, _)| &name[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printout(begun: &[&str], printed: &[&str]) -> Printout {
        let result = |name: &&str| Printed { name: name.to_string(), iterations: 3, nanoseconds: Some(7.0) };
        Printout {
            begun: begun.iter().map(|it| it.to_string()).collect(),
            printed: printed.iter().map(result).collect(),
            ..Printout::default()
        }
    }

    fn names(printout: &Printout) -> Result<Vec<String>, NotAlone> {
        let leaves = leaves(printout, printout.printed.len())?;
        Ok(leaves.into_iter().map(|it| it.name).collect())
    }

    #[test]
    fn benchmarks_have_results_and_their_parents_have_none() {
        let some = printout(
            &["BenchmarkA", "BenchmarkA/n=1", "BenchmarkA/n=2-3"],
            &["BenchmarkA/n=1-2", "BenchmarkA/n=2-3-2"],
        );
        assert_eq!(names(&some).expect("alone"), ["BenchmarkA/n=1", "BenchmarkA/n=2-3"]);
        let one_processor = printout(&["BenchmarkA/size-32"], &["BenchmarkA/size-32"]);
        assert_eq!(names(&one_processor).expect("alone"), ["BenchmarkA/size-32"]);
        let failed = printout(&["BenchmarkA", "BenchmarkB"], &["BenchmarkB-2"]);
        assert_eq!(names(&failed).expect("alone"), ["BenchmarkB"]);
    }

    #[test]
    fn what_a_pattern_cannot_tell_apart_does_not_run_alone() {
        let mut repeated = printout(&["BenchmarkA"], &["BenchmarkA-2", "BenchmarkA-2"]);
        repeated.repeated.insert("BenchmarkA".to_string());
        assert_eq!(names(&repeated), Err(NotAlone::SameName("BenchmarkA".to_string())));
        let prefix = printout(&["BenchmarkA/b", "BenchmarkA/b/c"], &["BenchmarkA/b-2", "BenchmarkA/b/c-2"]);
        assert_eq!(names(&prefix), Err(NotAlone::Prefix("BenchmarkA/b".to_string())));
        let empty = printout(&["BenchmarkA//b"], &["BenchmarkA//b-2"]);
        assert_eq!(names(&empty), Err(NotAlone::OddName("BenchmarkA//b".to_string())));
        let foreign = printout(&["BenchmarkA"], &["BenchmarkA-2", "BenchmarkB-2"]);
        assert_eq!(names(&foreign), Err(NotAlone::MixedOutput));
        let hidden = printout(&["BenchmarkA"], &[]);
        assert_eq!(leaves(&hidden, 1), Err(NotAlone::MixedOutput));
    }
}
