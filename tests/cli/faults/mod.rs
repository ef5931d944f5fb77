//! Faults of the world around: what cannot be written, read to the end, or is ended by somebody. No output is torn, no input
//! lost, and red never turns into green.

#[cfg(unix)]
mod disk;
#[cfg(unix)]
mod pipe;
#[cfg(unix)]
mod signal;

use crate::support::{self, Ran};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const FORMATS: [&str; 8] = ["json", "markdown", "html", "junit", "sarif", "csv", "github", "gitlab"];

/// From the root of the repository, so that it holds in any working directory.
fn hot(name: &str) -> String {
    format!("{}/testdata/hot/{name}.txt", env!("CARGO_MANIFEST_DIR"))
}

/// `check` that is red (exit code 1) or green (0).
fn check(verdict: &str) -> Vec<String> {
    let new = match verdict {
        "red" => "pool",
        _ => "base",
    };
    ["check".into(), "--allow-same".into(), hot("base"), hot(new)].into()
}

/// The program, in a folder with few files: some formats look for Go sources below it.
fn program() -> Command {
    let mut program = support::command();
    program.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata"));
    program
}

/// The program with these arguments.
fn command(arguments: &[String]) -> Command {
    let mut command = program();
    command.args(arguments);
    command
}

fn ran(command: &mut Command) -> Ran {
    command.output().expect("the binary starts").into()
}

/// What is in a folder, by name.
fn inside(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("readable");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("readable").file_name().into_string().expect("text")).collect();
    names.sort();
    names
}

/// Paths at which nobody can write a file, root included, with what is said of them.
fn obstacles(folder: &Path) -> Vec<(PathBuf, &'static str)> {
    fs::write(folder.join("file"), "").expect("written");
    fs::create_dir_all(folder.join("directory/with-content")).expect("made");
    #[allow(unused_mut, reason = "only Linux has more of them")]
    let mut obstacles = vec![
        (folder.join("no/such/report"), ""),
        (folder.join("file/report"), ""),
        (folder.join("directory"), ""),
    ];
    #[cfg(target_os = "linux")]
    obstacles.extend([
        (PathBuf::from("/dev/full"), "No space left on device"),
        (PathBuf::from("/proc/report"), ""),
        (PathBuf::from("/proc/version"), ""),
    ]);
    obstacles
}

#[test]
fn a_report_that_cannot_be_written_is_told_and_the_verdict_as_well() {
    let folder = tempfile::tempdir().expect("a folder");
    for (i, (path, why)) in obstacles(folder.path()).into_iter().enumerate() {
        for (j, format) in FORMATS.into_iter().enumerate() {
            // Each path and each format meets both verdicts.
            let (verdict, word, code) =
                [("red", "FAIL  4 regressions", 1), ("green", "PASS", 0)][(i + j) % 2];
            let beside = folder.path().join("beside.json");
            let mut arguments = check(verdict);
            for report in [format!("{format}={}", path.display()), format!("json={}", beside.display())] {
                arguments.extend(["--report".into(), report]);
            }
            let ran = ran(&mut command(&arguments));
            assert_eq!(ran.code, 2, "{format} to {}: {ran}", path.display());
            assert!(ran.stdout.starts_with(word), "{ran}");
            let told = format!("allocgate: {}: the report cannot be written: ", path.display());
            assert!(ran.stderr.starts_with(&told) && ran.stderr.contains(why), "{ran}");
            assert!(ran.stderr.contains(&format!("\n{word}")), "{ran}");
            assert!(
                ran.stderr.ends_with(&format!("2 instead of {code}: not every report could be written\n")),
                "{ran}"
            );
            let beside = fs::read_to_string(&beside).expect("the other one is written");
            assert!(beside.contains(&format!("\"exit_code\": {code}")), "{beside}");
            fs::remove_file(folder.path().join("beside.json")).expect("it is there");
            assert_eq!(inside(folder.path()), ["directory", "file"], "nothing is left behind");
        }
    }
}

#[test]
fn where_there_is_no_verdict_the_first_error_is_told_and_then_what_cannot_be_written() {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, _) in obstacles(folder.path()) {
        let arguments = ["check", "no/such.txt", "--report", &format!("json={}", path.display())];
        let ran = ran(&mut command(&arguments.map(String::from)));
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran}");
        assert_eq!(ran.stderr.lines().count(), 2, "{ran}");
        assert!(
            ran.stderr.contains("the report cannot be written")
                && ran.stderr.contains("no/such.txt: no such file"),
            "{ran}"
        );
    }
}

