//! Absolute maxima: the value that is held against them, and where they hold.

use crate::compare::{Compared, Contrast, SampleSummary};
use crate::group::{Benchmark, Pair, Series, Side};
use crate::model::{BenchmarkId, Class, Config, Header, Unit};
use crate::policy::{MeasuredRow, Platform, Policy, Setting};
use std::collections::HashMap;

/// What an absolute maximum is held against: the worst sample of a count, the median of anything else.
pub(super) fn measured(new: &SampleSummary, unit: &Unit) -> f64 {
    match unit.class() {
        Class::Counting => new.high.unwrap_or(new.center),
        Class::Continuous => new.center,
    }
}

pub(super) fn is_exceeded(max: &Setting<f64>, new: &SampleSummary, unit: &Unit) -> bool {
    measured(new, unit) > max.value
}

/// The platform of each benchmark, if the policy has budgets for some platforms only. Base counts where new records nothing.
#[derive(Debug)]
pub struct Platforms<'s>(HashMap<BenchmarkId<'s>, Platform>);

impl<'s> Platforms<'s> {
    /// Looks them up, if the policy needs them. `go` is the Go version, where the user gives it.
    pub fn new(
        base: Option<&'s Side<'s>>,
        new: &'s Side<'s>,
        go: Option<&str>,
        policy: &Policy,
    ) -> Platforms<'s> {
        let mut platforms = HashMap::new();
        if policy.budgets.iter().any(|budget| !budget.platform.matches_all()) {
            for side in base.into_iter().chain([new]) {
                let of = |it| platform(side, it, go);
                platforms.extend(side.benchmarks().iter().map(|it| (it.id, of(it))));
            }
        }
        Platforms(platforms)
    }

    /// The platform of this benchmark.
    pub fn of(&self, id: BenchmarkId<'_>) -> Platform {
        self.0.get(&id).cloned().unwrap_or_default()
    }
}

/// What the configuration records; of several machines, what they have in common. `go` is what the user gives.
fn platform(side: &Side<'_>, benchmark: &Benchmark, go: Option<&str>) -> Platform {
    let agreed = |of: &dyn Fn(&Config) -> Option<String>| {
        let mut values = side.configs(benchmark).map(of);
        let first = values.next().flatten();
        first.filter(|first| values.all(|value| value.as_ref() == Some(first)))
    };
    let value = |key: &str| agreed(&|config| config.get(key).map(ToString::to_string));
    let version = || agreed(&|config| Header::go_version(config).map(String::from));
    Platform { goos: value("goos"), goarch: value("goarch"), go: go.map(String::from).or_else(version) }
}

/// The values of one side as maxima are held against them; `rows` are those of the side alone. `go` is the Go version, where
/// the user gives it.
pub fn maxima<'s>(rows: &[Compared<'s>], side: &'s Side<'s>, go: Option<&str>) -> Vec<MeasuredRow<'s>> {
    let platforms: HashMap<BenchmarkId, Platform> =
        side.benchmarks().iter().map(|it| (it.id, platform(side, it, go))).collect();
    let of = |row: &Compared<'s>| match &row.contrast {
        Contrast::NewOnly(new) => Some(MeasuredRow {
            id: row.id,
            unit: row.unit,
            platform: platforms.get(&row.id).cloned().unwrap_or_default(),
            value: measured(new, row.unit),
            range: new.low.zip(new.high),
            n: new.n,
            processes: series(row).map_or(0, |it| it.processes()),
            iterations: series(row).and_then(|it| it.iterations.iter().min().copied()).unwrap_or(1),
        }),
        Contrast::Both(_) | Contrast::BaseOnly(_) => None,
    };
    rows.iter().filter_map(of).collect()
}

/// The new side of a row.
fn series<'s>(row: &Compared<'s>) -> Option<Series<'s>> {
    match row.series {
        Pair::Both { new, .. } | Pair::NewOnly(new) => Some(new),
        Pair::BaseOnly(_) => None,
    }
}
