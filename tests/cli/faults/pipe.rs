//! Standard output that nobody reads to the end, or that is full.

use super::{check, command, hot, inside, program, ran};
use crate::support::PROGRAM;
use std::fs::{self, File};
use std::process::{Command, Stdio};

/// Every command that prints, with its exit code.
fn printing() -> Vec<(String, i32)> {
    let (base, pool) = (hot("base"), hot("pool"));
    let root = env!("CARGO_MANIFEST_DIR");
    let policy = format!("{root}/testdata/policy/budget.toml");
    let report = format!("{root}/testdata/report/everything.json");
    let mut commands = vec![
        (format!("check {base} {pool}"), 1),
        (format!("check -v {base} {pool}"), 1),
        (format!("check --allow-same {base} {base}"), 0),
        (format!("check {base} no/such.txt"), 2),
        (format!("compare {base} {pool}"), 0),
        (format!("inspect -v {base}"), 0),
        (format!("explain * {base} {pool}"), 0),
        (format!("selftest -v {base}"), 0),
        (format!("budget init {base}"), 0),
        (format!("budget diff {policy} {policy}"), 0),
        ("policy show".to_string(), 0),
        ("policy schema".to_string(), 0),
        (format!("render -v {report}"), 0),
        ("--help".to_string(), 0),
        ("check --help".to_string(), 0),
    ];
    for format in super::FORMATS {
        commands.push((format!("check {base} {pool} --report {format}=-"), 1));
        commands.push((format!("check --allow-same {base} {base} --report {format}=-"), 0));
        commands.push((format!("render {report} --report {format}=-"), 0));
    }
    for format in ["csv", "markdown", "json", "html"] {
        commands.push((format!("compare {base} {pool} --format {format}"), 0));
    }
    commands
}

fn command_with_stdout(arguments: &str, stdout: impl Into<Stdio>) -> Command {
    let mut command = program();
    command.args(arguments.split(' ')).stdout(stdout);
    command
}

/// `allocgate … | head`: whoever reads no further knows why, and the exit code is what it would be.
#[test]
fn a_closed_pipe_changes_no_exit_code_and_is_not_spoken_of() {
    for (arguments, code) in printing() {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = command_with_stdout(&arguments, writer).output().expect("it starts");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments}: {stderr}");
        let is_told = code == 2 && stderr.lines().count() == 1;
        // Notes go there in any case, and the warning that base is of one process.
        let are_notes = arguments.ends_with("--format csv") || arguments.starts_with("budget init ");
        assert!(stderr.is_empty() || is_told || are_notes, "{arguments}: {stderr}");
    }
}

#[test]
fn a_closed_pipe_under_a_name_is_no_error_either() {
    let (base, pool) = (hot("base"), hot("pool"));
    for (new, code) in [(&pool, 1), (&base, 0)] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let arguments = format!("check --allow-same {base} {new} --report json=/dev/stdout");
        let output = command_with_stdout(&arguments, writer).output().expect("it starts");
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        assert!(output.stderr.is_empty(), "{output:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_an_error_of_every_command() {
    for (arguments, code) in printing() {
        if arguments.contains("help") || arguments.contains("diff") || code == 2 {
            continue; // clap's own; nothing is printed
        }
        let full = File::options().write(true).open("/dev/full").expect("Linux has it");
        let output = command_with_stdout(&arguments, full).output().expect("it starts");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments}: {stderr}");
        assert!(
            stderr.contains("standard output: cannot be written: No space left"),
            "{arguments}: {stderr}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_standard_output_did_not_take_is_told_and_written_elsewhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.json");
    for (verdict, word, code) in [("red", "FAIL  4 regressions", 1), ("green", "PASS", 0)] {
        let arguments = format!("{} --report json={}", check(verdict).join(" "), path.display());
        let full = File::options().write(true).open("/dev/full").expect("Linux has it");
        let output = command_with_stdout(&arguments, full).output().expect("it starts");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(&format!("\n{word}")), "{stderr}");
        let report = fs::read_to_string(&path).expect("it is written");
        assert!(report.contains(&format!("\"exit_code\": {code}")), "{report}");
    }
}

