//! The rows as every format shows them: grouped in sections, in order, each with its texts.

use crate::compare::SampleSummary;
use crate::model::Class;
use crate::policy::{Level, Origin};
use crate::report::{Report, command};
use crate::verdict::{Change, Finding, Verdict, WaiverNote};
use crate::words::{Magnitude, Number, Percent, Signed, counted};
use anstyle::{AnsiColor, Style};

/// The section of a report that shows a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// Rows that fail the gate.
    Fails,
    /// Rows that look worse, although nothing proves it.
    Suspects,
    /// Rows that it warns of.
    Warns,
    /// Undecided rows at level fail.
    Undecided,
    /// Improvements.
    Improved,
    /// All other rows.
    Other,
}

impl Section {
    /// The section of a finding.
    pub fn of(finding: &Finding) -> Section {
        if finding.fails() {
            Section::Fails
        } else if finding.warns() {
            Section::Warns
        } else if finding.suspect.is_some() && finding.level != Level::Ignore {
            Section::Suspects
        } else if finding.is_open() {
            Section::Undecided
        } else if finding.verdict == Verdict::Improved {
            Section::Improved
        } else {
            Section::Other
        }
    }

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Section::Fails => "fails",
            Section::Suspects => "suspects",
            Section::Warns => "warns",
            Section::Undecided => "undecided",
            Section::Improved => "improved",
            Section::Other => "other",
        }
    }

    /// `4 failing rows`, `3 suspects`.
    pub fn counted(self, rows: usize) -> String {
        let kind = match self {
            Section::Fails => "failing row",
            Section::Suspects => "suspect",
            Section::Warns => "warning row",
            Section::Undecided => "undecided row",
            Section::Improved => "improved row",
            Section::Other => "other row",
        };
        counted(rows, kind)
    }

    /// The mark, which shows the section where there is no colour.
    pub fn mark(self) -> &'static str {
        match self {
            Section::Fails => "✗",
            Section::Warns => "!",
            Section::Suspects | Section::Undecided => "?",
            Section::Improved => "✓",
            Section::Other => "·",
        }
    }

    /// The colour.
    pub fn style(self) -> Style {
        match self {
            Section::Fails => AnsiColor::Red.on_default(),
            Section::Suspects => AnsiColor::Yellow.on_default().bold(),
            Section::Warns | Section::Undecided => AnsiColor::Yellow.on_default(),
            Section::Improved => AnsiColor::Green.on_default(),
            Section::Other => Style::new(),
        }
    }
}

/// One line of a report: a finding, or the findings of a missing or new benchmark in all its units.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'r> {
    /// The section that shows it.
    pub section: Section,
    /// The first of its findings; the others differ in the unit only.
    pub finding: &'r Finding,
    /// All its findings, at least one.
    pub findings: &'r [Finding],
}

/// All entries, in the order of the input.
pub fn entries(report: &Report) -> impl Iterator<Item = Entry<'_>> {
    report.rows.chunk_by(is_one).map(|findings| {
        let finding = &findings[0]; // a chunk is never empty
        Entry { section: Section::of(finding), finding, findings }
    })
}

/// All entries by section, the worst first in each.
pub fn worst_first(report: &Report) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry> = entries(report).collect();
    entries.sort_by(|a, b| a.section.cmp(&b.section).then(b.weight().total_cmp(&a.weight())));
    entries
}

/// The most suspects that people are shown; a report says how many more there are.
pub const MOST_SUSPECTS: usize = 10;

/// What makes a row a suspect, in a sentence.
pub const ABOUT_SUSPECTS: &str =
    "not proven: new is worse in every sample, but chance or noise can cause that";

/// All suspects, the worst first: the one with the largest gap between the samples.
pub fn suspects(report: &Report) -> Vec<Entry<'_>> {
    let mut suspects: Vec<Entry> = entries(report).filter(|it| it.section == Section::Suspects).collect();
    suspects.sort_by(|a, b| b.weight().total_cmp(&a.weight()));
    suspects
}

/// Whether two findings make one entry: a missing or new benchmark is one line, in whatever units it was measured.
fn is_one(a: &Finding, b: &Finding) -> bool {
    let is_removed = a.verdict == Verdict::Waived && a.new.is_none();
    let whole = is_removed || matches!(a.verdict, Verdict::Missing | Verdict::New);
    let same = |of: fn(&Finding) -> (&str, &str, Verdict, Level, bool)| of(a) == of(b);
    whole && same(|it| (&it.pkg, &it.benchmark, it.verdict, it.level, it.new.is_some()))
}

