//! `allocgate check` on recorded data: what it prints, and every exit code.

use crate::support::{self, Ran, allocgate, allocgate_with};
use allocgate::internals::evidence::Overall;
use allocgate::internals::policy::ConditionKind;
use allocgate::internals::verdict::Verdict;
use allocgate::report::Report;

pub fn hot(new: &str) -> Ran {
    allocgate(&format!("check --allow-same testdata/hot/base.txt testdata/hot/{new}.txt"))
}

pub fn report(arguments: &str) -> Report {
    let ran = allocgate(&format!("check {arguments} --report json=-"));
    Report::read(ran.stdout.as_bytes()).unwrap_or_else(|error| panic!("{error}: {ran}"))
}

#[test]
fn every_planted_regression_is_found_and_nothing_else_blocks() {
    for (new, code, blocking) in [
        ("base", 0, &[][..]),
        ("again", 0, &[]),
        ("slow", 0, &[]),
        ("improve", 0, &[]),
        ("boxing", 1, &["Tally-2 B/op", "Tally-2 allocs/op"]),
        ("pointer", 1, &["Origin-2 B/op", "Origin-2 allocs/op"]),
        (
            "presize",
            1,
            &[
                "Count/words=100-2 B/op",
                "Count/words=100-2 allocs/op",
                "Count/words=1000-2 B/op",
                "Count/words=1000-2 allocs/op",
                "Lengths-2 B/op",
                "Lengths-2 allocs/op",
            ],
        ),
        (
            "pool",
            1,
            &[
                "Frame/size=64-2 B/op",
                "Frame/size=64-2 allocs/op",
                "Frame/size=1024-2 B/op",
                "Frame/size=1024-2 allocs/op",
            ],
        ),
    ] {
        let report = report(&format!("--allow-same testdata/hot/base.txt testdata/hot/{new}.txt"));
        let regressed = |row: &&allocgate::internals::verdict::Finding| {
            row.verdict == Verdict::Regressed && row.level == allocgate::internals::policy::Level::Fail
        };
        let found: Vec<String> = report
            .rows
            .iter()
            .filter(regressed)
            .map(|row| format!("{} {}", row.benchmark, row.unit))
            .collect();
        assert_eq!(found, blocking, "{new}");
        assert_eq!(report.outcome.exit_code(), code, "{new}");
    }
}

#[test]
fn a_slow_down_is_found_where_the_run_allows_it() {
    let report = report("testdata/hot/base.txt testdata/hot/pool.txt");
    let row =
        report.rows.iter().find(|row| row.benchmark == "Frame/size=64-2" && row.unit.as_str() == "ns/op");
    let row = row.expect("Frame is on both sides");
    assert_eq!(row.verdict, Verdict::Regressed, "{}", row.message());
    let percent = row.change.and_then(|change| change.percent).expect("times have a ratio");
    assert!((90.0..130.0).contains(&percent), "{percent}");
}

#[test]
fn a_run_that_is_too_noisy_for_a_doubled_time_says_so() {
    let report = report("testdata/hot/base.txt testdata/hot/slow.txt");
    let row = report.rows.iter().find(|row| row.benchmark == "Checksum-2" && row.unit.as_str() == "ns/op");
    let row = row.expect("Checksum is on both sides");
    assert_eq!(row.verdict, Verdict::Undecided, "{}", row.message());
    assert!(row.detectable_percent.is_some_and(|percent| percent > 100.0), "{:?}", row.detectable_percent);
    assert!(report.evidence.conditions.iter().any(|it| it.kind() == ConditionKind::TooNoisy));
}

