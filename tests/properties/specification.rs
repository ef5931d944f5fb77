//! The gate as a table: every verdict at every level, every condition at every level, and the exit code.

use allocgate::internals::cause::decision::Decisions;
use allocgate::internals::cause::lines::{Module, SourceFile, Sources};
use allocgate::internals::gate::Gate;
use allocgate::internals::model::Dataset;
use allocgate::internals::parse;
use allocgate::internals::pinned::{Broken, Functions, hold};
use allocgate::internals::policy::{ConditionKind, Date, MissingBase, Policy};
use allocgate::report::Report;
use std::collections::BTreeSet;

const TODAY: Date = Date::constant(2026, 11, 22);

/// What is measured, under which policy, and at which of its levels; then what the gate says of it, with rows that the
/// samples cannot decide passed and forbidden. One line per situation and level.
const VERDICTS: &str = "
    situation                   level    verdict        exit  exit, undecided = fail
    more allocations            fail     regressed      1     1
    more allocations            warn     regressed      0     0
    more allocations            ignore   -              2     2
    fewer allocations           fail     improved       0     0
    fewer allocations           warn     improved       0     0
    fewer allocations           ignore   -              2     2
    the same allocations        fail     unchanged      0     0
    the same allocations        warn     unchanged      0     0
    the same allocations        ignore   -              2     2
    within the tolerance        fail     unchanged      0     0
    within the tolerance        warn     unchanged      0     0
    within the tolerance        ignore   -              2     2
    beyond a maximum            fail     over-budget    1     1
    beyond a maximum            warn     over-budget    0     0
    beyond a maximum            ignore   -              2     2
    within a maximum            fail     unchanged      0     0
    within a maximum            warn     unchanged      0     0
    within a maximum            ignore   -              2     2
    beyond a maximum, no base   fail     over-budget    1     1
    beyond a maximum, no base   warn     over-budget    0     0
    beyond a maximum, no base   ignore   -              2     2
    within a maximum, no base   fail     within-budget  0     0
    within a maximum, no base   warn     within-budget  0     0
    within a maximum, no base   ignore   -              2     2
    a waived regression         fail     waived         0     0
    a waived regression         warn     waived         0     0
    a waived regression         ignore   -              2     2
    a waived maximum            fail     waived         0     0
    a waived maximum            warn     waived         0     0
    a waived maximum            ignore   -              2     2
    worse than its waiver       fail     regressed      1     1
    worse than its waiver       warn     regressed      0     0
    worse than its waiver       ignore   -              2     2
    a waiver that ended         fail     regressed      1     1
    a waiver that ended         warn     regressed      0     0
    a waiver that ended         ignore   -              2     2
    counts that vary            fail     undecided      0     3
    counts that vary            warn     undecided      0     0
    counts that vary            ignore   -              2     2
    one sample                  fail     undecided      2     2
    one sample                  warn     undecided      2     2
    one sample                  ignore   -              2     2
    one sample and others       fail     undecided      0     3
    one sample and others       warn     undecided      0     0
    one sample and others       ignore   -              0     0
    one sample suffices         fail     regressed      1     1
    one sample suffices         warn     regressed      0     0
    one sample suffices         ignore   -              2     2
    not measured in new         fail     missing        1     1
    not measured in new         warn     missing        1     1
    not measured in new         ignore   -              0     0
    not measured in base        fail     missing        1     1
    not measured in base        warn     missing        1     1
    not measured in base        ignore   -              0     0
    a waived removal            fail     waived         0     0
    a waived removal            warn     waived         0     0
    a waived removal            ignore   -              0     0
    a removal that ended        fail     missing        1     1
    a removal that ended        warn     missing        1     1
    a removal that ended        ignore   -              0     0
    a maximum of what is gone   fail     missing        1     1
    a maximum of what is gone   warn     missing        1     1
    a maximum of what is gone   ignore   -              2     2
";

