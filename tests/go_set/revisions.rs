//! `allocgate run` on repositories with a known history: what was planted is found, and nothing is left behind.

use crate::looks::with_an_undecided_row;
use crate::repository::{Repository, send};
use crate::run;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::Duration;

/// Two rounds prove nothing of what varies: to be asked of benchmarks that never do.
pub const QUICK: &str = "--benchtime 100x --rounds 2 --max-rounds 2";

/// A short run that decides counts: two samples of so few iterations do not show that a count never varies.
const ENOUGH: &str = "--benchtime 100x --rounds 5 --max-rounds 5";

/// The rows of a report with a verdict, as `Tally-2 B/op` without the number of processors.
fn rows(report: &Value, verdict: &str, units: &[&str]) -> BTreeSet<String> {
    let rows = report["rows"].as_array().expect("rows").iter();
    let text = |row: &Value, key: &str| row[key].as_str().expect("a text").to_string();
    let of =
        rows.filter(|row| text(row, "verdict") == verdict && units.contains(&text(row, "unit").as_str()));
    of.map(|row| {
        let name = text(row, "benchmark");
        format!("{} {}", name.rsplit_once('-').map_or(name.as_str(), |it| it.0), text(row, "unit"))
    })
    .collect()
}

fn set(of: &[&str]) -> BTreeSet<String> {
    of.iter().map(|it| it.to_string()).collect()
}

/// Boxing, lost sizes, work done ten times, and a rename; `Join`, `Sort`, `Append`, `Decode` and `Origin` stay.
pub fn with_regressions() -> Repository {
    let repository = Repository::new();
    repository.apply("boxing", "index/tally_boxing.go", "index/tally.go");
    repository.apply("presize", "index/build_presize.go", "index/build.go");
    repository.apply("rename", "index/lookup_rename_test.go", "index/lookup_test.go");
    let slow = repository.read("wire/checksum.go");
    let (before, after) = slow.split_once("\tfor _, b := range buf {").expect("it has a loop");
    let again = format!(
        "{before}\tfor range 9 {{\n\t\tfor _, b := range buf {{\n\t\t\tsink ^= uint64(b)\n\t\t}}\n\t}}\n\tfor _, b := range buf {{{after}\nvar sink uint64\n"
    );
    repository.write("wire/checksum.go", &again.replace("sink", "trail"));
    repository
}

#[test]
fn what_was_planted_is_found_twice_in_a_row() {
    let repository = with_regressions();
    for _ in 0..2 {
        let arguments = "run --benchtime 20ms --max-rounds 10 --report json=report.json";
        let ran = repository.allocgate(arguments).expect(1);
        let report: Value = serde_json::from_str(&repository.read("report.json")).expect("JSON");
        let counts = rows(&report, "regressed", &["B/op", "allocs/op"]);
        let presized = ["Count/words=100", "Count/words=1000", "Lengths"];
        let planted = presized.into_iter().chain(["Tally"]);
        let planted: BTreeSet<String> =
            planted.flat_map(|name| [format!("{name} B/op"), format!("{name} allocs/op")]).collect();
        assert!(counts.is_superset(&planted), "{counts:?}\n{}", ran.stdout);
        // On a slow machine a planted slow-down leaves so few iterations that bytes of the set-up show as well.
        let bytes = set(&["Checksum B/op", "Frame/size=1024 B/op"]);
        assert!(counts.difference(&planted).all(|row| bytes.contains(row)), "{counts:?}\n{}", ran.stdout);
        let slow = rows(&report, "regressed", &["ns/op"]);
        let work = set(&["Checksum ns/op", "Frame/size=1024 ns/op"]);
        assert!(slow.is_superset(&work), "{slow:?}\n{}", ran.stdout);
        // Of other times nothing is asked: the gate may be wrong once in twenty, and moved code really slower.
        let gone = rows(&report, "missing", &["ns/op"]);
        assert_eq!(gone, set(&["Lookup/nowhere ns/op", "Lookup/word7 ns/op"]));
        repository.expect_nothing_left();
        let tracked = repository.git(&["diff", "--name-only"]);
        assert!(tracked.contains("index/tally.go"), "the changes are still there: {tracked}");
        fs::remove_file(repository.path().join("report.json")).expect("it was written");
    }
    let inspected = repository.allocgate("inspect .allocgate/base.txt .allocgate/new.txt").expect(0);
    assert!(!inspected.stdout.contains('✗'), "{}", inspected.stdout);
    inspected.says(&["150 results", "looks: 10", "design: interleaved"]);
    let commit = repository.git(&["rev-parse", "HEAD"]);
    inspected.says(&[&format!("commit: {0} | {0}-dirty", commit.trim())]);
    as_tables(&repository);
}