#[test]
fn the_design_is_named_with_the_processes_that_the_files_show() {
    let (hot, rounds) = ("testdata/hot", "--policy testdata/policy/rounds.toml");
    for (arguments, want) in [
        (format!("{hot}/base.txt {hot}/again.txt"), "block: 1 process per side, 10 samples"),
        (
            format!("{hot}/base.txt {hot}/few.txt"),
            "block: base 1 process, 10 samples; new 1 process, 3 samples",
        ),
        (
            format!("{hot}/rounds-base.txt {hot}/rounds-slow.txt"),
            "separate processes: 10 per side, 1 sample each",
        ),
        (
            format!("{rounds} {hot}/rounds-base.txt {hot}/rounds-slow.txt"),
            "interleaved: 10 processes per side, 1 sample each",
        ),
        (
            format!("{rounds} {hot}/base.txt {hot}/again.txt"),
            "set to interleaved, judged as block: 1 process per side, 10 samples",
        ),
    ] {
        let text = allocgate(&format!("check {arguments}"));
        assert!(text.stdout.contains(&format!("\ndesign     {want}\n")), "{want}: {text}");
        for (format, want) in [
            ("markdown", format!("<br>design: {want}<br>")),
            ("html", format!("<dt>design</dt><dd>{want}</dd>")),
        ] {
            let ran = allocgate(&format!("check {arguments} --report {format}=-"));
            assert!(ran.stdout.contains(&want), "{format}, {want}: {ran}");
        }
    }
    let alone = allocgate("check --policy testdata/policy/budget.toml testdata/hot/base.txt");
    assert!(!alone.stdout.contains("\ndesign "), "nothing was compared: {alone}");
}

#[test]
fn rounds_taken_in_turn_find_what_one_run_after_the_other_does_not() {
    let sides = "testdata/hot/rounds-base.txt testdata/hot/rounds-slow.txt";
    let report = report(&format!("--policy testdata/policy/rounds.toml {sides}"));
    let regressed = report.rows.iter().filter(|row| row.verdict == Verdict::Regressed);
    let names: Vec<&str> = regressed.map(|row| row.benchmark.as_str()).collect();
    assert_eq!(
        names,
        ["Checksum-2", "Frame/size=64-2", "Frame/size=1024-2"],
        "the one, and what it is part of"
    );
    assert_eq!(report.outcome.exit_code(), 1);
    let conditions: Vec<ConditionKind> = report.evidence.conditions.iter().map(|it| it.kind()).collect();
    assert!(!conditions.contains(&ConditionKind::NotInterleaved), "{conditions:?}");
    assert!(!conditions.contains(&ConditionKind::NameCollision), "rounds are no collision: {conditions:?}");
}

#[test]
fn an_improvement_is_shown_and_never_fails() {
    let report = report("testdata/hot/base.txt testdata/hot/improve.txt");
    let improved =
        report.rows.iter().filter(|row| row.verdict == Verdict::Improved && row.benchmark == "Join-2");
    assert_eq!(improved.count(), 3, "time, bytes and allocations");
}

#[test]
fn from_zero_to_two_allocations_prints_plus_two_and_exits_1() {
    insta::assert_snapshot!(hot("boxing"));
}

#[test]
fn the_same_file_twice_passes() {
    insta::assert_snapshot!(hot("base"));
}

#[test]
fn a_noisy_run_decides_little_and_says_so() {
    insta::assert_snapshot!(hot("slow"));
}

#[test]
fn a_renamed_benchmark_is_missing_and_fails() {
    insta::assert_snapshot!(hot("rename"));
}

#[test]
fn a_failed_package_fails() {
    insta::assert_snapshot!(hot("broken"));
}

#[test]
fn results_torn_by_a_print_are_put_together_again() {
    insta::assert_snapshot!(hot("chatty"));
}

#[test]
fn results_that_a_print_glued_are_lost_and_fail() {
    insta::assert_snapshot!(hot("muttering"));
}

#[test]
fn another_gomaxprocs_is_paired_and_its_times_are_not_judged() {
    insta::assert_snapshot!(hot("cpu1"));
}

#[test]
fn json_events_are_read_like_the_text_that_they_carry() {
    let ran = allocgate("check testdata/hot/base.txt testdata/hot/boxing.json");
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stdout.contains("boxing.json: 75 results\n"), "{ran}");
    assert!(ran.stdout.contains("✗ Tally-2   allocs/op  0 → 2"), "{ran}");
}

#[test]
fn a_run_without_benchmem_fails_for_what_it_did_not_measure() {
    let ran = hot("nomem");
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stdout.contains("15 partly measured benchmarks"), "{ran}");
}

#[test]
fn rows_that_would_fail_and_were_not_decided_are_shown() {
    let ran = hot("few");
    assert!(ran.stdout.contains("undecided  example.com/hot/index\n? Count/words=1000-2  B/op"), "{ran}");
}

