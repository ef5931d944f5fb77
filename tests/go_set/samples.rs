//! What `allocgate run` measures in each sample, and what becomes of its programs and its progress.

use crate::repository::{Repository, send};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// A result: its benchmark, its `b.N`, and its values by unit.
struct Sample {
    name: String,
    iterations: u64,
    values: BTreeMap<String, f64>,
}

fn samples(text: &str) -> Vec<Sample> {
    let results = text.lines().filter(|line| line.starts_with("Benchmark") && line.contains(" ns/op"));
    let read = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let pairs = words[2..].chunks(2);
        let values = pairs.map(|pair| (pair[1].to_string(), pair[0].parse().expect("a number"))).collect();
        let name = words[0].rsplit_once('-').map_or(words[0], |it| it.0).to_string();
        Sample { name, iterations: words[1].parse().expect("a number"), values }
    };
    results.map(read).collect()
}

fn results(repository: &Repository) -> [String; 2] {
    [".allocgate/base.txt", ".allocgate/new.txt"].map(|file| repository.read(file))
}

/// A package with these benchmarks.
fn benchmarks(repository: &Repository, package: &str, imports: &[&str], functions: &str) {
    let imports: String = imports.iter().map(|path| format!("\t\"{path}\"\n")).collect();
    let text = format!("package {package}\n\nimport (\n{imports}\t\"testing\"\n)\n\n{functions}");
    repository.write(&format!("{package}/{package}_test.go"), &text);
}

#[test]
fn a_benchmark_has_one_b_n_and_a_process_for_each_sample() {
    let repository = Repository::new();
    repository.apply("boxing", "index/tally_boxing.go", "index/tally.go");
    let ran = repository
        .allocgate("run --benchtime 20ms --rounds 3 --max-rounds 3 --bench Tally|Lookup|Join -- ./index")
        .expect(1);
    ran.says(&["4 benchmarks, 3 rounds: about"]);
    let mut counts: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for text in results(&repository) {
        let samples = samples(&text);
        assert_eq!((samples.len(), text.matches("\nok  \t").count()), (12, 12), "{text}");
        assert_eq!(text.matches("design: interleaved\n").count(), 13, "one is for what is not run: {text}");
        assert_eq!(text.matches("\npkg: example.com/hot/index\n").count(), 12, "{text}");
        for sample in samples {
            counts.entry(sample.name).or_default().insert(sample.iterations);
        }
    }
    assert_eq!(
        counts.keys().collect::<Vec<_>>(),
        ["BenchmarkJoin", "BenchmarkLookup/nowhere", "BenchmarkLookup/word7", "BenchmarkTally"]
    );
    assert!(counts.values().all(|counts| counts.len() == 1 && !counts.contains(&1)), "{counts:?}");
    repository
        .allocgate("run --benchtime 30x --rounds 2 --max-rounds 2 --cpu 1,2 --bench Join -- ./index")
        .expect(0);
    for text in results(&repository) {
        let names = text
            .lines()
            .filter(|line| line.contains(" ns/op"))
            .filter_map(|line| line.split_whitespace().next());
        assert_eq!(
            names.collect::<BTreeSet<_>>(),
            BTreeSet::from(["BenchmarkJoin", "BenchmarkJoin-2"]),
            "{text}"
        );
        assert!(samples(&text).iter().all(|sample| sample.iterations == 30), "{text}");
    }
    repository.expect_nothing_left();
}

/// A loop that takes about 100 ns, so many times.
fn spins(times: u32) -> String {
    format!(
        "var sink uint64\n\nfunc BenchmarkSpin(b *testing.B) {{\n\tx := uint64(1)\n\tfor range b.N {{\n\t\tfor range {times} {{\n\t\t\tx = x*6364136223846793005 + 1\n\t\t}}\n\t}}\n\tsink = x\n}}\n\nfunc BenchmarkWait(b *testing.B) {{\n\tfor range b.N {{\n\t\ttime.Sleep(20 * time.Millisecond)\n\t}}\n}}\n"
    )
}

/// Measures until the ratio is near this one, five times at most. A busy machine shifts a measurement, or hides all CPU
/// time behind that of the start; a wrong count shifts every one of them, by half at least.
fn expect_ratio(near: f64, measure: impl Fn() -> Option<f64>) {
    let mut ratios: Vec<Option<f64>> = Vec::new();
    while !ratios.iter().flatten().last().is_some_and(|ratio| (near * 0.8..near * 1.25).contains(ratio)) {
        assert!(ratios.len() < 5, "{ratios:?}");
        ratios.push(measure());
    }
}

