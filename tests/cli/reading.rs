//! What `allocgate` reads: encodings, archives, events, several files per side, and what it says about them.

use crate::support::{Ran, allocgate, allocgate_with};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::Write;
use std::path::Path;

const BASE: &str = "testdata/hot/base.txt";

fn text(path: &str) -> String {
    fs::read_to_string(path).expect("it is there")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory cannot fail");
    encoder.finish().expect("memory cannot fail")
}

/// Writes a file and returns its path.
fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("in a folder")).expect("made");
    fs::write(&path, bytes).expect("written");
    path.display().to_string()
}

/// A report without the lines that name files.
fn verdicts(ran: &Ran) -> String {
    let named = |line: &&str| !line.starts_with("base ") && !line.starts_with("new ");
    ran.stdout.lines().filter(named).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_encoding_of_a_file_does_not_matter() {
    let folder = tempfile::tempdir().expect("a folder");
    let new = text("testdata/hot/boxing.txt");
    let utf16 =
        |order: fn(u16) -> [u8; 2], text: &str| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let marked = format!("\u{feff}{}", new.replace('\n', "\r\n"));
    let want = verdicts(&allocgate(&format!("check {BASE} testdata/hot/boxing.txt")));
    for (name, bytes) in [
        ("crlf.txt", new.replace('\n', "\r\n").into_bytes()),
        ("bom.txt", marked.clone().into_bytes()),
        ("powershell.txt", utf16(u16::to_le_bytes, &marked)),
        ("big-endian.txt", utf16(u16::to_be_bytes, &marked)),
        ("unmarked.txt", utf16(u16::to_le_bytes, &new)),
        ("archive", gzip(new.as_bytes())),
        ("archive-of-utf16", gzip(&utf16(u16::to_le_bytes, &marked))),
        ("no-last-newline.txt", new.trim_end().as_bytes().to_vec()),
    ] {
        let ran = allocgate(&format!("check {BASE} {}", write(folder.path(), name, bytes)));
        assert_eq!(verdicts(&ran), want, "{name}");
        assert_eq!(ran.code, 1, "{name}");
    }
}

#[test]
fn a_side_may_be_several_files() {
    let folder = tempfile::tempdir().expect("a folder");
    for (side, file) in [("base", BASE), ("new", "testdata/hot/boxing.txt")] {
        // One package per shard, as a job matrix would leave them.
        let text = text(file);
        let second = text.rfind("goos: ").expect("two packages");
        write(folder.path(), &format!("shard1/{side}.txt"), &text[..second]);
        write(folder.path(), &format!("shard2/{side}.txt.gz"), gzip(&text.as_bytes()[second..]));
    }
    let root = folder.path().display().to_string();
    let want = verdicts(&allocgate(&format!("check {BASE} testdata/hot/boxing.txt")));
    for arguments in [
        format!("check --base {root}/*/base.* --new {root}/*/new.*"),
        format!("check {root}/*/base.* {root}/*/new.*"),
        format!(
            "check --base {root}/shard1/base.txt {root}/shard2/base.txt.gz --new {root}/shard1/new.txt --new {root}/shard2/new.txt.gz"
        ),
    ] {
        let ran = allocgate(&arguments);
        assert_eq!(verdicts(&ran), want, "{arguments}: {ran}");
        assert!(ran.stdout.contains("base       2 files: 150 results\n"), "{ran}");
    }
    let ran = allocgate(&format!("check --policy testdata/policy/budget.toml --new {root}/*/new.*"));
    assert!(ran.stdout.starts_with("FAIL  2 exceeded budgets"), "{ran}");
}

#[test]
fn sides_that_cannot_be_meant_are_refused() {
    for (arguments, want) in [
        (format!("check --base {BASE}"), "--new"),
        (format!("check {BASE} --new {BASE}"), "cannot be used with"),
        ("check".to_string(), "FILE"),
        ("check no/such/*.txt".to_string(), "no/such/*.txt: no file matches this pattern"),
        (
            format!("check --allow-same {BASE} {BASE} --limit size=3"),
            "unknown limit `size`; the limits and their defaults are files=10000, line=1048576",
        ),
        (format!("check {BASE} {BASE} --limit names=many"), "the limit must be a whole number, got `many`"),
    ] {
        let ran = allocgate(&arguments);
        assert_eq!(ran.code, 2, "{arguments}: {ran}");
        assert!(ran.stderr.contains(want), "{arguments}: {ran}");
    }
}

#[test]
fn what_is_too_much_ends_in_an_error_that_says_how_to_raise_the_limit() {
    let folder = tempfile::tempdir().expect("a folder");
    let long = write(folder.path(), "long.txt", "x".repeat(2 << 20));
    let bomb = write(folder.path(), "bomb.txt.gz", gzip(&vec![0; 4 << 20]));
    for (arguments, want, raised) in [
        (long, "long.txt:1: the line has more than 1048576 bytes", "line=3000000"),
        (bomb.clone(), "bomb.txt.gz:1: the line has more than 1048576 bytes", "line=5000000"),
        (
            format!("{bomb} --limit unpacked=1000"),
            "bomb.txt.gz: unpacks to more than 1000 bytes",
            "line=5000000 --limit unpacked=5000000",
        ),
        (format!("{BASE} --limit names=3"), "more than 3 names", "names=16"),
        (
            format!("{BASE} --limit results=100"),
            "testdata/hot/base.txt:111: more than 100 results",
            "results=150",
        ),
        (format!("{BASE} --limit keys=3"), "testdata/hot/base.txt:4: more than 3 keys", "keys=9"),
        (
            format!("{BASE} --limit settings=7"),
            "testdata/hot/base.txt:91: more than 7 settings",
            "settings=8",
        ),
        (
            "testdata/hot/muttering.txt --limit problems=2".to_string(),
            "testdata/hot/muttering.txt:53: more than 2 problems",
            "problems=5",
        ),
    ] {
        let ran = allocgate(&format!("inspect {arguments}"));
        assert_eq!(ran.code, 2, "{arguments}: {ran}");
        assert!(
            ran.stderr.contains(want) && ran.stderr.contains("raise the limit with --limit "),
            "{arguments}: {ran}"
        );
        let ran = allocgate(&format!("inspect {arguments} --limit {raised}"));
        assert_eq!(ran.code, 0, "{arguments}: {ran}");
    }
}

#[test]
fn an_archive_that_was_cut_off_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = gzip(text(BASE).as_bytes());
    let cut = write(folder.path(), "cut.txt.gz", &whole[..whole.len() / 2]);
    let ran = allocgate(&format!("check {BASE} {cut}"));
    assert_eq!(ran.code, 2, "{ran}");
    assert!(ran.stderr.contains("cut.txt.gz: cannot be read beyond line "), "{ran}");
}

