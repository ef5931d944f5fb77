//! Pairs of files in which one side is not what it seems: fewer or more samples, a broken or missing base, one file twice, units that
//! only the policy can judge.

use crate::support::{self, Ran, allocgate};
use allocgate::internals::evidence::Overall;
use allocgate::internals::policy::{ConditionKind, Level};
use allocgate::internals::verdict::Verdict;
use allocgate::report::Report;

fn report(arguments: &str) -> Report {
    let ran = allocgate(&format!("check {arguments} --report json=-"));
    Report::read(ran.stdout.as_bytes()).unwrap_or_else(|error| panic!("{error}: {ran}"))
}

fn case(name: &str) -> Report {
    report(&format!("testdata/cases/{name}/base.txt testdata/cases/{name}/new.txt"))
}

/// The level and the sentence of a condition, if it holds.
fn condition(report: &Report, kind: ConditionKind) -> Option<(Level, String)> {
    let found = report.evidence.conditions.iter().find(|it| it.kind() == kind)?;
    Some((found.level, format!("{}: {}", found.title(), found.message())))
}

/// Writes a file into a folder, and returns its path.
fn file(folder: &tempfile::TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("written");
    path.display().to_string()
}

fn results(name: &str, count: usize, measured: &str) -> String {
    format!("Benchmark{name}-8 1000 {measured}\n").repeat(count)
}

#[test]
fn far_fewer_samples_in_new_fail() {
    let report = case("few-samples");
    assert_eq!(report.outcome.verdict, Overall::Fail);
    let (level, text) = condition(&report, ConditionKind::FewerSamples).expect("1 of 10 samples");
    assert_eq!(level, Level::Fail);
    assert!(text.starts_with("1 benchmark with fewer samples: X-2 (10 in base, 1 in new); "), "{text}");
    assert_eq!(condition(&report, ConditionKind::UnevenSamples), None, "it is named once");
}

#[test]
fn samples_are_few_by_half_of_base_or_by_the_policy() {
    let folder = tempfile::tempdir().expect("a folder");
    let counts = |base: usize, new: usize, policy: &str| {
        let base = file(&folder, "base.txt", &results("X", base, "1 allocs/op"));
        let new = file(&folder, "new.txt", &results("X", new, "1 allocs/op"));
        let policy = file(&folder, "p.toml", policy);
        let report = report(&format!("{base} {new} --policy {policy}"));
        let holds = |kind| condition(&report, kind).is_some();
        (holds(ConditionKind::FewerSamples), holds(ConditionKind::UnevenSamples))
    };
    let seven = "[gate]\nmin-samples = 7\n";
    let one = "[gate]\nmin-samples = 7\n[unit.\"allocs/op\"]\nmin-samples = 1\n";
    for (base, new, policy, want) in [
        (10, 10, "", (false, false)),
        (10, 5, "", (false, true)),
        (10, 4, "", (true, false)),
        (5, 4, "", (true, false)),
        (4, 2, "", (false, true)),
        (3, 1, "", (true, false)),
        (10, 6, "", (false, true)),
        (10, 6, seven, (true, false)),
        (6, 5, seven, (false, true)),
        (10, 6, one, (false, true)),
        (4, 10, "", (false, true)),
    ] {
        assert_eq!(counts(base, new, policy), want, "{base} and {new} samples, {policy}");
    }
}

#[test]
fn more_samples_than_the_other_benchmarks_have_are_named() {
    let report = case("forged-lines");
    assert_eq!(report.outcome.verdict, Overall::Pass);
    let (level, text) = condition(&report, ConditionKind::UnevenSamples).expect("40 samples of 10");
    assert_eq!(level, Level::Warn);
    let want = "1 benchmark with uneven samples: X-2 (10 in base, 40 in new), where 10 and 10 are usual; ";
    assert!(text.starts_with(want), "{text}");
    assert_eq!(condition(&report, ConditionKind::FewerSamples), None);
}

#[test]
fn a_count_of_its_own_explains_the_samples_of_a_side_or_of_a_package() {
    let folder = tempfile::tempdir().expect("a folder");
    let side = |counts: [usize; 4]| -> String {
        ["A", "B", "C", "D"]
            .iter()
            .zip(counts)
            .map(|(name, count)| results(name, count, "1 allocs/op"))
            .collect()
    };
    let uneven = |base: [usize; 4], new: [usize; 4]| {
        let (base, new) = (file(&folder, "base.txt", &side(base)), file(&folder, "new.txt", &side(new)));
        condition(&report(&format!("{base} {new}")), ConditionKind::UnevenSamples).map(|(_, text)| text)
    };
    assert_eq!(uneven([10; 4], [20; 4]), None, "-count=10 and -count=20");
    assert_eq!(uneven([10, 10, 6, 10], [20, 20, 12, 20]), None, "a slow package has a -count of its own");
    let text = uneven([10; 4], [20, 20, 20, 10]).expect("half of the usual samples");
    assert!(
        text.starts_with("1 benchmark with uneven samples: D-8 (10 in base, 10 in new), where 10 and 20"),
        "{text}"
    );
}

