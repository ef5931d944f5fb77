//! How messages name benchmarks.

use crate::verdict::Finding;
use std::collections::{HashMap, HashSet};

/// The names of a run that several packages have.
pub(super) struct Names<'f> {
    ambiguous: HashSet<&'f str>,
}

impl<'f> Names<'f> {
    /// O(findings).
    pub fn of(findings: &'f [Finding]) -> Names<'f> {
        let mut packages: HashMap<&str, &str> = HashMap::new();
        let mut ambiguous = HashSet::new();
        for finding in findings {
            let first = *packages.entry(&finding.benchmark).or_insert(&finding.pkg);
            if first != &*finding.pkg {
                ambiguous.insert(&*finding.benchmark);
            }
        }
        Names { ambiguous }
    }

    /// The name of a benchmark, with its package if another package has a benchmark of that name: `Parse-8 in example.com/x`.
    pub fn name(&self, finding: &Finding) -> String {
        match self.ambiguous.contains(&*finding.benchmark) && !finding.pkg.is_empty() {
            true => format!("{} in {}", finding.benchmark, finding.pkg),
            false => finding.benchmark.to_string(),
        }
    }
}