#[test]
fn rendering_fails_as_well_where_it_cannot_write() {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, _) in obstacles(folder.path()) {
        let report = format!("{}/testdata/report/everything.json", env!("CARGO_MANIFEST_DIR"));
        let arguments = ["render", &report, "--quiet", "--report", &format!("html={}", path.display())];
        let ran = ran(&mut command(&arguments.map(String::from)));
        assert_eq!(ran.code, 2, "{ran}");
        assert!(ran.stdout.starts_with("FAIL"), "{ran}");
    }
}

#[test]
fn what_a_runner_of_github_waits_for_is_missed_if_it_cannot_be_written() {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, _) in obstacles(folder.path()) {
        for (verdict, word) in [("red", "FAIL"), ("green", "PASS")] {
            for (broken, whole) in
                [("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"), ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")]
            {
                let other = folder.path().join("other");
                let mut command = command(&check(verdict));
                let ran = ran(command.env("GITHUB_ACTIONS", "true").env(broken, &path).env(whole, &other));
                assert_eq!(ran.code, 2, "{ran}");
                assert!(ran.stdout.starts_with(word), "{ran}");
                assert!(
                    ran.stderr.contains(&format!("{}: {broken} cannot be written", path.display())),
                    "{ran}"
                );
                assert!(!fs::read_to_string(&other).expect("the other one is written").is_empty());
                fs::remove_file(&other).expect("it is there");
            }
        }
    }
}

#[test]
fn no_report_is_written_over_what_is_read_or_over_another_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let copy = |from: &str, name: &str| {
        let path = folder.path().join(name);
        fs::copy(format!("{}/testdata/{from}", env!("CARGO_MANIFEST_DIR")), &path).expect("copied");
        path.display().to_string()
    };
    let (new, policy) = (copy("hot/base.txt", "new.txt"), copy("policy/budget.toml", "allocgate.toml"));
    let report = copy("report/everything.json", "report.json");
    let same = folder.path().join("same").display().to_string();
    let texts = || [&new, &policy, &report].map(|path| fs::read_to_string(path).expect("readable"));
    let before = texts();
    for (arguments, want) in [
        (format!("check {} {new} --report json={new}", hot("base")), "over these results"),
        (format!("check {new} --policy {policy} --report json={policy}"), "over this file, which is read"),
        (format!("check {new} --report json={policy}"), "over this file, which is read"),
        (format!("render {report} --report json={report}"), "over this file, which is read"),
        (format!("check {new} --report json={same} --report html={same}"), "two reports would be written"),
        (
            format!("check {new} --report json=- --report csv=-"),
            "2 reports would be written to standard output",
        ),
    ] {
        let arguments: Vec<String> = arguments.split(' ').map(String::from).collect();
        let ran = ran(command(&arguments).current_dir(folder.path()));
        assert!(ran.code == 2 && ran.stderr.contains(want), "{arguments:?}: {ran}");
        assert_eq!(texts(), before);
    }
    assert_eq!(inside(folder.path()), ["allocgate.toml", "new.txt", "report.json"]);
}

#[test]
fn a_directory_in_place_of_a_policy_or_a_report_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let directory = folder.path().display().to_string();
    for (arguments, want) in [
        (format!("check {} --policy {directory}", hot("base")), "cannot be read as a policy"),
        (format!("render {directory}"), "cannot be read as a report"),
        (format!("budget loosen X --to 1 --reason x --policy {directory}"), "cannot be read as a policy"),
        (format!("budget tighten {} --policy {directory}", hot("base")), "cannot be read as a policy"),
        (format!("budget diff {directory} {directory}"), "cannot be read as a policy"),
        (format!("budget init {} --output {directory}", hot("base")), "the file exists"),
        (format!("check {} {directory}", hot("base")), "the directory has no"),
    ] {
        let arguments: Vec<String> = arguments.split(' ').map(String::from).collect();
        let ran = ran(&mut command(&arguments));
        assert!(ran.code == 2 && ran.stderr.contains(want), "{arguments:?}: {ran}");
        assert!(inside(folder.path()).is_empty());
    }
}