#[test]
fn more_work_is_seen_in_cpu_time_and_waiting_has_none() {
    let repository = Repository::new();
    benchmarks(&repository, "spin", &["time"], &spins(100));
    repository.commit();
    benchmarks(&repository, "spin", &["time"], &spins(160));
    expect_ratio(1.6, || {
        let ran = repository.allocgate("run --benchtime 500ms --rounds 4 --max-rounds 4 -- ./spin");
        ran.says(&["no cpu-ns/op of", "BenchmarkWait)"]);
        let [base, new] = results(&repository);
        for text in [&base, &new] {
            let waits = samples(text).into_iter().filter(|sample| sample.name == "BenchmarkWait");
            assert!(waits.map(|sample| sample.values.contains_key("cpu-ns/op")).all(|has| !has), "{text}");
        }
        Some(fastest(&[new], "BenchmarkSpin")? / fastest(&[base], "BenchmarkSpin")?)
    });
    repository.expect_nothing_left();
}

/// The least CPU time of a benchmark in these results, if one of them has any.
fn fastest(texts: &[String], name: &str) -> Option<f64> {
    let of_name = texts.iter().flat_map(|text| samples(text)).filter(|sample| sample.name == name);
    of_name.filter_map(|sample| sample.values.get("cpu-ns/op").copied()).reduce(f64::min)
}

/// A loop of this kind around so much work, with set-up before it.
fn loops(name: &str, set_up: u32, head: &str, work: u32) -> String {
    let spin = |times: u32| format!("for range {times} {{\n\t\tx = x*6364136223846793005 + 1\n\t}}\n");
    let (set_up, work) = (spin(set_up), spin(work));
    format!(
        "func Benchmark{name}(b *testing.B) {{\n\tx := uint64(1)\n\t{set_up}\tb.ResetTimer()\n\tfor {head} {{\n\t{work}\t}}\n\tsink = x\n}}\n\n"
    )
}

#[test]
fn cpu_time_is_that_of_one_operation_whichever_loop_there_is() {
    let repository = Repository::new();
    let functions = [
        "var sink uint64\n\n".to_string(),
        loops("Loop", 0, "b.Loop()", 100_000_000),
        loops("Range", 0, "range b.N", 100_000_000),
        loops("SetUp", 50_000_000, "range b.N", 10_000_000),
        loops("Plain", 0, "range b.N", 10_000_000),
    ];
    benchmarks(&repository, "loops", &[], &functions.concat());
    repository.commit();
    benchmarks(&repository, "loops", &[], &(functions.concat() + "var unused = 1\n"));
    let ratio = |benchtime: &str, name: &str, of: &str| {
        let arguments = format!("run --unchanged --rounds 4 --max-rounds 4 --benchtime {benchtime}");
        let arguments = format!("{arguments} --bench ^Benchmark({name}|{of})$ -- ./loops");
        repository.allocgate(&arguments).says(&["round 4 of 4"]);
        let texts = results(&repository);
        Some(fastest(&texts, &format!("Benchmark{name}"))? / fastest(&texts, &format!("Benchmark{of}"))?)
    };
    // One loop does two operations, the other one and two: a wrong count is off by a half.
    expect_ratio(1.0, || ratio("2x", "Loop", "Range"));
    // Setting up twice takes as long as ten operations: it would be a half as well.
    expect_ratio(1.0, || ratio("20x", "SetUp", "Plain"));
}

#[test]
fn what_cannot_run_alone_runs_together_and_is_named() {
    let repository = Repository::new();
    let loops = "for range b.N {\n\t}\n";
    let functions = format!(
        "func BenchmarkTwins(b *testing.B) {{\n\tb.Run(\"x\", func(b *testing.B) {{ {loops} }})\n\tb.Run(\"x/y\", func(b *testing.B) {{ {loops} }})\n}}\n\nfunc BenchmarkEmpty(b *testing.B) {{\n\tb.Run(\"a//b\", func(b *testing.B) {{ {loops} }})\n}}\n\nfunc BenchmarkOdd(b *testing.B) {{\n\tb.Run(\"a.b|(c) d\", func(b *testing.B) {{ {loops} }})\n\tb.Run(\"same\", func(b *testing.B) {{ {loops} }})\n\tb.Run(\"same\", func(b *testing.B) {{ {loops} }})\n}}\n"
    );
    benchmarks(&repository, "names", &[], &functions);
    repository.commit();
    benchmarks(&repository, "names", &[], &format!("{functions}\nvar unused = 1\n"));
    let ran = repository
        .allocgate("run --unchanged --benchtime 100x --rounds 2 --max-rounds 2 -- ./names")
        .expect(0);
    ran.says(&[
        "example.com/hot/names BenchmarkTwins: measured in one process",
        "BenchmarkTwins/x is a benchmark and has sub-benchmarks",
        "BenchmarkEmpty/a//b has empty parts",
    ]);
    for text in results(&repository) {
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        samples(&text).into_iter().for_each(|sample| *count.entry(sample.name).or_default() += 1);
        let want = ["Empty/a//b", "Odd/a.b|(c)_d", "Odd/same", "Odd/same#01", "Twins/x", "Twins/x/y"];
        let want = want.map(|name| (format!("Benchmark{name}"), 2));
        assert_eq!(count, BTreeMap::from(want), "{text}");
    }
}

