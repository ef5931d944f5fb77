//! Keeps what a later look for causes needs: allocation profiles of isolated runs, and the compiler's own reasons.

use super::binary::Built;
use super::cache::file_name;
use super::event::Tell;
use super::go::go;
use super::measure::Job;
use super::process::capture;
use super::revision::Tree;
use super::{Event, RunError, Session, Side};
use crate::model::Name;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The file that says that a folder of profiles was made by a run, and may be made anew.
const MARK: &str = ".allocgate";
/// At most so many benchmarks are profiled.
const MOST: usize = 10;
/// How much slower a benchmark is while every allocation is recorded, at most.
const SLOWER: f64 = 10.0;
/// How long a profiled run may take, in nanoseconds.
const BUDGET: f64 = 2e9;

/// A benchmark that got worse.
#[derive(Debug, Clone, PartialEq)]
pub struct Suspect {
    /// Its import path.
    pub package: String,
    /// Its name as Go prints it.
    pub benchmark: String,
    /// How long it takes, in nanoseconds; `None` if that was not measured.
    pub nanoseconds: Option<f64>,
}

impl Session {
    /// Profiles the first ten of these on both sides, in folders of `OUT/profile`; what an earlier run left there goes.
    ///
    /// Per side and benchmark two runs of fixed counts, whose difference is free of what setting up costs, and per package
    /// the text of `-gcflags=-m=2`. None of them is timed: recording every allocation makes a benchmark several times slower.
    ///
    /// # Errors
    /// If it is stopped, or a file cannot be written.
    pub fn profile(&self, suspects: &[Suspect], tell: &mut Tell) -> Result<(), RunError> {
        let root = self.profiles();
        let mark = root.join(MARK);
        if mark.exists() {
            fs::remove_dir_all(&root).map_err(RunError::file(&root, "removed"))?;
        } else if root.exists() {
            return Err(RunError::NotOurs(root));
        }
        let suspects = &suspects[..suspects.len().min(MOST)];
        if !suspects.is_empty() {
            fs::create_dir_all(&root).map_err(RunError::file(&root, "created"))?;
            fs::write(&mark, "").map_err(RunError::file(&mark, "written"))?;
        }
        for (number, suspect) in suspects.iter().enumerate() {
            tell(Event::Profile { number: number + 1, of: suspects.len(), name: &suspect.benchmark });
            for (side, tree) in [(Side::Base, &self.base), (Side::New, &self.new)] {
                let folder = root.join(side.to_string());
                fs::create_dir_all(&folder).map_err(RunError::file(&folder, "created"))?;
                self.record(suspect, side, tree, &folder, tell)?;
            }
        }
        let packages: BTreeSet<&str> = suspects.iter().map(|it| it.package.as_str()).collect();
        for package in packages {
            for (side, tree) in [(Side::Base, &self.base), (Side::New, &self.new)] {
                self.decisions(package, tree, &root.join(side.to_string()))?;
            }
        }
        Ok(())
    }

    /// The profiles of one benchmark on one side.
    fn record(
        &self,
        suspect: &Suspect,
        side: Side,
        tree: &Tree,
        folder: &Path,
        tell: &mut Tell,
    ) -> Result<(), RunError> {
        let Some(candidate) = self.candidates.iter().find(|it| it.path == suspect.package) else {
            return Ok(());
        };
        let built = if side == Side::Base { &candidate.base } else { &candidate.new };
        let Some(Built::Binary { file, folder: package }) = built else { return Ok(()) };
        // The binary runs in another folder than we do.
        let folder = folder.canonicalize().map_err(RunError::file(folder, "used"))?;
        for count in counts(suspect.nanoseconds) {
            let name = format!("{}.{}.{count}x", file_name(&suspect.package), file_name(&suspect.benchmark));
            let profile = folder.join(format!("{name}.memprofile"));
            let mut arguments = vec![
                format!("-test.bench={}", pattern(&suspect.benchmark)),
                format!("-test.benchtime={count}x"),
                "-test.benchmem".to_string(),
                "-test.memprofilerate=1".to_string(),
                format!("-test.memprofile={}", profile.display()),
            ];
            arguments.extend(self.request.cpu.iter().map(|cpu| format!("-test.cpu={cpu}")));
            let job = Job {
                binary: file,
                folder: package,
                package: &suspect.package,
                arguments,
                limit: self.request.timeout,
            };
            let mut text = Vec::new();
            let write = |piece: &[u8]| {
                text.extend_from_slice(piece);
                Ok(())
            };
            let measured = job.run(&self.stop, write, |_| ())?;
            let output = folder.join(format!("{name}.txt"));
            fs::write(&output, text).map_err(RunError::file(&output, "written"))?;
            if measured.results == 0 {
                let from = &tree.name;
                tell(Event::Remark(&format!(
                    "{}: no profile of it in {from}; see {}",
                    suspect.benchmark,
                    output.display()
                )));
                break;
            }
        }
        Ok(())
    }

    /// What the compiler says about a package on one side.
    fn decisions(&self, package: &str, tree: &Tree, folder: &Path) -> Result<(), RunError> {
        let Some(candidate) = self.candidates.iter().find(|it| it.path == package) else { return Ok(()) };
        let mut command = go(&tree.folder);
        let flags = match candidate.module.as_str() {
            "" => "-gcflags=-m=2".to_string(),
            module => format!("-gcflags={module}/...=-m=2"),
        };
        // A folder that takes the binary, which nobody needs: not every system has /dev/null.
        let scratch = tempfile::tempdir().map_err(RunError::file(std::env::temp_dir(), "used"))?;
        command
            .args(["test", "-c", "-trimpath", "-vet=off", &flags, "-o"])
            .arg(scratch.path().join("it.test"));
        command.arg(package);
        let said = capture(command, &self.stop)?;
        let file = folder.join(format!("{}.m2.txt", file_name(package)));
        fs::write(&file, said.stderr).map_err(RunError::file(file, "written"))
    }
}

/// A pattern that matches this benchmark alone, level by level. Its last part ends in the number of processors, or not.
fn pattern(benchmark: &str) -> String {
    let name = Name::new(benchmark.as_bytes());
    let parts = name.without_procs().to_string();
    let quoted = parts.split('/').skip(1).map(|part| format!("/^{}$", quoted(part)));
    format!("^{}${}", name.go_function(), quoted.collect::<String>())
}

/// A text as a regular expression of Go's that matches it.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// How often the two runs do the operation: as often as 2 s allow, and one in five of that.
fn counts(nanoseconds: Option<f64>) -> [u64; 2] {
    let affordable = nanoseconds.map_or(1000.0, |ns| BUDGET / (ns.max(1.0) * SLOWER));
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
            ("Sort/a.b/(x)-8", r"^BenchmarkSort$/^a\.b$/^\(x\)$"),
            ("Sort/utf-x", "^BenchmarkSort$/^utf-x$"),
        ] {
            assert_eq!(pattern(benchmark), want, "{benchmark}");
        }
    }

    #[test]
    fn counts_keep_to_the_time_there_is() {
        assert_eq!(counts(Some(12.0)), [200, 1000]);
        assert_eq!(counts(Some(500_000.0)), [80, 400]);
        assert_eq!(counts(Some(1e9)), [20, 100]);
        assert_eq!(counts(None), [200, 1000]);
    }
}
