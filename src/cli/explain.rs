//! `allocgate explain`: the trail of one verdict.

use super::args::{GoArgs, PolicyArgs};
use super::exit::Exit;
use super::limit::Limits;
use super::{console, environment, read};
use allocgate::internals::gate::Gate;
use allocgate::internals::input::Source;
use allocgate::internals::model::{BenchmarkId, Name};
use allocgate::internals::query::{Glob, suggestions};
use allocgate::internals::verdict::Finding;
use allocgate::report::{self, Explanation};
use anyhow::{Context, bail};

/// Explain a verdict: samples, estimate, all rules, and the rule that decided
///
/// Explains a pass as well as a failure.
#[derive(Debug, clap::Args)]
#[command(override_usage = "allocgate explain [OPTIONS] NAME [BASE] NEW")]
pub(super) struct Args {
    /// Benchmark, without the `Benchmark` prefix, or a glob
    name: String,
    /// Results before and after the change
    #[arg(value_name = "FILE", num_args = 1..=2, required = true)]
    sources: Vec<Source>,
    #[command(flatten)]
    policy: PolicyArgs,
    /// Only this unit
    #[arg(long)]
    unit: Option<String>,
    /// Only this package
    #[arg(long)]
    pkg: Option<String>,
    #[command(flatten)]
    go: GoArgs,
}

pub(super) fn run(args: &Args, limits: Limits) -> anyhow::Result<Exit> {
    let policy = args.policy.read(limits)?;
    let (base, new) = match args.sources.as_slice() {
        [base, new] => read::read_two(base, new, limits)?,
        [new] => (None, read::read(std::slice::from_ref(new), limits)?),
        other => bail!("expected one file or two, found {}", other.len()),
    };
    let (base, new) =
        (base.as_ref().map(|base| read::side(base, limits)).transpose()?, read::side(&new, limits)?);
    let (base, new) = (base.as_ref(), &new);
    // A question about one benchmark needs no results of the others.
    let gate = Gate::new(&policy, environment::today()).go(args.go.go.as_deref()).partial();
    let judgement = gate.judge(base, new)?;
    let wanted = wanted(args, &judgement.findings)?;
    console::print(|out| {
        for (i, finding) in wanted.iter().enumerate() {
            let Some(rules) = judgement.rules(finding) else { continue };
            let id = BenchmarkId::new(&finding.pkg, &finding.benchmark);
            let series = judgement.series(finding);
            let base = series.and_then(|series| series.base().copied());
            let new = series.and_then(|series| series.new_side().copied());
            let conditions = if i + 1 == wanted.len() { judgement.conditions.as_slice() } else { &[] };
            if i > 0 {
                writeln!(out)?;
            }
            let plan = &judgement.plan;
            report::explain(&Explanation { id, finding, base, new, rules: &rules, plan, conditions }, out)?;
        }
        Ok(())
    })?;
    Ok(Exit::Done)
}

/// The findings that the arguments name: at least one.
fn wanted<'f>(args: &Args, findings: &'f [Finding]) -> anyhow::Result<Vec<&'f Finding>> {
    let wanted = without_prefix(&args.name);
    let glob = Glob::new(wanted).with_context(|| format!("{wanted}: not a name, and not a pattern"))?;
    let named = |it: &&Finding| {
        let name = BenchmarkId::new(&it.pkg, &it.benchmark).name;
        let pkg = args.pkg.as_ref().is_none_or(|pkg| it.pkg == **pkg);
        pkg && (glob.matches_name(name) || it.benchmark == *wanted)
    };
    let found: Vec<&Finding> = findings.iter().filter(named).collect();
    let Some(unit) = &args.unit else {
        return match found.is_empty() {
            false => Ok(found),
            true => Err(not_found(args, findings)),
        };
    };
    let units: Vec<&str> = found.iter().map(|it| it.unit.as_str()).collect();
    match (found.iter().copied().filter(|it| it.unit.as_str() == unit).collect::<Vec<_>>(), found.is_empty())
    {
        (_, true) => Err(not_found(args, findings)),
        (rows, false) if rows.is_empty() => {
            bail!("`{}` has no row in {unit}; there are {}", args.name, units.join(", "))
        }
        (rows, false) => Ok(rows),
    }
}

/// A name as Go prints it, or as the function is called.
pub(super) fn without_prefix(name: &str) -> &str {
    let rest = name.strip_prefix("Benchmark").filter(|rest| !Name::new(rest.as_bytes()).begins_lowercase());
    rest.filter(|rest| !rest.is_empty()).unwrap_or(name)
}

fn not_found(args: &Args, findings: &[Finding]) -> anyhow::Error {
    let names: Vec<String> = findings
        .iter()
        .map(|it| BenchmarkId::new(&it.pkg, &it.benchmark).name.without_procs().to_string())
        .collect();
    let wanted = without_prefix(&args.name);
    let near = suggestions(wanted, names.iter().map(String::as_str));
    let is_parent = names.iter().any(|name| name.strip_prefix(wanted).is_some_and(|it| it.starts_with('/')));
    let meant = match near.as_slice() {
        _ if is_parent => format!("; `{wanted}/*` has all of its sub-benchmarks"),
        [] => String::new(),
        near => format!("; did you mean {}?", near.join(" or ")),
    };
    anyhow::anyhow!("no row of `{}`{meant}", args.name)
}