/// The commands that a run ends with show both sides in one table.
fn as_tables(repository: &Repository) {
    let files = [".allocgate/base.txt", ".allocgate/new.txt"];
    let benchstat =
        run(Command::new("benchstat").args(["-ignore", "commit"]).args(files).current_dir(repository.path()));
    let table = String::from_utf8_lossy(&benchstat.stdout).into_owned();
    assert!(
        benchstat.status.success() && table.contains("vs base") && table.contains("(p=0.000 n=10)"),
        "{table}"
    );
    let ours = repository.allocgate(&format!("compare --ignore commit {}", files.join(" "))).expect(0);
    assert_eq!(ours.stdout, table);
    let apart = run(Command::new("benchstat").args(files).current_dir(repository.path()));
    assert!(!String::from_utf8_lossy(&apart.stdout).contains("vs base"), "that is why the key is ignored");
}

#[test]
fn what_cannot_have_changed_is_not_run() {
    let repository = Repository::new();
    repository.allocgate("run").expect(2).says(&["the same commit", "nothing to compare"]);
    let end = format!("{}\n// The end.\n", repository.read("index/join.go").trim_end());
    repository.write("index/join.go", &end);
    let ran = repository.allocgate("run").expect(0);
    let packages =
        "2 packages not measured, the same in base and new: example.com/hot/index, example.com/hot/wire";
    ran.says(&["PASS unchanged: the change affects no benchmark (nothing measured)", packages]);
    assert!(!repository.path().join(".allocgate/base.txt").exists(), "nothing was measured");
    // Nor is it for the sake of a report; and reports that git does not ignore are no input of benchmarks.
    let reports = ["json=report.json", "junit=junit.xml", "markdown=report.markdown", "html=report.html"];
    let reports: Vec<String> = reports.iter().map(|report| format!("--report {report}")).collect();
    for _ in 0..2 {
        repository.allocgate(&format!("run {}", reports.join(" "))).expect(0).says(&[packages]);
    }
    let report: Value = serde_json::from_str(&repository.read("report.json")).expect("JSON");
    assert_eq!((&report["outcome"]["verdict"], report["rows"].as_array()), (&"pass".into(), Some(&vec![])));
    let unchanged = serde_json::json!(["example.com/hot/index", "example.com/hot/wire"]);
    assert_eq!(report["evidence"]["unchanged_packages"], unchanged);
    for file in ["junit.xml", "report.markdown", "report.html"] {
        assert!(repository.read(file).contains("example.com/hot/wire"), "{file}");
    }
    for file in ["report.json", "junit.xml", "report.markdown", "report.html"] {
        fs::remove_file(repository.path().join(file)).expect("it was written");
    }
    // What is built from the same is not even built: neither the toolchain's cache nor our own has a binary of it.
    repository.write("index/join.go", end.trim_end_matches("// The end.\n"));
    repository.write("notes.md", "# Notes\n");
    let ran = repository.allocgate("run").expect(0);
    ran.says(&[packages]);
    assert!(!ran.stderr.contains("building"), "{}", ran.stderr);
    let ran = repository.allocgate(&format!("run {QUICK} --unchanged --bench Origin ./wire")).expect(0);
    ran.says(&["building 2 test binaries", "round 2 of 2"]);
    fs::remove_file(repository.path().join("notes.md")).expect("it was written");
    repository.write("index/join.go", &end);
    // A comment on a line of its own moves line numbers, which are in the binary; one at the end does not.
    repository.write("wire/origin.go", &format!("// The beginning.\n{}", repository.read("wire/origin.go")));
    repository.commit();
    let ran =
        repository.allocgate(&format!("run {QUICK} --bench Tally|Origin --base HEAD~1 --new HEAD")).expect(0);
    ran.says(&["not run, unchanged: example.com/hot/index", "round 2 of 2"]);
    ran.says(&["unchanged 1 package not measured, the same in base and new: example.com/hot/index"]);
    let new = repository.read(".allocgate/new.txt");
    assert!(
        !new.contains("pkg: example.com/hot/index") && new.contains("pkg: example.com/hot/wire"),
        "{new}"
    );
    assert!(!new.contains("-dirty"), "{new}");
    // Policies that name benchmarks, and benchmarks that may read what has changed, need to be measured.
    repository.write("allocgate.toml", "[[budget]]\nbench = \"Tally\"\nmax = { \"allocs/op\" = 0 }\n");
    let ran = repository.allocgate(&format!("run {QUICK} --bench Tally|Origin --base HEAD")).expect(0);
    ran.says(&["run anyway (the policy names benchmarks)"]);
    fs::remove_file(repository.path().join("allocgate.toml")).expect("it was there");
    repository.write("wire/testdata/frames.bin", "new");
    let ran = repository.allocgate(&format!("run {QUICK} --bench Origin --base HEAD -- ./wire")).expect(0);
    ran.says(&["round 2 of 2"]);
    repository.expect_nothing_left();
}

