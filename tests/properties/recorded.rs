//! What result files record of how they were taken: it is believed, unless the policy knows better or they contradict one
//! another; and every look at results is paid for.

use crate::support::{Ran, allocgate};
use allocgate::internals::gate::Gate;
use allocgate::internals::model::{Design, DesignSource};
use allocgate::internals::parse;
use allocgate::internals::policy::{ConditionKind, Date, Policy};
use allocgate::internals::verdict::Verdict;
use allocgate::report::Report;
use proptest::prelude::*;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// No waiver is at stake.
const TODAY: Date = Date::constant(2026, 11, 22);

/// The recorded rounds, behind lines of configuration of base and of new, and a policy.
struct Rounds(TempDir);

impl Rounds {
    fn new(base: &str, new: &str, policy: &str) -> Rounds {
        let folder = tempfile::tempdir().expect("a folder");
        let recording = |name: &str| fs::read_to_string(Path::new("testdata/hot").join(name)).expect(name);
        let write = |name: &str, text: String| fs::write(folder.path().join(name), text).expect(name);
        write("base.txt", base.to_string() + &recording("rounds-base.txt"));
        write("new.txt", new.to_string() + &recording("rounds-slow.txt"));
        write("p.toml", policy.to_string());
        Rounds(folder)
    }

    fn run(&self, command: &str) -> Ran {
        let path = |name: &str| self.0.path().join(name).display().to_string();
        let (base, new, policy) = (path("base.txt"), path("new.txt"), path("p.toml"));
        allocgate(&format!("{command} {base} {new} --policy {policy}"))
    }

    fn report(&self) -> Report {
        let ran = self.run("check --report json=-");
        Report::read(ran.stdout.as_bytes()).unwrap_or_else(|error| panic!("{error}: {ran}"))
    }
}

/// How it was judged, who said so, the looks, and what the files contradict one another in.
fn judged(base: &str, new: &str, policy: &str) -> (Design, DesignSource, String, String) {
    let report = Rounds::new(base, new, policy).report();
    let told = report.evidence.conditions.iter().find(|it| it.kind() == ConditionKind::ContradictoryDesign);
    let told = told.map(|it| it.message()).unwrap_or_default();
    let plan = report.evidence.plan.expect("two sides were compared");
    (plan.design, plan.design_source, plan.looks.map(|it| it.to_string()).unwrap_or_default(), told)
}

const RUN: &str = "design: interleaved\nlooks: 10,15,20\n";

#[test]
fn rounds_that_say_so_are_believed_without_a_policy() {
    let silent = Rounds::new("", "", "").report();
    let said = Rounds::new("design: interleaved\n", "design: interleaved\n", "").report();
    let claimed = Rounds::new("", "", "[gate]\ndesign = \"interleaved\"\n").report();
    assert_eq!(said.rows.len(), silent.rows.len(), "a line more splits no series");
    let told =
        |report: &Report| report.rows.iter().map(|it| (it.message().to_string(), it.p_adjusted)).collect();
    let (silent, said, claimed): (Vec<_>, Vec<_>, Vec<_>) = (told(&silent), told(&said), told(&claimed));
    assert_eq!(said, claimed, "whoever says it");
    assert_ne!(said, silent);
    let once = Rounds::new(&RUN.replace(",15,20", ""), &RUN.replace(",15,20", ""), "").report();
    assert_eq!(told(&once), said, "one look is paid for by nothing");
}

#[test]
fn a_policy_wins_and_contradictions_are_told() {
    use Design::{Block, Interleaved};
    use DesignSource::{Assumed, Files, Policy};
    let (block, interleaved) = ("[gate]\ndesign = \"block\"\n", "[gate]\ndesign = \"interleaved\"\n");
    let looks = || "10,15,20".to_string();
    let none = String::new;
    assert_eq!(judged(RUN, RUN, ""), (Interleaved, Files, looks(), none()));
    assert_eq!(judged(RUN, RUN, block), (Block, Policy, looks(), none()), "looks are a fact");
    assert_eq!(judged(RUN, "", interleaved), (Interleaved, Policy, looks(), none()));
    assert_eq!(judged("", "", ""), (Block, Assumed, none(), none()));
    let advice = "looked at after 10, 15 and 20 rounds; compare files of one run";
    let told = format!("design: interleaved in base, none in new; judged as block, {advice}");
    assert_eq!(judged(RUN, "", ""), (Block, Assumed, looks(), told));
    let wrong = RUN.replace("15", "twelve");
    let told = format!("looks: `twelve` is not a number of rounds; judged as interleaved, {advice}");
    assert_eq!(judged(RUN, &wrong, ""), (Interleaved, Files, looks(), told));
    let told = "looks: `twelve` is not a number of rounds; judged as interleaved; compare files of one run";
    assert_eq!(judged(&wrong, &wrong, ""), (Interleaved, Files, none(), told.to_string()));
}