#[test]
fn unequal_benchmarks_have_their_package_where_the_name_is_ambiguous() {
    let folder = tempfile::tempdir().expect("a folder");
    let side = |count: usize| {
        let many: String = (0..6).map(|i| results(&format!("M{i}"), count, "1 allocs/op")).collect();
        format!(
            "pkg: p\n{}pkg: q\n{}{many}",
            results("A", count, "1 allocs/op"),
            results("A", 10, "1 allocs/op")
        )
    };
    let (base, new) = (file(&folder, "base.txt", &side(10)), file(&folder, "new.txt", &side(1)));
    let (_, text) =
        condition(&report(&format!("{base} {new}")), ConditionKind::FewerSamples).expect("1 of 10");
    let want =
        "7 benchmarks with fewer samples: A-8 in p (10 in base, 1 in new), M0-8 (10 in base, 1 in new), ";
    assert!(text.starts_with(want) && text.contains(" and 2 more; "), "{text}");
}

#[test]
fn rows_with_too_few_samples_are_undecided_and_complete() {
    let report = case("unsure-reason");
    assert_eq!(report.outcome.verdict, Overall::Pass, "by the built-in policy");
    let once: Vec<_> = report.rows.iter().filter(|row| row.benchmark == "Once-8").collect();
    assert_eq!(once.len(), 3);
    for row in once {
        assert_eq!(row.verdict, Verdict::Undecided, "{}", row.message());
        assert_eq!(row.reason.needed_samples(), Some(5));
        assert!(row.base.is_some() && row.new.is_some() && row.change.is_some(), "{row:?}");
        let why = "1+10 samples, 5 per side needed; run 10 times with -count=1";
        assert!(row.message().to_string().ends_with(why), "{}", row.message());
    }
    let ran = allocgate("check testdata/cases/unsure-reason/base.txt testdata/cases/unsure-reason/new.txt");
    let line = "? Once-8  allocs/op  40 → 800        +1,900.0%\n  └ 1+10 samples, no overlap, gap 1,900%\n";
    assert!(ran.stdout.contains(line), "{ran}");
}

#[test]
fn where_no_row_could_be_judged_every_format_has_the_rows() {
    let sides = "testdata/cases/unsure-reason/base1.txt testdata/cases/unsure-reason/new1.txt";
    let report = report(sides);
    assert_eq!((report.outcome.verdict, report.rows.len()), (Overall::Error, 6));
    assert!(condition(&report, ConditionKind::TooFewSamples).is_some(), "{:?}", report.evidence.conditions);
    assert!(report.evidence.base.is_some() && report.policy.is_some());
    let ran = allocgate(&format!("check {sides}"));
    assert_eq!(ran.code, 2, "{ran}");
    let head = "ERROR  2 suspects, no row at level fail could be judged: Once-8: 1+1 samples, 5 per side needed; run 10 times with -count=1  (2 benchmarks, 6 rows)\n";
    assert!(ran.stdout.starts_with(head), "{ran}");
    for line in [
        "? Once-8  allocs/op  40 → 800 allocs/op (+760), undecided: samples do not overlap (gap 1,900%); 1+1 samples",
        "· Ten-8   ns/op      500 → 500 ns/op",
    ] {
        assert!(ran.stdout.contains(line), "{line}\n{ran}");
    }
    for (format, rows) in [
        ("markdown", 6),
        ("html", 6),
        ("junit", 6),
        ("csv", 6),
        ("sarif", 4), // rows at level fail
        ("github", 4),
        ("gitlab", 4),
    ] {
        let ran = allocgate(&format!("check {sides} --report {format}=-"));
        assert_eq!(ran.code, 2, "{format}: {ran}");
        let found = ran.stdout.matches("1+1 samples, ").count();
        assert!(found >= rows, "{format} has {found} rows of {rows}: {ran}");
    }
}

#[test]
fn a_policy_may_judge_counts_of_one_sample() {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = file(&folder, "p.toml", "[unit.\"allocs/op\"]\nmin-samples = 1\n");
    let sides = "testdata/cases/unsure-reason/base1.txt testdata/cases/unsure-reason/new1.txt";
    let report = report(&format!("--policy {policy} {sides}"));
    assert_eq!(report.outcome.verdict, Overall::Fail);
    let verdict = |benchmark: &str, unit: &str| {
        let row = report.rows.iter().find(|row| row.benchmark == benchmark && row.unit.as_str() == unit);
        row.map(|row| row.verdict)
    };
    assert_eq!(verdict("Once-8", "allocs/op"), Some(Verdict::Regressed));
    assert_eq!(verdict("Ten-8", "allocs/op"), Some(Verdict::Unchanged));
    assert_eq!(verdict("Once-8", "B/op"), Some(Verdict::Undecided), "the policy says nothing of it");
}