#[test]
fn a_base_revision_without_benchmarks_passes_if_the_policy_says_so() {
    let repository = Repository::empty();
    repository.write("go.mod", "module example.com/first\n\ngo 1.22\n");
    repository.write("first.go", "package first\n");
    repository.commit();
    let benchmark = "package first\n\nimport \"testing\"\n\nfunc BenchmarkFirst(b *testing.B) {\n\tfor range b.N {\n\t}\n}\n";
    repository.write("first_test.go", benchmark);
    let why = ["the base revision ", " has no benchmarks that build"];
    let refused = repository.allocgate(&format!("run {QUICK} --base HEAD")).expect(2);
    refused.says(&why);
    refused.says(&[
        "if base has no benchmarks yet, `missing-base = \"pass\"` under `[gate]` judges budgets alone",
    ]);
    let policy = |max: u32| {
        let budget = format!("[[budget]]\nbench = \"First\"\nmax = {{ \"allocs/op\" = {max} }}\n");
        repository.write("allocgate.toml", &format!("[gate]\nmissing-base = \"pass\"\n{budget}"));
    };
    policy(0);
    let passed = repository.allocgate(&format!("run {QUICK} --base HEAD")).expect(0);
    passed.says(&why);
    passed.says(&["nothing was compared", "only budgets were judged"]);
    repository.write(
        "first_test.go",
        &benchmark
            .replace("{\n\t}\n", "{\n\t\tsink = new(int)\n\t}\n")
            .replace("func", "var sink *int\n\nfunc"),
    );
    repository
        .allocgate(&format!("run {QUICK} --base HEAD"))
        .expect(1)
        .says(&["1 exceeded budget", "nothing was compared"]);
    repository.expect_nothing_left();
}

#[test]
fn a_side_that_would_be_empty_is_measured_with_what_is_the_same() {
    let repository = Repository::new();
    let benchmark = "package extra\n\nimport \"testing\"\n\nfunc BenchmarkExtra(b *testing.B) {\n\tfor range b.N {\n\t}\n}\n";
    repository.write("extra/extra_test.go", benchmark);
    let ran = repository.allocgate(&format!("run {QUICK} --bench Tally|Extra")).expect(0);
    ran.says(&["otherwise one side would have no benchmarks", "PASS"]);
}