impl Entry<'_> {
    /// The units, as written in the input.
    pub fn units(&self) -> String {
        self.findings.iter().map(|finding| finding.unit.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// `0 → 2`, or which side it is missing from.
    pub fn values(&self) -> String {
        match (self.finding.verdict, self.finding.new) {
            (Verdict::Missing, Some(_)) => "not in base".to_string(),
            (Verdict::Missing, None) if self.finding.is_lost() => "lost in new".to_string(),
            (Verdict::Missing | Verdict::Waived, None) => "not in new".to_string(),
            (Verdict::New, _) => "new".to_string(),
            _ => values(self.finding),
        }
    }

    /// `+12.4%`, or `+2` where there is no percentage; empty where nothing was compared.
    pub fn change(&self) -> String {
        self.finding.change.map(shown).unwrap_or_default()
    }

    /// The rule of the policy that decided, with its place.
    pub fn rule(&self) -> String {
        let text = &self.finding.rule.text;
        self.place().map_or(text.to_string(), |place| format!("{text} ({place})"))
    }

    /// Why the row is undecided, in a few words: the gap of a suspect, the samples that it has and needs, the interval of its change, or the
    /// range of a counting unit where there is no percentage. `None` if none of them is the reason.
    pub fn doubt(&self) -> Option<String> {
        let finding = self.finding;
        let n = |side: Option<SampleSummary>| side.map_or(0, |it| it.n);
        let needed = finding.reason.needed_samples();
        let samples = format!("{}+{} samples", n(finding.base), n(finding.new));
        if let Some(suspect) = finding.suspect.filter(|_| self.section == Section::Suspects) {
            let gap = suspect.gap_percent.map(|gap| format!("gap {}", Magnitude(gap)));
            let parts = needed.map(|_| samples).into_iter().chain(["no overlap".to_string()]).chain(gap);
            return Some(parts.collect::<Vec<_>>().join(", "));
        }
        if let Some(needed) = needed {
            return Some(format!("{samples}, {needed} per side needed"));
        }
        if finding.verdict != Verdict::Undecided {
            return None;
        }
        if let Some((low, high)) = finding.change.and_then(|it| it.low.zip(it.high)) {
            let interval = || format!("{} … {}", Percent(low.max(-100.0)), Percent(high));
            return finding.may_be_worse().filter(|&may| may).map(|_| interval());
        }
        let values = |side: SampleSummary| {
            let (low, high) = (side.low?, side.high?);
            let range = format!("{} … {}", Number(low), Number(high));
            Some(if low == high { Number(low).to_string() } else { range })
        };
        let sides = finding.base.zip(finding.new).filter(|_| finding.unit.class() == Class::Counting);
        sides.and_then(|(base, new)| Some(format!("samples {} → {}", values(base)?, values(new)?)))
    }

    /// What a reader should know besides, in a few words each: notes, and the waivers that do not hold.
    pub fn notes(&self) -> impl Iterator<Item = String> {
        let notes = self.findings.iter().flat_map(|finding| &finding.notes).map(ToString::to_string);
        let broken =
            |it: &&WaiverNote| matches!(it, WaiverNote::Expired { .. } | WaiverNote::Exceeded { .. });
        let waivers = self.findings.iter().flat_map(|finding| &finding.waivers).filter(broken);
        notes.chain(waivers.map(ToString::to_string))
    }

    /// The reason in a sentence, with the place of the rule.
    pub fn message(&self) -> String {
        let message = self.finding.message();
        self.place().map_or(message.to_string(), |place| format!("{message} ({place})"))
    }

    /// The reason in a sentence, and for a suspect the command that decides it.
    pub fn advised(&self, report: &Report) -> String {
        let command = match self.section {
            Section::Suspects => command::decide([self.finding], report.evidence.options()),
            _ => None,
        };
        let message = self.message();
        command.map_or(message.clone(), |command| format!("{message}; to decide it: {command}"))
    }

    /// Where the rule that decided stands in the policy file; `None` for the built-in policy.
    fn place(&self) -> Option<String> {
        let rule = &self.finding.rule;
        let line = rule.line.filter(|_| rule.source != Origin::BUILT_IN)?;
        Some(format!("{}:{line}", rule.source))
    }

    /// How bad it is: missing benchmarks first, then changes from zero, then by the size of the change, or of the gap of suspects.
    fn weight(&self) -> f64 {
        if let Some(suspect) = self.finding.suspect.filter(|_| self.section == Section::Suspects) {
            return suspect.gap_percent.unwrap_or(f64::MAX);
        }
        match (self.finding.verdict, self.finding.change) {
            (Verdict::Missing, _) => f64::INFINITY,
            (_, Some(Change { percent: Some(percent), .. })) => percent.abs(),
            (_, Some(change)) if change.absolute != 0.0 => f64::MAX,
            (_, Some(_) | None) => 0.0,
        }
    }
}

/// The values of both sides. A maximum may apply to the worst sample, which is then shown as well.
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

/// A percentage, or the plain difference if base is zero.
fn shown(change: Change) -> String {
    change.percent.map_or_else(|| Signed(change.absolute).to_string(), |percent| Percent(percent).to_string())
}
