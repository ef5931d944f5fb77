//! Profiles benchmarks: allocation profiles of separate runs, and the decisions of the compiler.

use super::build::{Built, file_name, test_binary};
use super::event::OnEvent;
use super::measure::TestBinary;
use super::plan::of_benchmark;
use super::prepare::Prepared;
use super::process::capture;
use super::side::Side;
use super::{Event, FileAction, RunError, Warning};
use crate::model::Name;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The file that marks a folder of profiles as written by a run, so that the next run may replace it.
const MARK: &str = ".allocgate";
/// At most so many benchmarks are profiled.
const MOST: usize = 10;
/// How much slower a benchmark is at most while every allocation is recorded.
const SLOWDOWN: f64 = 10.0;
/// How long a profiled run may take, in nanoseconds.
const BUDGET: f64 = 2e9;

/// A benchmark to profile.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileTarget {
    /// Its import path.
    pub package: String,
    /// Its name as Go prints it, without the `Benchmark` prefix.
    pub benchmark: String,
    /// How long an operation takes; `None` if that was not measured.
    pub nanoseconds: Option<f64>,
}

/// Profiles the first ten benchmarks on both sides, and replaces the profiles of an earlier run.
///
/// Each benchmark is run twice on each side, with two fixed counts, so that the difference is without the cost of setting up. For
/// each package it keeps what the compiler prints with `-gcflags=-m=2`. Nothing is timed: recording every allocation makes a
/// benchmark several times slower.
///
/// # Errors
/// If the run is stopped, or a file cannot be written.
pub(crate) fn profile(
    prepared: &Prepared,
    targets: &[ProfileTarget],
    root: &Path,
    on_event: &mut OnEvent,
) -> Result<(), RunError> {
    let mark = root.join(MARK);
    if mark.exists() {
        fs::remove_dir_all(root).map_err(RunError::file(root, FileAction::Remove))?;
    } else if root.exists() {
        return Err(RunError::ForeignFile(root.to_path_buf()));
    }
    if targets.is_empty() {
        return Ok(());
    }
    for folder in Side::BOTH.map(|side| root.join(side.to_string())) {
        fs::create_dir_all(&folder).map_err(RunError::file(folder, FileAction::Create))?;
    }
    fs::write(&mark, "").map_err(RunError::file(&mark, FileAction::Write))?;
    let targets = &targets[..targets.len().min(MOST)];
    for (number, target) in targets.iter().enumerate() {
        on_event(Event::Profile { number: number + 1, total: targets.len(), name: &target.benchmark });
        for side in Side::BOTH {
            record_allocations(prepared, target, side, &root.join(side.to_string()), on_event)?;
        }
    }
    let packages: BTreeSet<&str> = targets.iter().map(|it| it.package.as_str()).collect();
    for package in packages {
        for side in Side::BOTH {
            record_decisions(prepared, package, side, &root.join(side.to_string()))?;
        }
    }
    Ok(())
}

/// Writes the allocation profiles of a benchmark on a side.
fn record_allocations(
    prepared: &Prepared,
    target: &ProfileTarget,
    side: Side,
    folder: &Path,
    on_event: &mut OnEvent,
) -> Result<(), RunError> {
    let Prepared { request, stop, packages, checkouts, .. } = prepared;
    let built = packages.iter().find(|it| it.path == target.package).and_then(|it| it.built[side].as_ref());
    let Some(Built::Binary { file, folder: package_folder }) = built else { return Ok(()) };
    // An absolute path, because the binary is run in another folder.
    let folder = folder.canonicalize().map_err(RunError::file(folder, FileAction::Read))?;
    for count in counts(target.nanoseconds) {
        let name = format!("{}.{}.{count}x", file_name(&target.package), file_name(&target.benchmark));
        let mut arguments = vec![
            format!("-test.bench={}", pattern(&target.benchmark)),
            format!("-test.benchtime={count}x"),
            "-test.benchmem".to_string(),
            "-test.memprofilerate=1".to_string(),
            format!("-test.memprofile={}", folder.join(format!("{name}.memprofile")).display()),
        ];
        arguments.extend(request.cpu_argument());
        let binary = TestBinary {
            file,
            folder: package_folder,
            package: &target.package,
            arguments,
            timeout: request.timeout,
        };
        let mut text = Vec::new();
        let write = |piece: &[u8]| {
            text.extend_from_slice(piece);
            Ok(())
        };
        let finished = binary.run(None, stop, write, |_| ())?;
        let output = folder.join(format!("{name}.txt"));
        fs::write(&output, text).map_err(RunError::file(&output, FileAction::Write))?;
        if finished.results == 0 {
            let (benchmark, revision) = (target.benchmark.clone(), checkouts[side].revision.name.clone());
            on_event(Event::Warning(&Warning::NoProfile { benchmark, revision, file: output }));
            break;
        }
    }
    Ok(())
}

/// Writes what the compiler prints about a package on a side.
fn record_decisions(prepared: &Prepared, package: &str, side: Side, folder: &Path) -> Result<(), RunError> {
    let Some(package) = prepared.packages.iter().find(|it| it.path == package) else { return Ok(()) };
    // Not every system has /dev/null for the binary.
    let temporary = std::env::temp_dir();
    let scratch = tempfile::tempdir_in(&temporary)
        .map_err(RunError::file(temporary, FileAction::UseForTemporaryFiles))?;
    let mut command = test_binary(&prepared.checkouts[side].folder, &scratch.path().join("scratch.test"));
    let flags = match package.module.as_str() {
        "" => "-gcflags=-m=2".to_string(),
        module => format!("-gcflags={module}/...=-m=2"),
    };
    command.arg(flags).arg(&package.path);
    let output = capture(command, &prepared.stop)?;
    let file = folder.join(format!("{}.m2.txt", file_name(&package.path)));
    fs::write(&file, output.stderr).map_err(RunError::file(file, FileAction::Write))
}

/// A pattern for `-test.bench` that matches one benchmark.
fn pattern(benchmark: &str) -> String {
    of_benchmark(&format!("Benchmark{}", Name::new(benchmark.as_bytes()).without_procs()))
}

/// How many operations the two runs do: as many as the time allows, and a fifth of that.
fn counts(nanoseconds: Option<f64>) -> [u64; 2] {
    let affordable = nanoseconds.map_or(1000.0, |ns| BUDGET / (ns.max(1.0) * SLOWDOWN));
    let large = affordable.clamp(100.0, 1000.0) as u64;
    [large / 5, large]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_names_one_benchmark() {
        for (benchmark, want) in [
            ("Tally-2", "^BenchmarkTally$"),
            ("Decode/size=64-2", "^BenchmarkDecode$/^size=64$"),
            ("Sort/utf-x", "^BenchmarkSort$/^utf-x$"),
        ] {
            assert_eq!(pattern(benchmark), want, "{benchmark}");
        }
    }

    #[test]
    fn counts_fit_into_the_time() {
        assert_eq!(counts(Some(12.0)), [200, 1000]);
        assert_eq!(counts(Some(500_000.0)), [80, 400]);
        assert_eq!(counts(Some(1e9)), [20, 100]);
        assert_eq!(counts(None), [200, 1000]);
    }
}