/// A condition, at which level, and the exit code. Each holds in the situation that `conditions` makes of it.
const CONDITIONS: &str = "
    condition             level   shown  exit
    missing-benchmark     fail    yes    1
    missing-benchmark     warn    yes    0
    missing-benchmark     ignore  no     0
    new-benchmark         fail    yes    1
    new-benchmark         warn    yes    0
    new-benchmark         ignore  no     0
    unbudgeted-benchmark  fail    yes    1
    unbudgeted-benchmark  warn    yes    0
    unbudgeted-benchmark  ignore  no     0
    lost-results          fail    yes    1
    lost-results          warn    yes    0
    lost-results          ignore  no     0
    failed-packages       fail    yes    1
    failed-packages       warn    yes    0
    failed-packages       ignore  no     0
    non-finite            fail    yes    1
    non-finite            warn    yes    0
    non-finite            ignore  no     0
    broken-base           fail    yes    1
    broken-base           warn    yes    0
    broken-base           ignore  no     0
    different-cpu         fail    yes    1
    different-cpu         warn    yes    0
    different-cpu         ignore  no     0
    different-platform    fail    yes    1
    different-platform    warn    yes    0
    different-platform    ignore  no     0
    different-counter     fail    yes    1
    different-counter     warn    yes    0
    different-counter     ignore  no     0
    different-procs       fail    yes    1
    different-procs       warn    yes    0
    different-procs       ignore  no     0
    renamed-package       fail    yes    1
    renamed-package       warn    yes    0
    renamed-package       ignore  no     0
    name-collision        fail    yes    1
    name-collision        warn    yes    0
    name-collision        ignore  no     0
    unnamed-packages      fail    yes    1
    unnamed-packages      warn    yes    0
    unnamed-packages      ignore  no     0
    interleaved-output    fail    yes    1
    interleaved-output    warn    yes    0
    interleaved-output    ignore  no     0
    unfinished-packages   fail    yes    1
    unfinished-packages   warn    yes    0
    unfinished-packages   ignore  no     0
    skipped-benchmarks    fail    yes    1
    skipped-benchmarks    warn    yes    0
    skipped-benchmarks    ignore  no     0
    empty-files           fail    yes    1
    empty-files           warn    yes    0
    empty-files           ignore  no     0
    missing-shards        fail    yes    1
    missing-shards        warn    yes    0
    missing-shards        ignore  no     0
    contradictory-shards  fail    yes    1
    contradictory-shards  warn    yes    0
    contradictory-shards  ignore  no     0
    nothing-compared      fail    yes    1
    nothing-compared      warn    yes    0
    nothing-compared      ignore  no     0
    identical-sides       fail    yes    1
    identical-sides       warn    yes    0
    identical-sides       ignore  no     0
    expired-waiver        fail    yes    1
    expired-waiver        warn    yes    0
    expired-waiver        ignore  no     0
    unused-waiver         fail    yes    1
    unused-waiver         warn    yes    0
    unused-waiver         ignore  no     0
    unmeasured-budgets    fail    yes    1
    unmeasured-budgets    warn    yes    0
    unmeasured-budgets    ignore  no     0
    looser-policy         fail    yes    1
    looser-policy         warn    yes    0
    looser-policy         ignore  no     0
    broken-decisions      fail    yes    1
    broken-decisions      warn    yes    0
    broken-decisions      ignore  no     0
    fewer-samples         fail    yes    1
    fewer-samples         warn    yes    0
    fewer-samples         ignore  no     0
    uneven-samples        fail    yes    1
    uneven-samples        warn    yes    0
    uneven-samples        ignore  no     0
    too-few-samples       fail    yes    1
    too-few-samples       warn    yes    0
    too-few-samples       ignore  no     0
    few-iterations        fail    yes    1
    few-iterations        warn    yes    0
    few-iterations        ignore  no     0
    contradictory-design  fail    yes    1
    contradictory-design  warn    yes    0
    contradictory-design  ignore  no     0
    suite-shift           fail    yes    1
    suite-shift           warn    yes    0
    suite-shift           ignore  no     0
    too-noisy             fail    yes    1
    too-noisy             warn    yes    0
    too-noisy             ignore  no     0
    small-suite           fail    yes    1
    small-suite           warn    yes    0
    small-suite           ignore  no     0
    not-interleaved       fail    yes    1
    not-interleaved       warn    yes    0
    not-interleaved       ignore  no     0
    single-process        fail    yes    1
    single-process        warn    yes    0
    single-process        ignore  no     0
    drift                 fail    yes    1
    drift                 warn    yes    0
    drift                 ignore  no     0
    autocorrelation       fail    yes    1
    autocorrelation       warn    yes    0
    autocorrelation       ignore  no     0
";

/// The lines of a table without its heading, each cut at two or more blanks.
fn table(text: &str) -> Vec<Vec<&str>> {
    let cells =
        |line: &'static str| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
    let text: &'static str = Box::leak(text.to_string().into_boxed_str());
    text.lines().filter(|line| !line.trim().is_empty()).skip(1).map(cells).collect()
}

