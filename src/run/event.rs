//! What a run reports while it goes on.

use super::Side;
use super::measure::Ending;
use super::plan::NotAlone;
use crate::words::{counted, list};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Receives events.
pub(crate) type OnEvent<'t> = dyn FnMut(Event) + 't;

/// Something that happened, or begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Event<'e> {
    /// Something that makes results less certain or incomplete, and what to do about it.
    Warning(&'e Warning),
    /// Test binaries are being built.
    Building {
        /// How many are done.
        done: usize,
        /// How many there are.
        total: usize,
    },
    /// Programs are being built, for their size.
    Sizing {
        /// How many are done.
        done: usize,
        /// How many there are, on both sides together.
        total: usize,
    },
    /// A benchmark is run for a moment, before the first round.
    WarmUp {
        /// The side.
        side: Side,
        /// The package's import path.
        package: &'e str,
        /// The benchmark.
        name: &'e str,
    },
    /// It is known what each round consists of, and each benchmark runs alone.
    Planned {
        /// How many benchmarks there are.
        benchmarks: usize,
        /// The round after which the results are judged next.
        last: usize,
        /// About how long the rounds until then will take.
        left: Duration,
    },
    /// A benchmark begins.
    Benchmark {
        /// The round, from 1.
        round: usize,
        /// The round after which the results are judged next.
        last: usize,
        /// The side.
        side: Side,
        /// The package's import path.
        package: &'e str,
        /// The benchmark; `None` before the first one of the package.
        name: Option<&'e str>,
        /// How long the rounds until then will take; `None` during the first round.
        left: Option<Duration>,
    },
    /// A round is over.
    Round {
        /// The round, from 1.
        round: usize,
        /// The round after which the results are judged next.
        last: usize,
        /// How long it took.
        took: Duration,
        /// How long the rounds until then will take.
        left: Duration,
    },
    /// The instructions of benchmarks are being counted, several at a time.
    Counting {
        /// The round, from 1; 0 while it is found out how many operations to count.
        round: usize,
        /// How many benchmarks there are.
        benchmarks: usize,
    },
    /// A profile is being taken.
    Profile {
        /// Its number, from 1.
        number: usize,
        /// How many there are.
        total: usize,
        /// The benchmark.
        name: &'e str,
    },
    /// The compiler prints its decisions about a package.
    Decisions {
        /// The side.
        side: Side,
        /// The package's import path.
        package: &'e str,
    },
}

/// Something that makes results less certain or incomplete.
#[derive(Debug, Clone, PartialEq)]
pub enum Warning {
    /// A worktree of a run that was killed.
    Leftover(PathBuf),
    /// A submodule whose files are not those of the commit that is recorded for it.
    SubmoduleChanged(String),
    /// The two sides are on different file systems.
    DifferentFileSystems {
        /// Where base is checked out.
        base: PathBuf,
    },
    /// A package that does not build.
    BuildFailed {
        /// The package.
        package: String,
        /// The side.
        side: Side,
        /// Where it failed.
        stage: BuildStage,
        /// What the compiler printed.
        output: String,
    },
    /// A package of base that does not build with the tests of new. It is built with its own.
    OwnTests {
        /// The package.
        package: String,
        /// What the compiler printed.
        output: String,
    },
    /// A benchmark that crashed or hung. It is not run again, nor is what runs in the same process.
    Stopped {
        /// The package.
        package: String,
        /// The side.
        side: Side,
        /// How it ended.
        ending: Ending,
        /// The benchmark that ran last.
        benchmark: Option<String>,
        /// The file with its output.
        file: PathBuf,
    },
    /// Benchmarks that do not run alone.
    NotAlone {
        /// The package.
        package: String,
        /// The function whose benchmarks they are; `None` for all of the package.
        function: Option<String>,
        /// Why.
        reason: NotAlone,
    },
    /// The file with the times of functions is not there.
    NoShardTimes(PathBuf),
    /// There is no CPU time of these benchmarks, because they use too little; `None` if there is none at all.
    NoCpuTime {
        /// Their names.
        benchmarks: Option<Vec<String>>,
    },
    /// Nothing counts instructions here: why, and what to do.
    NoCounter(String),
    /// A benchmark whose instructions cannot be counted.
    NotCounted {
        /// The package.
        package: String,
        /// The benchmark.
        benchmark: String,
        /// Why.
        reason: String,
    },
    /// A benchmark that could not be profiled.
    NoProfile {
        /// The benchmark.
        benchmark: String,
        /// The revision.
        revision: String,
        /// Why.
        reason: String,
    },
    /// Other programs are running.
    Busy {
        /// Processes that wanted to run during the last minute, on average.
        load: f64,
        /// How many cores there are.
        cores: usize,
    },
    /// Another run is measuring: its process.
    OtherRun(String),
    /// The CPU frequency is not fixed: the governor.
    FrequencyScaling(String),
    /// Turbo boost is on.
    Turbo,
    /// The machine runs on battery.
    Battery,
    /// GOMAXPROCS is higher than the number of cores.
    TooManyProcs {
        /// GOMAXPROCS.
        procs: usize,
        /// How many cores there are.
        cores: usize,
    },
    /// The container may use fewer cores than Go will.
    CpuQuota {
        /// How many cores it may use.
        quota: f64,
        /// How many Go will use.
        procs: usize,
    },
}

