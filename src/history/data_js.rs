//! Reads `data.js`, the file in which github-action-benchmark keeps its history.
//!
//! It is JavaScript that assigns JSON: suites with entries, and each entry with a commit and its benchmarks. Versions up to 1.17 have one
//! benchmark for all units, with a unit such as `ns/op\t 80 B/op\t 4 allocs/op`. Later ones have that as well, and one more for each
//! unit with the name `NAME - B/op`; from 1.21 on, names can end in ` (PACKAGE)`. The number of iterations and GOMAXPROCS are in
//! `extra`: `3002145 times\n2 procs`.

use serde::Deserialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

/// The results of one entry, as benchmark text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// The hash of the commit.
    pub commit: String,
    /// When the commit was made, in seconds since 1970.
    pub commit_time: Option<i64>,
    /// When the entry was added, in seconds since 1970.
    pub measured: Option<i64>,
    /// The repository; empty if the file does not name it.
    pub repository: String,
    /// The results, as `go test` prints them.
    pub text: String,
    /// How many values were left out, because they are below zero or no numbers.
    pub rejected: usize,
}

/// Why a text is not such a file.
#[derive(Debug, thiserror::Error)]
pub enum NotDataJs {
    /// There is no JSON in it.
    #[error("not a data.js of github-action-benchmark, expected `window.BENCHMARK_DATA = {{`")]
    Foreign,
    /// Its results are of another language.
    #[error("suite `{0}`: its results are of the tool `{1}`, expected `go`")]
    OtherTool(String, String),
    /// It ends too early.
    #[error("the file is cut: {0}; get it again, nothing was imported")]
    Cut(serde_json::Error),
    /// It is not JSON of this shape.
    #[error("not a data.js of github-action-benchmark: {0}")]
    Shape(serde_json::Error),
}

#[derive(Deserialize)]
struct File<'f> {
    #[serde(rename = "repoUrl", default, borrow)]
    repository: Cow<'f, str>,
    #[serde(borrow)]
    entries: BTreeMap<Cow<'f, str>, Vec<Entry<'f>>>,
}

#[derive(Deserialize)]
struct Entry<'f> {
    #[serde(borrow)]
    commit: Commit<'f>,
    /// In milliseconds.
    date: Option<f64>,
    #[serde(borrow)]
    benches: Vec<Bench<'f>>,
    /// `go` for benchmarks of Go.
    #[serde(default, borrow)]
    tool: Cow<'f, str>,
}

#[derive(Deserialize)]
struct Commit<'f> {
    #[serde(borrow)]
    id: Cow<'f, str>,
    #[serde(default, borrow)]
    timestamp: Cow<'f, str>,
}

#[derive(Deserialize)]
struct Bench<'f> {
    #[serde(borrow)]
    name: Cow<'f, str>,
    value: f64,
    #[serde(borrow)]
    unit: Cow<'f, str>,
    #[serde(default, borrow)]
    extra: Cow<'f, str>,
}

/// Reads a `data.js`. Several suites of a file stay apart: a suite is the package of its benchmarks, where those name none. O(length).
///
/// # Errors
/// If it is something else, or cut. Then nothing of it is read.
pub fn data_js(text: &[u8]) -> Result<Vec<Foreign>, NotDataJs> {
    let start = text.iter().position(|&byte| byte == b'{').ok_or(NotDataJs::Foreign)?;
    let before = String::from_utf8_lossy(&text[..start]);
    if !before.trim_start_matches('\u{feff}').trim().is_empty() && !before.contains("BENCHMARK_DATA") {
        return Err(NotDataJs::Foreign);
    }
    let mut json = text[start..].trim_ascii_end();
    json = json.strip_suffix(b";").unwrap_or(json);
    let file: File = serde_json::from_slice(json).map_err(|error| match error.is_eof() {
        true => NotDataJs::Cut(error),
        false => NotDataJs::Shape(error),
    })?;
    let is_alone = file.entries.len() == 1;
    let mut all = Vec::new();
    for (suite, entries) in &file.entries {
        let is_other = |it: &&Entry| !matches!(&*it.tool, "go" | "");
        if let Some(entry) = entries.iter().find(is_other) {
            return Err(NotDataJs::OtherTool(suite.to_string(), entry.tool.to_string()));
        }
        let package = if is_alone { "" } else { suite };
        all.extend(entries.iter().map(|entry| Foreign {
            rejected: entry.benches.iter().map(Bench::rejected).sum(),
            commit: entry.commit.id.trim().to_ascii_lowercase(),
            commit_time: entry.commit.timestamp.parse::<jiff::Timestamp>().ok().map(|it| it.as_second()),
            measured: entry.date.map(|milliseconds| (milliseconds / 1000.0) as i64),
            repository: file.repository.trim().to_string(),
            text: results(&entry.benches, package),
        }));
    }
    Ok(all)
}

