//! The plots of the page: a bar per row (its change and interval beside the tolerance, on one axis), and a strip per
//! failing row (every sample a dot, in the order of measurement).

use crate::verdict::{Change, Finding};
use crate::words::{Number, Percent, capped, counted};

/// The longest text of the page, in characters. A browser wraps long names; what is longer is not a name.
pub(super) const LONGEST: usize = 1_000;

/// The width of a plot in its own units; it stretches to the width of its cell.
pub(super) const WIDTH: f64 = 240.0;

/// The margin at both ends of the axis.
const MARGIN: f64 = 8.0;

/// The axis is about linear up to this percentage and about logarithmic beyond, so that 1% and 1,000% fit on one page.
const LINEAR: f64 = 5.0;

/// Changes beyond this percentage are drawn at the end of the axis.
const MOST: f64 = 1e6;

/// The axis of all rows, in percent.
pub(super) struct Axis {
    low: f64,
    high: f64,
    /// The labels of the axis.
    pub ticks: Vec<Tick>,
    /// The position of 0%.
    pub zero: f64,
}

pub(super) struct Tick {
    /// The position in percent of the width.
    pub left: f64,
    pub label: String,
}

/// The plot of one row.
pub(super) struct Bar {
    /// The start and the width of the tolerance.
    pub tolerated: Option<(f64, f64)>,
    /// The ends of the interval.
    pub interval: Option<(f64, f64)>,
    /// The estimate.
    pub center: f64,
    /// Whether base is zero: then there is no percentage, and the plot is an arrow.
    pub from_zero: bool,
    /// The plot in words.
    pub label: String,
}

impl Axis {
    /// An axis for every change and its interval, and at least from -20% to +20%.
    pub fn over<'r>(findings: impl Iterator<Item = &'r Finding>) -> Axis {
        let (mut low, mut high) = (-20.0_f64, 20.0_f64);
        for finding in findings {
            let change = finding.change;
            let ends = [
                change.and_then(|it| it.percent),
                change.and_then(|it| it.low),
                change.and_then(|it| it.high),
            ];
            for end in ends.into_iter().flatten() {
                low = low.min(end);
                high = high.max(end);
            }
        }
        let mut axis = Axis { low: scaled(low), high: scaled(high), ticks: Vec::new(), zero: 0.0 };
        axis.zero = axis.x(0.0);
        axis.ticks = axis.ticks();
        axis
    }

    /// The position of a percentage.
    fn x(&self, percent: f64) -> f64 {
        let part = (scaled(percent) - self.low) / (self.high - self.low);
        round(MARGIN + part.clamp(0.0, 1.0) * (WIDTH - 2.0 * MARGIN))
    }

    /// Round numbers, far enough from each other to be read.
    fn ticks(&self) -> Vec<Tick> {
        const ROUND: [f64; 11] = [5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 1e4, 1e5, 1e6];
        const APART: f64 = 50.0;
        let mut at = vec![0.0];
        for sign in [1.0, -1.0] {
            let mut last = self.zero;
            for percent in ROUND.map(|it| it * sign) {
                let scaled = scaled(percent);
                if (self.low..=self.high).contains(&scaled) && (self.x(percent) - last).abs() >= APART {
                    at.push(percent);
                    last = self.x(percent);
                }
            }
        }
        let label = |percent: f64| Percent(percent).to_string().replace(".0%", "%");
        let tick = |percent| Tick { left: round(self.x(percent) / WIDTH * 100.0), label: label(percent) };
        at.into_iter().map(tick).collect()
    }

    /// The plot of a row, if it was compared.
    pub fn bar(&self, finding: &Finding) -> Option<Bar> {
        let change = finding.change?;
        let base = finding.base.map_or(0.0, |base| base.center);
        let tolerated = finding.tolerance.and_then(|it| it.percent_of(base));
        let span = |low: f64, high: f64| (self.x(low), round(self.x(high) - self.x(low)));
        Some(Bar {
            tolerated: tolerated.map(|percent| span(-percent.abs(), percent.abs())),
            interval: change
                .low
                .zip(change.high)
                .map(|(low, high)| (self.x(low.min(high)), self.x(high.max(low)))),
            center: match change.percent {
                Some(percent) => self.x(percent),
                None if change.absolute > 0.0 => WIDTH - MARGIN,
                None if change.absolute < 0.0 => MARGIN,
                None => self.zero,
            },
            from_zero: change.percent.is_none() && change.absolute != 0.0,
            label: label(change, tolerated),
        })
    }
}

