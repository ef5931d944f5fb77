//! `allocgate run --budgets-only`: counts what the benchmarks with budgets allocate, without a base and without times.

use super::Args;
use crate::cli::exit::Exit;
use crate::cli::limit::Limits;
use crate::cli::progress::Progress;
use crate::cli::{check, console, init};
use allocgate::internals::model::{Name, Selection};
use allocgate::internals::policy::Policy;
use allocgate::internals::query::Glob;
use allocgate::internals::run::{self, AloneRequest, BenchTime, Stop};
use allocgate::internals::source::{Located, benchmarks_under};
use allocgate::internals::words::counted;
use anyhow::{Context, ensure};
use std::collections::BTreeSet;
use std::path::Path;

/// The file of the results in their folder.
const FILE: &str = "budgets.txt";

pub(super) fn run(args: &Args, limits: Limits, stop: &Stop, progress: &Progress) -> anyhow::Result<Exit> {
    let policy = args.policy.read(limits)?;
    let counts = policy.budgets_of_counts();
    ensure!(
        !counts.budgets.is_empty(),
        "{}: --budgets-only needs a [[budget]] with a maximum of B/op or allocs/op; `allocgate budget init` writes them",
        policy.source
    );
    let here = std::env::current_dir().context("the working directory cannot be read")?;
    let is_all = args.packages == ["./..."];
    let found: Vec<Located> = benchmarks_under(Path::new("."))
        .into_iter()
        .filter(|it| is_named(&counts, &it.function) && !is_in_other_module(Path::new(&it.file)))
        .collect();
    let functions: BTreeSet<&str> = found.iter().map(|it| &*it.function).collect();
    ensure!(
        !functions.is_empty(),
        "{}: the budgets name no benchmark below this folder; call it in the folder of the module",
        policy.source
    );
    let named: BTreeSet<String> = found.iter().map(|it| it.package.clone()).collect();
    let packages = if is_all { named.into_iter().collect() } else { args.packages.clone() };
    let iterations = policy.gate.budget_iterations.value;
    progress.print(&format!(
        "{} in {}, {iterations} operations each",
        counted(functions.len(), "benchmark function"),
        if is_all { counted(packages.len(), "package") } else { packages.join(" ") },
    ));
    let is_module = is_all && Path::new("go.mod").exists();
    let request = AloneRequest {
        folder: here.clone(),
        bench: format!("^({})$", functions.into_iter().collect::<Vec<_>>().join("|")),
        benchtime: BenchTime::Times(iterations),
        processes: 1,
        go: init::version(&run::survey(&here, stop)?.go),
        // Of a part of the module, budgets that match nothing are a warning.
        selection: if is_module { None } else { Selection::new(".", None, &args.packages) },
        packages,
    };
    let failures = run::measure_alone(&request, &args.out.join(FILE), stop, &mut |_| {})?;
    progress.clear();
    failures.iter().for_each(|line| console::warn(&format!("warning: {line}")));
    let check_args = args.check_args_of(&args.out.join(FILE))?.of_counts();
    check_args.refuse_overwriting_inputs()?;
    check::conclude(&check_args, check::decide(&check_args, limits))
}

/// Whether a budget names a benchmark of this function, as far as the function tells.
fn is_named(policy: &Policy, function: &str) -> bool {
    let name = function.strip_prefix("Benchmark").unwrap_or(function);
    policy.budgets.iter().any(|budget| {
        let Some(first) = first_part(budget.bench.pattern()) else { return true };
        let without_procs = Name::new(first.as_bytes()).without_procs().to_string();
        [first, &without_procs]
            .into_iter()
            .any(|pattern| Glob::new(pattern).is_ok_and(|it| it.matches_name(Name::new(name.as_bytes()))))
    })
}

/// The part of a pattern that is for the function; `None` if that cannot be told apart from the rest.
fn first_part(pattern: &str) -> Option<&str> {
    let first = pattern.split('/').next().filter(|it| !it.contains("**"))?;
    (!first.contains(['{', '[', '\\'])).then_some(first)
}

/// Whether a folder between here and the file has a go.mod.
fn is_in_other_module(file: &Path) -> bool {
    let folders = file.ancestors().skip(1).take_while(|folder| !matches!(folder.to_str(), Some("" | ".")));
    folders.into_iter().any(|folder| folder.join("go.mod").exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_names_functions() {
        for (pattern, function, want) in [
            ("Tally", "BenchmarkTally", true),
            ("Tally-8", "BenchmarkTally", true),
            ("Decode/size=64", "BenchmarkDecode", true),
            ("Dec*/size=*", "BenchmarkDecode", true),
            ("**", "BenchmarkDecode", true),
            ("{Tally,Join}", "BenchmarkDecode", true),
            ("Tally", "BenchmarkTallyAll", false),
            ("Tally*", "BenchmarkJoin", false),
        ] {
            let text = format!("[[budget]]\nbench = \"{pattern}\"\nmax = {{ \"B/op\" = 1 }}\n");
            let policy = Policy::parse("p.toml", &text).expect("valid");
            assert_eq!(is_named(&policy, function), want, "{pattern} {function}");
        }
    }
}
