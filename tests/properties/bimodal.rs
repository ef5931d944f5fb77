//! Benchmarks with two speeds: half of their samples take 30 % longer, in either side. Few suites of them may fail. Drawn from a fixed seed.

use allocgate::internals::gate::Gate;
use allocgate::internals::parse;
use allocgate::internals::policy::{Date, Policy};
use allocgate::internals::verdict::Verdict;
use std::fmt::Write;

const TODAY: Date = Date::constant(2026, 11, 28);

/// One sample per process of 30 benchmarks, in ten rounds.
fn side(random: &mut fastrand::Rng) -> String {
    let mut text = String::new();
    for _ in 0..10 {
        text.push_str("design: interleaved\npkg: p\n");
        for benchmark in 0..30 {
            let noise = 0.02 * (random.f64() + random.f64() + random.f64() - 1.5);
            let slow = if random.bool() { 1.3 } else { 1.0 };
            let time = 100.0 * (1.0 + f64::from(benchmark)) * slow * (1.0 + noise);
            writeln!(text, "BenchmarkB{benchmark} 1000 {time} ns/op").expect("memory");
        }
    }
    text
}

#[test]
fn suites_of_two_speeds_rarely_fail() {
    let policy = Policy::parse("p", "[unit.\"ns/op\"]\nlevel = \"fail\"\n").expect("valid");
    let mut random = fastrand::Rng::with_seed(30);
    let mut failed = 0;
    for _ in 0..200 {
        let (base, new) = (side(&mut random), side(&mut random));
        let (base, new) = (parse::text("b", base.as_bytes()), parse::text("n", new.as_bytes()));
        let report = Gate::new(&policy, TODAY).report(Some(&base), &new).expect("judged");
        failed += usize::from(report.rows.iter().any(|row| row.verdict == Verdict::Regressed));
    }
    println!("of 200 clean suites of 30 benchmarks with two speeds: {failed} failed");
    // Two speeds of 30 % apart look like a change where nearly all fast samples fall on one side.
    assert!(failed <= 16, "{failed} of 200");
}
