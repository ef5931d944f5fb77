//! Inputs in which nothing may be compared with everything before it. Each is read in a fraction of a second; in quadratic
//! time it takes a hundred times as long, which nobody who waits for the tests overlooks.

use allocgate::internals::group::Side;
use allocgate::internals::parse;

const MANY: usize = 30_000;

fn each(line: impl Fn(usize) -> String) -> String {
    (0..MANY).map(line).collect()
}

/// How many results of a text are used, how many lost.
fn told(text: &str) -> (usize, usize) {
    let data = parse::text("f", text.as_bytes());
    let file = &data.ledger().files[0];
    assert!(file.balances());
    assert!(
        Side::new(&data)
            .benchmarks()
            .iter()
            .map(|it| it.results)
            .eq([file.used].into_iter().filter(|&it| it > 0))
    );
    (file.used, file.lost.len())
}

#[test]
fn a_line_of_names() {
    let names = "Benchmark".repeat(MANY);
    assert_eq!(told(&format!("x{names}\nBenchmarkA 1 2 ns/op\n")), (1, 0));
    assert_eq!(told(&format!("x{names} 1\t2 ns/op\nBenchmarkA 1 2 ns/op\n")), (1, 0));
    assert_eq!(told(&format!("BenchmarkA-2 \t{names}\n")), (0, 1));
}

#[test]
fn a_line_of_blanks_between_names() {
    assert_eq!(told(&format!("x{}\nBenchmarkA 1 2 ns/op\n", "Benchmark ".repeat(MANY))), (1, 0));
    assert_eq!(told(&format!("x{}\nBenchmarkA 1 2 ns/op\n", "Benchmarkx".repeat(MANY))), (1, 0));
}

#[test]
fn packages_under_way() {
    let begin = each(|i| format!("pkg: p{i}\nBenchmarkA 1 1 x\n"));
    let data = parse::text("f", (begin + &each(|i| format!("ok  \tp{i}\t1s\n"))).as_bytes());
    let file = &data.ledger().files[0];
    assert_eq!((file.used, file.unfinished.len()), (MANY, 0));
}

#[test]
fn names_that_wait() {
    let mixed_up = "pkg: p\npkg: q\nBenchmarkA-2 \t1\t1 x\n".to_string();
    let waiting = mixed_up + &"BenchmarkA-2 \tlog\n".repeat(MANY);
    assert_eq!(told(&(waiting.clone() + &"BenchmarkA-2 \t1\t1 x\n".repeat(MANY))), (1 + MANY, MANY));
    assert_eq!(told(&(waiting + &"1 \t1 x\n".repeat(MANY))), (1, MANY));
}

#[test]
fn configurations() {
    assert_eq!(told(&each(|i| format!("note: {i}\nBenchmarkA 1 1 x\n"))), (MANY, 0));
}
