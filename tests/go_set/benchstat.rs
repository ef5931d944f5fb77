//! `compare` against the real benchstat: its own test cases, and random ones.

use crate::differential::difference::Difference;
use crate::differential::{Case, Output, allocgate as compare, generate, run_all};
use crate::run;
use crate::support::allocgate;
use std::path::{Path, PathBuf};
use std::process::Command;

/// At least so many random cases per run.
const CASES: usize = 2_000;

/// `SEED=n` repeats a run, `CASES=n` makes it longer.
#[test]
fn random_files_and_flags_are_compared_as_benchstat_does() {
    let number = |name: &str| std::env::var(name).ok().and_then(|it| it.parse::<u64>().ok());
    let seed = number("SEED").unwrap_or_else(|| fastrand::u64(0..1 << 32));
    let cases = number("CASES").map_or(CASES, |cases| cases as usize);
    println!("SEED={seed}");
    let tally = run_all(cases, |number| generate::case(seed.wrapping_add(number as u64)));
    tally.hold(&format!("random cases with SEED={seed}"));
    assert!(tally.equal > tally.cases / 3, "so many cases at least have no cause for a difference");
}

/// The folder with benchstat's own cases, in Go's module cache.
fn golden() -> PathBuf {
    let script = std::fs::read_to_string(".ci/run").expect("it is there");
    let pinned =
        script.lines().find_map(|line| line.strip_prefix("benchstat=golang.org/x/perf/cmd/benchstat@"));
    let module = format!("golang.org/x/perf@{}", pinned.expect("the version is pinned there"));
    let output = run(Command::new("go").args(["mod", "download", "-json", &module]));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("go tells in JSON");
    let folder = Path::new(told["Dir"].as_str().expect("it is in the cache")).join("cmd/benchstat/testdata");
    assert!(folder.is_dir(), "{} is missing", folder.display());
    folder
}

#[test]
fn benchstats_own_cases_come_out_as_it_wants_them() {
    let folder = golden();
    let read = |name: String| std::fs::read(folder.join(name)).unwrap_or_default();
    for (name, arguments) in [
        ("csvOldNew", "-format csv old.txt new.txt"),
        ("csvErrors", "-format csv -row .name new.txt"),
        ("crcOldNew", "crc-old.txt crc-new.txt"),
        ("crcIgnore", "-ignore note crc-old.txt crc-new.txt"),
        ("crcSizeVsPoly", "-filter /align:0 -row /size -col /poly crc-new.txt"),
        ("units", "-col note units.txt"),
        ("zero", "-col note zero.txt"),
        ("smallSample", "-col note smallSample.txt"),
        ("issue19565", "-col note issue19565.txt"),
        ("issue19634", "-col note issue19634.txt"),
    ] {
        let flags = arguments.split(' ').map(String::from).collect();
        let Output { stdout, stderr, code } = compare(&Case { flags, ..Case::default() }, &folder);
        let (want, told) = (read(format!("{name}.stdout")), read(format!("{name}.stderr")));
        assert!(!want.is_empty(), "{name}.stdout is missing");
        assert_eq!(String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&want), "{name}");
        let own = String::from_utf8_lossy(&stderr);
        let without_note: String =
            own.split_inclusive('\n').filter(|line| !line.starts_with("note: ")).collect();
        assert_eq!(without_note, String::from_utf8_lossy(&told), "{name}");
        assert_eq!(code, Some(0), "{name}");
    }
}