fn label(change: Change, tolerated: Option<f64>) -> String {
    let value = match change.percent {
        Some(percent) => Percent(percent).to_string(),
        None => "change from zero".to_string(),
    };
    let interval = change
        .low
        .zip(change.high)
        .map(|(low, high)| format!(", 95% interval {} to {}", Percent(low), Percent(high)));
    let tolerated = tolerated.map(|it| format!("; tolerance {}", Percent(it)));
    format!("{value}{}{}", interval.unwrap_or_default(), tolerated.unwrap_or_default())
}

/// The inverse hyperbolic sine: linear around zero, logarithmic away from it, and defined on both sides.
fn scaled(percent: f64) -> f64 {
    (percent.clamp(-MOST, MOST) / LINEAR).asinh()
}

/// Rounds to one decimal, which is finer than a screen.
pub(super) fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// The margin at both ends of a strip.
const STRIP_MARGIN: f64 = 4.0;

/// The height of a lane.
const HEIGHT: f64 = 40.0;

/// The samples of one failing row.
pub(super) struct Strip {
    pub name: String,
    pub unit: String,
    /// Base and new, if they have samples.
    pub lanes: Vec<Lane>,
    /// The position of the limit, the end of the tolerance or the maximum, and its label.
    pub limit: Option<(f64, String)>,
    /// The labels at the ends of the axis.
    pub low: String,
    pub high: String,
}

/// The samples of one side.
pub(super) struct Lane {
    pub side: &'static str,
    pub dots: Vec<(f64, f64)>,
    pub median: f64,
    /// The lane in words.
    pub label: String,
}

impl Strip {
    /// The plot of a row whose samples are in the report.
    pub fn of(finding: &Finding) -> Option<Strip> {
        let samples = finding.samples.as_ref()?;
        let limit = limit(finding);
        let values = samples.base.iter().chain(&samples.new).copied().filter(|value| value.is_finite());
        let all: Vec<f64> = values.chain(limit.as_ref().map(|&(at, _)| at)).collect();
        let low = all.iter().copied().reduce(f64::min)?;
        let high = all.iter().copied().reduce(f64::max)?;
        // In halves, because the difference of two extreme numbers may overflow.
        let half = high / 2.0 - low / 2.0;
        let x = |value: f64| {
            let part = if half > 0.0 { (value / 2.0 - low / 2.0) / half } else { 0.5 };
            round(STRIP_MARGIN + part.clamp(0.0, 1.0) * (WIDTH - 2.0 * STRIP_MARGIN))
        };
        let sides = [("base", &samples.base, finding.base), ("new", &samples.new, finding.new)];
        let lanes = sides.into_iter().filter_map(|(side, values, summary)| {
            let center = summary.filter(|_| !values.is_empty())?.center;
            let step = HEIGHT / (values.len() as f64 + 1.0);
            let dots =
                values.iter().enumerate().map(|(i, &value)| (x(value), round(step * (i as f64 + 1.0))));
            let label = format!("{side}: {}, median {}", counted(values.len(), "sample"), Number(center));
            Some(Lane { side, dots: dots.collect(), median: x(center), label })
        });
        Some(Strip {
            name: capped(&finding.benchmark, LONGEST),
            unit: capped(finding.unit.as_str(), LONGEST),
            lanes: lanes.collect(),
            limit: limit.map(|(at, label)| (x(at), label)),
            low: Number(low).to_string(),
            high: Number(high).to_string(),
        })
    }
}

/// The limit that new exceeds: the maximum, or the end of the tolerance on the side of new.
fn limit(finding: &Finding) -> Option<(f64, String)> {
    let over = |max: &f64| finding.worst.or(finding.new.map(|new| new.center)).is_some_and(|new| new > *max);
    if let Some(max) = finding.max.filter(over) {
        return Some((max, format!("maximum {}", Number(max))));
    }
    let base = finding.base?.center;
    let amount = finding.tolerance?.margin(base);
    let worse = finding.change?.absolute;
    let at = base + amount.copysign(worse);
    at.is_finite().then(|| (at, format!("tolerance ends at {}", Number(at))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_is_in_order_and_within_the_plot() {
        let axis = Axis { low: scaled(-50.0), high: scaled(1200.0), ticks: Vec::new(), zero: 0.0 };
        let at = [-1e300, -50.0, -5.0, 0.0, 5.0, 100.0, 1200.0, 1e300].map(|percent| axis.x(percent));
        assert!(at.is_sorted(), "{at:?}");
        assert_eq!((at[0], at[7]), (MARGIN, WIDTH - MARGIN));
    }

    #[test]
    fn ticks_do_not_touch() {
        let axis = Axis::over(std::iter::empty());
        let labels: Vec<&str> = axis.ticks.iter().map(|tick| tick.label.as_str()).collect();
        assert_eq!(labels, ["0%", "+10%", "-10%"]);
    }
}