/// A name in its parts.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Name<'b> {
    package: &'b str,
    name: &'b str,
    procs: &'b str,
}

impl Bench<'_> {
    /// The name, and whether the benchmark is for its unit only.
    fn name(&self) -> (Name<'_>, bool) {
        let (name, package) = match self.name.strip_suffix(')').and_then(|name| name.rsplit_once(" (")) {
            Some((name, package)) => (name, package),
            None => (&*self.name, ""),
        };
        let of_unit = name.strip_suffix(&*self.unit).and_then(|name| name.strip_suffix(" - "));
        let procs =
            self.extra.lines().find_map(|line| line.trim().strip_suffix(" procs")).unwrap_or_default();
        let full = of_unit.unwrap_or(name);
        let name = full.strip_prefix("Benchmark").unwrap_or(full);
        (Name { package, name, procs }, of_unit.is_some())
    }

    fn iterations(&self) -> u64 {
        let times = self.extra.lines().find_map(|line| line.trim().strip_suffix(" times"));
        times.and_then(|times| times.parse().ok()).unwrap_or(1)
    }

    /// How many of its values are below zero, which no benchmark measures.
    fn rejected(&self) -> usize {
        self.printed().filter(|&(value, _)| !is_measured(value)).count()
    }

    fn values(&self) -> Vec<(f64, &str)> {
        self.printed().filter(|&(value, _)| is_measured(value)).collect()
    }

    /// The values with their units: one, or in one text all that Go printed.
    fn printed(&self) -> impl Iterator<Item = (f64, &str)> {
        let mut parts = self.unit.split('\t');
        let first = (self.value, parts.next().unwrap_or_default().trim());
        let others = parts.filter_map(|part| {
            let (value, unit) = part.trim().split_once(' ')?;
            Some((value.parse().ok()?, unit.trim()))
        });
        std::iter::once(first).chain(others)
    }
}

fn is_measured(value: f64) -> bool {
    value >= 0.0 && value.is_finite()
}