/// The examples in benchstat's documentation, which it runs as tests.
#[test]
fn the_examples_of_benchstats_documentation_are_equal() {
    let folder = golden();
    let file = |name: &str| (name.to_string(), std::fs::read(folder.join(name)).expect("it is there"));
    let files = [file("old.txt"), file("new.txt")];
    let lines: [&[&str]; 8] = [
        &["old.txt", "new.txt"],
        &["-filter", "/format:json pkg:encoding/gob OR .unit:(ns/op OR B/op)", "old.txt", "new.txt"],
        &["-table", ".config", "-row", ".fullname", "-col", ".file", "old.txt", "new.txt"],
        &["-col", "/format", "new.txt"],
        &["-col", "/format", "-row", ".name", "new.txt"],
        &["-row", ".name", "old.txt", "new.txt"],
        &["-col", "/format@(gob json)", "-row", ".name", "-ignore", ".file", "new.txt"],
        &["O=old.txt", "N=new.txt"],
    ];
    let case = |number: usize| {
        let (inputs, flags) =
            lines[number].iter().map(|it| it.to_string()).partition(|it| it.ends_with(".txt"));
        Case { files: files.to_vec(), inputs, flags, ..Case::default() }
    };
    let tally = run_all(lines.len(), case);
    tally.hold("examples");
    assert_eq!(tally.equal, lines.len());
}

/// Our own recordings, each with each of its folder, as text and as CSV.
#[test]
fn every_pair_of_recordings_is_compared_as_benchstat_does() {
    let mut cases = Vec::new();
    for (folder, base) in [("testdata/hot", "base.txt"), ("testdata/std", "base.txt")] {
        let file =
            |name: &str| (name.to_string(), std::fs::read(Path::new(folder).join(name)).expect("readable"));
        for entry in std::fs::read_dir(folder).expect("readable") {
            let name = entry.expect("readable").file_name().to_string_lossy().into_owned();
            if name.ends_with(".txt") && name != base {
                for format in ["text", "csv"] {
                    let flags = vec!["-format".to_string(), format.to_string()];
                    let inputs = vec![base.to_string(), name.clone()];
                    cases.push(Case {
                        files: vec![file(base), file(&name)],
                        inputs,
                        flags,
                        ..Case::default()
                    });
                }
            }
        }
    }
    let tally = run_all(cases.len(), |number| cases[number].clone());
    tally.hold("recordings");
}

fn document() -> String {
    std::fs::read_to_string("docs/benchstat-differences.md").expect("it is there")
}

#[test]
fn every_difference_has_its_section_in_the_document() {
    let document = document();
    let headings: Vec<&str> = document.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let listed: Vec<&str> =
        Difference::ALL.iter().map(|it| it.title()).chain(["Only in allocgate"]).collect();
    assert_eq!(headings, listed);
}

/// What the document says that benchstat prints. (What allocgate prints there is checked without Go.)
#[test]
fn benchstat_prints_what_the_document_says() {
    let document = document();
    let blocks = document.split("```text\n$ ").skip(1).filter_map(|block| block.split("```").next());
    let mut count = 0;
    for (line, printed) in blocks.filter_map(|block| block.split_once('\n')) {
        let output = run(Command::new("bash").args(["-c", &format!("{line} 2>&1")]));
        assert_eq!(String::from_utf8_lossy(&output.stdout), printed, "{line}");
        count += 1;
    }
    assert!(count > 10, "only {count} examples");
}

/// What this project exists for: the same two files, and what each tool says of them.
#[test]
fn where_benchstat_prints_a_question_mark_and_exits_0_the_gate_says_plus_two_and_exits_1() {
    let files = ["testdata/hot/base.txt", "testdata/hot/boxing.txt"];
    let theirs = run(Command::new("benchstat").args(files));
    let stdout = String::from_utf8_lossy(&theirs.stdout);
    let allocations = stdout.lines().rfind(|line| line.starts_with("Tally-2")).expect("Tally is compared");
    assert!(allocations.contains(" ? "), "{allocations}");
    assert_eq!(theirs.status.code(), Some(0));
    let page = std::fs::read_to_string("docs/compare.md").expect("it is there");
    assert!(page.contains(allocations.trim_end()), "the page shows what benchstat prints: {allocations}");
    let ours = allocgate(&format!("check {}", files.join(" ")));
    assert!(
        ours.stdout
            .lines()
            .any(|line| line.contains("Tally-2") && line.contains("0 → 2") && line.contains("+2"))
    );
    assert_eq!(ours.code, 1);
}
