//! Where benchmarks stand in the source, as somebody who may read files has found out.

use super::Report;
use crate::model::Name;
use crate::verdict::Finding;
use crate::words::clean;
use std::collections::HashMap;

/// The benchmark functions of a source tree: import path and name to file and line.
#[derive(Debug, Clone, Default)]
pub struct Functions {
    /// By name: `BenchmarkTally`.
    places: HashMap<String, Vec<(String, Place)>>,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its path, with `/` between the parts, from where the report's readers look.
    pub file: String,
    /// From 1.
    pub line: usize,
}

impl Functions {
    /// Takes in a function, such as `BenchmarkTally`, of the package with this import path. The first place counts: other
    /// files may hold the same function for another platform.
    pub fn insert(&mut self, pkg: &str, function: &str, place: Place) {
        let places = self.places.entry(function.to_string()).or_default();
        if !places.iter().any(|(known, _)| known == pkg) {
            places.push((pkg.to_string(), place));
        }
    }

    /// The function that a row was measured by, in its package; where the output names no package, the only function of
    /// that name.
    pub(super) fn of(&self, finding: &Finding) -> Option<&Place> {
        let places = self.places.get(&function(finding))?;
        match places.as_slice() {
            [(_, only)] if finding.pkg.is_empty() => Some(only),
            places => places.iter().find(|(pkg, _)| finding.pkg == **pkg).map(|(_, place)| place),
        }
    }
}

/// The Go function that a row was measured by: `BenchmarkTally`.
pub(super) fn function(finding: &Finding) -> String {
    Name::new(finding.benchmark.as_bytes()).go_function()
}

impl Report {
    /// Where to point for what stands nowhere in the source: the results themselves.
    pub(super) fn origin(&self) -> Place {
        let files = self.evidence.new.as_ref().map_or(&[][..], |new| &new.files);
        let file = files.iter().find(|file| *file != "-").map_or_else(|| "go.mod".to_string(), clean);
        Place { file, line: 1 }
    }
}
