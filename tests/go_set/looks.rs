//! `allocgate run` between its rounds: what it measures on, what it measures no more, and whether the policy fits at all.

use crate::repository::Repository;
use crate::revisions::{QUICK, with_regressions};

#[test]
fn rows_with_too_few_samples_are_measured_on() {
    let repository = with_regressions();
    let ran = repository
        .allocgate("run --benchtime 20x --rounds 4 --max-rounds 6 --decide-all --bench Tally -- ./index");
    ran.expect(1).says(&["round 5 for 1 benchmark"]);
}

/// A benchmark whose results never decide anything, on any machine: they waver from round to round, alike on both sides.
const WAVER: &str = r#"package index

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func BenchmarkWaver(b *testing.B) {
	for range b.N {
	}
	if b.N == 1 {
		return // Go looks first whether it works
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		b.Fatal(err)
	}
	side, err := os.Getwd()
	if err != nil {
		b.Fatal(err)
	}
	file := filepath.Join(cache, "rounds-"+strings.ReplaceAll(side, "/", "-"))
	rounds, _ := os.ReadFile(file)
	if err := os.WriteFile(file, append(rounds, '.'), 0o644); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(100+100*(len(rounds)%2)), "wavers/op")
}
"#;

/// The policy by which `WAVER` is to be decided, and no time is.
const WAVERS: &str = r#"[unit."wavers/op"]
better = "lower"
level = "fail"
tolerance = { percent = 40 }

[unit."ns/op"]
level = "ignore"

[unit."B/op"]
level = "ignore"
"#;

/// `Tally` allocates now, which one look shows; of `Waver` no number of rounds shows anything.
pub fn with_an_undecided_row() -> Repository {
    let repository = Repository::new();
    repository.write("index/waver_test.go", WAVER);
    repository.write("policy.toml", WAVERS);
    repository.commit();
    repository.apply("boxing", "index/tally_boxing.go", "index/tally.go");
    repository
}

#[test]
fn undecided_rows_are_measured_again_and_nothing_else() {
    let repository = with_an_undecided_row();
    let arguments = |bench: &str| {
        format!(
            "run --benchtime 200x --rounds 5 --max-rounds 7 --policy policy.toml --bench {bench} -- ./index"
        )
    };
    // Counts that never vary need no proof.
    let ran = repository.allocgate(&arguments("Tally|Join")).expect(1);
    assert!(!ran.stderr.contains("round 6 "), "every allocs/op is constant: {}", ran.stderr);
    let ran = repository.allocgate(&arguments("Tally|Waver")).expect(1);
    ran.says(&["after round 5:", "; round 6 for 1 benchmark", "round 7 of 7"]);
    assert!(ran.stderr.contains("round 1 of 5: example.com/hot/index\n"), "{}", ran.stderr);
    let new = repository.read(".allocgate/new.txt");
    let results = |name: &str| new.matches(&format!("\nBenchmark{name}-")).count();
    assert!(new.contains("looks: 5,6,7") && (results("Waver"), results("Tally")) == (7, 5), "{new}");
}

#[test]
fn what_cannot_change_the_verdict_is_not_measured_further() {
    let repository = with_an_undecided_row();
    let run = "run --benchtime 200x --rounds 5 --max-rounds 6 --policy policy.toml --bench Tally|Waver";
    // Ten times more noise than 1 % needs hundreds of rounds, which the row says.
    repository.write("policy.toml", &WAVERS.replace("percent = 40", "percent = 1"));
    let ran = repository.allocgate(&format!("{run} ./index")).expect(1);
    assert!(!ran.stderr.contains("round 6"), "{}", ran.stderr);
    repository.write("policy.toml", &WAVERS.replacen("\"fail\"", "\"warn\"", 1));
    let ran = repository.allocgate(&format!("{run} ./index")).expect(1);
    assert!(!ran.stderr.contains("round 6"), "{}", ran.stderr);
    repository.allocgate(&format!("{run} --decide-all ./index")).expect(1).says(&["round 6 of 6"]);
}

#[test]
fn a_policy_holds_for_a_portion_too_and_must_fit_the_whole() {
    let repository = Repository::new();
    repository.apply("boxing", "index/tally_boxing.go", "index/tally.go");
    let budget = |bench: &str| format!("[[budget]]\nbench = \"{bench}\"\nmax = {{ \"allocs/op\" = 1 }}\n");
    repository.write("allocgate.toml", &(budget("Tally") + &budget("Origin")));
    let ran = repository.allocgate(&format!("run {QUICK} --bench Tally")).expect(1);
    ran.says(&[
        "max allocs/op = 1 (allocgate.toml:3)",
        "! 1 unmeasured budget: not among the selected benchmarks (--bench Tally): allocgate.toml:5: `Origin`",
    ]);
    let base = repository.git(&["rev-parse", "--short=12", "HEAD"]);
    let options = format!("--base {} --rounds 2 --max-rounds 2 --benchtime 100x", base.trim());
    ran.says(&[&format!(
        "reproduce allocgate run {options} --out .allocgate/again --bench '^(BenchmarkTally)$' example.com/hot/index"
    )]);
    repository
        .allocgate(&format!("run {options} --bench ^(BenchmarkTally)$ example.com/hot/index"))
        .expect(1);
    let ran = repository.allocgate(&format!("run {QUICK} --bench Tally")).expect(1);
    let files = ".allocgate/base.txt .allocgate/new.txt";
    let again = repository.allocgate(&format!("check {files}")).expect(1);
    assert_eq!(again.stdout, ran.stdout, "the files record the portion");
    repository.allocgate(&format!("explain Tally {files}")).expect(0);
    let ran = repository.allocgate(&format!("run {QUICK} --bench Tally|Origin ./index ./wire")).expect(1);
    assert!(!ran.stdout.contains("unmeasured"), "{}", ran.stdout);
    let ran = repository.allocgate(&format!("run {QUICK} ./index")).expect(1);
    ran.says(&["not among the selected benchmarks (./index): allocgate.toml:5: `Origin`"]);
    repository.write("allocgate.toml", &(budget("Tally") + &budget("TallyRenamed")));
    let ran = repository.allocgate(&format!("run {QUICK} --bench Tally")).expect(2);
    ran.says(&["the budget `TallyRenamed` matches no benchmark"]);
    repository.write("allocgate.toml", &(budget("Tally") + &budget("Orign")));
    let ran = repository.allocgate("run --benchtime 1x").expect(2);
    ran.says(&[
        "allocgate.toml:5: the budget `Orign` matches no benchmark; did you mean `Origin`?",
        "round 2 of 10",
    ]);
    assert!(!ran.stderr.contains("round 3 of"), "eight rounds would not change it: {}", ran.stderr);
}
