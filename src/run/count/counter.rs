//! The program that counts instructions: `perf` where the processor can be read, else cachegrind.

use crate::run::process::capture;
use crate::run::{RunError, Stop};
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Whether instructions are counted, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountRequest {
    /// Which counter to use.
    pub counter: CounterChoice,
    /// Whether nothing is timed.
    pub only: bool,
}

/// Which counter to use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum CounterChoice {
    /// perf where it works, else valgrind.
    #[default]
    Auto,
    /// cachegrind, a tool of valgrind.
    Valgrind,
    /// `perf stat`, which reads a counter of the processor.
    Perf,
}

/// The options of `allocgate run` that count in this way.
impl fmt::Display for CountRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.counter {
            CounterChoice::Auto => f.write_str("--count instructions")?,
            choice => write!(f, "--count instructions={choice}")?,
        }
        if self.only { f.write_str(" --only counts") } else { Ok(()) }
    }
}

/// A counter that works here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Counter {
    /// With its version.
    Cachegrind(String),
    /// With its version.
    Perf(String),
}

/// Why there is no counter, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoCounter(pub String);

/// As in the header of result files: `cachegrind 3.22.0`.
impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Counter::Cachegrind(version) => write!(f, "cachegrind {version}"),
            Counter::Perf(version) => write!(f, "perf {version}"),
        }
    }
}

impl Counter {
    /// The command that runs a program and writes its counts to a file. The arguments of the program are still to be added.
    pub fn command(&self, program: &Path, counts: &Path) -> Command {
        let mut command;
        match self {
            Counter::Cachegrind(_) => {
                command = Command::new("valgrind");
                command.args(["-q", "--tool=cachegrind", "--cache-sim=no"]);
                let mut file = OsString::from("--cachegrind-out-file=");
                // A percent sign begins a variable.
                file.push(counts.to_string_lossy().replace('%', "%%"));
                command.arg(file);
            }
            Counter::Perf(_) => {
                command = Command::new("perf");
                command.args(["stat", "-x", ",", "-e", "instructions:u", "-o"]).arg(counts).arg("--");
            }
        }
        command.arg(program);
        command
    }

    /// The instructions in a file that it has written. Inside, what is wrong with the file.
    pub fn total(&self, text: &str) -> Result<u64, String> {
        match self {
            Counter::Cachegrind(_) => crate::cause::instructions::Counts::read(text)
                .map(|counts| counts.total)
                .map_err(|error| format!("the counts of cachegrind cannot be read: {error}")),
            Counter::Perf(_) => perf_total(text)
                .ok_or_else(|| "perf counted no instructions; this processor cannot be read".to_string()),
        }
    }
}

/// The sum of what `perf stat -x,` has counted: one line for each kind of core.
fn perf_total(text: &str) -> Option<u64> {
    let counts = text.lines().filter(|line| line.contains("instructions"));
    let counts = counts.filter_map(|line| line.split(',').next()?.trim().parse::<u64>().ok());
    counts.reduce(|a, b| a.saturating_add(b)).filter(|&count| count > 0)
}

/// Finds a counter that works. `folder` is for a temporary file. Inside, why there is none.
///
/// # Errors
/// If the run is stopped.
pub(crate) fn find(
    choice: CounterChoice,
    folder: &Path,
    stop: &Stop,
) -> Result<Result<Counter, NoCounter>, RunError> {
    let perf = match choice {
        CounterChoice::Auto | CounterChoice::Perf => find_perf(folder, stop)?,
        CounterChoice::Valgrind => Err(String::new()),
    };
    let why_no_perf = match perf {
        Ok(counter) => return Ok(Ok(counter)),
        Err(why) => why,
    };
    if choice == CounterChoice::Perf {
        let help = "use --count instructions=valgrind, which needs no counter of the processor";
        return Ok(Err(NoCounter(format!("{why_no_perf}; {help}"))));
    }
    match version("valgrind", stop)? {
        Some(line) => {
            let version = line.trim_start_matches("valgrind-").to_string();
            Ok(Ok(Counter::Cachegrind(version)))
        }
        None => Ok(Err(NoCounter(
            "valgrind is not on the PATH, and perf cannot count here; install it: apt-get install valgrind"
                .to_string(),
        ))),
    }
}

/// perf, or why it does not work.
fn find_perf(folder: &Path, stop: &Stop) -> Result<Result<Counter, String>, RunError> {
    let Some(line) = version("perf", stop)? else {
        return Ok(Err("perf is not on the PATH".to_string()));
    };
    let counter = Counter::Perf(line.split_whitespace().last().unwrap_or_default().to_string());
    let file = folder.join("perf-probe.csv");
    let mut command = counter.command(Path::new("perf"), &file);
    command.arg("--version");
    let ended = match capture(command, stop) {
        Err(RunError::Interrupted) => return Err(RunError::Interrupted),
        ended => ended.is_ok_and(|output| output.status.success()),
    };
    let counted = fs::read_to_string(&file).ok().filter(|_| ended).and_then(|text| perf_total(&text));
    let _ = fs::remove_file(&file); // it is in a temporary folder
    Ok(match counted {
        Some(_) => Ok(counter),
        None => Err(
            "perf cannot count instructions here: a virtual machine without a PMU, or perf_event_paranoid is above 2"
                .to_string(),
        ),
    })
}

/// The first line that `PROGRAM --version` prints; `None` if it does not work.
fn version(program: &str, stop: &Stop) -> Result<Option<String>, RunError> {
    let mut command = Command::new(program);
    command.arg("--version");
    match capture(command, stop) {
        Err(RunError::Interrupted) => Err(RunError::Interrupted),
        Ok(output) if output.status.success() => {
            Ok(output.stdout.lines().next().map(|line| line.trim().to_string()))
        }
        Ok(_) | Err(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_of_perf_is_summed_over_kinds_of_cores() {
        for (text, want) in [
            ("# started on Sat Nov 28\n\n123456,,instructions:u,998,100.00,,\n", Some(123_456)),
            ("5,,cpu_atom/instructions:u/,1,50.00,,\n7,,cpu_core/instructions:u/,1,50.00,,\n", Some(12)),
            (
                "<not counted>,,cpu_atom/instructions:u/,0,0.00,,\n7,,cpu_core/instructions:u/,1,100.00,,\n",
                Some(7),
            ),
            ("<not supported>,,instructions:u,0,100.00,,\n", None),
            ("", None),
        ] {
            assert_eq!(perf_total(text), want, "{text}");
        }
    }

    #[test]
    fn a_counter_is_named_with_its_version_and_runs_a_program() {
        let counter = Counter::Cachegrind("3.22.0".to_string());
        assert_eq!(counter.to_string(), "cachegrind 3.22.0");
        let command = counter.command(Path::new("/t/p.test"), Path::new("/t/50%.out"));
        let arguments: Vec<_> = command.get_args().map(|it| it.to_string_lossy().into_owned()).collect();
        assert_eq!(arguments[2..], ["--cache-sim=no", "--cachegrind-out-file=/t/50%%.out", "/t/p.test"]);
        assert_eq!("perf".parse(), Ok(CounterChoice::Perf));
    }
}
