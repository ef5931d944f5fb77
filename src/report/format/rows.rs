//! The rows as every format shows them: which stand together, in which order, in which words.

use crate::compare::SampleSummary;
use crate::model::Class;
use crate::policy::{Level, Origin};
use crate::report::Report;
use crate::verdict::{Change, Finding, Verdict};
use crate::words::{Number, Percent, Signed};
use anstyle::{AnsiColor, Style};

/// Where a row is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// What makes the gate fail.
    Fails,
    /// What it warns of.
    Warns,
    /// What was not decided, and would fail if it were worse.
    Undecided,
    /// What got better.
    Improved,
    /// Everything else.
    Other,
}

impl Section {
    /// Where a finding is shown.
    pub fn of(finding: &Finding) -> Section {
        if finding.fails() {
            Section::Fails
        } else if finding.warns() {
            Section::Warns
        } else if finding.is_open() {
            Section::Undecided
        } else if finding.verdict == Verdict::Improved {
            Section::Improved
        } else {
            Section::Other
        }
    }

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Section::Fails => "fails",
            Section::Warns => "warns",
            Section::Undecided => "unsure",
            Section::Improved => "better",
            Section::Other => "rest",
        }
    }

    /// What carries the meaning where there is no colour.
    pub fn mark(self) -> &'static str {
        match self {
            Section::Fails => "✗",
            Section::Warns => "!",
            Section::Undecided => "?",
            Section::Improved => "✓",
            Section::Other => "·",
        }
    }

    /// Its colour.
    pub fn style(self) -> Style {
        match self {
            Section::Fails => AnsiColor::Red.on_default(),
            Section::Warns | Section::Undecided => AnsiColor::Yellow.on_default(),
            Section::Improved => AnsiColor::Green.on_default(),
            Section::Other => Style::new(),
        }
    }
}

/// One line of a report: a finding, or what was found of a benchmark in all units where that is the same.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'r> {
    /// Where it is shown.
    pub section: Section,
    /// The first of its findings, which speaks for the others.
    pub finding: &'r Finding,
    /// All of them: never empty.
    pub findings: &'r [Finding],
}

/// All rows, in the order of the input.
pub fn entries(report: &Report) -> impl Iterator<Item = Entry<'_>> {
    report.rows.chunk_by(is_one).map(|findings| {
        let finding = &findings[0]; // a chunk is never empty
        Entry { section: Section::of(finding), finding, findings }
    })
}

/// The rows by section, and in each the worst first.
pub fn worst_first(report: &Report) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry> = entries(report).collect();
    entries.sort_by(|a, b| a.section.cmp(&b.section).then(b.weight().total_cmp(&a.weight())));
    entries
}

/// A benchmark that is gone, or new, is one row, whatever it was measured in.
fn is_one(a: &Finding, b: &Finding) -> bool {
    let whole = matches!(a.verdict, Verdict::Missing | Verdict::New);
    let same = |of: fn(&Finding) -> (&str, &str, Verdict, Level, bool)| of(a) == of(b);
    whole
        && same(|it| (&it.pkg, &it.benchmark, it.verdict, it.level, it.new.is_some()))
        && a.rule.line == b.rule.line
}

impl Entry<'_> {
    /// The units, as the input has them.
    pub fn units(&self) -> String {
        self.findings.iter().map(|finding| finding.unit.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// `0 → 2`, or what there is.
    pub fn values(&self) -> String {
        match (self.finding.verdict, self.finding.new) {
            (Verdict::Missing, Some(_)) => "not in base".to_string(),
            (Verdict::Missing, None) => "not in new".to_string(),
            (Verdict::New, _) => "new".to_string(),
            _ => values(self.finding),
        }
    }

    /// `+12.4%`, or `+2` where there is no percentage; empty where nothing was compared.
    pub fn change(&self) -> String {
        self.finding.change.map(shown).unwrap_or_default()
    }

    /// What it was held against, as the policy has it.
    pub fn rule(&self) -> String {
        let text = &self.finding.rule.text;
        self.place().map_or(text.to_string(), |place| format!("{text} ({place})"))
    }

    /// Why a row is undecided, in a few words: what its change may be, the values of a counting unit where there is no percentage,
    /// or how many samples it takes. `None` where that is not the reason.
    pub fn doubt(&self) -> Option<String> {
        let finding = self.finding;
        if finding.verdict != Verdict::Undecided {
            return None;
        }
        if let Some(needed) = finding.reason.needed_samples() {
            return Some(format!("needs {needed} per side"));
        }
        if let Some((low, high)) = finding.change.and_then(|it| it.low.zip(it.high)) {
            let told = || format!("{} … {}", Percent(low.max(-100.0)), Percent(high));
            return finding.may_be_worse().filter(|&may| may).map(|_| told());
        }
        let values = |side: SampleSummary| {
            let (low, high) = (side.low?, side.high?);
            let range = format!("{} … {}", Number(low), Number(high));
            Some(if low == high { Number(low).to_string() } else { range })
        };
        let sides = finding.base.zip(finding.new).filter(|_| finding.unit.class() == Class::Counting);
        sides.and_then(|(base, new)| Some(format!("samples {} → {}", values(base)?, values(new)?)))
    }

    /// Its sentence, and the place of the rule.
    pub fn message(&self) -> String {
        let message = self.finding.message();
        self.place().map_or(message.to_string(), |place| format!("{message} ({place})"))
    }

    /// Where the user wrote the rule that decided.
    fn place(&self) -> Option<String> {
        let rule = &self.finding.rule;
        let line = rule.line.filter(|_| rule.source != Origin::BUILT_IN)?;
        Some(format!("{}:{line}", rule.source))
    }

    /// How bad it is: what is gone, then what came from nothing, then by the size of the change.
    fn weight(&self) -> f64 {
        match (self.finding.verdict, self.finding.change) {
            (Verdict::Missing, _) => f64::INFINITY,
            (_, Some(Change { percent: Some(percent), .. })) => percent.abs(),
            (_, Some(change)) if change.absolute != 0.0 => f64::MAX,
            (_, Some(_) | None) => 0.0,
        }
    }
}

/// An exceeded maximum may be held against the worst sample: that is then the one to show.
fn values(finding: &Finding) -> String {
    let new = finding.new.map(|new| match finding.worst {
        Some(worst) => format!("{} (worst {})", Number(new.center), Number(worst)),
        None => Number(new.center).to_string(),
    });
    match (finding.base, new) {
        (Some(base), Some(new)) => format!("{} → {new}", Number(base.center)),
        (Some(base), None) => Number(base.center).to_string(),
        (None, new) => new.unwrap_or_default(),
    }
}

/// A percentage, or the plain difference where there is no percentage of zero.
fn shown(change: Change) -> String {
    change.percent.map_or_else(|| Signed(change.absolute).to_string(), |percent| Percent(percent).to_string())
}