#[test]
fn events_that_were_cut_off_are_lost_results() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = text("testdata/hot/boxing.json");
    let end = whole.find("BenchmarkTally-2").expect("it was recorded") + 30;
    let cut = write(folder.path(), "cut.json", &whole[..end]);
    let ran = allocgate(&format!("inspect {cut}"));
    assert!(ran.stdout.contains("invalid event of go test -json: EOF while parsing"), "{ran}");
}

#[test]
fn inspect_shows_what_was_read() {
    insta::assert_snapshot!(allocgate("inspect testdata/hot/muttering.txt testdata/hot/broken.txt"));
    insta::assert_snapshot!(allocgate("inspect --verbose testdata/hot/cpu1.txt"));
    insta::assert_snapshot!(allocgate_with(
        "inspect -",
        "PASS\nok  \texample.com/x\t0.1s [no tests to run]\n"
    ));
}

#[test]
fn a_package_of_another_name_is_compared() {
    let folder = tempfile::tempdir().expect("a folder");
    let moved = text("testdata/hot/boxing.txt").replace("example.com/hot", "example.com/hot/v2");
    let ran = allocgate(&format!("check {BASE} {}", write(folder.path(), "new.txt", moved)));
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stdout.contains("fails      example.com/hot/v2/index\n✗ Tally-2"), "{ran}");
    let want = "! renamed package: example.com/hot/index in base, example.com/hot/v2/index in new, \
                example.com/hot/wire in base, example.com/hot/v2/wire in new; compared under the new name";
    assert!(ran.stdout.replace("\n  ", " ").contains(want), "{ran}");
}

#[test]
fn rounds_in_one_file_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let twice = write(folder.path(), "twice.txt", text(BASE) + &text("testdata/hot/again.txt"));
    let ran = allocgate(&format!("check {BASE} {twice}"));
    assert!(ran.stdout.contains("! 15 scattered benchmarks: in several places of a file: "), "{ran}");
}

#[test]
fn a_file_that_ends_in_the_middle_of_a_result_loses_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = text(BASE);
    let end = whole.find("PASS").expect("a package passes");
    let results = whole[..end].trim_end();
    for (cut, lost) in [(0, "results"), (3, "1 lost"), (14, "1 lost"), (40, "1 lost")] {
        let path = write(folder.path(), "cut.txt", &results[..results.len() - cut]);
        let ran = allocgate(&format!("inspect {path}"));
        assert!(ran.stdout.lines().next().is_some_and(|line| line.ends_with(lost)), "{cut}: {ran}");
    }
}

#[test]
fn a_file_named_twice_does_not_count_twice() {
    let ran = allocgate(&format!("check --base testdata/hot/again.txt --new {BASE} ./{BASE}"));
    assert!(ran.code == 2 && ran.stderr.contains("given twice for one side"), "{ran}");
}
