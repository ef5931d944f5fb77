//! What changed since an anchor, such as a release: a part of the report of `check --anchor` and `run --anchor`.

use crate::verdict::{Finding, Verdict};
use crate::words::{Number, Percent, Signed, counted, shortened};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most rows that a report tells; the others are counted.
const MOST: usize = 10;

/// What got worse since an anchor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Since {
    /// The anchor, as a tag or another revision.
    pub anchor: String,
    /// Its commit.
    pub commit: String,
    /// What got worse or may have, the largest change first.
    pub rows: Vec<SinceRow>,
    /// How many more rows there are.
    pub more: usize,
}

/// A row that got worse since an anchor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SinceRow {
    /// The package's import path.
    pub pkg: String,
    /// The name as Go prints it, without the `Benchmark` prefix.
    pub benchmark: String,
    /// The unit.
    pub unit: String,
    /// The value at the anchor.
    pub base: Option<f64>,
    /// The value now.
    pub new: Option<f64>,
    /// The change.
    pub change: f64,
    /// The change in percent; `null` where the value at the anchor is zero.
    pub percent: Option<f64>,
    /// In which steps it came; `null` if the history has none.
    pub steps: Option<SinceSteps>,
}

/// The steps in which something changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SinceSteps {
    /// How many.
    pub count: usize,
    /// The commit of the last one, shortened.
    pub last: String,
    /// The measured commit before it, shortened, if others are between: then the last step is at one of the commits after this one.
    pub after: Option<String>,
}

impl SinceSteps {
    /// So many steps, the last at this commit, or at one of those after another.
    pub fn new(count: usize, last: impl Into<String>, after: Option<String>) -> SinceSteps {
        SinceSteps { count, last: last.into(), after }
    }
}

impl Since {
    /// What these rows of a report on the time since `anchor`, which is `commit`, says got worse. `steps` knows in which steps a row changed.
    pub fn of(
        rows: &[Finding],
        anchor: &str,
        commit: &str,
        steps: impl Fn(&Finding) -> Option<SinceSteps>,
    ) -> Since {
        // A row has samples if it got worse or may have.
        let is_told = |row: &&Finding| {
            row.samples.is_some() || matches!(row.verdict, Verdict::Regressed | Verdict::Waived)
        };
        let told = rows.iter().filter(is_told).filter_map(|row| row.change.map(|change| (row, change)));
        let mut told: Vec<_> = told.collect();
        let size = |percent: Option<f64>| percent.map_or(f64::INFINITY, f64::abs);
        told.sort_by(|(_, a), (_, b)| size(b.percent).total_cmp(&size(a.percent)));
        let rows = told.iter().take(MOST).map(|(row, change)| SinceRow {
            pkg: row.pkg.to_string(),
            benchmark: row.benchmark.to_string(),
            unit: row.unit.to_string(),
            base: row.base.map(|it| it.center),
            new: row.new.map(|it| it.center),
            change: change.absolute,
            percent: change.percent,
            steps: steps(row),
        });
        Since {
            anchor: anchor.to_string(),
            commit: commit.to_string(),
            rows: rows.collect(),
            more: told.len().saturating_sub(MOST),
        }
    }

    /// A line for each row, and one for how many more there are.
    pub(super) fn lines(&self) -> Vec<String> {
        let anchor = &self.anchor;
        if self.rows.is_empty() {
            let commit = self.commit.get(..12).unwrap_or(&self.commit);
            return vec![format!("since {anchor} ({commit}): nothing got worse beyond its tolerance")];
        }
        let more = (self.more > 0).then(|| format!("since {anchor}: and {}", counted(self.more, "more row")));
        self.rows.iter().map(|row| format!("since {anchor}: {row}")).chain(more).collect()
    }
}

/// `+9.1% (22 → 24) allocs/op, Decode-8 in 2 steps, the last at 4bf2c5e0a1b2`.
impl fmt::Display for SinceRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.percent {
            Some(percent) => write!(f, "{}", Percent(percent))?,
            None => write!(f, "{}", Signed(self.change))?,
        }
        if let Some((base, new)) = self.base.zip(self.new) {
            write!(f, " ({} → {})", Number(base), Number(new))?;
        }
        write!(f, " {}, {}", self.unit, shortened(&self.benchmark))?;
        match &self.steps {
            Some(SinceSteps { count, last, after }) => {
                let steps = counted(*count, "step");
                match after {
                    Some(after) => write!(f, " in {steps}, the last in {after}..{last}"),
                    None => write!(f, " in {steps}, the last at {last}"),
                }
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_much_where_and_in_how_many_steps() {
        let row = SinceRow {
            pkg: "example.com/m".to_string(),
            benchmark: "Decode-8".to_string(),
            unit: "allocs/op".to_string(),
            base: Some(22.0),
            new: Some(24.0),
            change: 2.0,
            percent: Some(9.0909),
            steps: Some(SinceSteps::new(2, "4bf2c5e0a1b2", None)),
        };
        let from_zero =
            SinceRow { base: Some(0.0), new: Some(2.0), percent: None, steps: None, ..row.clone() };
        let between = SinceRow {
            steps: Some(SinceSteps::new(1, "4bf2c5e0a1b2", Some("d4e2aae29517".to_string()))),
            ..row.clone()
        };
        let since = Since {
            anchor: "v1.4.0".to_string(),
            commit: "c0ffee00c0ffee".to_string(),
            rows: vec![row, from_zero, between],
            more: 3,
        };
        assert_eq!(
            since.lines(),
            [
                "since v1.4.0: +9.1% (22 → 24) allocs/op, Decode-8 in 2 steps, the last at 4bf2c5e0a1b2",
                "since v1.4.0: +2 (0 → 2) allocs/op, Decode-8",
                "since v1.4.0: +9.1% (22 → 24) allocs/op, Decode-8 in 1 step, the last in d4e2aae29517..4bf2c5e0a1b2",
                "since v1.4.0: and 3 more rows",
            ]
        );
        let nothing = Since { rows: Vec::new(), more: 0, ..since };
        assert_eq!(nothing.lines(), ["since v1.4.0 (c0ffee00c0ff): nothing got worse beyond its tolerance"]);
    }
}
