//! `allocgate selftest`: would the policy catch a regression in these benchmarks?

use super::args::{GoArgs, PolicyArgs};
use super::exit::Exit;
use super::limit::Limits;
use super::{console, environment, read};
use allocgate::internals::evidence::{Condition, Overall};
use allocgate::internals::gate::Gate;
use allocgate::internals::group::Side;
use allocgate::internals::input::Source;
use allocgate::internals::model::{BenchmarkId, Design, SamplingPlan, Unit};
use allocgate::internals::policy::ConditionKind;
use allocgate::internals::verdict::{Finding, Probe, dead_rules};
use allocgate::report::{self, Selftest};
use std::collections::HashMap;

/// Show which regressions the policy would catch, by adding them to a copy of your results
///
/// Adds one allocation, 10 % more bytes (at least 16) and --time percent more time to each benchmark. The exit code is 1 if a rule
/// at level fail catches nothing.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Results: files, directories, patterns, or - for standard input
    #[arg(value_name = "FILE", required = true)]
    sources: Vec<Source>,
    #[command(flatten)]
    policy: PolicyArgs,
    /// Added time in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 20.0)]
    time: f64,
    #[command(flatten)]
    go: GoArgs,
    /// List all benchmarks whose regression was not caught
    #[arg(short, long)]
    verbose: bool,
}

/// Benchmarks are probed a tenth of the suite at a time: a suite that moves as a whole would be taken for a slow machine.
const BATCHES: usize = 10;

pub(super) fn run(args: &Args, limits: Limits) -> anyhow::Result<Exit> {
    let policy = args.policy.read(limits)?;
    let gate = Gate::new(&policy, environment::today()).go(args.go.go.as_deref());
    let dataset = read::read(&args.sources, limits)?;
    let side = read::side(&dataset, limits)?;
    let numbers: HashMap<BenchmarkId, usize> =
        side.benchmarks().iter().enumerate().map(|(number, it)| (it.id, number)).collect();
    let batches = side.benchmarks().len().min(BATCHES);
    let mut probes: Vec<(usize, Probe)> = Vec::new();
    let mut unmeasured = None;
    let mut design = Design::Block;
    for batch in 0..batches {
        let is_probed = |id: BenchmarkId| numbers.get(&id).is_some_and(|number| number % batches == batch);
        let changed =
            dataset.map(|id, unit, value| if is_probed(id) { worse(unit, value, args.time) } else { value });
        let (found, plan, conditions) = probe(&gate, &side, &Side::new(&changed), args.time)?;
        // The same in every batch.
        design = plan.design;
        unmeasured = conditions.into_iter().find(|it| it.kind() == ConditionKind::UnmeasuredBudgets);
        for found in found {
            let number =
                numbers.get(&BenchmarkId::new(&found.finding.pkg, &found.finding.benchmark)).copied();
            probes.extend(number.filter(|number| number % batches == batch).map(|number| (number, found)));
        }
    }
    probes.sort_by_key(|&(number, _)| number);
    let probes: Vec<Probe> = probes.into_iter().map(|(_, probe)| probe).collect();
    let dead = !dead_rules(&probes).is_empty();
    let test = Selftest::new(probes, design);
    if let Some(condition) = unmeasured {
        console::warn(&format!("{}: {}", condition.title(), condition.message()));
    }
    console::print(|out| report::selftest(&test, &policy.source, args.verbose, out))?;
    Ok(if dead { Exit::Verdict(Overall::Fail) } else { Exit::Done })
}

/// A value that a reviewer would want to hear of; others stay as they are.
fn worse(unit: &Unit, value: f64, time: f64) -> f64 {
    match unit.as_str() {
        "allocs/op" => value + 1.0,
        "B/op" => value + (value / 10.0).ceil().max(16.0),
        "ns/op" => value * (1.0 + time / 100.0),
        _ => value,
    }
}

fn injected(unit: &Unit, time: f64) -> Option<String> {
    match unit.as_str() {
        "allocs/op" => Some("+1".to_string()),
        "B/op" => Some("+10%".to_string()),
        "ns/op" => Some(format!("+{time}%")),
        _ => None,
    }
}

/// The gate on the results and their changed copy.
fn probe(
    gate: &Gate,
    base: &Side,
    new: &Side,
    time: f64,
) -> anyhow::Result<(Vec<Probe>, SamplingPlan, Vec<Condition>)> {
    let judgement = gate.judge(Some(base), new)?;
    if judgement.outcome.verdict == Overall::Error {
        let reasons: Vec<String> = judgement.outcome.reasons.iter().map(ToString::to_string).collect();
        anyhow::bail!("{}", reasons.join(", "));
    }
    let probe = |finding: &Finding| {
        let rule = judgement.rules(finding)?.unit(&finding.unit);
        Some(Probe { injected: injected(&finding.unit, time)?, rule, finding: finding.clone() })
    };
    let probes = judgement.findings.iter().filter_map(probe).collect();
    Ok((probes, judgement.plan, judgement.conditions))
}