#[test]
fn what_no_run_has_made_stays() {
    let repository = Repository::new();
    repository.write("wire/origin.go", &format!("// The beginning.\n{}", repository.read("wire/origin.go")));
    repository.write("profile/mine.go", "package profile\n");
    let arguments = format!("run {QUICK} --bench Origin --out . --profile -- ./wire");
    repository
        .allocgate(&arguments)
        .expect(0)
        .says(&["profiles were not written", "was not written by `allocgate run`"]);
    assert_eq!(repository.read("profile/mine.go"), "package profile\n");
    let tree = repository.temporary().join("allocgate-mine/tree");
    repository.git(&["worktree", "add", "--quiet", "--detach", &tree.display().to_string()]);
    repository.allocgate("run --clean").expect(0).says(&["nothing to remove"]);
    assert!(tree.join("go.mod").exists());
}

#[test]
fn a_workspace_does_not_make_both_sides_one() {
    let repository = with_regressions();
    repository.write("go.work", "go 1.22\n\nuse .\n");
    repository.write(".git/info/exclude", "go.work\n");
    let mut command = repository.command(&format!("run {QUICK} --bench Tally -- example.com/hot/index"));
    let ran = repository.ended(command.env("GOWORK", repository.path().join("go.work"))).expect(2);
    ran.says(&["go.work: git does not track this workspace", "GOWORK=off"]);
    repository.write(".git/info/exclude", "");
    let mut command = repository.command(&format!("run {QUICK} --bench Tally -- example.com/hot/index"));
    let ran = repository.ended(command.env("GOWORK", repository.path().join("go.work"))).expect(2);
    ran.says(&["is outside of its source tree", "GOWORK=off"]);
}

#[test]
fn interrupted_in_any_phase_it_leaves_nothing_behind() {
    let repository = with_an_undecided_row();
    for (arguments, until, signal) in [
        // First, because what `Waver` shows depends on how often it ran.
        (
            "run --benchtime 200x --rounds 5 --max-rounds 20 --policy policy.toml --bench Tally|Waver -- ./index",
            "rounds 6 to",
            "-INT",
        ),
        ("run --benchtime 20ms --rounds 50 -- ./index", "building", "-INT"),
        ("run --benchtime 20ms --rounds 50 -- ./index", "base ", "-TERM"),
        ("run --benchtime 20ms --rounds 50 -- ./index", "round 2 of", "-INT"),
    ] {
        let ran = repository.signalled(arguments, until, signal);
        assert_eq!(ran.code, Some(130), "{until}: {}{}", ran.stdout, ran.stderr);
        ran.says(&["interrupted"]);
        repository.expect_nothing_left();
        if until == "building" {
            ran.says(&["interrupted; no round was complete"]);
        }
        if until.starts_with("round") {
            let command = ran.stderr.lines().find_map(|line| line.strip_prefix("interrupted; kept "));
            let command = command.and_then(|it| it.split_once(": allocgate ")).expect("the command").1;
            repository.allocgate(command).says(&["Tally"]);
            let inspected = repository.allocgate("inspect .allocgate/base.txt .allocgate/new.txt").expect(0);
            assert!(!inspected.stdout.contains('✗'), "{}", inspected.stdout);
            let ends = [".allocgate/base.txt", ".allocgate/new.txt"]
                .map(|it| repository.read(it).matches("ok  \t").count());
            assert!(ends[0] == ends[1] && ends[0] >= 1, "whole rounds: {ends:?}");
        }
    }
    // Before it has said a word: while git works, most likely.
    for delay in [10, 60, 150] {
        let mut child =
            repository.command("run").stderr(std::process::Stdio::null()).spawn().expect("it starts");
        std::thread::sleep(Duration::from_millis(delay));
        send(&child, "-INT");
        // A signal before we listen ends the program as it ends any other.
        let code = child.wait().expect("it ends").code();
        assert!(matches!(code, Some(130) | None), "{delay}: {code:?}");
        repository.expect_nothing_left();
    }
}

