//! What a policy would have caught, as a person wants to know it.

use crate::model::{Class, Design, Unit};
use crate::policy::Level;
use crate::verdict::{Probe, Verdict, dead_rules};
use crate::words::{Magnitude, clean, counted};
use anstyle::AnsiColor;
use indexmap::IndexMap;
use std::io::{self, Write};

/// What a policy catches of what was put in.
#[derive(Debug)]
pub struct Selftest {
    probes: Vec<Probe>,
    design: Design,
}

/// How many names are listed per reason.
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
    /// Takes the probes in the order in which they are told, and how the results were measured into which they were put.
    pub fn new(probes: Vec<Probe>, design: Design) -> Selftest {
        Selftest { probes, design }
    }

    /// Whether real runs of base and new would differ by more than their copies do.
    fn is_without_noise(&self) -> bool {
        let is_time = |probe: &Probe| probe.finding.unit.class() == Class::Continuous && probe.is_caught();
        self.design == Design::Block && self.probes.iter().any(is_time)
    }
}

/// Writes how much was caught in each unit, what was not and why, and the rules that caught nothing.
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
            "\n! times are those of one run and its copy: two runs, one after the other, differ by more,\n  and catch less; base and new in turn (allocgate run) come near"
        )?;
    }
    missed(test, whole, out)?;
    let dead = dead_rules(&test.probes);
    let red = AnsiColor::Red.on_default();
    if !dead.is_empty() {
        writeln!(
            out,
            "\n{red}{}{red:#}: at level fail, and nothing that was put in made them fail",
            counted(dead.len(), "dead rule")
        )?;
    }
    dead.iter().try_for_each(|rule| writeln!(out, "{red}✗{red:#} {}", clean(rule)))
}

/// What was not caught, by unit and reason.
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
        let listed: Vec<String> = names.iter().take(shown).map(clean).collect();
        let more = names.len().saturating_sub(shown);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        writeln!(out, "! {}, {}: {}{more}", clean(unit.as_str()), clean(why), listed.join(", "))?;
    }
    Ok(())
}