/// Programs without standard streams have none to complain on.
#[test]
fn closed_standard_streams_change_no_exit_code() {
    let folder = tempfile::tempdir().expect("a folder");
    for (verdict, code) in [("red", 1), ("green", 0)] {
        for closed in ["<&- >&- 2>&-", ">&-", "2>&-", "2>/dev/full"] {
            let line = format!("'{PROGRAM}' {} {closed}", check(verdict).join(" "));
            let status = Command::new("sh")
                .args(["-c", &line])
                .current_dir(folder.path())
                .stdout(Stdio::null())
                .status();
            assert_eq!(status.expect("sh is there").code(), Some(code), "{line}");
        }
    }
    assert!(inside(folder.path()).is_empty());
}

/// What a FIFO has to say, while or before something happens to files.
fn through_fifo(name: &str, arguments: &[&str], bytes: &[u8], meanwhile: impl FnOnce()) -> super::Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let fifo = folder.path().join(name);
    assert!(Command::new("mkfifo").arg(&fifo).status().expect("it is there").success());
    let fifo_name = fifo.display().to_string();
    let arguments: Vec<String> = arguments.iter().map(|it| it.replace("FIFO", &fifo_name)).collect();
    let running = std::thread::spawn(move || ran(&mut command(&arguments)));
    // Opens once the other end is open.
    let mut writer = File::options().write(true).open(&fifo).expect("somebody reads it");
    std::io::Write::write_all(&mut writer, bytes).expect("it is read");
    meanwhile();
    drop(writer);
    running.join().expect("it ends")
}

#[test]
fn what_ends_in_the_middle_of_a_result_is_red() {
    let whole = fs::read(hot("base")).expect("recorded");
    let name = hot("base");
    for (kept, code, want) in [
        (whole.len(), 0, "PASS"),
        (whole.len() / 2, 1, "FAIL"), // the other half of the benchmarks is missing
        (1, 2, "no benchmark results in 1 line"),
        (0, 2, "the input is empty"),
    ] {
        let ran = through_fifo("f", &["check", &name, "FIFO"], &whole[..kept], || {});
        assert_eq!(ran.code, code, "{kept}: {ran}");
        assert!(format!("{}{}", ran.stdout, ran.stderr).contains(want), "{kept}: {ran}");
    }
}

#[test]
fn a_file_that_is_deleted_before_its_turn_is_missed() {
    let folder = tempfile::tempdir().expect("a folder");
    let doomed = folder.path().join("doomed.txt");
    fs::copy(hot("again"), &doomed).expect("copied");
    let (base, doomed_name) = (hot("base"), doomed.display().to_string());
    let whole = fs::read(&base).expect("recorded");
    let arguments = ["check", "--base", &base, "--new", "FIFO", &doomed_name];
    let ran = through_fifo("f", &arguments, &whole, || fs::remove_file(&doomed).expect("it is there"));
    assert_eq!(ran.code, 2, "{ran}");
    assert!(ran.stderr.contains("doomed.txt: no such file"), "{ran}");
}

#[test]
fn a_file_that_changes_while_it_is_read_is_read_as_it_is_then() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new.txt");
    let base = hot("base");
    let whole = fs::read(&base).expect("recorded").repeat(30);
    for delay in [0, 3, 10, 30] {
        fs::write(&path, &whole).expect("written");
        let (arguments, path) = (["check".into(), base.clone(), path.display().to_string()], path.clone());
        let (half, more) = (whole.len() as u64 / 2 + 7, whole.clone());
        let change = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(delay));
            let mut file = File::options().append(true).open(&path).expect("it is there");
            file.set_len(half).expect("it shrinks");
            std::io::Write::write_all(&mut file, &more).expect("it grows");
            drop(file);
            fs::remove_file(&path).expect("it is there");
        });
        let ran = ran(&mut command(&arguments));
        change.join().expect("it ends");
        // Whatever was there: a verdict on it, or an error. Never a panic, and nothing without a word.
        assert!((0..=2).contains(&ran.code), "{ran}");
        assert!(!ran.stderr.contains("panicked"), "{ran}");
        assert!(ran.code == 2 || ran.stdout.starts_with("PASS") || ran.stdout.starts_with("FAIL"), "{ran}");
    }
}
