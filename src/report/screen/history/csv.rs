//! One long table, for engines that read comma-separated values.

use crate::model::Name;
use crate::trend::History;
use crate::words::clean;
use std::io::{self, Write};

/// The header. New columns are added at the end.
const COLUMNS: [&str; 15] = [
    "repo",
    "commit",
    "commit_time",
    "measured_at",
    "machine",
    "go",
    "pkg",
    "name",
    "procs",
    "unit",
    "n",
    "center",
    "low",
    "high",
    "design",
];

/// Writes one row for each commit of each series.
///
/// # Errors
/// If writing fails.
pub fn history_csv(history: &History, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COLUMNS)?;
    for series in &history.series {
        let (machine, pkg, unit) = (series.machine.as_str(), clean(&*series.pkg), clean(&series.unit));
        // `go1.30` is not the number 1.3.
        let go = machine.rsplit_once('-').map_or("", |(_, last)| last);
        let go = if go.starts_with("go") { go } else { "" };
        let name = Name::new(series.benchmark.as_bytes()).without_procs();
        let (name, procs) = (clean(name), series.procs().to_string());
        for point in &series.points {
            let Some(commit) = history.commits.get(point.commit) else { continue };
            let measured = Some(point.measured).filter(|&it| it != 0);
            writer.write_record([
                &*clean(&history.repository),
                &commit.id,
                &time(commit.time),
                &time(measured),
                machine,
                go,
                &pkg,
                &name,
                &procs,
                &unit,
                &point.samples.to_string(),
                &point.center.to_string(),
                &point.low.to_string(),
                &point.high.to_string(),
                if point.is_interleaved { "interleaved" } else { "block" },
            ])?;
        }
    }
    writer.flush()
}

fn time(seconds: Option<i64>) -> String {
    let time = seconds.and_then(|it| jiff::Timestamp::from_second(it).ok());
    time.map_or_else(String::new, |time| time.to_string())
}
