//! The sentence of a finding: numbers first, then the reason, then what to do.

use super::finding::Finding;
use super::reason::{Advice, AgainstSuite, NotCompared, Proof, Reason, Undecided, WaiverNote};
use crate::compare::{DependenceKind, SampleSummary};
use crate::model::{Class, Unit};
use crate::stats::{self, PValue};
use crate::words::{Magnitude, Number, Percent, Signed};
use std::fmt::{self, Display, Formatter};

/// Why base and new were not compared, written when it is shown: `1+10 samples, 5 per side needed; run 10 times with -count=1`.
#[derive(Debug, Clone, Copy)]
pub struct NotComparedText<'f>(&'f Finding, NotCompared);

/// A finding as one sentence, written when it is shown.
#[derive(Debug, Clone, Copy)]
pub struct Message<'f>(&'f Finding);

impl Finding {
    /// The finding as one sentence: numbers first, then the reason, then what to do.
    pub fn message(&self) -> Message<'_> {
        Message(self)
    }

    /// Why base and new were not compared, and no maximum was judged either; `None` if one of them was done.
    pub fn not_compared(&self) -> Option<NotComparedText<'_>> {
        match self.reason {
            Reason::NotCompared(why) => Some(NotComparedText(self, why)),
            _ => None,
        }
    }
}

impl Display for NotComparedText<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        not_compared(self.0, self.1, f)
    }
}

/// `0 → 2 allocs/op (+2), constant in all 10+10 samples; tolerance 1%`
impl Display for Message<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let finding = self.0;
        match &finding.reason {
            Reason::Read { message, .. } => f.write_str(message)?,
            Reason::AboveMaximum | Reason::WithinMaximum(None) => budget(finding, f)?,
            Reason::WithinMaximum(Some(why)) => {
                budget(finding, f)?;
                write!(f, "; not compared: ")?;
                not_compared(finding, *why, f)?;
            }
            Reason::MaximumNotMeasured { renamed } => {
                write!(f, "budget ")?;
                maximum(finding, f)?;
                write!(f, " {}, but new has no such result", finding.unit)?;
                match renamed {
                    Some(name) => write!(f, "; {name} is new: renamed?")?,
                    None => write!(f, "; was it renamed, removed, or run without -benchmem?")?,
                }
            }
            Reason::NotInNew { renamed } => {
                write!(f, "in base but not in new")?;
                renamed.as_ref().map_or(Ok(()), |name| write!(f, "; {name} is new: renamed?"))?;
            }
            Reason::LostInNew => write!(f, "in base, and lost in new")?,
            Reason::NotInBase => write!(
                f,
                "in new but not in base: base ran without -benchmem, or the change adds b.ReportAllocs"
            )?,
            Reason::New => {
                value(finding, f)?;
                write!(f, ", not in base")?;
            }
            Reason::NotCompared(why) => {
                change(finding, f)?;
                let is_short = matches!(why, NotCompared::TooFewSamples { .. });
                write!(f, ", {}: ", if is_short { "undecided" } else { "not judged" })?;
                gap(finding, f)?;
                not_compared(finding, *why, f)?;
            }
            Reason::Constant => {
                change(finding, f)?;
                write!(f, ", constant in all {} samples", Samples(finding))?;
                limit("; ", finding, f)?;
            }
            Reason::WithinTolerance => {
                change(finding, f)?;
                limit(", within ", finding, f)?;
            }
            Reason::Proven(proof) => {
                change(finding, f)?;
                proven(proof, finding, f)?;
                limit("; ", finding, f)?;
            }
            Reason::FarApart { factor } => {
                change(finding, f)?;
                write!(
                    f,
                    ", the samples are at least {} times apart, n={}",
                    Number(*factor),
                    Samples(finding)
                )?;
                limit("; ", finding, f)?;
            }
            Reason::RuledOut { both_ways, suite } => {
                change(finding, f)?;
                suite.map_or(Ok(()), |suite| relative(suite, f))?;
                let start = if *both_ways { ", unchanged within " } else { ", no regression beyond " };
                limit(start, finding, f)?;
            }
            Reason::SetUp { cost, rest } => {
                change(finding, f)?;
                let unit = finding.unit.as_str();
                let once = unit.strip_suffix("/op").unwrap_or(unit);
                write!(
                    f,
                    ", explained by set-up: {} {once} per process, divided by another",
                    Number(cost.round())
                )?;
                write!(f, " number of iterations; {} without it", Signed(*rest))?;
                limit("; ", finding, f)?;
            }
            Reason::Undecided(why) => {
                change(finding, f)?;
                write!(f, ", undecided: ")?;
                gap(finding, f)?;
                undecided(finding, why, f)?;
            }
        }
        if !matches!(finding.reason, Reason::Read { .. }) {
            finding.notes.iter().try_for_each(|note| write!(f, "; {note}"))?;
        }
        finding.waivers.iter().try_for_each(|note| write!(f, "; {note}"))
    }
}

