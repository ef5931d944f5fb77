//! Where each benchmark was measured.

use super::{Evidence, message};
use crate::compare::{Compared, Contrast};
use crate::group::{Benchmark, Side};
use crate::model::BenchmarkId;
use crate::policy::{MeasuredRow, Platform, Policy};
use std::collections::HashMap;

/// Where each benchmark was measured, if the policy asks: base counts where new says nothing.
#[derive(Debug)]
pub struct Platforms<'e>(HashMap<BenchmarkId<'e>, Platform>);

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

    /// Where this benchmark was measured.
    pub fn of(&self, id: BenchmarkId<'_>) -> Platform {
        self.0.get(&id).cloned().unwrap_or_default()
    }
}

/// What the configuration says; of several machines, what all of them say. `go` is what the user says.
fn platform(side: &Side<'_>, benchmark: &Benchmark, go: Option<&str>) -> Platform {
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

/// What one side measured, as maxima are held against it; `rows` are those of the side alone. `go` is the Go version, where
/// the user gives it.
pub fn measured<'g>(rows: &[Compared<'g>], side: &'g Side<'g>, go: Option<&str>) -> Vec<MeasuredRow<'g>> {
    let platforms: HashMap<BenchmarkId, Platform> =
        side.benchmarks().iter().map(|it| (it.id, platform(side, it, go))).collect();
    let of = |row: &Compared<'g>| match &row.contrast {
        Contrast::NewOnly(new) => Some(MeasuredRow {
            id: row.id,
            unit: row.unit,
            platform: platforms.get(&row.id).cloned().unwrap_or_default(),
            value: message::measured(new, row.unit),
            range: new.low.zip(new.high),
            n: new.n,
        }),
        Contrast::Both(_) | Contrast::BaseOnly(_) => None,
    };
    rows.iter().filter_map(of).collect()
}
