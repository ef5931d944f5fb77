//! What a machine and a repository have, for `allocgate init` and `allocgate doctor`. Nothing that is missing is an error.

use super::count::{self, CounterChoice};
use super::machine::Machine;
use super::process::capture;
use super::revision::Repository;
use super::{RunError, Stop};
use crate::setup::{Facts, MachineFacts, Program, RepositoryFacts};
use crate::source;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The beginning of the names of branches with stored results.
const HISTORY: &str = "allocgate-history";

/// Looks at a folder and at this machine. The policy is left to the caller.
///
/// # Errors
/// If the run is stopped.
pub fn survey(folder: &Path, stop: &Stop) -> Result<Facts, RunError> {
    let module = program(folder, &["go", "env", "GOMOD"], stop)?;
    let (repository, refusal) = match repository(folder, stop) {
        Err(RunError::Interrupted) => return Err(RunError::Interrupted),
        Err(RunError::CommandFailed { output, .. }) => (None, output.lines().next().map(String::from)),
        Err(_) => (None, None),
        Ok(repository) => (Some(repository), None),
    };
    Ok(Facts {
        git: program(folder, &["git", "--version"], stop)?,
        go: match program(folder, &["go", "version"], stop)? {
            Program::Found(line) => Program::Found(line.trim_start_matches("go version ").to_string()),
            other => other,
        },
        module: match module {
            // Outside of a module, go names the null device.
            Program::Found(path) if !path.is_empty() && Path::new(&path).is_file() => {
                Some(PathBuf::from(path))
            }
            // Without go, the file is looked for as go does.
            Program::Missing | Program::Failed(_) => {
                folder.ancestors().map(|it| it.join("go.mod")).find(|it| it.is_file())
            }
            _ => None,
        },
        benchmarks: source::benchmarks_under(folder).len(),
        repository,
        refusal,
        counter: counter(stop)?,
        machine: machine(Path::new("/")),
        ..Facts::default()
    })
}

/// What can count instructions.
fn counter(stop: &Stop) -> Result<Option<String>, RunError> {
    let Ok(folder) = tempfile::tempdir() else { return Ok(None) };
    let found = count::find(CounterChoice::Auto, folder.path(), stop)?;
    Ok(found.ok().map(|counter| counter.to_string()))
}

/// The first line that a command prints.
fn program(folder: &Path, command: &[&str], stop: &Stop) -> Result<Program, RunError> {
    let [program, arguments @ ..] = command else { return Ok(Program::Missing) };
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    match capture(command, stop) {
        Err(RunError::Interrupted) => Err(RunError::Interrupted),
        Err(_) => Ok(Program::Missing),
        Ok(output) if output.status.success() => {
            Ok(Program::Found(output.stdout.lines().next().unwrap_or_default().trim().to_string()))
        }
        Ok(output) => Ok(Program::Failed(output.failure().lines().next().unwrap_or_default().to_string())),
    }
}

fn repository(folder: &Path, stop: &Stop) -> Result<RepositoryFacts, RunError> {
    let repository = Repository::find(folder, stop)?;
    let line = |arguments: &[&str]| -> Result<Option<String>, RunError> {
        match repository.run(arguments) {
            Err(RunError::Interrupted) => Err(RunError::Interrupted),
            printed => Ok(printed.ok().and_then(|it| it.lines().next().map(String::from))),
        }
    };
    let default_branch = match repository.merge_base("HEAD") {
        Err(RunError::Interrupted) => return Err(RunError::Interrupted),
        Ok((branch, _)) => Some((branch, true)),
        Err(RunError::NoMergeBase { branch, .. }) => Some((branch, false)),
        Err(_) => None,
    };
    let branches = format!("refs/*/{HISTORY}*");
    let remotes = format!("refs/remotes/*/{HISTORY}*");
    Ok(RepositoryFacts {
        prefix: repository.prefix.clone(),
        remote: line(&["remote", "get-url", "origin"])?,
        default_branch,
        is_shallow: line(&["rev-parse", "--is-shallow-repository"])?.as_deref() == Some("true"),
        has_commit: line(&["rev-parse", "--verify", "--quiet", "HEAD"])?.is_some(),
        history: line(&["for-each-ref", "--format=%(refname:short)", &branches, &remotes])?,
        has_github_folder: repository.root.join(".github").is_dir(),
        has_gitlab_file: repository.root.join(".gitlab-ci.yml").is_file(),
        root: repository.root.clone(),
    })
}

fn machine(root: &Path) -> MachineFacts {
    let Machine { cores, quota, gomaxprocs, load, governor, turbo, on_battery, other_run: _ } =
        Machine::read(root);
    let memory = fs::read_to_string(root.join("sys/fs/cgroup/memory.max")).ok();
    let memory = memory.and_then(|text| text.trim().parse().ok()); // `max` is no limit
    MachineFacts { cores, quota, memory, gomaxprocs, load, governor, turbo, on_battery }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_a_fact_and_a_requested_stop_an_error() {
        let here = std::env::temp_dir();
        let stop = Stop::default();
        let missing = program(&here, &["allocgate-no-such-program"], &stop);
        assert_eq!(missing.expect("a fact"), Program::Missing);
        stop.request();
        assert!(matches!(program(&here, &["git"], &stop), Err(RunError::Interrupted)));
    }

    #[test]
    fn the_memory_of_a_container_is_read() {
        let root = tempfile::tempdir().expect("a folder");
        let file = root.path().join("sys/fs/cgroup/memory.max");
        fs::create_dir_all(file.parent().expect("it is in a folder")).expect("created");
        for (text, want) in [("1073741824\n", Some(1 << 30)), ("max\n", None)] {
            fs::write(&file, text).expect("written");
            assert_eq!(machine(root.path()).memory, want);
        }
    }
}
