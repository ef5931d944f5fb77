//! Regular expressions for `-test.bench`.

/// One that matches a benchmark, part by part. The name is without the number of processors: `BenchmarkDecode/size=64`.
pub(crate) fn of_benchmark(name: &str) -> String {
    let parts: Vec<String> = name.split('/').map(|part| format!("^{}$", quoted(part))).collect();
    parts.join("/")
}

/// One that matches these functions with all of their sub-benchmarks.
pub(crate) fn of_functions<'f>(functions: impl IntoIterator<Item = &'f str>) -> String {
    format!("^({})$", functions.into_iter().collect::<Vec<_>>().join("|"))
}

/// A regular expression of Go that matches a text.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_names_one_benchmark() {
        for (benchmark, want) in [
            ("BenchmarkTally", "^BenchmarkTally$"),
            ("BenchmarkDecode/size=64", "^BenchmarkDecode$/^size=64$"),
            ("BenchmarkSort/a.b/(x)", r"^BenchmarkSort$/^a\.b$/^\(x\)$"),
            (r"BenchmarkSort/\x00|#01", r"^BenchmarkSort$/^\\x00\|#01$"),
        ] {
            assert_eq!(of_benchmark(benchmark), want, "{benchmark}");
        }
        assert_eq!(of_functions(["BenchmarkA", "BenchmarkB"]), "^(BenchmarkA|BenchmarkB)$");
    }
}
