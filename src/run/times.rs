//! How long each benchmark function takes, for the shards of later runs.

use super::{FileAction, RunError};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The first line of the file.
const TITLE: &str = "# allocgate run: package, function, seconds per round";

/// How long the functions of packages took, over some rounds.
#[derive(Debug, Default)]
pub(crate) struct FunctionTimes(BTreeMap<(String, String), Taken>);

#[derive(Debug, Default)]
struct Taken {
    time: Duration,
    rounds: u32,
    last_round: usize,
}

impl FunctionTimes {
    /// Adds the time of a process that ran these benchmarks in a round. Several functions share it.
    pub fn add<'n>(
        &mut self,
        round: usize,
        package: &str,
        benchmarks: impl IntoIterator<Item = &'n str>,
        time: Duration,
    ) {
        let mut functions: Vec<&str> =
            benchmarks.into_iter().map(|it| it.split('/').next().unwrap_or(it)).collect();
        functions.sort_unstable();
        functions.dedup();
        let share = time / u32::try_from(functions.len().max(1)).unwrap_or(u32::MAX);
        for function in functions {
            let taken = self.0.entry((package.to_string(), function.to_string())).or_default();
            taken.time += share;
            if taken.last_round != round {
                (taken.last_round, taken.rounds) = (round, taken.rounds + 1);
            }
        }
    }

    /// Writes the file into the folder of the results.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), RunError> {
        let file = path(folder);
        fs::write(&file, self.text()).map_err(RunError::file(&file, FileAction::Write))
    }

    fn text(&self) -> String {
        let line = |((package, function), taken): (&(String, String), &Taken)| {
            let seconds = taken.time.as_secs_f64() / f64::from(taken.rounds.max(1));
            format!("{package} {function} {seconds:.3}\n")
        };
        format!("{TITLE}\n{}", self.0.iter().map(line).collect::<String>())
    }
}

/// The file in a folder of results.
pub(crate) fn path(folder: &Path) -> PathBuf {
    folder.join("times.txt")
}

/// Whether a file of this name may be overwritten: there is none, or a run has written it.
pub(crate) fn may_be_overwritten(file: &Path) -> bool {
    match fs::read(file) {
        Ok(text) => text.is_empty() || text.starts_with(TITLE.as_bytes()),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::plan::read_times;

    #[test]
    fn times_are_per_round_and_are_read_again() {
        let mut times = FunctionTimes::default();
        let seconds = Duration::from_secs_f64;
        for round in 1..=2 {
            times.add(round, "m/p", ["BenchmarkA/x"], seconds(1.0));
            times.add(round, "m/p", ["BenchmarkA/y"], seconds(0.5));
        }
        times.add(1, "m/q", ["BenchmarkB", "BenchmarkC/x", "BenchmarkC/y"], seconds(3.0));
        times.add(1, "m/q", [], seconds(3.0));
        let text = times.text();
        assert_eq!(
            text,
            format!("{TITLE}\nm/p BenchmarkA 1.500\nm/q BenchmarkB 1.500\nm/q BenchmarkC 1.500\n")
        );
        assert_eq!(read_times(&text).map(|it| it.len()), Ok(3));
    }

    #[test]
    fn only_a_file_of_a_run_is_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = path(folder.path());
        assert!(may_be_overwritten(&file));
        FunctionTimes::default().write(folder.path()).expect("written");
        assert!(may_be_overwritten(&file));
        fs::write(&file, "my times\n").expect("written");
        assert!(!may_be_overwritten(&file));
    }
}