#[test]
fn an_undecided_row_without_a_percentage_shows_between_what_its_samples_lie() {
    let folder = tempfile::tempdir().expect("a folder");
    let result = |bytes: u8| format!("BenchmarkX-8 1000 {bytes} B/op\n");
    let (base, new) = (result(0).repeat(10), result(0).repeat(6) + &result(16).repeat(4));
    let [base, new] = [("base", base), ("new", new)].map(|(name, text)| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.display().to_string()
    });
    let ran = allocgate(&format!("check {base} {new}"));
    assert!(ran.stdout.contains("? X-8  B/op  0 → 0  0  samples 0 → 0 … 16\n"), "{ran}");
}

#[test]
fn an_interval_is_shown_from_its_bad_end_on_and_never_below_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.display().to_string()
    };
    let results = |unit: &str, values: &[f64]| -> String {
        values.iter().map(|value| format!("goos: linux\nBenchmarkX-8 1000 {value} {unit}\n")).collect()
    };
    let about = |center: f64| {
        [0.0, 2.0, 4.0, 6.0, 8.0].repeat(2).into_iter().map(|it| center + it).collect::<Vec<_>>()
    };
    let policy = "[unit.\"q/op\"]\nbetter = \"higher\"\nlevel = \"fail\"\ntolerance = { percent = 5 }\n";
    let policy = file("policy", policy.to_string());
    let (base, new) =
        (file("base", results("q/op", &about(100.0))), file("new", results("q/op", &about(96.3))));
    let ran = allocgate(&format!("check {base} {new} --policy {policy}"));
    assert!(ran.stdout.contains("104 → 100.3  -3.6%  -7.1% … +0.1%\n"), "more is better: {ran}");
    let base = results("B/op", &[0.0, 10.0, 50.0, 90.0, 100.0, 100.0, 3000.0, 4000.0, 5000.0, 5000.0]);
    let new = results("B/op", &[0.0, 1000.0].repeat(5));
    let ran = allocgate(&format!("check {} {}", file("base", base), file("new", new)));
    assert!(ran.stdout.contains("  -100.0% … +900.0%\n"), "{ran}");
}

#[test]
fn samples_that_could_prove_nothing_are_told_with_how_many_could() {
    let folder = tempfile::tempdir().expect("a folder");
    let results = |bytes: u32| -> String {
        let line = |name: u32, i: u32| format!("BenchmarkB{name}-8 1000 {} B/op\n", bytes + 50 * i + name);
        (0..7).flat_map(|name| (0..5).map(move |i| line(name, i))).collect()
    };
    let [base, new] = [("base", results(1000)), ("new", results(100_000))].map(|(name, text)| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.display().to_string()
    });
    let policy = folder.path().join("policy");
    std::fs::write(&policy, "[gate]\nalpha = 0.001\n").expect("written");
    let ran = allocgate(&format!("check {base} {new} --policy {}", policy.display()));
    let flat = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "PASS 7 suspects, no failures, 1 warning (7 benchmarks, 7 rows)",
        "? B0-8 B/op 1,100 → 100,100 +9,000.0% 5+5 samples, no overlap, gap 8,233%",
        "! 7 rows with too few samples: so many rows vary that fewer than 7 samples per side cannot prove a change: B0-8, B1-8, B2-8, B3-8, B4-8 and 2 more; run 10 times with -count=1",
    ] {
        assert!(flat.contains(said), "{said}\n{ran}");
    }
}