/// The results of an entry as text. Where a benchmark has one for each of its units, the one for all of them says the same again.
fn results(benches: &[Bench<'_>], suite: &str) -> String {
    let split: HashSet<Name> =
        benches.iter().map(Bench::name).filter(|(_, is_of_unit)| *is_of_unit).map(|(it, _)| it).collect();
    let mut packages: BTreeMap<&str, String> = BTreeMap::new();
    for bench in benches {
        let (name, is_of_unit) = bench.name();
        if !is_of_unit && split.contains(&name) {
            continue;
        }
        let package = if name.package.is_empty() { suite } else { name.package };
        let procs =
            if matches!(name.procs, "" | "1") { String::new() } else { format!("-{}", one_word(name.procs)) };
        let values = bench.values();
        if values.is_empty() {
            continue;
        }
        let has_time = values.iter().any(|(_, unit)| *unit == "ns/op");
        let text = packages.entry(package).or_default();
        // Writing to a string cannot fail.
        let _ = write!(text, "Benchmark{}{procs}\t{}", one_word(name.name), bench.iterations());
        for (value, unit) in values {
            let (value, unit) = if has_time { (value, unit) } else { in_nanoseconds(value, unit) };
            let _ = write!(text, "\t{value} {}", one_word(unit));
        }
        text.push('\n');
    }
    let package = |(package, text): (&str, String)| match package {
        "" => text,
        package => format!("pkg: {}\n{text}", one_word(package)),
    };
    packages.into_iter().map(package).collect()
}

/// The action changes a time to the unit of the value before it.
fn in_nanoseconds(value: f64, unit: &str) -> (f64, &str) {
    match unit {
        "us/op" | "µs/op" => (value * 1e3, "ns/op"),
        "ms/op" => (value * 1e6, "ns/op"),
        "s/op" => (value * 1e9, "ns/op"),
        _ => (value, unit),
    }
}

/// A name without white space, as in the output of Go.
fn one_word(text: &str) -> String {
    let text = if text.is_empty() { "_" } else { text };
    text.chars().map(|c| if c.is_whitespace() || c.is_control() { '_' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(benches: &str) -> String {
        let commit = r#""commit":{"id":"4bf2c5e0","timestamp":"2023-11-03T19:49:37+08:00"},"date":1699012288538,"tool":"go""#;
        let text = format!(
            r#"window.BENCHMARK_DATA = {{"repoUrl":"https://x/y","entries":{{"S":[{{{commit},"benches":[{benches}]}}]}}}};"#
        );
        let all = data_js(text.as_bytes()).expect("readable");
        assert_eq!((all[0].commit_time, all[0].measured), (Some(1_699_012_177), Some(1_699_012_288)));
        all.into_iter().map(|it| it.text).collect()
    }

    #[test]
    fn every_generation_is_read() {
        let first = r#"{"name":"BenchmarkA","value":398.8,"unit":"ns/op\t      80 B/op\t       4 allocs/op","extra":"300 times\n2 procs"}"#;
        let want = "BenchmarkA-2\t300\t398.8 ns/op\t80 B/op\t4 allocs/op\n";
        assert_eq!(read(first), want);
        let unit = |value: f64, unit: &str, package: &str| {
            format!(
                r#"{{"name":"BenchmarkA - {unit}{package}","value":{value},"unit":"{unit}","extra":"300 times\n2 procs"}}"#
            )
        };
        let second = [first.to_string(), unit(398.8, "ns/op", ""), unit(80.0, "B/op", "")].join(",");
        assert_eq!(read(&second), "BenchmarkA-2\t300\t398.8 ns/op\nBenchmarkA-2\t300\t80 B/op\n");
        let third =
            [first.replace("BenchmarkA", "BenchmarkA (x/y)"), unit(4.0, "allocs/op", " (x/y)")].join(",");
        assert_eq!(read(&third), "pkg: x/y\nBenchmarkA-2\t300\t4 allocs/op\n");
    }

    #[test]
    fn benchmarks_with_another_gomaxprocs_are_others() {
        let of = |procs: u32| {
            format!(
                r#"{{"name":"BenchmarkA","value":{procs},"unit":"ns/op","extra":"1 times\n{procs} procs"}}"#
            )
        };
        assert_eq!(read(&[of(1), of(2)].join(",")), "BenchmarkA\t1\t1 ns/op\nBenchmarkA-2\t1\t2 ns/op\n");
    }

    #[test]
    fn another_unit_of_time_and_strange_names_are_read() {
        assert_eq!(
            read(r#"{"name":"BenchmarkA/a b\n","value":2,"unit":"ms/op"}"#),
            "BenchmarkA/a_b_\t1\t2000000 ns/op\n"
        );
    }

    #[test]
    fn a_value_below_zero_is_left_out_and_counted() {
        let text = r#"{"entries":{"S":[{"commit":{"id":"4bf2c5e0"},"tool":"TOOL","benches":[
            {"name":"BenchmarkA","value":-1,"unit":"ns/op\t 80 B/op"},{"name":"BenchmarkB","value":-2,"unit":"ns/op"}]}]}}"#;
        let all = data_js(text.replace("TOOL", "go").as_bytes()).expect("readable");
        let found: Vec<_> = all.iter().map(|it| (it.text.as_str(), it.rejected)).collect();
        assert_eq!(found, [("BenchmarkA\t1\t80 B/op\n", 2)]);
        let other = data_js(text.replace("TOOL", "cargo").as_bytes()).expect_err("of Rust").to_string();
        assert_eq!(other, "suite `S`: its results are of the tool `cargo`, expected `go`");
    }

    #[test]
    fn what_is_cut_or_foreign_is_an_error() {
        let error = |text: &str| data_js(text.as_bytes()).expect_err(text).to_string();
        assert!(error("window.BENCHMARK_DATA = {\"entries\": {\"S\": [").starts_with("the file is cut: "));
        assert!(error("").starts_with("not a data.js"));
        assert!(error("function f() { return 1 }").starts_with("not a data.js"));
        assert!(
            error("window.BENCHMARK_DATA = {\"entries\": 3}")
                .starts_with("not a data.js of github-action-benchmark: ")
        );
    }
}
