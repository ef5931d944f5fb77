//! Where each benchmark was measured.

use super::Evidence;
use crate::group::Side;
use crate::model::BenchmarkId;
use crate::policy::{Platform, Policy};
use std::collections::HashMap;

/// Where each benchmark was measured: new counts before base.
pub(super) struct Platforms<'e>(HashMap<BenchmarkId<'e>, Platform>);

impl<'e> Platforms<'e> {
    /// Looks it up, if the policy asks at all.
    pub fn new(evidence: &Evidence<'e>, policy: &Policy) -> Platforms<'e> {
        let mut platforms = HashMap::new();
        if policy.budgets.iter().any(|budget| !budget.place.is_anywhere()) {
            for side in evidence.sides() {
                let of = |it| platform(side, it, evidence.go);
                platforms.extend(side.benchmarks().iter().map(|it| (it.id, of(it))));
            }
        }
        Platforms(platforms)
    }

    pub fn of(&self, id: BenchmarkId<'_>) -> Platform {
        self.0.get(&id).cloned().unwrap_or_default()
    }
}

/// What the configuration says; of several machines, what all of them say. `go` is what the user says.
fn platform(side: &Side<'_>, benchmark: &crate::group::Benchmark, go: Option<&str>) -> Platform {
    let value = |key: &str| {
        let mut values = side.configs(benchmark).map(|config| config.get(key).map(ToString::to_string));
        let first = values.next().flatten();
        first.filter(|first| values.all(|value| value.as_ref() == Some(first)))
    };
    Platform {
        goos: value("goos"),
        goarch: value("goarch"),
        go: go.map(String::from).or_else(|| value("go")),
    }
}
