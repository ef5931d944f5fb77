//! Counts with a set-up cost that Go divides by b.N: a slower benchmark must not fail for that, and no regression may hide behind it.
//! All suites are drawn from a fixed seed.

use allocgate::internals::gate::Gate;
use allocgate::internals::parse;
use allocgate::internals::policy::{Date, Policy};
use allocgate::internals::verdict::{ReasonKind, Verdict};
use std::fmt::Write;

const TODAY: Date = Date::constant(2026, 11, 28);

/// A benchmark that allocates `steady` bytes per operation and `cost` bytes per process.
struct Benchmark {
    steady: f64,
    cost: f64,
    /// b.N on the fast side, and by how much it varies there: a standard deviation as a fraction.
    iterations: f64,
    noise: f64,
}

impl Benchmark {
    fn draw(random: &mut fastrand::Rng) -> Benchmark {
        Benchmark {
            steady: 16.0 * f64::from(random.u32(0..40)),
            cost: 1024.0 * f64::from(random.u32(1..=128)),
            iterations: 100.0 * 10f64.powf(4.0 * random.f64()),
            noise: 0.01 + 0.14 * random.f64(),
        }
    }

    fn side(&self, more: f64, slower: f64, random: &mut fastrand::Rng) -> String {
        let mut text = String::new();
        for _ in 0..10 {
            // The sum of three uniform numbers is close enough to normal.
            let deviation = 2.0 * (random.f64() + random.f64() + random.f64() - 1.5);
            let n = (self.iterations / slower * (self.noise * deviation).exp()).round().max(1.0);
            let bytes = (self.steady + more + self.cost / n).floor();
            writeln!(text, "goos: linux\npkg: p\nBenchmarkX 	{n} {} ns/op {bytes} B/op", 1e9 / n)
                .expect("memory");
        }
        text
    }
}

fn verdict(base: &str, new: &str) -> (Verdict, Option<ReasonKind>) {
    let (base, new) = (parse::text("b", base.as_bytes()), parse::text("n", new.as_bytes()));
    let report = Gate::new(&Policy::builtin(), TODAY).report(Some(&base), &new).expect("judged");
    let row = report.rows.iter().find(|row| row.unit.as_str() == "B/op").expect("bytes");
    (row.verdict, row.reason.kind())
}

#[test]
fn no_regression_hides_behind_a_set_up_cost() {
    let mut random = fastrand::Rng::with_seed(16);
    let mut let_through = Vec::new();
    let mut regressed = 0;
    for _ in 0..500 {
        let benchmark = Benchmark::draw(&mut random);
        let more = (0.1 * benchmark.steady).max(16.0) * f64::from(random.u32(1..4));
        let slower = 1.0 + 4.0 * random.f64();
        let base = benchmark.side(0.0, 1.0, &mut random);
        let new = benchmark.side(more, slower, &mut random);
        match verdict(&base, &new) {
            (Verdict::Unchanged, reason) => let_through.push((more, slower, reason)),
            (Verdict::Regressed, _) => regressed += 1,
            _ => {}
        }
    }
    // Where a fast side has so few iterations that the cost is far more than the plant, 2 % of it is tolerated.
    let set_up = let_through.iter().filter(|it| it.2 == Some(ReasonKind::SetUp)).count();
    println!(
        "of 500 plants: {regressed} regressed, {set_up} let through as set-up, {} unchanged",
        let_through.len()
    );
    assert_eq!(set_up, 0, "{let_through:?}");
    assert!(regressed >= 380, "{regressed}");
}

#[test]
fn a_slower_benchmark_does_not_fail_for_its_set_up_cost() {
    let mut random = fastrand::Rng::with_seed(61);
    let mut failed = 0;
    for _ in 0..500 {
        let benchmark = Benchmark::draw(&mut random);
        let slower = 1.0 + 4.0 * random.f64();
        let base = benchmark.side(0.0, 1.0, &mut random);
        let new = benchmark.side(0.0, slower, &mut random);
        failed += usize::from(verdict(&base, &new).0 == Verdict::Regressed);
    }
    println!("of 500 clean pairs: {failed} failed");
    assert!(failed <= 15, "{failed} of 500");
}
