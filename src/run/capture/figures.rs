//! What a test binary prints about a benchmark with `-benchmem`.

use crate::cause::Allocated;

/// A result.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figures {
    /// The name with the number of processors, without the `Benchmark` prefix: `Tally-2`.
    pub name: String,
    /// How long an operation took, in nanoseconds, if that is among the values.
    pub nanoseconds: Option<f64>,
    /// What an operation allocates, if that is.
    pub allocated: Option<Allocated>,
}

/// The results in the output of a test binary. Other lines are left out.
pub(super) fn results(text: &str) -> Vec<Figures> {
    text.lines().filter_map(result).collect()
}

/// The first lines of an output besides results and names, each with `; ` before it: why a benchmark fails.
pub(super) fn complaint(text: &str) -> String {
    let is_frame = |line: &str| {
        let known = [
            "goos: ",
            "goarch: ",
            "pkg: ",
            "cpu: ",
            "Benchmark",
            "--- FAIL: ",
            "PASS",
            "FAIL",
            "exit status",
            "ok ",
        ];
        line.is_empty() || known.iter().any(|it| line.starts_with(it))
    };
    let lines = text.lines().map(str::trim).filter(|line| !is_frame(line)).take(3);
    lines.map(|line| format!("; {line}")).collect()
}

fn result(line: &str) -> Option<Figures> {
    let mut words = line.split_whitespace();
    let name = words.next()?.strip_prefix("Benchmark")?.to_string();
    words.next()?.parse::<u64>().ok()?;
    let words: Vec<&str> = words.collect();
    let value = |unit: &str| {
        let pair = words.chunks_exact(2).find(|pair| pair.get(1) == Some(&unit))?;
        pair.first()?.parse::<f64>().ok().filter(|value| value.is_finite() && *value >= 0.0)
    };
    let allocated = value("B/op").zip(value("allocs/op"));
    let allocated = allocated.map(|(bytes_per_op, allocs_per_op)| Allocated { bytes_per_op, allocs_per_op });
    (words.len() > 1).then(|| Figures { name, nanoseconds: value("ns/op"), allocated })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_benchmark_says_about_its_failure_is_found() {
        let text = "goos: linux\npkg: m/p\nBenchmarkFail\n--- FAIL: BenchmarkFail-2\n    p_test.go:9: set PAYLOAD\nFAIL\n";
        assert_eq!(complaint(text), "; p_test.go:9: set PAYLOAD");
        assert_eq!(complaint("BenchmarkA-2 1 3 ns/op\nPASS\n"), "");
    }

    #[test]
    fn values_are_found_by_their_units() {
        let text = "goos: linux\nBenchmarkTally\nBenchmarkTally-2 \t 1000\t 12.5 ns/op\t 7 x/op\t 16 B/op\t 2 allocs/op\n\
                    BenchmarkNoMem 5 3 ns/op\nBenchmarkTorn 5\nBenchmarkOdd-2 1 NaN ns/op 4 B/op\nPASS\n";
        let allocated = Some(Allocated { bytes_per_op: 16.0, allocs_per_op: 2.0 });
        let figures =
            |name: &str, nanoseconds, allocated| Figures { name: name.to_string(), nanoseconds, allocated };
        assert_eq!(
            results(text),
            [
                figures("Tally-2", Some(12.5), allocated),
                figures("NoMem", Some(3.0), None),
                figures("Odd-2", None, None)
            ]
        );
    }
}