#[test]
fn units_that_only_the_policy_can_judge_are_shown_with_the_lines_that_judge_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = file(&folder, "base.txt", &results("X", 10, "5 compares/op"));
    let new = file(&folder, "new.txt", &results("X", 10, "6 compares/op"));
    let ran = allocgate(&format!("check {base} {new}"));
    assert_eq!(ran.code, 2, "{ran}");
    assert!(ran.stdout.contains("· X-8  compares/op  5 → 6 compares/op (+1), "), "{ran}");
    let lines = "[unit.\"compares/op\"]\nbetter = \"lower\"";
    let shown = "add        [unit.\"compares/op\"]\n           better = \"lower\"    # or \"higher\"\n";
    assert!(ran.stdout.contains(shown), "{ran}");
    let markdown = allocgate(&format!("check {base} {new} --report markdown=-"));
    assert!(markdown.stdout.contains(&format!("```toml\n{lines}")), "{markdown}");
    // These lines judge it.
    let policy = file(&folder, "p.toml", lines);
    let judged = report(&format!("--policy {policy} {base} {new}"));
    assert_eq!(judged.outcome.verdict, Overall::Pass, "the level of a unit without one is warn");
    assert_eq!(judged.rows[0].verdict, Verdict::Regressed);
}

/// Base, under other names, and among other files.
#[cfg(unix)]
#[test]
fn one_file_on_both_sides_is_refused_whatever_its_names_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = file(&folder, "base.txt", &results("X", 10, "1 allocs/op"));
    let other = file(&folder, "other.txt", &results("Y", 10, "1 allocs/op"));
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (link, hard) = (path("link.txt"), path("hard.txt"));
    std::os::unix::fs::symlink("base.txt", &link).expect("linked");
    std::fs::hard_link(&base, &hard).expect("linked");
    for (arguments, name) in [
        (format!("{base} {base}"), &base),
        (format!("{base} {link}"), &link),
        (format!("{link} {base}"), &base),
        (format!("{base} {hard}"), &hard),
        (format!("--base {other} {base} --new {link}"), &link),
        (format!("--base {base} --new {other} {link}"), &link),
        (format!("{} {base}", folder.path().display()), &base),
    ] {
        let ran = allocgate(&format!("check {arguments}"));
        assert_eq!(ran.code, 2, "{ran}");
        let want = format!("allocgate: {name}: base and new are the same file");
        assert!(ran.stderr.starts_with(&want), "{arguments}: {ran}");
        assert!(ran.stderr.ends_with("; give the results of two runs, or use --allow-same\n"), "{ran}");
    }
    let mut redirected = support::command();
    redirected.args(["check", &base, "-"]).stdin(std::fs::File::open(&link).expect("it is there"));
    let ran = Ran::from(redirected.output().expect("it starts"));
    assert!(ran.code == 2 && ran.stderr.contains("-: base and new are the same file"), "{ran}");
    let allowed = allocgate(&format!("check --allow-same {base} {link}"));
    assert_eq!(allowed.code, 0, "{allowed}");
    // A copy is another file: what it measures tells.
    let report = {
        let text = std::fs::read_to_string("testdata/hot/base.txt").expect("recorded");
        report(&format!("testdata/hot/base.txt {}", file(&folder, "copy.txt", &text)))
    };
    assert!(condition(&report, ConditionKind::IdenticalSides).is_some());
}

#[test]
fn what_base_alone_fails_warns_and_what_new_fails_fails() {
    let report = case("base-broken");
    assert_eq!(report.outcome.verdict, Overall::Pass);
    let (level, text) = condition(&report, ConditionKind::BrokenBase).expect("base fails");
    assert_eq!(level, Level::Warn);
    assert!(text.contains(" in base: fixed in new; ") && text.contains("base-broken/base.txt:"), "{text}");
    assert_eq!(condition(&report, ConditionKind::FailedPackages), None);
    let [base, new] = ["base", "new"].map(|side| format!("testdata/cases/base-broken/{side}.txt"));
    let turned = self::report(&format!("{new} {base}"));
    assert_eq!(turned.outcome.verdict, Overall::Fail);
    assert_eq!(condition(&turned, ConditionKind::BrokenBase), None);
    assert!(condition(&turned, ConditionKind::FailedPackages).is_some_and(|it| it.0 == Level::Fail));
    // What both sides fail is not fixed.
    let folder = tempfile::tempdir().expect("a folder");
    let copy = file(&folder, "new.txt", &std::fs::read_to_string(&base).expect("it is there"));
    let both = self::report(&format!("{base} {copy}"));
    assert_eq!(both.outcome.verdict, Overall::Fail);
    assert_eq!(condition(&both, ConditionKind::BrokenBase), None);
}

