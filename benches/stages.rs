//! How long each stage of the pipeline takes: `cargo bench`.

use allocgate::internals::compare::{Significance, Tabulation, tabulate};
use allocgate::internals::gate::Gate;
use allocgate::internals::input::{Content, Lines};
use allocgate::internals::model::{Dataset, SamplingPlan};
use allocgate::internals::policy::{Date, Policy};
use allocgate::internals::verdict::{Platforms, Sides, judge};
use allocgate::internals::{compare, group, input, model, parse, report, stats};
use allocgate::report::{Detail, Format, RenderContext, Report};
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use std::io::BufReader;

const TODAY: Date = Date::constant(2026, 11, 22);

/// How many benchmarks, of ten samples each.
const SIZES: [usize; 3] = [100, 10_000, 100_000];

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

/// Bytes to a dataset, as from a file.
#[divan::bench(args = SIZES, max_time = 3)]
fn read(bencher: Bencher, benchmarks: usize) {
    let text = output(benchmarks);
    bencher.counter(BytesCount::of_str(&text)).bench(|| dataset(black_box(&text)));
}

/// The same in the events of `go test -json`, two per line as Go prints them.
#[divan::bench(args = [100, 10_000])]
fn read_json(bencher: Bencher, benchmarks: usize) {
    let mut text = String::new();
    for line in output(benchmarks).split_inclusive('\n') {
        let (before, behind) = line.split_at(line.find('\t').unwrap_or(0));
        for output in [before, behind] {
            let event = serde_json::json!({ "Time": "2026-11-22T10:00:00.123456789Z", "Action": "output",
                "Package": "example.com/suite", "Output": output });
            text += &format!("{event}\n");
        }
    }
    assert_eq!(dataset(&text).len(), 10 * benchmarks);
    bencher.counter(BytesCount::of_str(&text)).bench(|| dataset(black_box(&text)));
}

/// The rows of `check`.
#[divan::bench(args = SIZES, max_time = 3)]
fn pair(bencher: Bencher, benchmarks: usize) {
    let data = dataset(&output(benchmarks));
    bencher.counter(ItemsCount::new(benchmarks)).bench(|| {
        let (base, new) = (group::Side::new(black_box(&data)), group::Side::new(&data));
        group::pair(&base, &new).map(|it| it.rows.len())
    });
}