#[test]
fn a_reader_who_stops_reading_changes_nothing() {
    let std = "testdata/std/base.txt testdata/std/again.txt";
    for (arguments, code) in [
        ("check testdata/hot/base.txt testdata/hot/boxing.txt".to_string(), 1),
        (format!("check --verbose {std}"), 0),
        (format!("compare {std}"), 0),
        (format!("compare --format csv {std}"), 0),
    ] {
        let mut command = support::command();
        command.args(arguments.split(' ')).stdout(std::process::Stdio::piped());
        let mut child = command.stderr(std::process::Stdio::piped()).spawn().expect("it starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(code), "{arguments}");
        assert!(output.stderr.is_empty(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn verbose_shows_every_row_with_its_reason() {
    insta::assert_snapshot!(allocgate("check --verbose testdata/hot/base.txt testdata/hot/improve.txt"));
}

#[test]
fn budgets_hold_with_a_base_and_without() {
    let policy = "--policy testdata/policy/budget.toml";
    insta::assert_snapshot!(
        "with_base",
        allocgate(&format!("check {policy} testdata/hot/base.txt testdata/hot/boxing.txt"))
    );
    insta::assert_snapshot!("without_base", allocgate(&format!("check {policy} testdata/hot/boxing.txt")));
    insta::assert_snapshot!("kept", allocgate(&format!("check {policy} testdata/hot/base.txt")));
}

#[test]
fn an_exceeded_budget_shows_the_sample_that_exceeded_it() {
    let lines = "BenchmarkTally-2 9 0 allocs/op\n".repeat(9) + "BenchmarkTally-2 9 3 allocs/op\n";
    let folder = tempfile::tempdir().expect("a folder");
    let policy = folder.path().join("p.toml");
    std::fs::write(&policy, "[[budget]]\nbench = \"Tally\"\nmax = { \"allocs/op\" = 0 }\n").expect("written");
    let ran = allocgate_with(&format!("check --policy {} -", policy.display()), &lines);
    assert!(ran.stdout.contains("(worst 3)"), "{ran}");
}

#[test]
fn a_base_without_benchmem_is_no_base_for_allocations() {
    let ran = allocgate("check testdata/hot/nomem.txt testdata/hot/boxing.txt");
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stdout.contains("no B/op and allocs/op on one side"), "{ran}");
}

#[test]
fn a_command_to_repeat_a_failure_holds_nothing_but_names() {
    let lines = |n: u32| format!("pkg: x;touch${{IFS}}pwned\nBenchmarkA';id;' 9 {n} allocs/op\n").repeat(6);
    let folder = tempfile::tempdir().expect("a folder");
    let base = folder.path().join("base.txt");
    std::fs::write(&base, lines(0)).expect("written");
    let ran = allocgate_with(&format!("check {} -", base.display()), &lines(1));
    assert_eq!(ran.code, 1, "{ran}");
    assert!(!ran.stdout.contains("reproduce") && !ran.stdout.contains("-bench"), "{ran}");
    std::fs::write(&base, lines(1).lines().take(2).collect::<Vec<_>>().join("\n")).expect("written");
    let ran = allocgate_with(&format!("check {} -", base.display()), &lines(100));
    assert!(ran.stdout.contains("1 suspect"), "{ran}");
    assert!(!ran.stdout.contains("decide ") && !ran.stdout.contains("-bench"), "{ran}");
}

#[test]
fn undecided_rows_end_in_3_where_the_policy_demands_a_decision() {
    let ran =
        allocgate("check --policy testdata/policy/strict.toml testdata/hot/base.txt testdata/hot/again.txt");
    insta::assert_snapshot!(ran);
    assert_eq!(ran.code, 3);
}

#[test]
fn a_regression_wins_over_undecided_rows() {
    let ran =
        allocgate("check --policy testdata/policy/strict.toml testdata/hot/base.txt testdata/hot/boxing.txt");
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stdout.starts_with("FAIL  "), "{ran}");
}

#[test]
fn one_side_may_come_from_standard_input() {
    let new = std::fs::read_to_string("testdata/hot/boxing.txt").expect("recorded");
    let ran = allocgate_with("check testdata/hot/base.txt -", &new);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stdout.contains("standard input: 150 results"), "{ran}");
}

#[test]
fn a_directory_stands_for_its_text_files() {
    let folder = tempfile::tempdir().expect("a folder");
    for part in ["boxing", "pool"] {
        let name = folder.path().join(format!("{part}.txt"));
        std::fs::copy(format!("testdata/hot/{part}.txt"), name).expect("a copy");
    }
    std::fs::write(folder.path().join("notes.md"), "BenchmarkX-8 was slow").expect("written");
    let ran = allocgate(&format!("check testdata/hot/base.txt {}", folder.path().display()));
    assert!(ran.stdout.contains("2 files: 300 results\n"), "{ran}");
    let files =
        report(&format!("testdata/hot/base.txt {}", folder.path().display())).evidence.new.map(|it| it.files);
    let files = files.expect("new was read");
    assert!(files[0].ends_with("boxing.txt") && files[1].ends_with("pool.txt"), "by name: {files:?}");
}

#[test]
fn the_json_report_is_the_contract() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.json");
    let sides = "testdata/hot/base.txt testdata/hot/boxing.txt";
    let ran = allocgate(&format!("check {sides} --report json={}", path.display()));
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stdout.starts_with("FAIL"), "the terminal report is printed as well: {ran}");
    let text = std::fs::read_to_string(&path).expect("it was written");
    let mut json: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    let rows = json["rows"].as_array_mut().expect("rows are a list");
    assert_eq!(rows.len(), 46);
    rows.retain(|row| row["benchmark"] == "Tally-2");
    insta::assert_snapshot!(serde_json::to_string_pretty(&json).expect("plain"));
    let report = Report::read(text.as_bytes()).expect("it reads back");
    let mut written = Vec::new();
    allocgate::report::json(&report, &mut written).expect("memory cannot fail");
    assert_eq!(String::from_utf8(written).expect("text"), text);
}