#[test]
fn a_killed_run_leaves_no_program_running() {
    let repository = Repository::new();
    // It prints nothing, so it would not notice that nobody reads its output.
    let never = "func BenchmarkNever(b *testing.B) {\n\tfor b.N > 1 {\n\t}\n}\n";
    benchmarks(&repository, "never", &[], never);
    repository.commit();
    benchmarks(&repository, "never", &[], &format!("{never}\nvar unused = 1\n"));
    let mut command = repository.command("run --unchanged --benchtime 20x --timeout 30m -- ./never");
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let wait_until = |what: &str, holds: &dyn Fn(&[String]) -> bool| {
        let end = Instant::now() + Duration::from_secs(120);
        while !holds(&repository.processes()) {
            assert!(Instant::now() < end, "{what}: {:?}", repository.processes());
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    wait_until("it measures", &|lines| lines.iter().any(|line| line.contains("-test.benchtime=2x")));
    send(&child, "-KILL");
    child.wait().expect("it ends");
    wait_until("nothing runs", &|lines| lines.is_empty());
    repository.allocgate("run --clean").expect(0).says(&["tree: removed"]);
    repository.expect_nothing_left();
}

#[test]
fn a_benchmark_has_its_time_whatever_it_prints() {
    let repository = Repository::new();
    let body = |body: &str| {
        format!(
            "func BenchmarkFirst(b *testing.B) {{\n\tfor range b.N {{\n\t}}\n}}\n\nfunc BenchmarkLong(b *testing.B) {{\n\t{body}\n}}\n"
        )
    };
    benchmarks(&repository, "long", &["fmt", "time"], &body("fmt.Sprint(time.Second, b.N)"));
    repository.commit();
    let prints = "for b.N > 0 {\n\t\tfmt.Println(\"\\nBenchmarkFirst\\nBenchmarkLong\")\n\t\ttime.Sleep(20 * time.Millisecond)\n\t}";
    benchmarks(&repository, "long", &["fmt", "time"], &body(prints));
    let begin = Instant::now();
    let ran = repository
        .allocgate("run --benchtime 10x --rounds 2 --max-rounds 2 --timeout 2s -- ./long")
        .expect(1);
    ran.says(&["example.com/hot/long (new): no result within 2s in BenchmarkLong; not run again"]);
    assert!(begin.elapsed() < Duration::from_secs(120), "{:?}", begin.elapsed());
    let [_, new] = results(&repository);
    assert!(new.contains("--- FAIL: BenchmarkLong\n*** Test killed: no result within 2s"), "{new}");
}

/// A terminal is needed to see the progress that changes.
#[test]
fn what_a_benchmark_prints_does_not_reach_the_terminal_as_it_is() {
    let repository = Repository::new();
    let prints = "fmt.Println(\"\\nBenchmark\\x1b]0;owned\\x07\\x1b[2J\")";
    let functions =
        format!("func BenchmarkPrints(b *testing.B) {{\n\t{prints}\n\tfor range b.N {{\n\t}}\n}}\n");
    benchmarks(&repository, "prints", &["fmt"], &functions);
    repository.commit();
    benchmarks(&repository, "prints", &["fmt"], &format!("{functions}\nvar unused = 1\n"));
    let run = format!(
        "script --quiet --return --command '{} run --unchanged --benchtime 10x --rounds 2 --max-rounds 2 -- ./prints' screen",
        env!("CARGO_BIN_EXE_allocgate")
    );
    let mut command = repository.shell(&run);
    command.env("TERM", "xterm").stdin(Stdio::null());
    repository.ended(&mut command);
    let screen = fs::read_to_string(repository.path().join("screen")).expect("script writes it");
    assert!(screen.contains("round 2 of 2") && screen.contains("]0;owned"), "{screen:?}");
    assert!(!screen.contains("\x1b]0;") && !screen.contains("\x1b[2J"), "{screen:?}");
}
