//! What stands in the way of a first run, and what to do about it.

use super::{Facts, MachineFacts, PolicyFacts, Program, RepositoryFacts};
use crate::words::counted;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was looked at.
    pub subject: &'static str,
    /// How it is.
    pub state: State,
    /// What was found.
    pub found: String,
    /// What to do, if there is anything.
    pub help: Option<String>,
}

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum State {
    /// Nothing to do.
    Ok,
    /// Some results are missing or less certain.
    Warn,
    /// `allocgate run` does not work.
    Fail,
}

impl Check {
    fn ok(subject: &'static str, found: impl Into<String>) -> Check {
        Check { subject, state: State::Ok, found: found.into(), help: None }
    }

    fn warn(subject: &'static str, found: impl Into<String>, help: impl Into<String>) -> Check {
        Check { subject, state: State::Warn, found: found.into(), help: Some(help.into()) }
    }

    fn fail(subject: &'static str, found: impl Into<String>, help: impl Into<String>) -> Check {
        Check { subject, state: State::Fail, found: found.into(), help: Some(help.into()) }
    }
}

/// Looks at everything that a run needs, in the order in which to set it up.
pub fn diagnose(facts: &Facts) -> Vec<Check> {
    let mut checks = vec![
        needed("git", &facts.git, "install git; on Debian: apt-get install git"),
        needed("go", &facts.go, "install Go: https://go.dev/dl"),
    ];
    checks.push(match &facts.module {
        Some(path) => Check::ok("module", path.display().to_string()),
        None => Check::fail("module", "no go.mod here or above", "go to the folder of a Go module"),
    });
    checks.push(match facts.benchmarks {
        0 => Check::fail(
            "benchmarks",
            "none in this folder",
            "write one: https://pkg.go.dev/testing#hdr-Benchmarks",
        ),
        n => Check::ok("benchmarks", counted(n, "function")),
    });
    match &facts.repository {
        Some(repository) => checks.extend(of_repository(repository)),
        None if facts.git == Program::Missing => {} // only git knows
        None if facts.refusal.is_some() => checks.push(Check::fail(
            "repository",
            facts.refusal.clone().unwrap_or_default(),
            "if it is yours: git config --global --add safe.directory FOLDER; `git status` says more",
        )),
        None => checks.push(Check::fail(
            "repository",
            "not in a git repository",
            "run `git init`, or compare two files of results: allocgate check base.txt new.txt",
        )),
    }
    checks.push(of_policy(&facts.policy));
    checks.push(match &facts.counter {
        Some(counter) => Check::ok("counter", format!("{counter}, for --count instructions")),
        None => Check::ok("counter", "none; it is optional: apt-get install valgrind"),
    });
    checks.extend(of_machine(&facts.machine));
    checks
}

fn needed(subject: &'static str, program: &Program, help: &str) -> Check {
    match program {
        Program::Found(version) => Check::ok(subject, version),
        Program::Missing => Check::fail(subject, "not on the PATH", help),
        Program::Failed(message) => Check::fail(subject, message, help),
    }
}

fn of_repository(repository: &RepositoryFacts) -> Vec<Check> {
    let RepositoryFacts { root, default_branch, is_shallow, has_commit, history, .. } = repository;
    if !has_commit {
        return vec![Check::fail("repository", "it has no commit", "commit something to compare with")];
    }
    let depth = match is_shallow {
        false => Check::ok("repository", root.display().to_string()),
        true => Check::warn(
            "repository",
            "a shallow clone, without its history",
            "git fetch --unshallow; in GitHub Actions: fetch-depth: 0",
        ),
    };
    let branch = match default_branch {
        Some((branch, true)) => Check::ok("base", format!("the merge base with {branch}")),
        Some((branch, false)) => Check::warn(
            "base",
            format!("HEAD and {branch} have no commit in common"),
            "name the revision to compare with: allocgate run --base REV",
        ),
        None => Check::warn(
            "base",
            "no default branch (origin/HEAD, origin/main, origin/master, main, master)",
            "name the revision to compare with: allocgate run --base REV",
        ),
    };
    let history = match history {
        Some(name) => Check::ok("history", format!("branch {name}")),
        None => Check::ok("history", "none; it is optional"),
    };
    vec![depth, branch, history]
}

