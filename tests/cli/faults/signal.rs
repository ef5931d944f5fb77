//! Ctrl-C: exit code 130 as shells have it, and nothing that is half written.

use super::{check, hot, inside, program};
use crate::support::PROGRAM;
use std::ffi::OsString;
use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// A shell that runs the tests in the background has them ignore Ctrl-C, and so would the program.
fn ignores_interrupts() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & 0b10 != 0) // the second signal
}

fn start(arguments: &[String]) -> Child {
    let mut command = program();
    if ignores_interrupts() {
        command = Command::new("env");
        command.current_dir("testdata").args(["--unset=GITHUB_ACTIONS", "--default-signal=INT", PROGRAM]);
    }
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().expect("it starts")
}

fn interrupt(child: &Child) {
    let sent = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status();
    sent.expect("sh is there");
}

/// What a shell says of it.
fn code(status: ExitStatus) -> i32 {
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).expect("one of both")
}

fn fifo(folder: &Path) -> String {
    let fifo = folder.join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().expect("it is there").success());
    fifo.display().to_string()
}

#[test]
fn reading_what_never_ends_can_be_ended() {
    for command in ["check", "compare", "inspect", "selftest", "budget init"] {
        let folder = tempfile::tempdir().expect("a folder");
        let fifo = fifo(folder.path());
        let report = folder.path().join("report.json").display().to_string();
        let mut arguments: Vec<String> = command.split(' ').map(String::from).collect();
        match command {
            "check" => {
                arguments.extend([hot("base"), fifo.clone(), "--report".into(), format!("json={report}")])
            }
            "budget init" => arguments.extend([fifo.clone(), "--output".into(), report]),
            _ => arguments.push(fifo.clone()),
        }
        let mut child = start(&arguments);
        let writer = File::options().write(true).open(&fifo).expect("somebody reads it");
        interrupt(&child);
        let status = child.wait().expect("it ends");
        drop(writer);
        assert_eq!(code(status), 130, "{command}");
        assert_eq!(inside(folder.path()), ["fifo"], "{command}");
    }
}

/// What can be seen of the files in a folder: their names and lengths.
fn lengths(folder: &Path) -> Vec<(OsString, u64)> {
    let entries = fs::read_dir(folder).expect("readable").filter_map(Result::ok);
    let mut found: Vec<_> =
        entries.filter_map(|entry| Some((entry.file_name(), entry.metadata().ok()?.len()))).collect();
    found.sort();
    found
}

/// Interrupts the program after so many changes in a folder have been seen, if it does not end before.
fn interrupted(mut child: Child, folder: &Path, changes: usize) -> ExitStatus {
    let (mut seen, mut last) = (0, lengths(folder));
    while seen < changes {
        if let Some(status) = child.try_wait().expect("it is ours") {
            return status;
        }
        std::thread::sleep(Duration::from_micros(100));
        let now = lengths(folder);
        if now != last {
            (seen, last) = (seen + 1, now);
        }
    }
    interrupt(&child);
    child.wait().expect("it ends")
}

/// Wherever it is met, from its start until everything is written: every file is the old one or the new one.
#[test]
fn no_report_is_torn_and_no_temporary_file_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let formats = ["json", "html", "sarif", "junit"];
    let path = |format: &str| folder.path().join(format);
    let mut arguments = check("red");
    for format in formats {
        arguments.extend(["--report".into(), format!("{format}={}", path(format).display())]);
    }
    assert_eq!(code(start(&arguments).wait().expect("it ends")), 1);
    let whole = formats.map(|format| fs::read(path(format)).expect("written"));
    let mut codes = Vec::new();
    for changes in 0..24 {
        for format in formats {
            fs::write(path(format), "old").expect("written");
        }
        codes.push(code(interrupted(start(&arguments), folder.path(), changes)));
        for (format, whole) in formats.iter().zip(&whole) {
            let found = fs::read(path(format)).expect("it is there");
            assert!(found == b"old" || found == *whole, "{format}: {}", String::from_utf8_lossy(&found));
        }
        assert_eq!(inside(folder.path()), ["html", "json", "junit", "sarif"], "after {changes} changes");
    }
    assert!(codes.iter().all(|code| matches!(code, 1 | 130)) && codes.contains(&130), "{codes:?}");
}

const ROWS: usize = 4_000;

/// A report of so many rows that writing it takes a while.
fn long_report() -> String {
    let text = fs::read(format!("{}/testdata/report/everything.json", env!("CARGO_MANIFEST_DIR")))
        .expect("recorded");
    let mut report: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    let rows = report["rows"].as_array().expect("rows");
    let failing = rows.iter().find(|row| row["verdict"] == "regressed" && row["level"] == "fail");
    let row = failing.expect("there is one").clone();
    report["rows"] = vec![row; ROWS].into();
    let counts = report["summary"].as_object_mut().expect("an object");
    counts.values_mut().for_each(|count| *count = 0.into());
    for (count, is) in [("benchmarks", 1), ("rows", ROWS), ("regressed", ROWS)] {
        counts[count] = is.into();
    }
    report.to_string()
}

/// Met while the temporary file is there, it waits until that has its name. A signal may come when that is done already, so
/// it is sent until one does not.
#[test]
fn a_report_under_way_is_finished() {
    let input = tempfile::NamedTempFile::new().expect("a file");
    fs::write(input.path(), long_report()).expect("written");
    let ended = |_| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new.json");
        let line = format!("render -q {} --report json={}", input.path().display(), path.display());
        let mut child = start(&line.split(' ').map(String::from).collect::<Vec<_>>());
        while inside(folder.path()).is_empty() {
            assert!(child.try_wait().expect("it is ours").is_none(), "it ended without a file");
            std::thread::sleep(Duration::from_micros(200));
        }
        interrupt(&child);
        let code = code(child.wait().expect("it ends"));
        assert_eq!(inside(folder.path()), ["new.json"], "{code}");
        let written = fs::read(&path).expect("it is there");
        let report: serde_json::Value = serde_json::from_slice(&written).expect("it is whole");
        assert_eq!(report["summary"]["rows"], ROWS);
        assert!(matches!(code, 0 | 130), "{code}");
        code == 130
    };
    assert!((0..50).any(ended), "no signal came in time");
}
