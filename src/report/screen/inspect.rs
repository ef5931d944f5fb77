//! What was read from the files of one side.

use crate::group::{Benchmark, Package, Side, packages};
use crate::model::FileLedger;
use crate::words::clean;

use crate::words::counted;
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

/// The most problems and benchmarks that are listed without `--verbose`.
const MOST: usize = 20;

/// Writes the files, packages, benchmarks, samples, units and configuration of a side, and every problem with its place. Without
/// `whole`, only benchmarks that differ from the others and the first problems.
///
/// # Errors
/// If writing fails.
pub fn inspect(side: &Side<'_>, whole: bool, out: &mut dyn Write) -> io::Result<()> {
    for file in &side.ledger().files {
        writeln!(out, "{}", account(file))?;
    }
    for package in packages(side) {
        describe(&package, whole, out)?;
    }
    let problems: Vec<(String, bool)> = side.ledger().files.iter().flat_map(problems).collect();
    if problems.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nproblems")?;
    let shown = if whole { problems.len() } else { MOST };
    for (problem, loses) in problems.iter().take(shown) {
        let (mark, style) = match loses {
            true => ("✗", AnsiColor::Red.on_default()),
            false => ("!", AnsiColor::Yellow.on_default()),
        };
        writeln!(out, "{style}{mark}{style:#} {}", clean(problem))?;
    }
    match problems.len().saturating_sub(shown) {
        0 => Ok(()),
        more => writeln!(out, "… and {more} more (--verbose shows all)"),
    }
}

/// The counts of a file: `base.txt: 320 lines, 150 results, 2 repaired`.
fn account(file: &FileLedger) -> String {
    let name = if file.file == "-" { "standard input".to_string() } else { clean(&file.file) };
    let mut text = format!("{name}: {}, {}", counted(file.lines, "line"), counted(file.seen, "result"));
    for (count, what) in [(file.repaired, "repaired"), (file.lost.len(), "lost")] {
        if count > 0 {
            text += &format!(", {count} {what}");
        }
    }
    text
}

fn describe(package: &Package, whole: bool, out: &mut dyn Write) -> io::Result<()> {
    let name =
        if package.name.is_empty() { "(no package)".to_string() } else { clean(package.name.to_string()) };
    let samples = package.benchmarks.iter().map(|it| it.results);
    let (least, most) = (samples.clone().min().unwrap_or_default(), samples.max().unwrap_or_default());
    let samples = if least == most { most.to_string() } else { format!("{least}–{most}") };
    let bold = Style::new().bold();
    let (benchmarks, noun) =
        (counted(package.benchmarks.len(), "benchmark"), if most == 1 { "sample" } else { "samples" });
    writeln!(out, "\n{bold}{name}{bold:#}  {benchmarks}, {samples} {noun} each")?;
    for (key, values) in &package.config {
        let values: Vec<String> = values.iter().map(|value| clean(value.to_string())).collect();
        writeln!(out, "  {}: {}", clean(key.to_string()), values.join(" | "))?;
    }
    let units: Vec<String> = package.units.iter().map(|unit| clean(unit.as_str())).collect();
    writeln!(out, "  units: {}", if units.is_empty() { "none".to_string() } else { units.join(", ") })?;
    let differs = |it: &&&Benchmark| whole || it.results != most || it.scattered;
    let listed: Vec<&&Benchmark> = package.benchmarks.iter().filter(differs).collect();
    let shown = if whole { listed.len() } else { MOST };
    for benchmark in listed.iter().take(shown) {
        let scattered = if benchmark.scattered { ", not consecutive" } else { "" };
        let name = clean(benchmark.id.name.full().to_string());
        writeln!(out, "  - {name}: {}{scattered}", counted(benchmark.results, "sample"))?;
    }
    match listed.len().saturating_sub(shown) {
        0 => Ok(()),
        more => writeln!(out, "  … and {more} more (--verbose shows all)"),
    }
}

/// The problems of a file in the order of its lines, and whether each of them loses data.
fn problems(file: &FileLedger) -> Vec<(String, bool)> {
    let lost = file.lost.iter().map(|it| (it.line, it.reason.to_string(), true));
    let rejected = file.rejected.iter().map(|it| (it.line, it.to_string(), true));
    let failures = file.failures.iter().map(|it| (it.line, it.to_string(), true));
    let skipped = file.skipped.iter().map(|it| (it.line, it.to_string(), false));
    let unfinished = file.unfinished.iter().map(|it| (it.line, it.to_string(), false));
    let remarks = file.remarks.iter().map(|it| (it.line, it.kind.to_string(), false));
    let interleaved = file.interleaved.iter().map(|it| {
        let after = counted(it.results, "result");
        (it.line, format!("{}: several processes wrote to this file; {after} after this line may have the wrong package", it.sign), false)
    });
    let mut all: Vec<(usize, String, bool)> = lost
        .chain(rejected)
        .chain(failures)
        .chain(skipped)
        .chain(unfinished)
        .chain(remarks)
        .chain(interleaved)
        .collect();
    all.sort_by_key(|&(line, _, _)| line);
    all.into_iter().map(|(line, what, loses)| (format!("{}:{line}: {what}", file.file), loses)).collect()
}
