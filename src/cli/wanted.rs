//! The benchmarks that the command line of `causes` and `sites` names.

use allocgate::internals::model::Name;
use allocgate::internals::query::{Glob, GlobError, suggestions};
use allocgate::internals::run::{CaptureSession, Found};
use allocgate::internals::words::list;
use anyhow::{anyhow, bail};
use indexmap::IndexSet;

/// Which benchmarks a name on the command line means.
pub(super) struct Wanted {
    text: String,
    /// Without `Benchmark`.
    name: String,
    /// Of the benchmark, and of those below. What is no pattern may still be the name of a benchmark.
    globs: Result<[Glob; 2], String>,
    /// `None` if any function may have such a benchmark.
    function: Option<Glob>,
}

impl Wanted {
    pub fn new(text: &str) -> Wanted {
        // A function may be named `Benchmark` and no more.
        let whole = text.strip_prefix("Benchmark").filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let name = whole.unwrap_or_else(|| super::explain::without_prefix(text));
        let first = name.split('/').next().unwrap_or(name);
        // The number of processors, which is part of a printed name.
        let first = Name::new(first.as_bytes()).without_procs().to_string();
        let function = Glob::new(&first).ok().filter(|_| first != "**");
        let globs = || Ok([Glob::new(name)?, Glob::new(&format!("{name}/**"))?]);
        let globs = globs().map_err(|error: GlobError| error.to_string());
        Wanted { text: text.to_string(), name: name.to_string(), globs, function }
    }

    pub fn is_function(&self, function: &str) -> bool {
        self.function.as_ref().is_none_or(|glob| glob.matches_name(Name::new(function.as_bytes())))
    }

    fn is_benchmark(&self, benchmark: &str) -> bool {
        let name = Name::new(benchmark.as_bytes());
        let plain = name.without_procs().to_string();
        // Names may have the characters of patterns.
        let is_same = benchmark == self.name || plain == self.name;
        let is_below = plain.strip_prefix(&self.name).is_some_and(|rest| rest.starts_with('/'));
        is_same || is_below || self.globs.iter().flatten().any(|it| it.matches_name(name))
    }
}

/// A benchmark as a person names it; that of a function named `Benchmark` has nothing without the prefix.
fn shown(name: &str) -> String {
    if name.is_empty() || name.starts_with('/') { format!("Benchmark{name}") } else { name.to_string() }
}

/// Whether one of the names means the benchmark; all are meant if there are no names.
pub(super) fn is_wanted(names: &[Wanted], benchmark: &str) -> bool {
    names.is_empty() || names.iter().any(|it| it.is_benchmark(benchmark))
}

/// Fails if a name means none of the benchmarks, which have results.
pub(super) fn check_names<'b>(
    names: &[Wanted],
    benchmarks: impl Iterator<Item = &'b str> + Clone,
) -> anyhow::Result<()> {
    match names.iter().find(|name| !benchmarks.clone().any(|it| name.is_benchmark(it))) {
        Some(name) => Err(not_found(name, benchmarks)),
        None => Ok(()),
    }
}

/// Fails if a name means no function of the packages.
pub(super) fn check_functions(names: &[Wanted], session: &CaptureSession) -> anyhow::Result<()> {
    let is_unknown = |name: &&Wanted| !session.functions().any(|it| name.is_function(it));
    let Some(name) = names.iter().find(is_unknown) else { return Ok(()) };
    if session.has_failed_packages() {
        bail!("no benchmark `{}` in the packages that build; the warnings say which do not", name.text);
    }
    Err(not_found(name, session.functions()))
}

/// Fails if a name means none of the benchmarks that have results, although there is a function of this name.
pub(super) fn check_results(names: &[Wanted], found: &[Found]) -> anyhow::Result<()> {
    let has_result = |name: &Wanted| {
        found.iter().any(|it| {
            let function = Name::new(it.benchmark.as_bytes()).go_function();
            name.is_function(function.strip_prefix("Benchmark").unwrap_or(&function))
        })
    };
    if let Some(name) = names.iter().find(|name| !has_result(name)) {
        bail!("{}: the benchmark has no result in new; the warnings say why", name.text);
    }
    check_names(names, found.iter().map(|it| it.benchmark.as_str()))
}

