//! Suspects: rows that look worse and are not proven to be.

use crate::check::{hot, report};
use crate::support::{Ran, allocgate};

/// The lines of the terminal report from the heading to the blank line.
fn section(ran: &Ran, heading: &str) -> Vec<String> {
    let from = ran.stdout.lines().skip_while(|line| !line.starts_with(heading));
    from.take_while(|line| !line.is_empty()).map(String::from).collect()
}

#[test]
fn suspects_come_first_and_have_the_command_that_decides_them() {
    let ran = hot("slow");
    let mut lines = ran.stdout.lines();
    assert!(lines.next().is_some_and(|line| line.starts_with("PASS  3 suspects, no failures")), "{ran}");
    assert_eq!((lines.next(), lines.next()), (Some(""), Some("suspects   example.com/hot/wire")), "{ran}");
    let suspects = section(&ran, "suspects");
    let gaps: Vec<&str> =
        suspects.iter().filter_map(|line| line.split_once("no overlap, gap ")).map(|it| it.1).collect();
    assert_eq!(gaps, ["95%", "92.5%", "73.2%"], "the worst first");
    let command =
        "allocgate run --bench '^(BenchmarkChecksum|BenchmarkFrame)$' --rounds 20 example.com/hot/wire";
    assert_eq!(suspects.last(), Some(&format!("decide     {command}")));
    assert_eq!(ran.code, 0, "suspects never fail by themselves");
}

/// Files of `allocgate run` record its options.
#[test]
fn the_command_that_decides_suspects_measures_as_the_run_did() {
    let folder = tempfile::tempdir().expect("a folder");
    let recorded = |name: &str| {
        let results = std::fs::read_to_string(format!("testdata/hot/{name}.txt")).expect("a recording");
        let options = "--base 4bf2c5e0a1b2 --new c0ffee --rounds 5 --max-rounds 10 --benchtime 100ms --cpu 2";
        let file = folder.path().join(name);
        std::fs::write(&file, format!("options: {options}\n{results}")).expect("is writable");
        file.display().to_string()
    };
    let check = format!("check {} {}", recorded("base"), recorded("slow"));
    let run =
        "allocgate run --base 4bf2c5e0a1b2 --new c0ffee --benchtime 100ms --cpu 2 --out .allocgate/suspects";
    let all =
        format!("{run} --bench '^(BenchmarkChecksum|BenchmarkFrame)$' --rounds 20 example.com/hot/wire");
    let ran = allocgate(&check);
    assert_eq!(section(&ran, "suspects").last(), Some(&format!("decide     {all}")), "{ran}");
    let one = format!("{run} --bench '^BenchmarkChecksum$' --rounds 20 example.com/hot/wire");
    for (format, want) in
        [("json", &one), ("csv", &one), ("junit", &one), ("sarif", &one), ("markdown", &all), ("html", &all)]
    {
        let text = allocgate(&format!("{check} --report {format}=-")).stdout;
        let unescaped = text.replace("&apos;", "'").replace("&#39;", "'");
        assert!(unescaped.contains(want.as_str()), "{format}: {text}");
    }
}

#[test]
fn a_suspect_is_listed_once_whatever_its_level() {
    let strict =
        allocgate("check --policy testdata/policy/strict.toml testdata/hot/base.txt testdata/hot/slow.txt");
    assert_eq!(strict.code, 3, "{strict}");
    assert!(
        strict
            .stdout
            .lines()
            .next()
            .is_some_and(|line| line.starts_with("UNDECIDED") && line.contains("3 suspects")),
        "{strict}"
    );
    assert!(strict.stdout.contains("\nundecided  "), "{strict}");
    for ran in [hot("slow"), strict] {
        for name in ["Checksum-2 ", "Frame/size=64-2 ", "Frame/size=1024-2 "] {
            assert_eq!(ran.stdout.matches(name).count(), 1, "{name}: {ran}");
        }
    }
}

/// So many benchmarks of two packages, five samples each; in new benchmark number i takes 2 + i/10 times as long.
fn many_suspects(benchmarks: usize) -> (String, String) {
    let side = |factor: fn(usize) -> f64| -> String {
        let package = |pkg: usize| {
            let lines = |i: usize| -> String {
                let line = |round: usize| {
                    format!("BenchmarkB{i}-8 1000 {} ns/op\n", 1000.0 * factor(i) + round as f64)
                };
                (0..5).map(line).collect()
            };
            let benchmarks = (0..benchmarks).filter(|i| i % 2 == pkg);
            format!("pkg: example.com/p{pkg}\n{}", benchmarks.map(lines).collect::<String>())
        };
        (0..2).map(package).collect()
    };
    (side(|_| 1.0), side(|i| 2.0 + i as f64 / 10.0))
}

#[test]
fn ten_suspects_are_listed_and_the_others_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let (base, new) = many_suspects(12);
    for (name, text) in [("base.txt", base), ("new.txt", new)] {
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    let sides = format!("{0}/base.txt {0}/new.txt", folder.path().display());
    let counts = report(&sides).summary;
    assert_eq!(counts.suspects, 12, "{counts:?}");
    let ran = allocgate(&format!("check {sides}"));
    let rows: Vec<&str> = ran.stdout.lines().filter(|line| line.starts_with("? ")).collect();
    assert_eq!(rows.len(), 10, "{ran}");
    assert!(
        rows[0].starts_with("? B11-8 ") && rows[9].starts_with("? B2-8 "),
        "the smallest gaps are left out: {ran}"
    );
    assert!(ran.stdout.contains("\n  and 2 more, see --verbose\n"), "{ran}");
    assert_eq!(ran.stdout.matches("\nsuspects ").count(), 2, "a heading per package: {ran}");
    assert!(
        ran.stdout.contains("BenchmarkB0)$' --rounds 20 example.com/p1 example.com/p0\n"),
        "one command for all: {ran}"
    );
    let all = allocgate(&format!("check --verbose {sides}"));
    assert_eq!(all.stdout.lines().filter(|line| line.starts_with("? ")).count(), 12, "{all}");
    let markdown = allocgate(&format!("check {sides} --report markdown=-")).stdout;
    assert!(markdown.contains("**12 suspects**") && markdown.contains("\n… and 2 more\n"), "{markdown}");
    let html = allocgate(&format!("check {sides} --report html=-")).stdout;
    assert!(html.contains("2 more suspects") && html.matches("<figure>").count() == 10, "{html}");
    let github = allocgate(&format!("check {sides} --report github=-")).stdout;
    assert!(
        github.contains("\n::notice title=allocgate::… and 3 more notices: see the report\n"),
        "{github}"
    );
}

#[test]
fn three_equal_samples_of_one_process_are_suspects() {
    let report = report("testdata/hot/base.txt testdata/hot/few.txt");
    let suspects: Vec<String> = report
        .rows
        .iter()
        .filter(|row| row.suspect.is_some())
        .map(|row| format!("{} {} {}", row.benchmark, row.unit, row.verdict))
        .collect();
    assert!(suspects.contains(&"Tally-2 allocs/op undecided".to_string()), "{suspects:?}");
}
