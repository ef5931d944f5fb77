//! `allocgate history` with a folder as its store, where no other program can be started; the Go set has the branch.

use crate::support::alone;
use std::fs;
use std::path::Path;

/// A commit by its number, the results of one run, and where they are.
fn add(folder: &Path, commit: usize, results: &str) -> (i32, String) {
    fs::write(folder.join("r.txt"), results).expect("written");
    alone(folder, &["history", "add", "--store", "s", "--commit", &hash(commit), "r.txt"])
}

fn hash(commit: usize) -> String {
    format!("{commit:08x}{:032x}", 0xc0ffee)
}

const HEADER: &str = "goos: linux\ngoarch: amd64\npkg: p\ncpu: X\n";

fn results(nanoseconds: f64, allocs: u32) -> String {
    format!("{HEADER}BenchmarkA-8 100 {nanoseconds} ns/op {allocs} allocs/op\n")
}

fn show(folder: &Path, arguments: &[&str]) -> String {
    let (code, text) = alone(folder, &[&["history", "show", "--store", "s"], arguments].concat());
    assert_eq!(code, 0, "{text}");
    text
}

/// The files of the store, with their texts.
fn files(folder: &Path) -> Vec<(String, String)> {
    let walk = ignore::WalkBuilder::new(folder.join("s")).hidden(false).sort_by_file_name(Ord::cmp).build();
    let paths = walk.map(|entry| entry.expect("readable").into_path()).filter(|path| path.is_file());
    paths
        .map(|path| {
            let name = path.strip_prefix(folder).expect("below").display().to_string().replace('\\', "/");
            (name, fs::read_to_string(&path).expect("text"))
        })
        .collect()
}

