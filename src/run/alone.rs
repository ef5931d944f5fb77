//! Measures the working tree alone with `go test`, for results that nothing is compared with.

use super::build::ask;
use super::process::Output;
use super::{BenchTime, FileAction, RunError, Stop, results};
use crate::model::Selection;
use crate::source;
use crate::words::list;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// What to measure.
#[derive(Debug, Clone)]
pub struct AloneRequest {
    /// The working directory, to which package patterns are relative.
    pub folder: PathBuf,
    /// The packages, as the go command takes them.
    pub packages: Vec<String>,
    /// The value of `-bench`.
    pub bench: String,
    /// How long a sample takes in the first process; the others are shorter.
    pub benchtime: BenchTime,
    /// How many processes measure each package.
    pub processes: usize,
    /// The version of Go, for the header of the results, such as `1.26.8`.
    pub go: Option<String>,
    /// Which benchmarks these are, for the header of the results; `None` if all of the module.
    pub selection: Option<Selection>,
}

/// Measures in so many processes per package, one sample each, and writes what they print to a file, whose folder is created. Returns
/// the first error lines of packages that failed. `on_process` gets the number of each process before it starts.
///
/// # Errors
/// If go is missing, nothing was measured, the run is stopped, or the file cannot be written.
pub fn measure_alone(
    request: &AloneRequest,
    file: &Path,
    stop: &Stop,
    on_process: &mut dyn FnMut(usize),
) -> Result<Vec<String>, RunError> {
    let folder = file.parent().unwrap_or(Path::new("."));
    results::prepare_folder(folder)?;
    // Before anything that takes time.
    fs::write(file, "").map_err(RunError::file(file, FileAction::Write))?;
    let mut text = request.go.as_ref().map_or(String::new(), |go| format!("go: {go}\n"));
    text += &request.selection.as_ref().map_or(String::new(), Selection::header);
    let mut failures = Vec::new();
    for process in 1..=request.processes {
        on_process(process);
        let output = ask(command(request, shorter(request.benchtime, process)), stop)?;
        if !output.status.success() {
            let lines = failed(&output);
            if !output.stdout.lines().any(|line| line.starts_with("Benchmark")) {
                return Err(RunError::CommandFailed {
                    command: "go test".to_string(),
                    output: lines.join("; "),
                });
            }
            let new: Vec<String> = lines.into_iter().filter(|line| !is_known(&failures, line)).collect();
            failures.extend(new);
        }
        text += &output.stdout;
    }
    if !text.lines().any(|line| line.starts_with("Benchmark")) {
        let names = source::benchmarks_under(&request.folder);
        return Err(RunError::NothingMatches {
            pattern: request.bench.clone(),
            examples: list(names.iter().map(|it| it.function.trim_start_matches("Benchmark")), 3),
        });
    }
    fs::write(file, text).map_err(RunError::file(file, FileAction::Write))?;
    Ok(failures)
}

/// The first lines that the go command and the tests print as errors, and the packages that failed.
fn failed(output: &Output) -> Vec<String> {
    const MOST: usize = 5;
    let is_error = |line: &&str| !line.trim().is_empty() && !line.starts_with("go: downloading ");
    let is_failure =
        |line: &&str| ["FAIL\t", "panic: ", "testing: "].iter().any(|start| line.starts_with(start));
    let errors = output.stderr.lines().filter(is_error).take(MOST);
    errors.chain(output.stdout.lines().filter(is_failure)).map(String::from).collect()
}

/// A package fails in each process: its line differs only in the time that it took.
fn is_known(known: &[String], line: &str) -> bool {
    let name = |line: &str| line.split('\t').take(2).collect::<Vec<_>>().join("\t");
    known.iter().any(|it| name(it) == name(line))
}

/// The whole time in the first process, a half in the second, a quarter in the third, and so on again: what is divided by b.N then
/// differs, as it does between machines.
fn shorter(benchtime: BenchTime, process: usize) -> BenchTime {
    let divisor = 1 << ((process - 1) % 3); // processes are counted from 1
    match benchtime {
        BenchTime::For(time) => BenchTime::For((time / divisor).max(Duration::from_micros(100))),
        BenchTime::Times(times) => BenchTime::Times((times / u64::from(divisor)).max(1)),
    }
}

fn command(request: &AloneRequest, benchtime: BenchTime) -> Command {
    let mut command = Command::new("go");
    command.current_dir(&request.folder).args(["test", "-run=^$", "-benchmem", "-count=1"]);
    command.arg(format!("-bench={}", request.bench)).arg(format!("-benchtime={benchtime}"));
    command.args(&request.packages);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_process_has_another_number_of_iterations() {
        let times: Vec<BenchTime> = (1..=4).map(|process| shorter(BenchTime::Times(100), process)).collect();
        assert_eq!(times, [100, 50, 25, 100].map(BenchTime::Times));
        assert_eq!(shorter(BenchTime::Times(1), 3), BenchTime::Times(1));
        let time = |millis| BenchTime::For(Duration::from_millis(millis));
        assert_eq!(shorter(time(100), 3), time(25));
    }

    #[test]
    fn a_package_that_fails_in_each_process_is_told_once() {
        let known = ["FAIL\texample.com/p\t0.123s".to_string()];
        assert!(is_known(&known, "FAIL\texample.com/p\t0.456s"));
        assert!(!is_known(&known, "FAIL\texample.com/q\t0.123s"));
    }
}