/// Ten equal results.
fn ten(name: &str, measured: &str) -> String {
    format!("Benchmark{name}-8 1000 {measured}\n").repeat(10)
}

fn times(name: &str, ns: impl Fn(usize) -> f64) -> String {
    (0..10).map(|i| format!("Benchmark{name}-8 1000 {} ns/op\n", ns(i))).collect()
}

/// A suite of twenty whose times wander a little, each in its own way.
fn suite(factor: f64) -> String {
    (0..20)
        .map(|k| {
            times(&format!("B{k}"), |i| {
                factor * (100.0 + k as f64) * (1.0 + 0.001 * ((i * 7 + k * 3) % 10) as f64)
            })
        })
        .collect()
}

fn run(base: Option<&Dataset>, new: &Dataset, policy: &str) -> Result<Report, String> {
    let policy = Policy::parse("p.toml", policy).map_err(|error| error.to_string())?;
    let looser = Policy::parse("q.toml", "[gate]\nmin-samples = 6\n").expect("valid");
    let gate = Gate::new(&policy, TODAY).proposed(Some(&looser));
    let is_missing = base.is_none() && policy.gate.missing_base.value == MissingBase::Pass;
    let broken = broken_decisions(&policy);
    let gate = gate.broken_decisions(&broken);
    gate.missing_base(is_missing.then_some("no file")).report(base, new).map_err(|error| error.to_string())
}

/// What the policy demands of a module with one function, which cannot be inlined.
fn broken_decisions(policy: &Policy) -> Vec<Broken> {
    let decisions = Decisions::read(b"# m\nm/f.go:2:6: cannot inline F: unhandled op DEFER\n");
    let file = SourceFile { path: "f.go".into(), text: "package m\nfunc F() {}\n".into() };
    let sources = Sources::new(vec![file], vec![Module { path: "m".into(), folder: String::new() }]);
    hold(policy, &Functions::of(&decisions, &sources), &sources, &|_| false).broken
}

fn data(text: &str) -> Dataset {
    parse::text("f", text.as_bytes())
}

const WAIVER: &str =
    "[[waiver]]\nbench = \"X\"\nunit = \"allocs/op\"\nup-to = 3\nexpires = 2027-01-31\nreason = \"r\"\n";

const REMOVAL: &str = "[[waiver]]\nbench = \"X\"\nremoved = true\nexpires = 2027-01-31\nreason = \"r\"\n";

/// Base, if there is one, new, and a policy beside the level.
fn situation(name: &str) -> (Option<String>, String, String) {
    let x = |measured: &str| ten("X", measured);
    let other = ten("Other", "5 B/op");
    let max = |max: u32| format!("[[budget]]\nbench = \"X\"\nmax = {{ \"allocs/op\" = {max} }}\n");
    let varying = |least: usize| -> String {
        (0..10).map(|i| format!("BenchmarkX-8 1000 {} allocs/op\n", least + 30 * (i % 4))).collect()
    };
    let (base, new, policy) = match name {
        "more allocations" => (Some(x("1 allocs/op")), x("2 allocs/op"), String::new()),
        "fewer allocations" => (Some(x("2 allocs/op")), x("1 allocs/op"), String::new()),
        "the same allocations" => (Some(x("2 allocs/op")), x("2 allocs/op"), String::new()),
        "within the tolerance" => (Some(x("1000 allocs/op")), x("1001 allocs/op"), String::new()),
        "beyond a maximum" => (Some(x("2 allocs/op")), x("2 allocs/op"), max(1)),
        "within a maximum" => (Some(x("2 allocs/op")), x("2 allocs/op"), max(2)),
        "beyond a maximum, no base" => (None, x("2 allocs/op"), max(1)),
        "within a maximum, no base" => (None, x("2 allocs/op"), max(2)),
        "a waived regression" => (Some(x("1 allocs/op")), x("3 allocs/op"), WAIVER.to_string()),
        "a waived maximum" => (Some(x("3 allocs/op")), x("3 allocs/op"), max(0) + WAIVER),
        "worse than its waiver" => (Some(x("1 allocs/op")), x("4 allocs/op"), WAIVER.to_string()),
        "a waiver that ended" => {
            let ended = WAIVER.replace("2027", "2026") + "[evidence]\nexpired-waiver = \"ignore\"\n";
            (Some(x("1 allocs/op")), x("3 allocs/op"), ended)
        }
        "counts that vary" => (Some(varying(100)), varying(115), String::new()),
        "one sample" => (
            Some("BenchmarkX-8 1 1 allocs/op\n".into()),
            "BenchmarkX-8 1 2 allocs/op\n".into(),
            String::new(),
        ),
        "one sample and others" => (
            Some(format!("BenchmarkX-8 1 1 allocs/op\n{other}")),
            format!("BenchmarkX-8 1 2 allocs/op\n{other}"),
            String::new(),
        ),
        "one sample suffices" => (
            Some("BenchmarkX-8 1 1 allocs/op\n".into()),
            "BenchmarkX-8 1 2 allocs/op\n".into(),
            "min-samples = 1\n".into(),
        ),
        "not measured in new" => (Some(x("1 allocs/op") + &other), other, String::new()),
        "a waived removal" => (Some(x("1 allocs/op") + &other), other, REMOVAL.to_string()),
        "a removal that ended" => {
            let ended = REMOVAL.replace("2027", "2026") + "[evidence]\nexpired-waiver = \"ignore\"\n";
            (Some(x("1 allocs/op") + &other), other, ended)
        }
        "not measured in base" => (Some(x("5 B/op")), x("5 B/op 1 allocs/op"), String::new()),
        "a maximum of what is gone" => (Some(x("1 allocs/op") + &other), other, max(1)),
        other => panic!("what is `{other}`?"),
    };
    (base, new, policy)
}

