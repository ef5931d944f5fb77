//! What was read, as a person wants to know it.

use crate::group::{Benchmark, Package, Side, packages};
use crate::model::FileLedger;
use crate::words::clean;

use crate::words::counted;
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

/// How many problems and benchmarks are listed where not everything is.
const MOST: usize = 20;

/// Writes what a side holds: files, packages, benchmarks, samples, units, configuration, and every problem with its place.
/// `whole` lists every benchmark and every problem; otherwise the benchmarks that stand out and the first problems.
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

/// A file's account in one line.
fn account(file: &FileLedger) -> String {
    let mut parts = vec![format!("{} used", file.used)];
    if file.repaired > 0 {
        parts.push(format!("{} of them repaired", file.repaired));
    }
    parts.push(if file.lost.is_empty() {
        "none lost".to_string()
    } else {
        format!("{} lost", file.lost.len())
    });
    let (lines, results) = (counted(file.lines, "line"), counted(file.seen, "result"));
    let name = if file.file == "-" { "standard input".to_string() } else { clean(&file.file) };
    format!("{name}: {lines}, {results}: {}", parts.join(", "))
}

fn describe(package: &Package, whole: bool, out: &mut dyn Write) -> io::Result<()> {
    let name =
        if package.name.is_empty() { "(no package)".to_string() } else { clean(package.name.to_string()) };
    let samples = package.benchmarks.iter().map(|it| it.results);
    let (least, most) = (samples.clone().min().unwrap_or_default(), samples.max().unwrap_or_default());
    let samples = if least == most { most.to_string() } else { format!("{least}–{most}") };
    let bold = Style::new().bold();
    let (count, noun) = (package.benchmarks.len(), if most == 1 { "sample" } else { "samples" });
    writeln!(out, "\n{bold}{name}{bold:#}  {}, {samples} {noun} each", counted(count, "benchmark"))?;
    for (key, values) in &package.config {
        let values: Vec<String> = values.iter().map(|value| clean(value.to_string())).collect();
        writeln!(out, "  {}: {}", clean(key.to_string()), values.join(" | "))?;
    }
    let units: Vec<String> = package.units.iter().map(|unit| clean(unit.as_str())).collect();
    writeln!(out, "  units: {}", if units.is_empty() { "none".to_string() } else { units.join(", ") })?;
    let stands_out = |it: &&&Benchmark| whole || it.results != most || it.scattered;
    let listed: Vec<&&Benchmark> = package.benchmarks.iter().filter(stands_out).collect();
    let shown = if whole { listed.len() } else { MOST };
    for benchmark in listed.iter().take(shown) {
        let scattered = if benchmark.scattered { ", in several places" } else { "" };
        let name = clean(benchmark.id.name.full().to_string());
        writeln!(out, "  - {name}: {}{scattered}", counted(benchmark.results, "sample"))?;
    }
    match listed.len().saturating_sub(shown) {
        0 => Ok(()),
        more => writeln!(out, "  … and {more} more (--verbose shows all)"),
    }
}

/// Everything about the lines of a file that a reader should know, in their order, and whether it takes evidence away.
fn problems(file: &FileLedger) -> Vec<(String, bool)> {
    let lost = file.lost.iter().map(|it| (it.line, it.reason.to_string(), true));
    let rejected = file.rejected.iter().map(|it| (it.line, it.to_string(), true));
    let failures = file.failures.iter().map(|it| (it.line, it.to_string(), true));
    let skipped = file.skipped.iter().map(|it| (it.line, it.to_string(), false));
    let unfinished = file.unfinished.iter().map(|it| (it.line, it.to_string(), false));
    let remarks = file.remarks.iter().map(|it| (it.line, it.kind.to_string(), false));
    let interleaved = file.interleaved.iter().map(|it| {
        let behind = counted(it.results, "result");
        (it.line, format!("{}: several processes wrote into this file, {behind} behind it may stand under the wrong package", it.sign), false)
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