#[test]
fn a_step_of_a_count_is_shown_with_its_commit() {
    let folder = tempfile::tempdir().expect("a folder");
    for commit in 0..6 {
        let (code, text) =
            add(folder.path(), commit, &results(100.0 + commit as f64, if commit < 4 { 8 } else { 10 }));
        assert!(code == 0 && text.contains("added 1 benchmark on linux-amd64-x-8-go-unknown"), "{text}");
    }
    let text = show(folder.path(), &[]);
    for words in [
        "6 commits on 1 machine, 2 series",
        "1 step",
        "A-8 allocs/op in p",
        "+25.0%  8 → 10 allocs/op",
        "000000030000..000000040000",
        "may still go away",
        "▁▁▁▁██",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert!(!text.contains("ns/op"), "times need ten commits\n{text}");
    assert!(
        show(folder.path(), &["A"]).contains("ns/op"),
        "a named benchmark is shown whether it moved or not"
    );
}

#[test]
fn the_same_results_are_added_once_and_others_of_the_commit_as_well() {
    let folder = tempfile::tempdir().expect("a folder");
    add(folder.path(), 1, &results(100.0, 8));
    let first = files(folder.path());
    assert_eq!(first[0].0, format!("s/v1/linux-amd64-x-8-go-unknown/00/{}-1.txt", hash(1)));
    assert!(first[0].1.ends_with("BenchmarkA-8\t1\t100 ns/op\t8 allocs/op\nresults: 1\n"), "{first:?}");
    let again = alone(folder.path(), &["history", "add", "--store", "s", "--commit", &hash(1), "r.txt"]).1;
    assert!(again.contains("the history has these results already"), "{again}");
    add(folder.path(), 1, &results(102.0, 8));
    let both = files(folder.path());
    assert_eq!((both.len(), &both[0]), (2, &first[0]), "nothing is rewritten");
    assert!(both[1].0.ends_with("-2.txt"));
    let csv = alone(folder.path(), &["history", "export", "--csv", "--store", "s"]).1;
    assert!(csv.contains(",linux-amd64-x-8-go-unknown,,p,A,8,ns/op,2,101,100,102,block"), "{csv}");
}

#[test]
fn half_written_and_foreign_files_are_named_and_skipped() {
    let folder = tempfile::tempdir().expect("a folder");
    add(folder.path(), 1, &results(100.0, 8));
    add(folder.path(), 2, &results(100.0, 9));
    let (path, text) = files(folder.path()).remove(0);
    let path = folder.path().join(path);
    fs::write(&path, &text[..text.len() - 20]).expect("written");
    fs::write(path.with_file_name("notes.txt"), "hello").expect("written");
    let other = path.with_file_name(format!("{}-7.txt", hash(0x00_77)));
    fs::write(other, &text).expect("written");
    let (code, said) = alone(folder.path(), &["history", "show", "--store", "s"]);
    assert_eq!(code, 0, "{said}");
    for words in [
        "half-written: it has",
        "not a file of a history",
        "its results are of commit",
        "1 commit on 1 machine",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
}

#[test]
fn what_cannot_be_asked_ends_in_2_and_says_what_would_be_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write("r.txt", &results(1.0, 1));
    write("dirty.txt", &format!("commit: {}-dirty\n{}", hash(1), results(1.0, 1)));
    write(
        "two.txt",
        &format!("commit: {}\n{}commit: {}\n{}", hash(1), results(1.0, 1), hash(2), results(1.0, 1)),
    );
    write("cut.js", "window.BENCHMARK_DATA = {\"entries\": {\"B\": [{\"commit\": {\"id\": \"abc");
    write("other.js", "export default 1");
    fs::create_dir(folder.path().join("empty")).expect("made");
    for (arguments, words) in [
        (&["show"][..], "git: cannot be started"),
        (&["show", "--store", "none"], "none: no history: there is no such folder; begin one with"),
        (&["show", "--store", "empty"], "the history has no results"),
        (&["add", "r.txt"], "git: cannot be started"),
        (&["add", "--store", "s", "r.txt"], "add --commit HASH"),
        (&["add", "--store", "s", "--commit", "../x", "r.txt"], "not the hash of a commit"),
        (&["add", "--store", "s", "dirty.txt"], "a working tree with uncommitted changes"),
        (&["add", "--store", "s", "two.txt"], "the files are of 2 commits"),
        (&["add", "--store", "s", "--push", "r.txt"], "a folder has no remote"),
        (&["add", "--store", "s"], "<FILE>..."),
        (
            &["import", "--store", "s", "cut.js"],
            "cut.js: the file is cut: EOF while parsing a string at line 1",
        ),
        (&["import", "--store", "s", "other.js"], "other.js: not a data.js of github-action-benchmark"),
        (&["import", "--store", "s", "r.txt"], "the name of the file is not the hash of a commit"),
        (&["html", "--store", "s"], "--out <FILE>"),
        (&["export", "--store", "s"], "--csv"),
        (&["push"], "git: cannot be started"),
    ] {
        let (code, said) = alone(folder.path(), &[&["history"], arguments].concat());
        let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(code == 2 && flat.contains(words), "{arguments:?}: {code}: {said}");
    }
    assert!(!folder.path().join("s").exists(), "nothing was added");
}

#[test]
fn a_data_js_is_imported_whole_and_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let entry = |commit: usize, procs: u32| {
        format!(
            r#"{{"commit":{{"id":"{}","timestamp":"2024-01-0{}T00:00:00Z"}},"date":1704067200000,"tool":"go","benches":[
            {{"name":"BenchmarkA","value":{commit},"unit":"ns/op\t 0 B/op\t {commit} allocs/op","extra":"10 times\n1 procs"}},
            {{"name":"BenchmarkA","value":9,"unit":"ns/op","extra":"10 times\n{procs} procs"}}]}}"#,
            hash(commit),
            commit + 1
        )
    };
    let entries = [entry(1, 2), entry(2, 2), entry(2, 2)].join(",");
    let text =
        format!("window.BENCHMARK_DATA = {{\"repoUrl\":\"https://x/y\",\"entries\":{{\"S\":[{entries}]}}}}");
    fs::write(folder.path().join("data.js"), text).expect("written");
    for (known, words) in [
        (false, "imported results of 2 commits"),
        (true, "nothing new: the history has the results of 2 commits already"),
    ] {
        let (code, said) = alone(folder.path(), &["history", "import", "--store", "s", "data.js"]);
        assert!(code == 0 && said.contains(words), "{known}: {said}");
        assert_eq!(files(folder.path()).len(), 2);
    }
    let text = show(folder.path(), &[]);
    assert!(text.contains("2 commits on 1 machine, 4 series") && text.contains("1 → 2 allocs/op"), "{text}");
}

