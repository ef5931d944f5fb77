//! `allocgate compare`: the tables.

use crate::support::{allocgate, allocgate_with};

#[test]
fn two_files_side_by_side() {
    insta::assert_snapshot!(allocgate("compare old=testdata/hot/base.txt new=testdata/hot/boxing.txt"));
}

#[test]
fn comma_separated_in_the_layout_of_benchstat() {
    insta::assert_snapshot!(allocgate(
        "compare --format csv old=testdata/hot/base.txt new=testdata/hot/few.txt"
    ));
}

#[test]
fn more_than_two_files_are_compared_with_the_first() {
    let three = "a=testdata/hot/base.txt b=testdata/hot/again.txt c=testdata/hot/pool.txt";
    let ran = allocgate(&format!("compare {three}"));
    let frame =
        ran.stdout.lines().find(|line| line.starts_with("Frame/size=64-2")).expect("the row is there");
    assert_eq!(frame.matches("n=10").count(), 2, "{frame}");
    assert_eq!(ran.code, 0);
}

#[test]
fn alpha_decides_what_counts_as_a_change() {
    let ran = |alpha: &str| {
        allocgate(&format!("compare --alpha {alpha} testdata/hot/base.txt testdata/hot/again.txt"))
    };
    let insignificant = |text: &str| text.matches(" ~ ").count();
    assert!(insignificant(&ran("0").stdout) > insignificant(&ran("1").stdout));
}

#[test]
fn an_unreadable_file_is_an_error() {
    let ran = allocgate("compare testdata/hot/base.txt nosuch.txt");
    assert_eq!(ran.code, 2, "{ran}");
    assert!(ran.stderr.contains("nosuch.txt: no such file"), "{ran}");
}

#[test]
fn what_was_lost_is_said_on_standard_error() {
    let ran = allocgate("compare testdata/hot/base.txt testdata/hot/muttering.txt");
    assert_eq!(ran.stderr.lines().filter(|line| line.contains("muttering.txt:")).count(), 5, "{ran}");
    assert!(
        ran.stderr.starts_with("testdata/hot/muttering.txt:51: parsing iteration count: invalid syntax\n"),
        "{ran}"
    );
}

#[test]
fn the_same_file_twice_is_two_columns() {
    let ran = allocgate("compare testdata/hot/base.txt testdata/hot/base.txt");
    assert!(
        ran.stdout.contains("testdata/hot/base.txt#0") && ran.stdout.contains("testdata/hot/base.txt#1"),
        "{ran}"
    );
}

/// Three builds: `pgo` is the one that the others are held against.
#[test]
fn another_column_can_be_the_baseline() {
    let files = "base=testdata/hot/base.txt pool=testdata/hot/pool.txt pgo=testdata/hot/again.txt";
    let ran = allocgate(&format!("compare --baseline pgo --filter .name:Frame {files}"));
    insta::assert_snapshot!(ran);
    let unknown = allocgate(&format!("compare --baseline pg {files}"));
    assert_eq!(unknown.code, 2, "{unknown}");
    assert!(
        unknown.stderr.contains("no column has the label `pg`; the labels are `base`, `pool`, `pgo`"),
        "{unknown}"
    );
}

#[test]
fn a_file_without_the_baseline_is_compared_with_nothing() {
    let ran = allocgate(
        "compare --baseline docs/examples/once.txt docs/examples/trimmed.txt docs/examples/once.txt",
    );
    insta::assert_snapshot!(ran);
}

#[test]
fn only_what_changed_is_shown_the_worst_first() {
    let files = "old=testdata/hot/base.txt new=testdata/hot/boxing.txt";
    insta::assert_snapshot!(allocgate(&format!("compare --changed --sort delta {files}")));
    let nothing = allocgate("compare --changed old=testdata/hot/base.txt new=testdata/hot/base.txt");
    assert_eq!((nothing.stdout.as_str(), nothing.code), ("", 0), "{nothing}");
    assert_eq!(nothing.stderr, "note: no change is significant at alpha 0.05\n");
}

#[test]
fn rows_are_sorted_and_means_left_out() {
    let shown = |flags: &str| {
        let ran = allocgate(&format!("compare {flags} --filter .unit:allocs/op testdata/hot/base.txt"));
        let names: Vec<String> =
            ran.stdout.lines().filter(|line| line.contains('±')).map(|line| line[..4].to_string()).collect();
        (names, ran.stdout.contains("geomean"))
    };
    let (as_read, means) = shown("");
    let (by_name, none) = shown("--sort name --geomean off");
    assert_ne!(as_read, by_name);
    assert_eq!((means, none), (true, false));
}

