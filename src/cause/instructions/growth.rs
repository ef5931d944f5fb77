//! Subtracts the counts of two processes, and of two revisions.

use super::read::{Counts, SourceLine};
use crate::cause::Place;
use crate::words::SharedText;
use std::collections::BTreeMap;

/// How many functions of a benchmark are named.
pub const MOST_FUNCTIONS: usize = 3;
/// A function that grew by less than this part of the function that grew most is not named.
const NOTABLE: f64 = 0.05;
/// Fewer instructions per operation are noise.
const LEAST: f64 = 0.5;

/// The instructions of an operation, by function and line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PerOperation(BTreeMap<String, BTreeMap<SourceLine, f64>>);

/// A function that executes more instructions than in base.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionGrowth {
    /// The function, with its import path.
    pub function: SharedText,
    /// Its line that grew most, in new. The text of the line is empty.
    pub place: Place,
    /// How many instructions more per operation.
    pub instructions_per_op: f64,
}

impl PerOperation {
    /// From a process that ran `operations` operations more than another one: what both do besides cancels out. `None` if there is no
    /// difference in operations.
    pub fn new(long: &Counts, short: &Counts, operations: u64) -> Option<PerOperation> {
        if operations == 0 {
            return None;
        }
        let mut lines: BTreeMap<String, BTreeMap<SourceLine, f64>> = BTreeMap::new();
        for (counts, sign) in [(long, 1.0), (short, -1.0)] {
            for (function, of_function) in &counts.functions {
                let known = lines.entry(function.clone()).or_default();
                for (line, count) in of_function {
                    *known.entry(line.clone()).or_default() += sign * *count as f64 / operations as f64;
                }
            }
        }
        Some(PerOperation(lines))
    }
}

/// The functions that execute more instructions per operation in new than in base, those that grew most first, at most
/// [`MOST_FUNCTIONS`]. Exact but for the noise of the two pairs of processes.
pub fn growth(base: &PerOperation, new: &PerOperation) -> Vec<FunctionGrowth> {
    let none = BTreeMap::new();
    let mut grown: Vec<FunctionGrowth> = new
        .0
        .iter()
        .map(|(function, lines)| of_function(function, base.0.get(function).unwrap_or(&none), lines))
        .collect();
    grown.sort_by(|a, b| b.instructions_per_op.total_cmp(&a.instructions_per_op));
    let most = grown.first().map_or(0.0, |it| it.instructions_per_op);
    grown.retain(|it| it.instructions_per_op >= LEAST.max(NOTABLE * most));
    grown.truncate(MOST_FUNCTIONS);
    grown
}

fn of_function(
    function: &str,
    base: &BTreeMap<SourceLine, f64>,
    new: &BTreeMap<SourceLine, f64>,
) -> FunctionGrowth {
    let before = |line: &SourceLine| base.get(line).copied().unwrap_or_default();
    let grown = |(line, count): &(&SourceLine, &f64)| **count - before(line);
    let most = new.iter().max_by(|a, b| grown(a).total_cmp(&grown(b)));
    let (file, line) = most.map_or((String::new(), 0), |(at, _)| (at.file.clone(), at.line));
    FunctionGrowth {
        function: function.into(),
        place: Place { file: file.into(), line, text: "".into() },
        instructions_per_op: new.values().sum::<f64>() - base.values().sum::<f64>(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(lines: &[(&str, u32, u64)]) -> Counts {
        let mut counts = Counts::default();
        for &(function, line, count) in lines {
            let at = SourceLine { file: format!("{function}.go"), line };
            counts.functions.entry(function.to_string()).or_default().insert(at, count);
            counts.total += count;
        }
        counts
    }

    fn per_operation(lines: &[(&str, u32, u64)]) -> PerOperation {
        let short = counts(&[("start", 1, 1_000_000)]);
        let mut all = lines.to_vec();
        all.push(("start", 1, 1_000_000));
        PerOperation::new(&counts(&all), &short, 100).expect("there are operations")
    }

    #[test]
    fn the_functions_that_grew_most_are_named_with_their_line() {
        let base = per_operation(&[("a", 7, 1000), ("b", 1, 500), ("e", 1, 900)]);
        let new = per_operation(&[
            ("a", 7, 1000),
            ("a", 9, 4000),
            ("b", 1, 1500),
            ("c", 3, 2500),
            ("d", 1, 900),
            ("e", 1, 100),
        ]);
        let grown = growth(&base, &new);
        let named: Vec<(&str, u32, f64)> =
            grown.iter().map(|it| (it.function.as_str(), it.place.line, it.instructions_per_op)).collect();
        assert_eq!(named, [("a", 9, 40.0), ("c", 3, 25.0), ("b", 1, 10.0)]);
        assert_eq!(growth(&new, &new), [], "what starts a process cancels out, and nothing grew");
    }

    #[test]
    fn little_growth_is_noise() {
        let base = per_operation(&[("a", 1, 100)]);
        let new = per_operation(&[("a", 1, 10_100), ("b", 1, 100)]);
        assert_eq!(growth(&base, &new).len(), 1, "1 instruction of 100");
        assert_eq!(PerOperation::new(&Counts::default(), &Counts::default(), 0), None);
    }
}
