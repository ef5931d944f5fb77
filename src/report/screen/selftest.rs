//! Which regressions a policy would catch.

use crate::model::{Class, Design, Unit};
use crate::policy::Level;
use crate::verdict::{Probe, Verdict, dead_rules};
use crate::words::{Magnitude, clean, counted, list};
use anstyle::AnsiColor;
use indexmap::IndexMap;
use std::io::{self, Write};

/// The probes of all benchmarks.
#[derive(Debug)]
pub struct Selftest {
    probes: Vec<Probe>,
    design: Design,
}

/// The most names that are listed per reason.
const NAMES: usize = 4;

/// Why a probe was not caught.
fn why_not(probe: &Probe) -> String {
    let Probe { finding, rule, .. } = probe;
    let place =
        finding.rule.line.map(|line| format!(" ({}:{line})", finding.rule.source)).unwrap_or_default();
    match finding.verdict {
        _ if rule.level.value != Level::Fail => {
            format!("the level is {} ({})", rule.level.value, rule.level.origin)
        }
        Verdict::Waived => format!("accepted by a {}{place}", finding.rule.text),
        Verdict::Undecided => match finding.detectable_percent {
            Some(least) => format!("undecided: smallest detectable regression {}", Magnitude(least)),
            None => "undecided: the samples vary too much".to_string(),
        },
        Verdict::Unchanged | Verdict::WithinBudget => format!("within {}{place}", finding.rule.text),
        Verdict::Regressed
        | Verdict::OverBudget
        | Verdict::Improved
        | Verdict::NotJudged
        | Verdict::Missing
        | Verdict::New => finding.message().to_string(),
    }
}

impl Selftest {
    /// The probes in the order of the report, and the design of the results that they changed.
    pub fn new(probes: Vec<Probe>, design: Design) -> Selftest {
        Selftest { probes, design }
    }

    /// Whether two real runs would differ more than a run and its copy.
    fn is_without_noise(&self) -> bool {
        let is_time = |probe: &Probe| probe.finding.unit.class() == Class::Continuous && probe.is_caught();
        self.design == Design::Block && self.probes.iter().any(is_time)
    }
}

/// Writes how many regressions were caught in each unit, which were not and why, and the rules that caught none.
///
/// # Errors
/// If writing fails.
pub fn selftest(test: &Selftest, policy: &str, whole: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut units: IndexMap<(&Unit, &str), Vec<&Probe>> = IndexMap::new();
    for probe in &test.probes {
        units.entry((&probe.finding.unit, probe.injected.as_str())).or_default().push(probe);
    }
    writeln!(out, "policy  {}\n", clean(policy))?;
    for ((unit, injected), probes) in &units {
        let caught = probes.iter().filter(|probe| probe.is_caught()).count();
        let style = if caught == probes.len() { AnsiColor::Green } else { AnsiColor::Yellow }.on_default();
        let unit = clean(unit.as_str());
        writeln!(out, "{style}{unit:<10}  {injected:<6}{style:#}  {caught} of {} caught", probes.len())?;
    }
    if test.is_without_noise() {
        writeln!(
            out,
            "\n! the times are those of one run and its copy: two separate runs differ more, so the\n  gate catches less; interleaved runs (allocgate run) come close to this"
        )?;
    }
    missed(test, whole, out)?;
    let dead = dead_rules(&test.probes);
    let red = AnsiColor::Red.on_default();
    if !dead.is_empty() {
        writeln!(
            out,
            "\n{red}{}{red:#}: level fail, but no injected regression made the gate fail",
            counted(dead.len(), "dead rule")
        )?;
    }
    dead.iter().try_for_each(|rule| writeln!(out, "{red}✗{red:#} {}", clean(rule)))
}

/// The regressions that were not caught, by unit and reason.
fn missed(test: &Selftest, whole: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut reasons: IndexMap<(&Unit, String), Vec<&str>> = IndexMap::new();
    for probe in test.probes.iter().filter(|probe| !probe.is_caught()) {
        reasons.entry((&probe.finding.unit, why_not(probe))).or_default().push(&probe.finding.benchmark);
    }
    if !reasons.is_empty() {
        writeln!(out, "\nnot caught")?;
    }
    for ((unit, why), names) in reasons {
        let shown = if whole { names.len() } else { NAMES };
        let names = list(names.iter().map(clean), shown);
        writeln!(out, "! {}, {}: {names}", clean(unit.as_str()), clean(why))?;
    }
    Ok(())
}
