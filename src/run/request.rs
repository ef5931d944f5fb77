//! What to measure.

use crate::model::{Looks, LooksError, Selection};
use std::path::PathBuf;
use std::time::Duration;

/// What to measure, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// The user's working directory, to which package patterns are relative.
    pub folder: PathBuf,
    /// The revision before the change; `None` for the merge base of the other one with the default branch.
    pub base: Option<String>,
    /// The revision after it; `None` for the working tree with its uncommitted changes.
    pub new: Option<String>,
    /// The packages, as the go command takes them.
    pub packages: Vec<String>,
    /// The value of `-bench`.
    pub bench: String,
    /// Which benchmarks that selects, for the header of the result files; `None` if all of the module.
    pub selection: Option<Selection>,
    /// The value of `-benchtime`, if any.
    pub benchtime: Option<String>,
    /// The value of `-cpu`, if any.
    pub cpu: Option<String>,
    /// How long a benchmark may go without a result before its package is stopped.
    pub timeout: Duration,
    /// The folder for the result files.
    pub out: PathBuf,
    /// The rounds after which the results are judged; the last one is the limit.
    pub looks: Looks,
    /// Whether base and new may be the same commit.
    pub unchanged: bool,
}

impl Request {
    /// The arguments of a test binary that runs the benchmarks of a pattern.
    pub(crate) fn arguments(&self, pattern: &str) -> Vec<String> {
        let all = [format!("-test.bench={pattern}"), "-test.benchmem".to_string()];
        let benchtime = self.benchtime.iter().map(|time| format!("-test.benchtime={time}"));
        all.into_iter().chain(benchtime).chain(self.cpu_argument()).collect()
    }

    /// The argument for `-cpu`, if there is one.
    pub(crate) fn cpu_argument(&self) -> Option<String> {
        self.cpu.as_ref().map(|cpu| format!("-test.cpu={cpu}"))
    }
}

/// The rounds after which the results are judged: after `rounds`, halfway to `most`, and after `most`.
///
/// # Errors
/// If there is no round, or `most` is less than `rounds`.
pub fn looks(rounds: usize, most: usize) -> Result<Looks, LooksError> {
    let mut looks = vec![rounds, (rounds + most).div_ceil(2), most];
    looks.dedup();
    Looks::new(looks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_are_at_both_ends_and_halfway() {
        let text = [(10, 20), (10, 10), (5, 10), (5, 6)]
            .map(|(rounds, most)| looks(rounds, most).expect("looks").to_string());
        assert_eq!(text, ["10,15,20", "10", "5,8,10", "5,6"]);
        assert!(looks(0, 0).is_err() && looks(5, 3).is_err());
    }
}
