//! For programs: the contract `allocgate/trend/v1`, which `schema/trend.schema.json` describes.

use super::view::HistoryView;
use crate::model::Direction;
use crate::trend::{Commit, Drift, SeriesTrend, Step, SuiteTrend};
use crate::words;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use std::io::{self, Write};

/// The name of the contract.
const SCHEMA: &str = "allocgate/trend/v1";

/// Steps and drift in the history of benchmarks.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "allocgate history show --format json")]
struct Trend<'t> {
    /// The contract: `allocgate/trend/v1`.
    schema: &'static str,
    /// The repository; empty if it is not known.
    repository: &'t str,
    /// The commits with results, the oldest first.
    commits: Vec<WrittenCommit<'t>>,
    /// The machines: folders of the store.
    machines: Vec<&'t str>,
    /// How many series were looked at.
    judged: usize,
    /// Series with steps or drift, what got worst first. With `--all` the others as well.
    series: Vec<WrittenSeries<'t>>,
    /// Common movements of all benchmarks of a machine, in noisy units.
    suites: Vec<WrittenSuite<'t>>,
    /// What was left out or is uncertain.
    remarks: &'t [String],
}

#[derive(Serialize, JsonSchema)]
struct WrittenCommit<'t> {
    /// Its hash.
    commit: &'t str,
    /// When it was made, in seconds since 1970.
    time: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
struct WrittenSeries<'t> {
    machine: &'t str,
    pkg: &'t str,
    /// The name as Go prints it, without the `Benchmark` prefix.
    benchmark: &'t str,
    unit: &'t str,
    better: Option<Direction>,
    /// How many commits have a value.
    points: usize,
    /// The last value.
    last: f64,
    /// The standard deviation from run to run in percent; null for counts, and where there are too few points.
    noise_percent: Option<f64>,
    steps: Vec<WrittenStep<'t>>,
    drift: Option<WrittenDrift>,
}

#[derive(Serialize, JsonSchema)]
struct WrittenStep<'t> {
    /// The first commit with the new level.
    commit: &'t str,
    /// The last measured commit with the old level. The step is at one of the commits after it, up to `commit`.
    after: Option<&'t str>,
    from: f64,
    to: f64,
    /// Null from zero.
    percent: Option<f64>,
    /// Whether the new level has too few points to know that it stays.
    fresh: bool,
}

#[derive(Serialize, JsonSchema)]
struct WrittenDrift {
    from: f64,
    to: f64,
    /// Over the whole series; null from zero.
    percent: Option<f64>,
    percent_per_commit: f64,
}

#[derive(Serialize, JsonSchema)]
struct WrittenSuite<'t> {
    machine: &'t str,
    unit: &'t str,
    benchmarks: usize,
    /// `from` and `to` are ratios.
    steps: Vec<WrittenStep<'t>>,
}

/// Writes what was found.
///
/// # Errors
/// If writing fails.
pub fn history_json(view: &HistoryView<'_>, out: &mut dyn Write) -> io::Result<()> {
    let history = view.trends.history;
    let commit = |it| -> WrittenCommit<'_> {
        let Commit { id, time, .. }: &Commit = it;
        WrittenCommit { commit: id, time: *time }
    };
    let written = Trend {
        schema: SCHEMA,
        repository: &history.repository,
        commits: history.commits.iter().map(commit).collect(),
        machines: history.machines().into_iter().map(|(machine, _)| machine.as_str()).collect(),
        judged: view.trends.series.len(),
        series: view.shown().map(|it| series(it, &history.commits)).collect(),
        suites: view.trends.suites.iter().map(|it| suite(it, &history.commits)).collect(),
        remarks: &history.remarks,
    };
    words::json(&written, out)
}

fn series<'t>(trend: &'t SeriesTrend<'t>, commits: &'t [Commit]) -> WrittenSeries<'t> {
    let it = trend.series;
    let id =
        |point: usize| it.points.get(point).and_then(|it| commits.get(it.commit)).map(|it| it.id.as_str());
    let drift = |Drift { from, to, percent_per_commit }: Drift| {
        let percent = Drift { from, to, percent_per_commit }.percent();
        WrittenDrift { from, to, percent, percent_per_commit }
    };
    WrittenSeries {
        machine: it.machine.as_str(),
        pkg: &it.pkg,
        benchmark: &it.benchmark,
        unit: it.unit.as_str(),
        better: trend.better,
        points: it.points.len(),
        last: it.points.last().map_or(0.0, |it| it.center),
        noise_percent: trend.noise.map(|it| 100.0 * it),
        steps: trend.steps.iter().map(|it| step(it, id)).collect(),
        drift: trend.drift.map(drift),
    }
}

fn suite<'t>(suite: &'t SuiteTrend<'t>, commits: &'t [Commit]) -> WrittenSuite<'t> {
    let id = |commit: usize| commits.get(commit).map(|it| it.id.as_str());
    WrittenSuite {
        machine: suite.machine.as_str(),
        unit: suite.unit.as_str(),
        benchmarks: suite.benchmarks,
        steps: suite.steps.iter().map(|it| step(it, id)).collect(),
    }
}

fn step<'t>(step: &Step, id: impl Fn(usize) -> Option<&'t str>) -> WrittenStep<'t> {
    WrittenStep {
        commit: id(step.at).unwrap_or_default(),
        after: step.at.checked_sub(1).and_then(id),
        from: step.from,
        to: step.to,
        percent: step.percent(),
        fresh: step.is_fresh,
    }
}

/// The JSON Schema (draft 2020-12) of what [`history_json`] writes.
pub fn trend_schema() -> serde_json::Value {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Trend<'_>>()
        .to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_file_of_trends_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/trend.schema.json");
        let text = serde_json::to_string_pretty(&trend_schema()).expect("plain") + "\n";
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(path, &text).expect("writable");
        }
        let shipped = std::fs::read_to_string(path).expect("readable");
        assert!(
            shipped == text,
            "schema/trend.schema.json is out of date; run UPDATE_SCHEMA=1 cargo test schema"
        );
    }
}
