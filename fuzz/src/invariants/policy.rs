//! Texts as policies.

use super::{formats, pipeline};
use allocgate::internals::diag::Problems;
use allocgate::internals::gate::Gate;
use allocgate::internals::group::Side;
use allocgate::internals::model::{BenchmarkId, Dataset, Direction};
use allocgate::internals::policy::{self, LoosenRequest, MeasuredRow, Policy};
use allocgate::internals::{parse, report};
use std::sync::LazyLock;

/// A base and a new file with a little of everything that a policy may speak of.
static FILES: LazyLock<[Dataset; 2]> = LazyLock::new(|| {
    [("base.txt", 8), ("new.txt", 9)].map(|(file, bytes)| {
        let mut text =
            "goos: linux\ngoarch: amd64\npkg: example.com/a\ncpu: some\ngo: go1.26.1\n".to_string();
        for i in 0..6 {
            text += &format!(
                "BenchmarkParse/small-8 100 {} ns/op {} B/op {} allocs/op\n",
                100 + i + 2 * bytes,
                bytes * 8,
                bytes - 7
            );
            text +=
                &format!("BenchmarkParse/large-8 10 {} ns/op 20.5 MB/s {i} widgets/op\n", 900 + (i * 7) % 5);
        }
        text += "PASS\nok  \texample.com/a\t1s\npkg: b\nBenchmarkOnly-8 1 0 ns/op 0 allocs/op\n";
        if bytes == 9 {
            text += "BenchmarkNew 1 5 ns/op 1 allocs/op\nBenchmarkTorn 1 x\n--- SKIP: BenchmarkS\n";
        } else {
            text += "BenchmarkGone 1 5 ns/op 1 allocs/op\n";
        }
        parse::text(file, text.as_bytes())
    })
});

/// Whatever is written: it is a policy, or everything that is wrong with it is said where it stands. A policy judges without
/// a panic, is no looser than itself, and what is changed in it for the user is still one.
pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let policy = match Policy::parse("allocgate.toml", text) {
        Ok(policy) => policy,
        Err(problems) => return complain(text, &problems),
    };
    let mut out = Vec::new();
    report::policy(&policy, &mut out).expect("memory cannot fail");
    let looser = policy::diff(&policy, &policy);
    assert!(looser.is_empty(), "looser than itself: {looser:?}");
    for (a, b) in [(&Policy::builtin(), &policy), (&policy, &Policy::builtin())] {
        policy::diff(a, b).iter().for_each(|it| assert!(!it.to_string().is_empty()));
    }
    let [base, new] = &*FILES;
    for base in [Some(base), None] {
        if let Some(report) = pipeline::report(base, new, &policy) {
            formats::check(&report);
        }
    }
    let side = Side::new(new);
    let measured = Gate::measured(&side, None, |_| true);
    let limited = |it: &&MeasuredRow| it.unit.direction() != Some(Direction::Higher) && it.value >= 0.0;
    draft(&policy, &measured.iter().filter(limited).cloned().collect::<Vec<_>>());
    tighten(text, &policy, &measured);
    measured.iter().for_each(|it| loosen(text, &policy, it));
}

/// What is wrong stands in the text, and can be shown.
fn complain(text: &str, problems: &Problems) {
    assert!(!problems.list.is_empty());
    for problem in &problems.list {
        assert!(!problem.title.is_empty(), "{problem:?}");
        for label in &problem.labels {
            assert!(text.get(label.span.clone()).is_some(), "{problem:?} is not in the text");
        }
    }
    assert!(problems.to_string().lines().count() >= problems.list.len(), "{problems}");
    assert!(!report::diagnostics(problems, false).is_empty());
    report::diagnostics(problems, true);
}

/// Budgets that are drafted from results hold for these.
fn draft(policy: &Policy, measured: &[MeasuredRow<'_>]) {
    let text = policy::draft(measured, policy, "a note");
    let drafted = Policy::parse("draft.toml", &text).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
    for it in measured {
        let rules = drafted.rules(it.id, &it.platform).expect("they hold anywhere");
        let max = rules.unit(it.unit).max.expect("each has one").value;
        assert!(it.value <= max, "{:?} {} is above {max}", it.id, it.value);
    }
}

/// What is tightened is a policy, tolerates nothing new, and is as tight as can be.
fn tighten(text: &str, policy: &Policy, measured: &[MeasuredRow<'_>]) {
    let Ok((tight, changes)) = policy::tighten(text, policy, measured) else { return };
    if changes.is_empty() {
        assert_eq!(tight, text, "nothing to change, and changed");
        return;
    }
    assert!(changes.iter().all(|it| it.to < it.from), "{changes:?}");
    let tightened = again(&tight);
    assert!(policy::diff(policy, &tightened).is_empty(), "{text}\n---\n{tight}");
    let (_, more) = policy::tighten(&tight, &tightened, measured).expect("it was possible before");
    assert!(more.is_empty(), "{more:?}\n{text}\n---\n{tight}");
}

/// What is loosened is a policy with the maximum that was asked for, and `budget diff` says so.
fn loosen(text: &str, policy: &Policy, it: &MeasuredRow<'_>) {
    let name = it.id.name.full().to_string();
    let how = LoosenRequest {
        name: &name,
        pkg: None,
        unit: it.unit,
        to: 1e6,
        reason: "more of it\nbecause",
        today: pipeline::TODAY,
    };
    let Ok((loose, change)) = policy::loosen(text, policy, &how) else { return };
    assert!(change.to > change.from, "{change:?}");
    let loosened = again(&loose);
    let id = BenchmarkId { pkg: it.id.pkg, name: it.id.name };
    if let (Ok(rules), Ok(before)) = (loosened.rules(id, &it.platform), policy.rules(id, &it.platform))
        && before.unit(it.unit).max.is_some()
    {
        let max = rules.unit(it.unit).max.map(|max| max.value);
        assert_eq!(max, Some(how.to), "{text}\n---\n{loose}");
    }
}

fn again(text: &str) -> Policy {
    Policy::parse("allocgate.toml", text).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}