#[test]
fn every_loss_of_base_alone_is_known_as_such() {
    let folder = tempfile::tempdir().expect("a folder");
    let x = results("X", 10, "1 allocs/op");
    let new = file(&folder, "new.txt", &x);
    let policy = file(&folder, "p.toml", "[evidence]\nlost-results = \"ignore\"\nnon-finite = \"ignore\"\n");
    let many = |path: &str| format!("pkg: {path}\n{}", results("Y", 10, "1 allocs/op"));
    for (kind, is_ignored, text) in [
        (ConditionKind::LostResults, true, format!("{x}BenchmarkY-8 \tlog\n")),
        (ConditionKind::FailedPackages, false, format!("{x}FAIL\tp\n")),
        (ConditionKind::NonFinite, true, x.replacen("1 allocs", "NaN ns/op 1 allocs", 1)),
        (ConditionKind::UnfinishedPackages, false, format!("{x}{}{}ok  \tq\t1s\n", many("p"), many("q"))),
    ] {
        let base = file(&folder, "base.txt", &text);
        let sides = format!("{base} {new}");
        let found = report(&format!(
            "{sides} --policy {}",
            file(&folder, "q.toml", "[evidence]\nmissing-benchmark = \"ignore\"\n")
        ));
        assert_eq!(condition(&found, kind), None, "{kind}");
        assert!(condition(&found, ConditionKind::BrokenBase).is_some_and(|it| it.0 == Level::Warn), "{kind}");
        let ignored = report(&format!("{sides} --policy {policy}"));
        assert_eq!(condition(&ignored, ConditionKind::BrokenBase).is_none(), is_ignored, "{kind}");
    }
}

#[test]
fn a_base_without_results_is_an_error_unless_the_policy_lets_it_pass() {
    let folder = tempfile::tempdir().expect("a folder");
    let new = "testdata/cases/bootstrap/new.txt";
    let empty = file(&folder, "empty.txt", "");
    let none = folder.path().join("none.txt").display().to_string();
    let pattern = folder.path().join("*.none").display().to_string();
    let pass = file(&folder, "pass.toml", "[gate]\nmissing-base = \"pass\"\n");
    let budget = |max: u32| {
        let text = format!(
            "[gate]\nmissing-base = \"pass\"\n[[budget]]\nbench = \"Alpha\"\nmax = {{ \"allocs/op\" = {max} }}\n"
        );
        file(&folder, &format!("max{max}.toml"), &text)
    };
    for (base, why) in [
        ("testdata/cases/bootstrap/base.txt", "base.txt: no benchmark results in 3 lines"),
        (&empty, "empty.txt: the input is empty"),
        (&none, "none.txt: no such file"),
        (&pattern, "*.none: no file matches this pattern"),
        (&format!("--base {none} {empty} --new"), "none.txt: no such file"),
    ] {
        let refused = allocgate(&format!("check {base} {new}"));
        assert_eq!(refused.code, 2, "{refused}");
        let help = "; if base has no benchmarks yet, `missing-base = \"pass\"` under `[gate]` judges budgets alone\n";
        assert!(refused.stderr.contains(why) && refused.stderr.ends_with(help), "{refused}");
        for (policy, verdict) in
            [(&pass, Overall::Pass), (&budget(1), Overall::Pass), (&budget(0), Overall::Fail)]
        {
            let report = report(&format!("--policy {policy} {base} {new}"));
            assert_eq!(report.outcome.verdict, verdict, "{base} {policy}");
            let (level, text) = condition(&report, ConditionKind::NothingCompared).expect("it says so");
            assert_eq!(level, Level::Warn);
            assert!(text.starts_with("nothing was compared: ") && text.contains(why), "{text}");
            assert!(text.ends_with("; only budgets were judged"), "{text}");
            assert_eq!(report.rows.len(), 3);
        }
    }
    // A base whose results were lost, or one file of several, is not one without benchmarks.
    let lost = file(&folder, "lost.txt", "BenchmarkX-8 \tlog\n");
    for base in [lost, format!("--base {new} {none} --new")] {
        let ran = allocgate(&format!("check --allow-same --policy {pass} {base} {new}"));
        assert_eq!(ran.code, 2, "{ran}");
        assert!(!ran.stderr.contains("missing-base"), "{ran}");
    }
    // New must have results.
    assert_eq!(allocgate(&format!("check --policy {pass} {new} {empty}")).code, 2);
    let ran = allocgate(&format!("check --policy {pass} {none} {new}"));
    assert!(ran.stdout.starts_with("PASS  no failures, 1 warning  (1 benchmark, 3 rows)\n"), "{ran}");
}
