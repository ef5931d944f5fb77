//! Explains the benchmarks of a run that allocate more: `run --explain`, and what `run --profile` keeps.

use super::console;
use super::progress::Progress;
use allocgate::internals::cause::{Allocated, Explanation, Remark};
use allocgate::internals::policy::Level;
use allocgate::internals::run::{CaptureTarget, MOST_EXPLAINED, RunError, Session, StoredCapture};
use allocgate::internals::verdict::{Finding, Verdict};
use allocgate::internals::words::counted;
use allocgate::report::{BenchmarkCauses, ExplainedBenchmark, Report};

/// What is captured after the verdict.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Targets {
    /// The benchmarks, those to explain first.
    pub all: Vec<CaptureTarget>,
    /// How many are explained.
    pub explained: usize,
    /// How many more could be explained.
    pub left: usize,
}

impl Targets {
    /// Of the benchmarks that got worse. `most` of those that allocate more are explained, the worst first; `profile` keeps the capture of
    /// others as well.
    pub fn of(report: &Report, most: Option<usize>, profile: bool) -> Targets {
        let mut more = targets(report, is_allocation);
        more.sort_by(|a, b| growth(b).partial_cmp(&growth(a)).unwrap_or(std::cmp::Ordering::Equal));
        let found = if most.is_some() { more.len() } else { 0 };
        more.truncate(most.unwrap_or_default());
        let mut all = more;
        let explained = all.len();
        if profile {
            let others = targets(report, |_| true).into_iter().take(MOST_EXPLAINED);
            let is_known = |it: &CaptureTarget, all: &[CaptureTarget]| {
                all.iter().any(|known| (&known.package, &known.benchmark) == (&it.package, &it.benchmark))
            };
            for other in others {
                if !is_known(&other, &all) {
                    all.push(other);
                }
            }
        }
        Targets { all, explained, left: found - explained }
    }
}

fn is_allocation(row: &Finding) -> bool {
    matches!(row.unit.as_str(), "B/op" | "allocs/op")
}

/// How much a benchmark grew: allocs/op first.
fn growth(target: &CaptureTarget) -> (f64, f64) {
    let none = Allocated { bytes_per_op: 0.0, allocs_per_op: 0.0 };
    let (base, new) = (target.base.unwrap_or(none), target.new.unwrap_or(none));
    (new.allocs_per_op - base.allocs_per_op, new.bytes_per_op - base.bytes_per_op)
}

/// The benchmarks with a row that got worse, each once, in the order of the report.
fn targets(report: &Report, is_meant: impl Fn(&Finding) -> bool) -> Vec<CaptureTarget> {
    let mut targets: Vec<CaptureTarget> = Vec::new();
    let is_worse = |row: &Finding| {
        matches!(row.verdict, Verdict::Regressed | Verdict::OverBudget) && row.level != Level::Ignore
    };
    for row in report.rows.iter().filter(|row| is_worse(row) && is_meant(row)) {
        let is_known =
            |it: &CaptureTarget| (it.package.as_str(), it.benchmark.as_str()) == (&*row.pkg, &*row.benchmark);
        if !targets.iter().any(is_known) {
            targets.push(target(report, row));
        }
    }
    targets
}

/// With what was measured in all rows of the benchmark.
fn target(report: &Report, of: &Finding) -> CaptureTarget {
    let row = |unit: &str| {
        let is_same = |it: &&Finding| (&it.pkg, &it.benchmark) == (&of.pkg, &of.benchmark);
        report.rows.iter().filter(is_same).find(|it| it.unit.as_str() == unit)
    };
    let (bytes, allocs) = (row("B/op"), row("allocs/op"));
    let center = |row: Option<&Finding>, is_base: bool| {
        let row = row?;
        (if is_base { row.base } else { row.new }).map(|it| it.center)
    };
    let allocated = |is_base| {
        let (bytes_per_op, allocs_per_op) = (center(bytes, is_base)?, center(allocs, is_base)?);
        Some(Allocated { bytes_per_op, allocs_per_op })
    };
    CaptureTarget {
        package: of.pkg.to_string(),
        benchmark: of.benchmark.to_string(),
        nanoseconds: center(row("ns/op"), false),
        base: allocated(true),
        new: allocated(false),
    }
}