#[test]
fn what_a_killed_run_leaves_is_found_and_removed() {
    let repository = with_regressions();
    let ran = repository.signalled("run --benchtime 20ms --rounds 50 -- ./wire", "round 1 of", "-KILL");
    assert_eq!(ran.code, None);
    assert_eq!(repository.git(&["worktree", "list"]).lines().count(), 2);
    let ran = repository.allocgate(&format!("run {ENOUGH} --bench Tally -- ./index")).expect(1);
    ran.says(&["left by a run that was killed; `allocgate run --clean` removes it"]);
    assert_eq!(repository.git(&["worktree", "list"]).lines().count(), 2, "offered, not done");
    repository.allocgate("run --clean").expect(0).says(&["tree: removed"]);
    assert_eq!(repository.git(&["worktree", "list"]).lines().count(), 1);
    let left: Vec<_> = fs::read_dir(repository.temporary()).expect("readable").collect();
    assert!(left.is_empty(), "the test binaries as well: {left:?}");
    repository.allocgate("run --clean").expect(0).says(&["nothing to remove"]);
    // What belongs to a process that goes on stays.
    let tree = repository.temporary().join("allocgate-other/tree");
    repository.git(&["worktree", "add", "--quiet", "--detach", &tree.display().to_string()]);
    let stat = fs::read_to_string("/proc/self/stat").expect("this set needs Linux");
    let start = stat.rsplit_once(')').expect("a name").1.split_whitespace().nth(19).expect("a start");
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").expect("this set needs Linux");
    let owner = |start: &str| format!("process: {}\nboot: {boot}start: {start}\n", std::process::id());
    fs::write(tree.with_file_name("owner"), owner(start)).expect("written");
    repository.allocgate("run --clean").expect(0).says(&["nothing to remove"]);
    assert!(tree.exists());
    // A process that only has the number of the owner, as after a restart.
    fs::write(tree.with_file_name("owner"), owner("1")).expect("written");
    repository.allocgate("run --clean").expect(0).says(&["tree: removed"]);
    assert!(!tree.exists());
}

/// A package with one benchmark that does this.
fn misbehaves(repository: &Repository, name: &str, imports: &str, body: &str) {
    let text = format!(
        "package {name}\n\nimport (\n{imports}\t\"testing\"\n)\n\nfunc BenchmarkFirst_{name}(b *testing.B) {{\n\tfor i := 0; i < b.N; i++ {{\n\t}}\n}}\n\nfunc Benchmark_{name}(b *testing.B) {{\n\t{body}\n}}\n"
    );
    repository.write(&format!("{name}/{name}_test.go"), &text);
}

#[test]
fn packages_that_misbehave_are_named_and_the_others_go_on() {
    let repository = Repository::new();
    for name in ["fails", "panics", "hangs", "prints", "breaks"] {
        misbehaves(&repository, name, "", "_ = b.N");
    }
    misbehaves(&repository, "mends", "", "_ = nonsense");
    repository.commit();
    misbehaves(&repository, "fails", "", "b.Fatal(\"no\")");
    misbehaves(&repository, "panics", "", "panic(\"oh\")");
    misbehaves(
        &repository,
        "hangs",
        "\t\"time\"\n",
        "for { print(\".\"); time.Sleep(10 * time.Millisecond) }",
    );
    misbehaves(&repository, "prints", "\t\"fmt\"\n", "fmt.Print(\"100 3.0 ns/op\")");
    misbehaves(&repository, "breaks", "", "_ = nonsense");
    misbehaves(&repository, "mends", "", "_ = b.N");
    let ran = repository
        .allocgate("run --benchtime 10x --rounds 3 --max-rounds 3 --timeout 1s --verbose")
        .expect(1);
    ran.says(&[
        "example.com/hot/mends (base): build failed",
        "example.com/hot/breaks (new): build failed",
        "undefined: nonsense",
        "example.com/hot/hangs (new): no result within 1s in Benchmark_hangs; not run again",
        "example.com/hot/panics (new): exit status 2 in Benchmark_panics; not run again",
        "failed packages",
    ]);
    let inspected = repository.allocgate("inspect .allocgate/new.txt");
    inspected.says(&[
        "Benchmark_fails in example.com/hot/fails failed",
        "Benchmark_hangs in example.com/hot/hangs failed",
        "example.com/hot/fails failed: exit status 1",
        "example.com/hot/panics failed: panic: oh",
        "example.com/hot/hangs failed: *** Test killed: no result within 1s",
        "example.com/hot/breaks failed: build failed",
    ]);
    assert!(
        !inspected.stdout.lines().next().is_none_or(|line| line.contains(" lost")),
        "{}",
        inspected.stdout
    );
    repository.allocgate("inspect .allocgate/base.txt").says(&["example.com/hot/mends failed: build failed"]);
    let new = repository.read(".allocgate/new.txt");
    let ends = |line: &str| new.matches(line).count();
    // Two benchmarks in three rounds; the other one of a package that misbehaves is measured as well.
    assert_eq!(ends("ok  \texample.com/hot/mends\t"), 6, "what is new is measured: {new}");
    assert_eq!(ends("\nBenchmarkFirst_hangs-"), 3, "{new}");
    assert_eq!(
        (ends("FAIL\texample.com/hot/fails\t"), ends("FAIL\texample.com/hot/hangs\t")),
        (1, 1),
        "{new}"
    );
    repository.expect_nothing_left();
}