#[test]
fn every_format_shows_names_from_strangers_without_harm() {
    let folder = tempfile::tempdir().expect("a folder");
    let name = "A/<script>alert(1)</script>`|\u{202e}##[x]";
    for commit in 0..3 {
        let text = format!("cpu: <b>\u{1b}[31m\npkg: p/<i>\nBenchmark{name}-8 1 {} allocs/op\n", 1 + commit);
        assert_eq!(add(folder.path(), commit, &text).0, 0);
    }
    let json = show(folder.path(), &["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["schema"], "allocgate/trend/v1");
    assert_eq!(json["series"][0]["steps"].as_array().map(Vec::len), Some(2));
    let (code, said) = alone(folder.path(), &["history", "html", "--store", "s", "--out", "h.html"]);
    assert_eq!(code, 0, "{said}");
    let html = fs::read_to_string(folder.path().join("h.html")).expect("written");
    let markdown = show(folder.path(), &["--format", "markdown"]);
    for (format, text) in [("html", &html), ("markdown", &markdown), ("text", &show(folder.path(), &[]))] {
        assert!(
            !text.contains('\u{202e}') && !text.contains('\u{1b}') && text.contains("alert"),
            "{format}: {text}"
        );
        assert!(format == "text" || !text.contains("<script"), "{format}: {text}");
    }
}

#[test]
fn the_json_follows_its_schema() {
    let folder = tempfile::tempdir().expect("a folder");
    for commit in 0..12 {
        add(
            folder.path(),
            commit,
            &results(if commit < 6 { 100.0 } else { 200.0 } + commit as f64, commit as u32 / 6),
        );
    }
    let schema = fs::read_to_string("schema/trend.schema.json").expect("it is there");
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    for all in [&["--format", "json"][..], &["--format", "json", "--all"]] {
        let json: serde_json::Value = serde_json::from_str(&show(folder.path(), all)).expect("JSON");
        let errors: Vec<String> = jsonschema::validator_for(&schema)
            .expect("a schema")
            .iter_errors(&json)
            .map(|it| it.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
        assert!(json["series"].as_array().is_some_and(|it| !it.is_empty()), "{json}");
    }
}

#[test]
fn check_learns_the_noise_of_each_benchmark_from_the_history() {
    let folder = tempfile::tempdir().expect("a folder");
    // Two processes of one machine: alone, a suite of three benchmarks says nothing about the noise between runs.
    let side = |factor: f64| {
        let line = |name: &str, center: f64| {
            let values = (0..6).map(|i| center * factor * (1.0 + 0.001 * f64::from(i % 3)));
            values.map(|value| format!("Benchmark{name}-8 100 {value:.3} ns/op\n")).collect::<String>()
        };
        format!("{HEADER}{}{}{}", line("A", 100.0), line("B", 50.0), line("C", 70.0))
    };
    for commit in 0..15 {
        let wobble = 1.0 + 0.004 * ((commit * 7 % 5) as f64 - 2.0);
        assert_eq!(add(folder.path(), commit, &side(wobble)).0, 0);
    }
    fs::write(folder.path().join("base.txt"), side(1.0)).expect("written");
    fs::write(folder.path().join("new.txt"), side(1.3)).expect("written");
    let check = |more: &[&str]| alone(folder.path(), &[&["check", "base.txt", "new.txt"], more].concat()).1;
    assert!(check(&[]).contains("small suite"), "{}", check(&[]));
    let learned = check(&["--history", "--store", "s"]);
    for words in
        ["the noise between runs of 3 rows is learned from 15 commits", "learned from the history", "+30."]
    {
        assert!(learned.contains(words), "{words}\n{learned}");
    }
    assert!(!learned.contains("small suite"), "{learned}");
}