#[test]
fn a_report_that_cannot_be_written_is_an_error_even_if_the_gate_passed() {
    let ran = allocgate(
        "check --allow-same testdata/hot/base.txt testdata/hot/base.txt --report json=testdata/nowhere/report.json",
    );
    assert_eq!(ran.code, 2, "{ran}");
    assert!(ran.stderr.contains("testdata/nowhere/report.json: the report cannot be written"), "{ran}");
    assert!(ran.stdout.starts_with("PASS"), "the verdict is not lost with it: {ran}");
}

#[test]
fn neither_of_two_errors_is_swallowed() {
    let ran = allocgate("check testdata/hot/base.txt nosuch.txt --report json=testdata/nowhere/report.json");
    assert_eq!(ran.code, 2, "{ran}");
    for file in ["nosuch.txt: no such file", "testdata/nowhere/report.json: the report cannot be written"] {
        assert!(ran.stderr.contains(file), "{ran}");
    }
}

#[test]
fn a_question_that_could_not_be_asked_is_reported_as_such() {
    let report = report("testdata/hot/base.txt testdata/hot/nosuch.txt");
    assert_eq!((report.outcome.verdict, report.outcome.exit_code()), (Overall::Error, 2));
    assert!(report.outcome.reasons[0].to_string().contains("nosuch.txt"), "{:?}", report.outcome);
}

#[test]
fn the_nearest_policy_upwards_holds() {
    let folder = tempfile::tempdir().expect("a folder");
    let below = folder.path().join("a/b");
    std::fs::create_dir_all(&below).expect("folders");
    let policy = "[evidence]\nmissing-benchmark = \"warn\"\n";
    std::fs::write(folder.path().join("allocgate.toml"), policy).expect("written");
    let root = env!("CARGO_MANIFEST_DIR");
    let output = support::command()
        .current_dir(&below)
        .args(["check", &format!("{root}/testdata/hot/base.txt"), &format!("{root}/testdata/hot/rename.txt")])
        .output();
    let ran = Ran::from(output.expect("it starts"));
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.stdout.contains("allocgate.toml"), "the report names the policy: {ran}");
}

#[test]
fn colour_is_for_terminals_and_on_demand() {
    let plain = hot("boxing");
    assert!(!plain.stdout.contains('\x1b'), "not into a pipe");
    let coloured = allocgate("--color always check testdata/hot/base.txt testdata/hot/boxing.txt");
    assert!(coloured.stdout.contains("\x1b[31m"), "failures are red");
    assert_eq!(anstream::adapter::strip_str(&coloured.stdout).to_string(), plain.stdout);
}

#[test]
fn a_report_is_not_written_over_the_results() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new.txt");
    std::fs::copy("testdata/hot/base.txt", &path).expect("copied");
    let (path, root) = (path.display().to_string(), folder.path().display().to_string());
    for source in [path.clone(), root] {
        let ran = allocgate(&format!("check testdata/hot/base.txt {source} --report json={path}"));
        assert!(
            ran.code == 2 && ran.stderr.contains("a report would be written over these results"),
            "{ran}"
        );
    }
    assert!(std::fs::read_to_string(&path).is_ok_and(|text| text.starts_with("goos: ")));
}