#[test]
fn a_question_that_cannot_be_asked_ends_in_2_with_the_reason() {
    let repository = with_regressions();
    let check = |arguments: &str, words: &[&str]| {
        repository.allocgate(arguments).expect(2).says(words);
        repository.expect_nothing_left();
    };
    check("run --base nowhere", &["nowhere: unknown revision"]);
    check("run --new nowhere", &["nowhere: unknown revision"]);
    check("run --rounds 10 --max-rounds 5", &["--max-rounds must be at least --rounds (10), got 5"]);
    check(
        "run --bench NoSuch --benchtime 1x -- ./index",
        &["--bench NoSuch: no benchmark matches", "BenchmarkTally"],
    );
    assert!(!repository.path().join(".allocgate/base.txt").exists(), "an empty file is no result");
    check("run --bench ( -- ./index", &["missing closing )"]);
    check("run --cpu none -- ./index", &["invalid value \"none\" for -test.cpu"]);
    check("run -- ./nowhere", &["directory not found"]);
    check("run --policy nowhere.toml", &["nowhere.toml: cannot be read as a policy"]);
    fs::create_dir(repository.path().join("out")).expect("created");
    repository.write("out/new.txt", "by hand\n");
    check("run --out out", &["out/new.txt: exists, and was not written by `allocgate run`"]);
    assert_eq!(repository.read("out/new.txt"), "by hand\n");
    let report = repository.allocgate("run --base nowhere --report json=-").expect(2);
    let report: Value = serde_json::from_str(&report.stdout).expect("whoever waits for a report gets one");
    assert_eq!(report["outcome"]["exit_code"], 2);

    repository.write("fresh/x_test.go", "package fresh\n");
    let ran = repository.ended(repository.command("run").current_dir(repository.path().join("fresh")));
    ran.expect(2).says(&["fresh/: ", "has no such folder"]);
    repository.write("go.mod", "module example.com/hot\n\ngo 1.99\n");
    check("run", &["go.mod requires go >= 1.99"]);
    repository.git(&["checkout", "--quiet", "go.mod"]);
    repository.git(&["branch", "--move", "topic"]);
    check("run", &["no default branch found", "--base REV"]);
}