/// The error for a name that means none of these benchmarks.
fn not_found<'b>(name: &Wanted, benchmarks: impl Iterator<Item = &'b str>) -> anyhow::Error {
    if let Err(problem) = &name.globs {
        return anyhow!("no benchmark `{}`, and it is no pattern: {problem}", name.text);
    }
    let known = benchmarks.map(|it| shown(&Name::new(it.as_bytes()).without_procs().to_string()));
    // Several packages may have the same one.
    let known: Vec<String> = known.collect::<IndexSet<String>>().into_iter().collect();
    let near = suggestions(super::explain::without_prefix(&name.text), known.iter().map(String::as_str));
    match near.as_slice() {
        [] if known.is_empty() => anyhow!("no benchmark `{}`: none has a result in new", name.text),
        [] => anyhow!("no benchmark `{}`; there are {}", name.text, list(known.iter(), 5)),
        near => anyhow!("no benchmark `{}`; did you mean {}?", name.text, near.join(" or ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_a_benchmark_and_what_is_below() {
        let wanted = |name: &str| Wanted::new(name);
        for (name, benchmark, want) in [
            ("Decode", "Decode-8", true),
            ("BenchmarkDecode", "Decode/size=64-8", true),
            ("Decode/size=64", "Decode/size=64-8", true),
            ("Decode/*", "Decode/size=64-8", true),
            ("Decode/*", "Decode-8", false),
            ("Dec*", "Decode/size=64", true),
            ("Decode-8", "Decode-8", true),
            ("Decode-8", "Decode-4", false),
            ("Decode", "Decoder-8", false),
            ("Split/*star_[l](u)", "Split/*star_[l](u)-8", true),
            ("Split/a[", "Split/a[-8", true),
            ("Benchmark", "-8", true),
            ("Benchmark", "/Waiter-8", true),
            ("Benchmark/Waiter", "/Waiter-8", true),
            ("Waiter", "/Waiter-8", false),
        ] {
            assert_eq!(wanted(name).is_benchmark(benchmark), want, "{name} {benchmark}");
        }
        assert!(wanted("Dec*/x").is_function("Decode") && !wanted("Decode/x").is_function("Decoder"));
        assert!(wanted("**/x").is_function("Any") && wanted("Decode-8").is_function("Decode"));
        assert!(wanted("Benchmark/Waiter").is_function("") && !wanted("Waiter").is_function(""));
        let error = check_names(&[wanted("a[")], ["A-8"].into_iter()).expect_err("no such name").to_string();
        assert!(error.starts_with("no benchmark `a[`, and it is no pattern: "), "{error}");
    }

    #[test]
    fn an_unknown_name_is_an_error_with_near_ones() {
        let names = [Wanted::new("Taly")];
        let error = check_names(&names, ["Tally-2", "Decode-2"].into_iter()).expect_err("unknown");
        assert_eq!(error.to_string(), "no benchmark `Taly`; did you mean Tally?");
        let names = [Wanted::new("Completely")];
        let error = check_names(&names, ["Tally-2", "Decode-2"].into_iter()).expect_err("unknown");
        assert_eq!(error.to_string(), "no benchmark `Completely`; there are Tally, Decode");
        let twice = ["Tally-2", "Decode-2", "Tally-2"].into_iter();
        let error = check_names(&names, twice).expect_err("unknown");
        assert_eq!(error.to_string(), "no benchmark `Completely`; there are Tally, Decode");
    }

    #[test]
    fn functions_named_benchmark_are_shown_by_that_name() {
        let names = [Wanted::new("Completely")];
        let error = check_names(&names, ["/Waiter-2", ""].into_iter()).expect_err("unknown");
        assert_eq!(error.to_string(), "no benchmark `Completely`; there are Benchmark/Waiter, Benchmark");
    }
}