#[test]
fn every_verdict_at_every_level_has_its_exit_code() {
    for row in table(VERDICTS) {
        let [name, level, verdict, exit, strict] = row[..] else { panic!("{row:?}") };
        let (base, new, policy) = situation(name);
        let (base, new) = (base.as_deref().map(data), data(&new));
        for (undecided, want) in [("pass", exit), ("fail", strict)] {
            // A budget's own level goes before that of the unit, and holds for its maximum.
            let budget =
                policy.replace("max = {", &format!("level = {{ \"allocs/op\" = \"{level}\" }}\nmax = {{"));
            let text = format!(
                "[gate]\nundecided = \"{undecided}\"\n[unit.\"allocs/op\"]\nlevel = \"{level}\"\n{budget}"
            );
            let report = run(base.as_ref(), &new, &text);
            let code = report.as_ref().map_or(2, |report| report.outcome.exit_code());
            assert_eq!(code.to_string(), want, "{name}, {level}, undecided = {undecided}: {report:?}");
            let found = report
                .iter()
                .flat_map(|report| &report.rows)
                .find(|row| row.benchmark == "X-8" && row.unit.as_str() == "allocs/op");
            let found = found.map(|row| row.verdict.to_string());
            let found = found.unwrap_or("-".to_string());
            assert!(found == verdict, "{name}, {level}: {found}, want {verdict}");
        }
    }
}