#[test]
fn missing_programs_repositories_and_benchmarks_are_named() {
    let repository = Repository::new();
    let tools = tempfile::tempdir().expect("a folder");
    let path = std::env::var_os("PATH").expect("there is one");
    let git = std::env::split_paths(&path).map(|it| it.join("git")).find(|it| it.exists()).expect("git");
    let missing = |program: &str| {
        let ran = repository.ended(repository.command("run --unchanged").env("PATH", tools.path())).expect(2);
        ran.says(&[
            &format!("{program}: cannot be started"),
            &format!("`allocgate run` needs {program} on the PATH"),
        ]);
    };
    missing("git");
    symlink(git, tools.path().join("git")).expect("linked");
    missing("go");
    repository.expect_nothing_left();

    let outside = tempfile::tempdir().expect("a folder");
    let ran = repository.ended(repository.command("run").current_dir(outside.path())).expect(2);
    ran.says(&["not in a git repository"]);

    let idle = Repository::empty();
    idle.write("go.mod", "module example.com/idle\n\ngo 1.22\n");
    idle.write("idle.go", "package idle\n");
    let ran = idle.allocgate("run").expect(2);
    ran.says(&["HEAD: unknown revision"]);
    idle.commit();
    idle.allocgate("run --unchanged").expect(2).says(&["./...: no benchmarks in these packages"]);
    idle.write(
        "idle_test.go",
        "package idle\n\nimport \"testing\"\n\nfunc BenchmarkX(b *testing.B) { nonsense() }\n",
    );
    idle.allocgate("run").expect(2).says(&["no package builds in", "undefined: nonsense"]);
    idle.expect_nothing_left();
}

#[test]
fn submodules_come_along_and_dirty_ones_are_named() {
    let library = Repository::empty();
    library.write("lib.go", "package lib\n\nfunc Twice(x int) int { return 2 * x }\n");
    library.commit();
    let repository = Repository::empty();
    repository.git(&["submodule", "--quiet", "add", &library.path().display().to_string(), "lib"]);
    repository.write("go.mod", "module example.com/sub\n\ngo 1.22\n");
    repository.write(
        "sub_test.go",
        "package sub\n\nimport (\n\t\"example.com/sub/lib\"\n\t\"testing\"\n)\n\nvar sink int\n\nfunc BenchmarkTwice(b *testing.B) {\n\tfor i := 0; i < b.N; i++ {\n\t\tsink += lib.Twice(i)\n\t}\n}\n",
    );
    repository.commit();
    repository.write("lib/lib.go", "package lib\n\nfunc Twice(x int) int { return x + x + 1 }\n");
    let mut command = repository.command(&format!("run {QUICK}"));
    for (variable, value) in [
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "protocol.file.allow"),
        ("GIT_CONFIG_VALUE_0", "always"),
    ] {
        command.env(variable, value);
    }
    let ran = repository.ended(&mut command).expect(0);
    ran.says(&["submodule lib: differs from its recorded commit", "round 2 of 2"]);
    assert!(
        repository.read(".allocgate/base.txt").contains("BenchmarkTwice-"),
        "base has the submodule as well"
    );
    repository.expect_nothing_left();
}

#[test]
fn profiles_of_what_got_worse_are_kept() {
    let repository = Repository::new();
    repository.apply("boxing", "index/tally_boxing.go", "index/tally.go");
    let ran = repository.allocgate(&format!("run {ENOUGH} --bench Tally --profile -- ./index")).expect(1);
    ran.says(&["profile 1 of 1: Tally", "causes allocgate causes --capture .allocgate/profile"]);
    let manifest = repository.read(".allocgate/profile/capture.json");
    let manifest: Value = serde_json::from_str(&manifest).expect("JSON");
    let top = |side: &str| {
        let run = &manifest["benchmarks"][0][side]["runs"][1];
        let file = format!(".allocgate/profile/{}", run["profile"].as_str().expect("a profile"));
        let mut go = Command::new("go");
        let output = crate::run(
            go.args(["tool", "pprof", "-top", "-sample_index=alloc_space", &file])
                .current_dir(repository.path()),
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(top("new").contains("index.(*Tally).Note"), "{}", top("new"));
    assert!(!top("base").contains("index.(*Tally).Note"), "{}", top("base"));
    let decisions = |side: &str| {
        let file = manifest[side]["decisions"][0]["file"].as_str().expect("a file");
        repository.read(&format!(".allocgate/profile/{file}"))
    };
    assert!(decisions("new").contains("index/tally_boxing.go"), "{}", decisions("new"));
    assert!(decisions("new").contains("escapes to heap"), "{}", decisions("new"));
    assert!(decisions("base").contains("index/tally.go"), "{}", decisions("base"));
    repository.expect_nothing_left();
}
