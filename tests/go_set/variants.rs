//! `allocgate run` of one commit that is built or run in two ways.

use crate::guide::{exit_code, scripts};
use crate::repository::Repository;
use crate::revisions::QUICK;

/// Enough rounds to decide counts.
const ENOUGH: &str = "--benchtime 100x --rounds 5 --max-rounds 5";

#[test]
fn build_flags_of_one_side_are_judged_on_the_same_source() {
    let repository = Repository::new();
    // The tag selects the file in which values are boxed.
    let command = format!("run {ENOUGH} --new-build=-tags=boxing --bench Tally ./index");
    let ran = repository.allocgate(&command).expect(1);
    ran.says(&["(the working tree)", "(the working tree) with -tags=boxing", "Tally"]);
    let [base, new] = [".allocgate/base.txt", ".allocgate/new.txt"].map(|file| repository.read(file));
    assert!(
        base.contains("\nvariant: default\n") && new.contains("\nvariant: -tags=boxing\n"),
        "{base}{new}"
    );
    assert!(new.contains("\noptions: --rounds 5 --max-rounds 5 --benchtime 100x --new-build -tags=boxing\n"));
    ran.says(&["allocgate compare --ignore variant .allocgate/base.txt .allocgate/new.txt"]);
    // `--tags` is for both sides.
    let both = "run --base HEAD --unchanged --tags boxing --base-build=-trimpath --bench Tally ./index";
    repository.allocgate(&format!("{both} {QUICK}")).expect(0);
    let both = ["base", "new"].map(|side| repository.read(&format!(".allocgate/{side}.txt")));
    let allocates = |text: &String| {
        let results = || text.lines().filter(|line| line.contains(" allocs/op"));
        results().count() == 2 && results().all(|line| line.contains(" 2 allocs/op"))
    };
    assert!(both.iter().all(allocates), "{both:?}");
    repository.expect_nothing_left();
}

#[test]
fn an_environment_reaches_the_benchmarks_of_its_side_and_skipped_ones_do_not_run() {
    let repository = Repository::new();
    repository.write(
        "env/env_test.go",
        "package env\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc BenchmarkSide(b *testing.B) {\n\tn := 1.0\n\tif os.Getenv(\"SIDE\") == \"new\" {\n\t\tn = 2\n\t}\n\tfor range b.N {\n\t}\n\tb.ReportMetric(n, \"side\")\n}\n\nfunc BenchmarkOther(b *testing.B) { b.Fatal(\"it runs\") }\n",
    );
    repository.commit();
    let command =
        format!("run {QUICK} --new HEAD --skip Other --base-env SIDE=base --new-env SIDE=new ./env");
    repository.allocgate(&command).expect(0);
    for (side, value) in [("base", " 1.000 side"), ("new", " 2.000 side")] {
        let text = repository.read(&format!(".allocgate/{side}.txt"));
        assert!(text.contains(value) && text.contains(&format!("\nvariant: SIDE={side}\n")), "{text}");
        assert!(text.contains("\nportion: --skip Other ./env\n") && !text.contains("it runs"), "{text}");
    }
    repository.allocgate("run --new HEAD").expect(2).says(&["nothing to compare"]);
    let flags = "run --new-build -tags";
    repository.allocgate(&format!("{flags} x")).expect(2);
    repository.allocgate("run --new-build=-no-such-flag").expect(2).says(&["no-such-flag"]);
    repository.expect_nothing_left();
}

#[test]
fn pgo_and_another_go_are_compared_as_the_guide_says() {
    let repository = Repository::new();
    for (script, line) in scripts("docs/variants.md", "sh").iter().zip(["-pgo=cpu.pprof", "default"]) {
        // That of the profile takes a second per benchmark unless it is told otherwise.
        let script = script.replace("-bench=. -cpu", "-bench=. -benchtime=100x -cpu");
        assert_eq!(exit_code(&repository, &script), Some(0), "{script}");
        let new = repository.read(".allocgate/new.txt");
        assert!(new.contains(&format!("\nvariant: {line}\n")), "{new}");
    }
    let base = repository.read(".allocgate/base.txt");
    assert!(base.contains("toolchain: go1.25.5 ") && base.contains("\nvariant: go1.25.5\n"), "{base}");
    repository.expect_nothing_left();
}
