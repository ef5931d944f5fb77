//! The order in which every report shows its rows.

use crate::policy::Level;
use crate::verdict::{Finding, Verdict};
use anstyle::{AnsiColor, Style};

/// Where a row is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    /// What makes the gate fail.
    Fails,
    /// What it warns of.
    Warns,
    /// What was not decided, and would fail if it were worse.
    Unsure,
    /// What got better.
    Improved,
    /// Everything else.
    Rest,
}

impl Section {
    /// Decided by verdict and level alone.
    pub fn of(finding: &Finding) -> Section {
        match (finding.verdict, finding.level) {
            (Verdict::OverBudget | Verdict::Regressed | Verdict::Missing, Level::Fail) => Section::Fails,
            (Verdict::OverBudget | Verdict::Regressed | Verdict::Missing | Verdict::New, Level::Warn) => {
                Section::Warns
            }
            (Verdict::Waived, Level::Fail | Level::Warn) => Section::Warns,
            (Verdict::New, Level::Fail) => Section::Fails,
            (Verdict::Undecided | Verdict::NotJudged, Level::Fail) => Section::Unsure,
            (Verdict::Improved, _) => Section::Improved,
            (_, Level::Ignore) => Section::Rest,
            (Verdict::Undecided | Verdict::NotJudged | Verdict::Unchanged | Verdict::WithinBudget, _) => {
                Section::Rest
            }
        }
    }

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Section::Fails => "fails",
            Section::Warns => "warns",
            Section::Unsure => "unsure",
            Section::Improved => "better",
            Section::Rest => "rest",
        }
    }

    /// What carries the meaning where there is no colour.
    pub fn mark(self) -> &'static str {
        match self {
            Section::Fails => "✗",
            Section::Warns => "!",
            Section::Unsure => "?",
            Section::Improved => "✓",
            Section::Rest => "·",
        }
    }

    /// Its colour.
    pub fn style(self) -> Style {
        match self {
            Section::Fails => AnsiColor::Red.on_default(),
            Section::Warns | Section::Unsure => AnsiColor::Yellow.on_default(),
            Section::Improved => AnsiColor::Green.on_default(),
            Section::Rest => Style::new(),
        }
    }
}