/// Where a build can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildStage {
    /// Before anything is compiled.
    Setup,
    /// In the compiler or the linker.
    Build,
}

/// As `go test` prints it.
impl fmt::Display for BuildStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BuildStage::Setup => "setup failed",
            BuildStage::Build => "build failed",
        })
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::Leftover(worktree) => {
                write!(
                    f,
                    "{}: left by a run that was killed; `allocgate run --clean` removes it",
                    worktree.display()
                )
            }
            Warning::SubmoduleChanged(module) => write!(
                f,
                "submodule {module}: differs from its recorded commit; new is measured with its current files, base with the recorded commit"
            ),
            Warning::DifferentFileSystems { base } => write!(
                f,
                "base is checked out in {}, on another file system than new: benchmarks that use files cannot be compared; set TMPDIR to a folder on the file system of new",
                base.display()
            ),
            Warning::BuildFailed { package, side, stage, output } => {
                write!(f, "{package} ({side}): {stage}")?;
                output.lines().take(5).try_for_each(|line| write!(f, "\n{line}"))
            }
            Warning::OwnTests { package, output } => {
                write!(
                    f,
                    "{package} (base): does not build with the tests of new, and is measured with its own"
                )?;
                output.lines().take(5).try_for_each(|line| write!(f, "\n{line}"))
            }
            Warning::Stopped { package, side, ending, benchmark, file } => {
                let place = benchmark.as_ref().map(|name| format!(" in {name}")).unwrap_or_default();
                let file = file.display();
                write!(f, "{package} ({side}): {ending}{place}; not run again, see {file}")
            }
            Warning::NotAlone { package, function, reason } => {
                let what = function.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
                write!(
                    f,
                    "{package}{what}: measured in one process, with another b.N for each sample and without cpu-ns/op: {reason}"
                )
            }
            Warning::NoShardTimes(file) => write!(
                f,
                "{}: not found; shards are planned without times, which all of them must do",
                file.display()
            ),
            Warning::NoCpuTime { benchmarks: None } => {
                f.write_str("this system does not tell the CPU time of a process: no cpu-ns/op")
            }
            Warning::NoCpuTime { benchmarks: Some(names) } => write!(
                f,
                "no cpu-ns/op of {} ({}): less CPU time than the start of a process varies by; a longer --benchtime shows it",
                counted(names.len(), "benchmark"),
                list(names.iter(), 5)
            ),
            Warning::NoCounter(why) => write!(f, "no instructions/op: {why}"),
            Warning::NotCounted { package, benchmark, reason } => {
                write!(f, "{package} {benchmark}: no instructions/op: {reason}")
            }
            Warning::NoProfile { benchmark, revision, reason } => {
                write!(f, "{benchmark}: no profile of {revision}: {reason}")
            }
            Warning::Busy { load, cores } => {
                write!(
                    f,
                    "the machine is busy: load {load:.1} on {}; stop other programs",
                    counted(*cores, "core")
                )
            }
            Warning::OtherRun(process) => write!(
                f,
                "another allocgate run (process {process}) is measuring on this machine, and they disturb each other; wait until it has ended"
            ),
            Warning::FrequencyScaling(governor) => write!(
                f,
                "the CPU frequency follows the load (governor {governor}); fix it with `cpupower frequency-set -g performance`"
            ),
            Warning::Turbo => f.write_str(
                "turbo boost is on: the CPU slows down as it warms up; switch it off for steadier times",
            ),
            Warning::Battery => f.write_str("the machine runs on battery and saves power; plug it in"),
            Warning::TooManyProcs { procs, cores } => write!(
                f,
                "GOMAXPROCS={procs} on {}: goroutines wait for each other; lower it",
                counted(*cores, "core")
            ),
            Warning::CpuQuota { quota, procs } => write!(
                f,
                "this container may use {quota:.1} of {}, and is paused when it uses more; set GOMAXPROCS={:.0}",
                counted(*procs, "core"),
                quota.floor().max(1.0)
            ),
        }
    }
}