/// Base, new and a policy in which the condition holds, and nothing else fails.
fn conditions(condition: &str) -> (Dataset, Dataset, String) {
    let x = ten("X", "5 allocs/op");
    let with = |line: &str| format!("{x}{line}");
    let same = |text: String| (data(&text), data(&text), String::new());
    let one = |base: String, new: String| (data(&base), data(&new), String::new());
    match condition {
        "missing-benchmark" => one(with(&ten("Y", "1 allocs/op")), x),
        "new-benchmark" => one(x.clone(), with(&ten("Y", "1 allocs/op"))),
        "unbudgeted-benchmark" => same(x),
        "lost-results" => one(x.clone(), with("BenchmarkY-8 \tlog\n")),
        "failed-packages" => one(x.clone(), with("FAIL\tp\n")),
        "non-finite" => one(x.clone(), with("BenchmarkX-8 1000 NaN ns/op 5 allocs/op\n")),
        "broken-base" => one(with("FAIL\tp\n"), x),
        "different-cpu" => one(format!("cpu: A\n{x}"), format!("cpu: B\n{x}")),
        "different-platform" => one(format!("goos: linux\n{x}"), format!("goos: darwin\n{x}")),
        "different-counter" => one(format!("counter: A 1\n{x}"), format!("counter: B 1\n{x}")),
        "different-procs" => one(x.clone(), x.replace("-8", "-4")),
        "renamed-package" => one(format!("pkg: p\n{x}"), format!("pkg: q\n{x}")),
        "name-collision" => same(format!("{x}{}{x}", ten("Y", "1 allocs/op"))),
        "unnamed-packages" => same(format!("{x}PASS\n{x}PASS\n")),
        "interleaved-output" => same(format!("pkg: p\n{x}ok  \tp\t1s\n{x}")),
        "unfinished-packages" => same(format!("pkg: p\n{x}pkg: q\n{x}ok  \tq\t1s\n")),
        "skipped-benchmarks" => same(with("--- SKIP: BenchmarkZ\n")),
        "empty-files" => {
            let mut new = data(&x);
            new.append(parse::text("g", b"PASS\n"));
            (data(&x), new, String::new())
        }
        "missing-shards" => same(format!("shard: 1/2\nplan: a\n{x}")),
        "contradictory-shards" => {
            let shard = |plan: &str| format!("shard: 1/1\nplan: {plan}\n{x}");
            one(shard("a"), shard("b"))
        }
        "nothing-compared" => same(x), // base is left out
        "identical-sides" => same(suite(1.0)),
        "expired-waiver" => (data(&x), data(&x), WAIVER.replace("2027", "2026")),
        "unused-waiver" => (data(&x), data(&x), WAIVER.to_string()),
        "unmeasured-budgets" => (
            data(&format!("portion: p\n{x}")),
            data(&format!("portion: p\n{x}")),
            "[[budget]]\nbench = \"Y\"\nmax = { \"allocs/op\" = 1 }\n".to_string(),
        ),
        "looser-policy" => same(x), // every run here has a policy of its change
        "broken-decisions" => {
            (data(&x), data(&x), "[[decision]]\nfunc = \"m.F\"\ninline = true\n".to_string())
        }
        "fewer-samples" => one(x.repeat(3), x),
        "uneven-samples" => one(x.clone(), x.repeat(3)),
        "too-few-samples" => same(with("BenchmarkX-8 1000 7 ns/op 5 allocs/op\n")),
        "few-iterations" => same(with("BenchmarkX-8 2 900 allocs/op\n")),
        "suite-shift" => one(suite(1.0), suite(1.2)),
        "too-noisy" => same(
            (0..20)
                .map(|k| times(&format!("B{k}"), |i| 100.0 * (1.0 + 0.3 * ((i * 7 + k * 3) % 10) as f64)))
                .collect(),
        ),
        "small-suite" => one(times("X", |i| 100.0 + 0.1 * i as f64), times("X", |i| 200.0 + 0.1 * i as f64)),
        "not-interleaved" => {
            (data(&suite(1.0)), data(&suite(1.0)), "[gate]\ndesign = \"interleaved\"\n".to_string())
        }
        "contradictory-design" => one(format!("design: interleaved\n{x}"), x),
        "single-process" => same(suite(1.0)),
        "drift" => same((0..20).map(|k| times(&format!("B{k}"), |i| 100.0 + i as f64)).collect()),
        "autocorrelation" => same(
            (0..20)
                .map(|k| times(&format!("B{k}"), |i| 100.0 + ((i / 5 + k) % 2) as f64 + 0.01 * i as f64))
                .collect(),
        ),
        other => panic!("what is `{other}`?"),
    }
}

#[test]
fn every_condition_at_every_level_has_its_exit_code() {
    let mut told = BTreeSet::new();
    for row in table(CONDITIONS) {
        let [condition, level, shown, exit] = row[..] else { panic!("{row:?}") };
        let (base, new, policy) = conditions(condition);
        // The level of what base alone has is no higher than that of the same in new.
        let in_new = if condition == "broken-base" { "failed-packages" } else { condition };
        let others = ConditionKind::ALL.iter().filter(|it| ![condition, in_new].contains(&it.as_str()));
        let others: String = others.map(|it| format!("{it} = \"ignore\"\n")).collect();
        let gate = if condition == "nothing-compared" { "[gate]\nmissing-base = \"pass\"\n" } else { "" };
        let text = format!("{gate}{policy}[evidence]\n{condition} = \"{level}\"\n{others}");
        let base = Some(&base).filter(|_| condition != "nothing-compared");
        let report = run(base, &new, &text).unwrap_or_else(|error| panic!("{condition}: {error}"));
        assert_eq!(report.outcome.exit_code().to_string(), exit, "{condition} {level}: {report:?}");
        let holds = report.evidence.conditions.iter().any(|it| it.kind().as_str() == condition);
        assert_eq!(holds, shown == "yes", "{condition} {level}: {:?}", report.evidence.conditions);
        told.insert(condition.to_string());
    }
    let all: BTreeSet<String> = ConditionKind::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(told, all, "a condition is not in the table");
}

#[test]
fn the_table_is_large_enough_to_be_a_specification() {
    assert!(table(VERDICTS).len() + table(CONDITIONS).len() >= 120);
}