/// `0 → 2 allocs/op (+2)`, or `26.34 → 52.7 ns/op, +100.1% (95% +98.9% … +101.2%)`; the value alone where there is one side.
fn change(finding: &Finding, f: &mut Formatter<'_>) -> fmt::Result {
    let (Some(base), Some(new), Some(change)) = (finding.base, finding.new, finding.change) else {
        return value(finding, f);
    };
    let unit = &finding.unit;
    let Some(shift) = change.shift else {
        write!(f, "{} → {} {unit}", Number(base.center), Number(new.center))?;
        change.percent.map_or(Ok(()), |percent| write!(f, ", {}", Percent(percent)))?;
        let ends = change.low.zip(change.high);
        return ends.map_or(Ok(()), |(low, high)| write!(f, " (95% {} … {})", Percent(low), Percent(high)));
    };
    let (of_base, of_new) = (Range::of(base, unit), Range::of(new, unit));
    if base.center != new.center {
        write!(
            f,
            "{}{of_base} → {}{of_new} {unit} ({})",
            Number(base.center),
            Number(new.center),
            Signed(shift)
        )
    } else if of_base.0.is_none() && of_new.0.is_none() {
        write!(f, "{} {unit} on both sides", Number(base.center))
    } else {
        write!(f, "{}{of_base} → {}{of_new} {unit}", Number(base.center), Number(new.center))
    }
}

/// The range of a count that varies: ` (2 … 5)`, else nothing.
struct Range(Option<(f64, f64)>);

impl Range {
    fn of(side: SampleSummary, unit: &Unit) -> Range {
        let ends = side.low.zip(side.high).filter(|_| unit.class() == Class::Counting);
        Range(ends.filter(|(low, high)| low < high))
    }
}

impl Display for Range {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |(low, high)| write!(f, " ({} … {})", Number(low), Number(high)))
    }
}

/// How many samples base and new have: `10+10`.
struct Samples<'f>(&'f Finding);

impl Display for Samples<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let n = |side: Option<SampleSummary>| side.map_or(0, |it| it.n);
        write!(f, "{}+{}", n(self.0.base), n(self.0.new))
    }
}

/// `2 allocs/op`.
fn value(finding: &Finding, f: &mut Formatter<'_>) -> fmt::Result {
    finding.new.or(finding.base).map_or(Ok(()), |it| write!(f, "{} ", Number(it.center)))?;
    write!(f, "{}", finding.unit)
}

/// `2 allocs/op, budget 0`: the worst sample of a count, the median of anything else.
fn budget(finding: &Finding, f: &mut Formatter<'_>) -> fmt::Result {
    let unit = &finding.unit;
    let Some(new) = finding.new else { return write!(f, "{unit}") };
    write!(f, "{} {unit}", Number(super::maximum::measured(&new, unit)))?;
    if new.low != new.high && new.n > 1 {
        match unit.class() {
            Class::Counting => write!(f, " in the worst of {} samples", new.n)?,
            Class::Continuous => write!(f, " as the median of {} samples", new.n)?,
        }
    }
    write!(f, ", budget ")?;
    maximum(finding, f)
}

fn maximum(finding: &Finding, f: &mut Formatter<'_>) -> fmt::Result {
    finding.max.map_or(Ok(()), |max| write!(f, "{}", Number(max)))
}

fn limit(start: &str, finding: &Finding, f: &mut Formatter<'_>) -> fmt::Result {
    finding.tolerance.map_or(Ok(()), |tolerance| write!(f, "{start}{tolerance}"))
}

/// `samples do not overlap (gap 95%); ` if the row is a suspect.
fn gap(finding: &Finding, f: &mut Formatter<'_>) -> fmt::Result {
    let Some(suspect) = finding.suspect else { return Ok(()) };
    write!(f, "samples do not overlap")?;
    suspect.gap_percent.map_or(Ok(()), |percent| write!(f, " (gap {})", Magnitude(percent)))?;
    write!(f, "; ")
}

fn not_compared(finding: &Finding, why: NotCompared, f: &mut Formatter<'_>) -> fmt::Result {
    let unit = &finding.unit;
    match why {
        NotCompared::UnitIgnored => write!(f, "the policy ignores the unit"),
        NotCompared::DirectionUnknown => write!(
            f,
            "direction of {unit} is unknown: set `better = \"lower\"` or `\"higher\"` under `[unit.\"{unit}\"]`"
        ),
        NotCompared::DifferentEnvironment(key) => {
            write!(f, "base and new ran with a different {}", key.as_str())
        }
        NotCompared::TooFewSamples { needed, advice } => {
            write!(f, "{} samples, {needed} per side needed; {advice}", Samples(finding))
        }
        NotCompared::NoBase => write!(f, "there is no base and no budget"),
    }
}

