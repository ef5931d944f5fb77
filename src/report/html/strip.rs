//! The samples of both sides of a row that fails: every value a dot, in the order of measurement.

use super::forest::{WIDTH, round};
use super::text;
use crate::verdict::Finding;
use crate::words::Number;

/// What stays free at both ends, in the units of the picture.
const MARGIN: f64 = 4.0;

/// The height of a lane.
const HEIGHT: f64 = 40.0;

/// The samples of one row.
pub(super) struct Strip {
    pub name: String,
    pub unit: String,
    /// Base and new, where there are values.
    pub lanes: Vec<Lane>,
    /// Where the tolerance or the maximum ends, and what it is.
    pub limit: Option<(f64, String)>,
    /// What the ends of the axis are.
    pub low: String,
    pub high: String,
}

/// The samples of one side.
pub(super) struct Lane {
    pub side: &'static str,
    pub dots: Vec<(f64, f64)>,
    pub median: f64,
    /// The same in words.
    pub label: String,
}

impl Strip {
    /// The picture of a row whose samples are in the report.
    pub fn of(finding: &Finding) -> Option<Strip> {
        let samples = finding.samples.as_ref()?;
        let limit = limit(finding);
        let values = samples.base.iter().chain(&samples.new).copied().filter(|value| value.is_finite());
        let all: Vec<f64> = values.chain(limit.as_ref().map(|&(at, _)| at)).collect();
        let low = all.iter().copied().reduce(f64::min)?;
        let high = all.iter().copied().reduce(f64::max)?;
        // Halves, because the whole way between two extreme numbers may be no number.
        let half = high / 2.0 - low / 2.0;
        let x = |value: f64| {
            let part = if half > 0.0 { (value / 2.0 - low / 2.0) / half } else { 0.5 };
            round(MARGIN + part.clamp(0.0, 1.0) * (WIDTH - 2.0 * MARGIN))
        };
        let sides = [("base", &samples.base, finding.base), ("new", &samples.new, finding.new)];
        let lanes = sides.into_iter().filter_map(|(side, values, summary)| {
            let center = summary.filter(|_| !values.is_empty())?.center;
            let step = HEIGHT / (values.len() as f64 + 1.0);
            let dots =
                values.iter().enumerate().map(|(i, &value)| (x(value), round(step * (i as f64 + 1.0))));
            let label = format!("{side}: {} values, median {}", values.len(), Number(center));
            Some(Lane { side, dots: dots.collect(), median: x(center), label })
        });
        Some(Strip {
            name: text(&finding.benchmark),
            unit: text(finding.unit.as_str()),
            lanes: lanes.collect(),
            limit: limit.map(|(at, label)| (x(at), label)),
            low: Number(low).to_string(),
            high: Number(high).to_string(),
        })
    }
}

/// The first value that is not allowed any more, on the side where new is.
fn limit(finding: &Finding) -> Option<(f64, String)> {
    let over = |max: &f64| finding.worst.or(finding.new.map(|new| new.center)).is_some_and(|new| new > *max);
    if let Some(max) = finding.max.filter(over) {
        return Some((max, format!("maximum {}", Number(max))));
    }
    let base = finding.base?.center;
    let amount = finding.tolerance?.room(base);
    let worse = finding.change?.absolute;
    let at = base + amount.copysign(worse);
    at.is_finite().then(|| (at, format!("tolerance ends at {}", Number(at))))
}
