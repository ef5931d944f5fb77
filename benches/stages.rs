//! How long each stage of the pipeline takes: `cargo bench`.

use allocgate::policy::{Date, Policy};
use allocgate::report::{Detail, Format, Report, Surroundings};
use allocgate::verdict::{Evidence, judge};
use allocgate::{compare, group, parse, report, stats};
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};

const TODAY: Date = Date::constant(2026, 11, 22);

fn main() {
    divan::main();
}

/// What `go test -bench -benchmem -count=10` would print for so many benchmarks; the times wander a little.
fn output(benchmarks: usize) -> String {
    let mut text =
        String::from("goos: linux\ngoarch: amd64\npkg: example.com/suite\ncpu: Some CPU @ 3.00GHz\n");
    for benchmark in 0..benchmarks {
        for sample in 0..10 {
            let ns = 100.0 + (benchmark % 97) as f64 + ((sample * 7 + benchmark) % 10) as f64 / 10.0;
            text += &format!(
                "BenchmarkSuite/case={benchmark}-8 \t 1000000\t {ns:.1} ns/op\t 64 B/op\t 2 allocs/op\n"
            );
        }
    }
    text + "PASS\nok  \texample.com/suite\t12.3s\n"
}

#[divan::bench(args = [100, 10_000])]
fn read(bencher: Bencher, benchmarks: usize) {
    let text = output(benchmarks);
    bencher.counter(BytesCount::of_str(&text)).bench(|| parse::text("f", black_box(text.as_bytes())));
}

#[divan::bench(args = [100, 10_000])]
fn pair(bencher: Bencher, benchmarks: usize) {
    let data = parse::text("f", output(benchmarks).as_bytes());
    bencher.counter(ItemsCount::new(benchmarks)).bench(|| {
        let (base, new) = (group::Side::new(black_box(&data)), group::Side::new(&data));
        group::pair(&base, &new).map(|it| it.rows.len())
    });
}

#[divan::bench(args = [5, 10, 20, 25, 50])]
fn mann_whitney_with_ties(bencher: Bencher, n: usize) {
    let x: Vec<f64> = (0..n).map(|i| (i / 2) as f64).collect();
    let y: Vec<f64> = x.iter().map(|v| v + 1.0).collect();
    bencher.bench(|| stats::mann_whitney(black_box(&x), black_box(&y)));
}

#[divan::bench(args = [5, 10, 20, 25, 50])]
fn mann_whitney_without_ties(bencher: Bencher, n: usize) {
    let x: Vec<f64> = (0..n).map(|i| i as f64).collect();
    let y: Vec<f64> = x.iter().map(|v| v + 1.5).collect();
    bencher.bench(|| stats::mann_whitney(black_box(&x), black_box(&y)));
}

/// Everything but the files: two texts in, a terminal report out.
#[divan::bench(args = [100, 10_000])]
fn check(bencher: Bencher, benchmarks: usize) {
    let text = output(benchmarks);
    bencher.counter(ItemsCount::new(benchmarks)).bench(|| {
        let mut out = Vec::new();
        report::terminal(&judged(black_box(&text), &text), Detail::Notable, &mut out).expect("memory");
        out
    });
}

/// Each format on 3,000 benchmarks that all fail in one unit.
#[divan::bench(args = Format::ALL)]
fn render(bencher: Bencher, format: Format) {
    let base = output(3_000);
    let report = judged(&base, &base.replace("2 allocs/op", "3 allocs/op"));
    assert_eq!(report.summary.regressed, 3_000);
    bencher.bench(|| {
        let mut out = Vec::new();
        report::render(format, black_box(&report), &Surroundings::default(), &mut out).expect("memory");
        out
    });
}

fn judged(base: &str, new: &str) -> Report {
    let (base, new) = (parse::text("b", base.as_bytes()), parse::text("n", new.as_bytes()));
    let (base_side, new_side) = (group::Side::new(&base), group::Side::new(&new));
    let pairing = group::pair(&base_side, &new_side).expect("the same benchmarks");
    let policy = Policy::builtin();
    let plan = policy.gate.plan(&group::recorded(Some(&base_side), &new_side));
    let compared = compare::compare(&pairing.rows, &plan, policy.gate.min_samples);
    let evidence =
        Evidence { base: Some(&base_side), new: &new_side, differences: &pairing.differences, go: None };
    let judgement = judge(&compared, &evidence, &policy, TODAY).expect("judged");
    Report::new(judgement, &evidence, &policy)
}