/// The tables of `compare`, before anything is computed.
#[divan::bench(args = SIZES, max_time = 3)]
fn lay_out(bencher: Bencher, benchmarks: usize) {
    let data = both(benchmarks);
    let layout = group::Layout::default();
    bencher.counter(ItemsCount::new(benchmarks)).bench(|| group::tables(black_box(&data), &layout));
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

/// What the samples say of two runs of a suite, one a little slower than the other.
#[divan::bench(args = SIZES, max_time = 3)]
fn statistics(bencher: Bencher, benchmarks: usize) {
    statistics_of(bencher, &output(benchmarks), &slower(&output(benchmarks)));
}

/// The same of 500 benchmarks with 25 samples each, of which most are tied in every unit.
#[divan::bench]
fn statistics_of_ties(bencher: Bencher) {
    let tied = |side: usize| {
        let line = |i: usize| {
            let of = |values: usize| (i * 7919 + i / 25 * side * 31) % values;
            let (ns, bytes, allocs) = (1000 + of(13), 64 + 8 * of(11), 9 + of(7));
            format!("BenchmarkSuite/case={} 1000 {ns} ns/op {bytes} B/op {allocs} allocs/op\n", i / 25)
        };
        (0..500 * 25).map(line).collect::<String>()
    };
    statistics_of(bencher, &tied(0), &tied(1));
}

fn statistics_of(bencher: Bencher, base: &str, new: &str) {
    paired(base, new, |pairing, plan, _| {
        bencher.counter(ItemsCount::new(pairing.rows.len())).bench_local(|| {
            compare::compare(
                black_box(&pairing.rows),
                plan,
                |_| compare::Enough { samples: 5, apart: true },
                &Default::default(),
            )
            .suites
            .len()
        });
    });
}

/// What the policy makes of it.
#[divan::bench(args = SIZES, max_time = 3)]
fn verdicts(bencher: Bencher, benchmarks: usize) {
    paired(&output(benchmarks), &slower(&output(benchmarks)), |pairing, plan, sides| {
        let (policy, compared) = (
            Policy::builtin(),
            compare::compare(
                &pairing.rows,
                plan,
                |_| compare::Enough { samples: 5, apart: true },
                &Default::default(),
            ),
        );
        bencher.counter(ItemsCount::new(compared.rows.len())).bench_local(|| {
            let platforms = Platforms::new(sides.base, sides.new, None, &policy);
            judge(black_box(&compared), sides, &platforms, &policy, TODAY).map(|it| it.findings.len())
        });
    });
}

/// Everything that `check` does but for the files: two texts in, a terminal report out.
#[divan::bench(args = SIZES, max_time = 3)]
fn check(bencher: Bencher, benchmarks: usize) {
    let text = output(benchmarks);
    bencher.counter(ItemsCount::new(benchmarks)).bench(|| {
        let mut out = Vec::new();
        report::terminal(&judged(black_box(&text), &text), Detail::Notable, &mut out).expect("memory");
        out
    });
}

/// Everything that `compare` does, likewise.
#[divan::bench(args = SIZES, max_time = 3)]
fn compare_texts(bencher: Bencher, benchmarks: usize) {
    let text = output(benchmarks);
    bencher.counter(ItemsCount::new(benchmarks)).bench(|| {
        let mut data = dataset(black_box(&text));
        data.append(dataset(&text));
        let mut out = Vec::new();
        report::table::text(&tabulated(&data), false, &mut out).expect("memory");
        out
    });
}

/// The terminal report with every row.
#[divan::bench(args = [100, 10_000])]
fn terminal(bencher: Bencher, benchmarks: usize) {
    let report = judged(&output(benchmarks), &slower(&output(benchmarks)));
    bencher.counter(ItemsCount::new(benchmarks)).bench(|| {
        let mut out = Vec::new();
        report::terminal(black_box(&report), Detail::Everything, &mut out).expect("memory");
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
        report::render(format, black_box(&report), &RenderContext::default(), &mut out).expect("memory");
        out
    });
}

/// The tables of `compare`, as it prints them.
#[divan::bench(args = [100, 10_000])]
fn tables(bencher: Bencher, benchmarks: usize) {
    let tabulation = tabulated(&both(benchmarks));
    bencher.counter(ItemsCount::new(benchmarks)).bench(|| {
        let mut out = Vec::new();
        report::table::text(black_box(&tabulation), false, &mut out).expect("memory");
        out
    });
}

/// Text to a dataset, by the way that files take.
fn dataset(text: &str) -> Dataset {
    let mut lines = Lines::new("f".into(), BufReader::new(text.as_bytes()), input::InputLimits::default());
    let mut parser = parse::Parser::new("f", "f", model::DatasetLimits::default());
    while let Some(line) = lines.next().expect("memory") {
        match line.content {
            Content::Text(text) => parser.line(line.number, line.stream, text).expect("within the limits"),
            Content::BrokenEvent(why) => panic!("{why}"),
        }
    }
    parser.finish().expect("within the limits")
}

/// Two runs of a suite, the second one slower.
fn both(benchmarks: usize) -> Dataset {
    let mut data = parse::text("b", output(benchmarks).as_bytes());
    data.append(parse::text("n", slower(&output(benchmarks)).as_bytes()));
    data
}

fn tabulated(data: &Dataset) -> Tabulation {
    let settings = Significance { alpha: 0.05, confidence: 0.95 };
    tabulate(group::tables(data, &group::Layout::default()), settings)
}

/// The same results, each a little slower, and none as fast as one before.
fn slower(output: &str) -> String {
    output.replace(" ns/op", "5 ns/op")
}

/// Two texts, side by side.
fn paired(base: &str, new: &str, work: impl FnOnce(&group::Pairing, &SamplingPlan, &Sides)) {
    let (base, new) = (dataset(base), dataset(new));
    let (base, new) = (group::Side::new(&base), group::Side::new(&new));
    let pairing = group::pair(&base, &new).expect("the same benchmarks");
    let plan = Policy::builtin().gate.plan(&group::read_headers(Some(&base), &new));
    let sides = Sides {
        base: Some(&base),
        new: &new,
        differences: &pairing.differences,
        renames: &pairing.renames,
        is_partial: false,
    };
    work(&pairing, &plan, &sides);
}

fn judged(base: &str, new: &str) -> Report {
    let gate = Policy::builtin();
    Gate::new(&gate, TODAY).report(Some(&dataset(base)), &dataset(new)).expect("judged")
}