fn of_policy(policy: &PolicyFacts) -> Check {
    match policy {
        PolicyFacts::Found(path, budgets) => {
            Check::ok("policy", format!("{}, {}", path.display(), counted(*budgets, "budget")))
        }
        PolicyFacts::BuiltIn => Check::warn(
            "policy",
            "built-in, without budgets",
            "allocgate init writes an allocgate.toml with budgets",
        ),
        PolicyFacts::Invalid(path, problem) => Check::fail(
            "policy",
            format!("{}: {problem}", path.display()),
            "allocgate policy show prints all problems with their lines",
        ),
    }
}

fn of_machine(machine: &MachineFacts) -> Vec<Check> {
    vec![of_cores(machine), of_frequency(machine), of_load(machine), of_memory(machine)]
}

fn of_cores(machine: &MachineFacts) -> Check {
    let cores = machine.cores;
    let procs = machine.gomaxprocs.unwrap_or(cores);
    let found = format!("{}, GOMAXPROCS {procs}", counted(cores, "core"));
    match machine.quota {
        _ if procs > cores => Check::warn(
            "cores",
            format!("{found}: threads wait for each other"),
            format!("set GOMAXPROCS={cores}"),
        ),
        Some(quota) if quota < procs as f64 => Check::warn(
            "cores",
            format!("{found}, but the container may use {quota} of them and is paused when it uses more"),
            format!("set GOMAXPROCS={}", quota.floor().max(1.0)),
        ),
        _ => Check::ok("cores", found),
    }
}

fn of_frequency(machine: &MachineFacts) -> Check {
    let fixed = "cpupower frequency-set -g performance";
    match (&machine.governor, machine.turbo) {
        (Some(governor), _) if governor != "performance" => {
            Check::warn("frequency", format!("it follows the load (governor {governor})"), fixed)
        }
        (_, Some(true)) => Check::warn(
            "frequency",
            "turbo boost is on: times depend on the temperature",
            "turn it off: echo 1 > /sys/devices/system/cpu/intel_pstate/no_turbo, or 0 > …/cpufreq/boost",
        ),
        (None, None) => Check::ok("frequency", "this system does not tell"),
        _ => Check::ok("frequency", "fixed"),
    }
}

fn of_load(machine: &MachineFacts) -> Check {
    if machine.on_battery {
        return Check::warn("load", "the machine runs on its battery", "plug it in");
    }
    match machine.load {
        Some(load) if load > 0.5 * machine.cores as f64 => Check::warn(
            "load",
            format!("{load:.1} on {}: times vary more", counted(machine.cores, "core")),
            "stop other programs, or judge allocations only, which do not depend on it",
        ),
        Some(load) => Check::ok("load", format!("{load:.1}")),
        None => Check::ok("load", "this system does not tell"),
    }
}