#[test]
fn markdown_for_a_comment() {
    let files = "old=testdata/hot/base.txt new=testdata/hot/boxing.txt";
    insta::assert_snapshot!(allocgate(&format!("compare --format markdown --filter .name:/^T|^L/ {files}")));
}

#[test]
fn json_for_programs() {
    let files = "old=testdata/hot/base.txt new=testdata/hot/boxing.txt";
    let filter = "--filter .name:Tally(.unit:B/op)";
    let ran = allocgate(&format!("compare --format json {filter} {files}"));
    insta::assert_snapshot!(ran);
    let document: serde_json::Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    let versus = &document["tables"][0]["rows"][0]["cells"][1]["versus"];
    assert_eq!(versus["tendency"], "worse");
    assert_eq!(versus["ratio_change"], serde_json::Value::Null, "no ratio is computed on zero");
}

#[test]
fn a_page_that_stands_alone_with_names_escaped() {
    let line = |n: u32| format!("Benchmark<script>alert(1)</script>&-8 1 {n} ns/op\n");
    let ran = allocgate_with("compare --format html -", &(line(1) + &line(2)));
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.stdout.starts_with("<!doctype html>") && ran.stdout.ends_with("</html>\n"), "{ran}");
    assert!(!ran.stdout.contains("<script") && !ran.stdout.contains("http"), "{ran}");
    assert!(ran.stdout.contains("&#60;script&#62;alert(1)"), "{ran}");
}

#[test]
fn changes_are_coloured_by_what_is_better() {
    let coloured =
        |files: &str| allocgate(&format!("--color always compare --filter .name:Checksum {files}")).stdout;
    let (base, slow) = ("testdata/hot/base.txt", "testdata/hot/slow.txt");
    let red = |text: &str, unit: &str| {
        let table = text.split("\n\n").find(|table| table.contains(unit)).map(String::from);
        table.expect("there is one").contains("\u{1b}[31m")
    };
    let worse = coloured(&format!("{base} {slow}"));
    assert!(red(&worse, "sec/op") && red(&worse, "B/s"), "more time, and less throughput: {worse}");
    let better = coloured(&format!("{slow} {base}"));
    assert!(better.contains("\u{1b}[32m") && !better.contains("\u{1b}[31m"), "{better}");
    let plain = allocgate(&format!("compare {base} {slow}"));
    assert!(!plain.stdout.contains('\u{1b}'), "not on a terminal");
}

#[test]
fn old_command_lines_work_unchanged() {
    let ran =
        |line: &str| allocgate(&format!("compare {line} testdata/hot/base.txt testdata/hot/slow.txt")).stdout;
    let want = ran("--format csv --col .file --row .fullname --filter -.unit:B/s --alpha 0.01");
    for line in [
        "-format csv -col .file -row .fullname -filter -.unit:B/s -alpha 0.01",
        "-format=csv -col=.file -row=.fullname -filter=-.unit:B/s -alpha=0.01",
        "-alpha 0.5 -format text -format csv -filter -.unit:B/s --alpha=0.01",
    ] {
        assert_eq!(ran(line), want, "{line}");
    }
}

#[test]
fn a_long_line_is_read() {
    let blanks = " ".repeat(70_000);
    let text = format!("{}\nBenchmarkA-8{blanks}1{blanks}7 ns/op\n", "log ".repeat(30_000));
    let ran = allocgate_with("compare -", &text);
    assert!(ran.stdout.contains("A-8   7.000n"), "{ran}");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}

#[test]
fn fields_after_z_are_called_as_in_a_spreadsheet() {
    let file = "docs/examples/once.txt";
    let ran = allocgate(&format!("compare -format csv {}", [file; 8].join(" ")));
    assert!(ran.stderr.contains("\nX3: ") && ran.stderr.contains("\nAB3: "), "{ran}");
}

#[test]
fn what_two_keys_keep_apart_both_are_named_for() {
    let line = |pkg: &str, cpu: &str| format!("pkg: {pkg}\ncpu: {cpu}\nBenchmarkA 1 1 x\n");
    let folder = tempfile::tempdir().expect("a folder");
    let (old, new) = (folder.path().join("old.txt"), folder.path().join("new.txt"));
    std::fs::write(&old, line("a", "x")).expect("written");
    std::fs::write(&new, line("b", "y")).expect("written");
    let ran = allocgate(&format!("compare {} {}", old.display(), new.display()));
    let note = "note: files differ in pkg and cpu (`a`, `b`); --ignore pkg,cpu compares 1 series\n";
    assert_eq!((ran.stderr.as_str(), ran.code), (note, 0), "{ran}");
}