/// Captures and explains, and puts the explanations into the report. If that fails, the verdict stays, and a remark says why.
///
/// # Errors
/// If the run is stopped.
pub(super) fn explain(
    report: &mut Report,
    session: &Session,
    targets: &Targets,
    progress: &Progress,
) -> Result<(), RunError> {
    let first = targets.all.iter().take(targets.explained);
    let explanations = match try_explain(session, targets, progress) {
        Err(RunError::Interrupted) => return Err(RunError::Interrupted),
        Err(error) => {
            let text = format!("not explained: {error}");
            let mut why = Explanation::default();
            why.remarks.push(Remark::Text(text));
            vec![why; targets.explained]
        }
        Ok(explanations) => explanations,
    };
    report.explanations = first
        .zip(explanations)
        .map(|(target, explanation)| ExplainedBenchmark {
            pkg: target.package.as_str().into(),
            benchmark: target.benchmark.as_str().into(),
            explanation,
        })
        .collect();
    if targets.left > 0 {
        let all = targets.left + targets.explained;
        progress.print(&format!(
            "{} more allocate more and {} not explained; --explain={all} explains all",
            counted(targets.left, "benchmark"),
            if targets.left == 1 { "is" } else { "are" }
        ));
    }
    Ok(())
}

fn try_explain(
    session: &Session,
    targets: &Targets,
    progress: &Progress,
) -> Result<Vec<Explanation>, RunError> {
    let captured = session.capture(&targets.all, &mut |event| progress.show(event));
    progress.clear();
    captured?;
    let stored = StoredCapture::open(&session.profile_folder())?;
    Ok(session.explain(&stored, targets.explained))
}

/// Captures without explaining; what an earlier run has captured is removed in any case. If that fails, the verdict stays.
///
/// # Errors
/// If the run is stopped.
pub(super) fn keep(session: &Session, targets: &Targets, progress: &Progress) -> Result<(), RunError> {
    let captured = session.capture(&targets.all, &mut |event| progress.show(event));
    progress.clear();
    match captured {
        Err(RunError::Interrupted) => Err(RunError::Interrupted),
        Err(error) => {
            console::error(&anyhow::Error::new(error).context("profiles were not written"));
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}

/// The benchmarks of a capture with their explanations, which are in the same order.
pub(super) fn explained(stored: &StoredCapture, explanations: Vec<Explanation>) -> Vec<BenchmarkCauses> {
    let benchmarks = stored.manifest.benchmarks.iter().zip(explanations);
    benchmarks
        .map(|(it, explanation)| BenchmarkCauses {
            base: it.base.allocated(),
            new: it.new.allocated(),
            explained: ExplainedBenchmark {
                pkg: it.package.as_str().into(),
                benchmark: it.benchmark.as_str().into(),
                explanation,
            },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use allocgate::{Date, Gate, Policy};

    fn report() -> Report {
        let text = |lines: &[(&str, u32, u32, u32)]| {
            let line = |&(name, ns, bytes, allocs): &(&str, u32, u32, u32)| {
                format!("Benchmark{name}-2 100 {ns} ns/op {bytes} B/op {allocs} allocs/op\n").repeat(10)
            };
            format!("pkg: m\n{}", lines.iter().map(line).collect::<String>())
        };
        let base = text(&[("A", 100, 8, 1), ("B", 100, 0, 0), ("C", 100, 0, 0), ("D", 100, 8, 1)]);
        let new = text(&[("A", 100, 16, 2), ("B", 100, 64, 4), ("C", 900, 0, 0), ("D", 100, 8, 1)]);
        let base = allocgate::parse_text("base.txt", base.as_bytes());
        let new = allocgate::parse_text("new.txt", new.as_bytes());
        let policy = Policy::parse("p", "[unit.\"ns/op\"]\nlevel = \"fail\"\n").expect("a policy");
        Gate::new(&policy, Date::constant(2026, 11, 22)).report(Some(&base), &new).expect("a verdict")
    }

    #[test]
    fn allocation_regressions_are_explained_the_worst_first() {
        let names = |targets: &Targets| -> Vec<String> {
            targets.all.iter().map(|it| it.benchmark.clone()).collect()
        };
        let report = report();
        let two = Targets::of(&report, Some(10), false);
        assert_eq!((names(&two), two.explained, two.left), (vec!["B-2".into(), "A-2".into()], 2, 0));
        assert_eq!(two.all[0].new, Some(Allocated { bytes_per_op: 64.0, allocs_per_op: 4.0 }));
        assert_eq!(two.all[1].base, Some(Allocated { bytes_per_op: 8.0, allocs_per_op: 1.0 }));
        assert_eq!(two.all[0].nanoseconds, Some(100.0));
        let one = Targets::of(&report, Some(1), true);
        let want: Vec<String> = ["B-2", "A-2", "C-2"].map(String::from).to_vec();
        assert_eq!((names(&one), one.explained, one.left), (want, 1, 1));
        let none = Targets::of(&report, None, false);
        assert_eq!(none, Targets::default());
    }
}