fn of_memory(machine: &MachineFacts) -> Check {
    const LITTLE: u64 = 1 << 30;
    match machine.memory {
        Some(bytes) if bytes < LITTLE => Check::warn(
            "memory",
            format!("the container may use {} MiB: builds and benchmarks may be killed", bytes >> 20),
            "give it at least 1 GiB",
        ),
        Some(bytes) => Check::ok("memory", format!("{} MiB for the container", bytes >> 20)),
        None => Check::ok("memory", "not limited"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Facts {
        Facts {
            git: Program::Found("git version 2.47".into()),
            go: Program::Found("go1.26.8 linux/amd64".into()),
            module: Some("go.mod".into()),
            benchmarks: 3,
            repository: Some(RepositoryFacts {
                root: "/r".into(),
                default_branch: Some(("origin/main".into(), true)),
                has_commit: true,
                ..RepositoryFacts::default()
            }),
            counter: Some("cachegrind 3.22.0".into()),
            machine: MachineFacts { cores: 4, load: Some(0.1), ..MachineFacts::default() },
            policy: PolicyFacts::Found("allocgate.toml".into(), 3),
            ..Facts::default()
        }
    }

    fn repository(change: impl Fn(&mut RepositoryFacts)) -> Facts {
        let mut facts = good();
        facts.repository.iter_mut().for_each(change);
        facts
    }

    fn machine(machine: MachineFacts) -> Facts {
        Facts { machine: MachineFacts { cores: 4, ..machine }, ..good() }
    }

    #[test]
    fn where_all_is_well_nothing_needs_help() {
        let checks = diagnose(&good());
        assert!(checks.iter().all(|it| it.state == State::Ok && it.help.is_none()), "{checks:?}");
    }

    #[test]
    fn a_counter_of_instructions_is_optional() {
        let counter = |facts| diagnose(&facts).into_iter().find(|it| it.subject == "counter");
        let found = counter(good()).expect("it is always looked at");
        assert_eq!(found.found, "cachegrind 3.22.0, for --count instructions");
        let missing = counter(Facts { counter: None, ..good() }).expect("it is always looked at");
        assert!(missing.state == State::Ok && missing.found.contains("valgrind"), "{missing:?}");
    }

    #[test]
    fn whatever_is_wrong_is_one_line_with_what_to_do() {
        let none = MachineFacts::default;
        for (facts, subject, state, want) in [
            (Facts { go: Program::Missing, ..good() }, "go", State::Fail, "install Go"),
            (Facts { git: Program::Failed("broken".into()), ..good() }, "git", State::Fail, "install git"),
            (Facts { module: None, ..good() }, "module", State::Fail, "Go module"),
            (Facts { benchmarks: 0, ..good() }, "benchmarks", State::Fail, "write one"),
            (Facts { repository: None, ..good() }, "repository", State::Fail, "git init"),
            (Facts { git: Program::Missing, repository: None, ..good() }, "git", State::Fail, "install git"),
            (
                Facts { refusal: Some("detected dubious ownership".into()), repository: None, ..good() },
                "repository",
                State::Fail,
                "safe.directory",
            ),
            (repository(|it| it.is_shallow = true), "repository", State::Warn, "--unshallow"),
            (repository(|it| it.has_commit = false), "repository", State::Fail, "commit something"),
            (repository(|it| it.default_branch = None), "base", State::Warn, "--base REV"),
            (Facts { policy: PolicyFacts::BuiltIn, ..good() }, "policy", State::Warn, "allocgate init"),
            (
                Facts { policy: PolicyFacts::Invalid("a.toml".into(), "x".into()), ..good() },
                "policy",
                State::Fail,
                "policy show",
            ),
            (machine(MachineFacts { gomaxprocs: Some(8), ..none() }), "cores", State::Warn, "GOMAXPROCS=4"),
            (machine(MachineFacts { quota: Some(1.5), ..none() }), "cores", State::Warn, "GOMAXPROCS=1"),
            (machine(MachineFacts { load: Some(2.5), ..none() }), "load", State::Warn, "stop other programs"),
            (machine(MachineFacts { on_battery: true, ..none() }), "load", State::Warn, "plug it in"),
            (machine(MachineFacts { turbo: Some(true), ..none() }), "frequency", State::Warn, "no_turbo"),
            (machine(MachineFacts { memory: Some(512 << 20), ..none() }), "memory", State::Warn, "1 GiB"),
            (
                machine(MachineFacts { governor: Some("powersave".into()), ..none() }),
                "frequency",
                State::Warn,
                "cpupower",
            ),
        ] {
            let found: Vec<Check> = diagnose(&facts).into_iter().filter(|it| it.state != State::Ok).collect();
            let [check] = found.as_slice() else { panic!("{subject}: {found:?}") };
            assert_eq!((check.subject, check.state), (subject, state));
            assert!(check.help.as_ref().is_some_and(|help| help.contains(want)), "{want}: {check:?}");
        }
    }
}