#[test]
fn a_claim_that_the_data_refute_says_whose_it_is() {
    let (base, new) = ("testdata/hot/base.txt", "testdata/hot/slow.txt");
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    for (from, to) in [(base, "base.txt"), (new, "new.txt")] {
        let text = fs::read_to_string(from).expect(from);
        fs::write(path(to), format!("design: interleaved\n{text}")).expect(to);
    }
    fs::write(path("p.toml"), "[gate]\ndesign = \"interleaved\"\n").expect("p.toml");
    let of_files = allocgate(&format!("check {} {}", path("base.txt"), path("new.txt")));
    let shown = of_files.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        shown.contains("not interleaved: the files say that base and new were interleaved, but"),
        "{of_files}"
    );
    let of_policy = allocgate(&format!("check {base} {new} --policy {}", path("p.toml")));
    let shown = of_policy.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        shown.contains(&format!("{}:2 says that base and new were interleaved, but", path("p.toml"))),
        "{of_policy}"
    );
}

#[test]
fn interim_analyses_are_shown_if_there_are_several() {
    let rounds = Rounds::new(RUN, RUN, "");
    let analyzed = "looked at after 10, 15 and 20 rounds";
    assert!(rounds.run("check").stdout.contains(analyzed));
    let explained = rounds.run("explain Checksum --unit ns/op");
    assert!(explained.stdout.contains(", at analysis 1 of 3"), "{explained}");
    let once = RUN.replace(",15,20", "");
    let once = Rounds::new(&once, &once, "");
    assert!(!once.run("check").stdout.contains("analyzed"));
    assert!(!once.run("explain Checksum --unit ns/op").stdout.contains("analysis 1"));
}

/// What base and new measured of a benchmark.
type Samples = (Vec<u32>, Vec<u32>);

/// Verdict, p, p after looks and suite, and what could be seen: of every row of a suite that records these looks.
fn rows(samples: &[Samples], looks: &str) -> Vec<(Verdict, f64, Option<f64>, Option<f64>)> {
    let policy = "[unit.\"ns/op\"]\nlevel = \"fail\"\n[unit.misses]\nlevel = \"fail\"\nbetter = \"lower\"\n";
    let policy = Policy::parse("p.toml", policy).expect("valid");
    let text = |side: fn(&Samples) -> &Vec<u32>| -> String {
        let round = |round: usize| -> String {
            let line = |(i, sample): (usize, &Samples)| {
                let value = side(sample)[round];
                let (ns, misses) = (1000 + value, value.saturating_sub(60));
                format!("BenchmarkX{i} 1000 {ns} ns/op {misses} misses {} B/op\n", value / 10)
            };
            let head = format!("design: interleaved\n{looks}goos: linux\n");
            head + &samples.iter().enumerate().map(line).collect::<String>()
        };
        (0..side(&samples[0]).len()).map(round).collect()
    };
    let (base, new) = (text(|it| &it.0), text(|it| &it.1));
    let (base, new) = (parse::text("b", base.as_bytes()), parse::text("n", new.as_bytes()));
    let report = Gate::new(&policy, TODAY).report(Some(&base), &new).expect("judged");
    let told = |it: &allocgate::internals::verdict::Finding| {
        (it.verdict, it.p.expect("both sides").get(), it.p_adjusted.map(|p| p.get()), it.detectable_percent)
    };
    report.rows.iter().map(told).collect()
}

/// Samples of one to three benchmarks; on the second side some are larger.
fn samples() -> impl Strategy<Value = Vec<Samples>> {
    (5usize..16).prop_flat_map(|n| {
        let benchmark = (
            prop::collection::vec(0u32..100, n),
            prop::collection::vec(0u32..100, n),
            prop_oneof![Just(0u32), 0u32..200],
        );
        let later = |(base, new, more): (Vec<u32>, Vec<u32>, u32)| {
            (base, new.into_iter().map(|value| value + more).collect())
        };
        prop::collection::vec(benchmark.prop_map(later), 1..4)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn looking_more_often_never_fails_what_one_look_would_not(samples in samples()) {
        let (once, often) = (rows(&samples, ""), rows(&samples, "looks: 6,9,12,15\n"));
        prop_assert_eq!(once.len(), often.len());
        for (once, often) in once.iter().zip(&often) {
            let proven = |verdict| matches!(verdict, Verdict::Regressed | Verdict::Improved);
            prop_assert!(once.0 == often.0 || proven(once.0) && !proven(often.0), "{:?} {:?}", once, often);
            prop_assert_eq!(once.1, often.1, "p is that of the row alone");
            prop_assert!(often.2 >= once.2 && often.3 >= once.3, "{:?} {:?}", once, often);
            prop_assert!(once.2.is_none_or(|p| often.2.is_some_and(|charged| charged >= (p / 0.7).min(1.0) - 1e-12)));
        }
        prop_assert_eq!(once, rows(&samples, "looks: 7\n"), "one look");
    }
}

#[test]
fn a_look_can_cost_a_row_its_verdict() {
    // Six against six that do not overlap: 1/924 each, and 1/277 at the first of two looks.
    let apart: Vec<Samples> =
        (0..5).map(|_| ((0..6).collect(), (90..96).map(|value| value * 10).collect())).collect();
    let misses =
        |looks: &str| rows(&apart, looks).iter().skip(1).step_by(3).map(|row| row.0).collect::<Vec<_>>();
    assert_eq!(misses(""), [Verdict::Regressed; 5]);
    assert_eq!(misses("looks: 6,12\n"), [Verdict::Undecided; 5]);
}