fn proven(proof: &Proof, finding: &Finding, f: &mut Formatter<'_>) -> fmt::Result {
    proof.suite.map_or(Ok(()), |suite| relative(suite, f))?;
    write!(f, ", {}, n={}", Adjusted(proof.p, proof.rows), Samples(finding))
}

fn undecided(finding: &Finding, why: &Undecided, f: &mut Formatter<'_>) -> fmt::Result {
    match why {
        Undecided::Noise { suite, advice } => {
            match finding.detectable_percent {
                Some(percent) => write!(f, "smallest detectable regression {}", Magnitude(percent))?,
                None => write!(f, "no regression can be detected")?,
            }
            relative(*suite, f)?;
            match advice {
                Advice::CloseToTolerance(_) => limit("; the change is close to ", finding, f)?,
                _ => write!(f, "; ")?,
            }
            write!(f, "{advice}")
        }
        Undecided::TooFewForProof { needed, rows, advice } => write!(
            f,
            "{} samples cannot prove a change among {rows} varying rows, {needed} per side can; {advice}",
            Samples(finding)
        ),
        Undecided::FewProcesses { processes, benchmarks, advice } => {
            match processes {
                1 => write!(f, "1 process")?,
                _ => write!(f, "{processes} processes")?,
            }
            write!(
                f,
                " per side and fewer than {benchmarks} benchmarks do not show the noise between processes; {advice}"
            )
        }
        Undecided::SuiteShift(shift) => write!(
            f,
            "the whole suite moved by {}, because of the machine or of the code; interleave base and new to find out",
            Percent(100.0 * stats::exp_m1(*shift))
        ),
        Undecided::FollowsIterations { kind, iterations } => {
            match kind {
                DependenceKind::Iterations => write!(f, "the count rises with b.N, and b.N differs")?,
                DependenceKind::Time => write!(f, "the count grows with the time of an operation")?,
                DependenceKind::SetUp { .. } => {
                    write!(f, "the count falls with b.N as a set-up cost does, and b.N differs")?;
                }
            }
            write!(f, "; measure both sides with -benchtime={iterations}x")
        }
        Undecided::Overlap => {
            write!(f, "the samples overlap and touch zero, n={}", Samples(finding))?;
            limit("; a change beyond ", finding, f)?;
            write!(f, " is not proven; take more samples")
        }
        Undecided::WeakEvidence { p, rows, alpha } => {
            let p = Adjusted(*p, *rows);
            write!(f, "{p} (must be at most {alpha}), n={}", Samples(finding))?;
            limit("; a change beyond ", finding, f)?;
            write!(f, " is not proven; take more samples")
        }
    }
}

/// What changes of a suite that moved by less than this are not worth a word.
const NOTABLE_SHIFT: f64 = 0.005;

/// `; +8.1% relative to the suite (+4.0%)`
fn relative(suite: AgainstSuite, f: &mut Formatter<'_>) -> fmt::Result {
    let percent = |log: f64| Percent(100.0 * stats::exp_m1(log));
    if suite.shift.abs() < NOTABLE_SHIFT {
        return Ok(());
    }
    write!(f, "; {} relative to the suite ({})", percent(suite.change), percent(suite.shift))
}

/// A p-value, and over how many rows it was adjusted: `adjusted p=0.063 (46 rows)`, `p=0.008`.
struct Adjusted(PValue, usize);

impl Display for Adjusted {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let &Adjusted(p, rows) = self;
        let adjusted = if rows > 1 { "adjusted " } else { "" };
        match p.get() {
            p if p < 0.001 => write!(f, "{adjusted}p<0.001")?,
            p => write!(f, "{adjusted}p={p:.3}")?,
        }
        if rows > 1 { write!(f, " ({rows} rows)") } else { Ok(()) }
    }
}

impl Display for Advice {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Advice::Count(count) => write!(f, "run {count} times with -count=1"),
            Advice::Rounds(rounds) => write!(f, "run with --rounds {rounds}"),
            Advice::CloseToTolerance(samples) => write!(f, ", take {samples} samples per side"),
            Advice::QuieterMachine => {
                write!(f, "more than 100 rounds would be needed, use a quieter machine")
            }
            Advice::Interleave => {
                write!(f, "more samples of the same run will not help, interleave base and new (10 rounds)")
            }
        }
    }
}

impl Display for WaiverNote {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            WaiverNote::Accepted { up_to, expires, reason } => {
                write!(f, "accepted up to {} until {expires}: {reason}", Number(*up_to))
            }
            WaiverNote::Removed { expires, reason } => {
                write!(f, "its removal is accepted until {expires}: {reason}")
            }
            WaiverNote::Expired { origin, expires } => {
                write!(f, "the waiver at {origin} expired on {expires}")
            }
            WaiverNote::Exceeded { origin, up_to } => {
                write!(f, "the waiver at {origin} accepts at most {}", Number(*up_to))
            }
        }
    }
}
