//! Every change with its interval, on one axis, against what is tolerated.

use crate::verdict::{Change, Finding};
use crate::words::Percent;

/// The width of the picture, in its own units: it stretches to whatever room there is.
pub(super) const WIDTH: f64 = 240.0;

/// What stays free at both ends.
const MARGIN: f64 = 8.0;

/// Up to here, in percent, the axis is about linear; beyond, about logarithmic: 1 % and 1,000 % are on one page.
const LINEAR: f64 = 5.0;

/// Changes beyond this many percent are drawn at the end of the axis.
const MOST: f64 = 1e6;

/// The axis of all rows, in percent.
pub(super) struct Axis {
    low: f64,
    high: f64,
    /// What is written on it.
    pub ticks: Vec<Tick>,
    /// Where no change is.
    pub zero: f64,
}

pub(super) struct Tick {
    /// Of the width, in percent.
    pub left: f64,
    pub label: String,
}

/// The picture of one row.
pub(super) struct Bar {
    /// What is tolerated: from, width.
    pub tolerated: Option<(f64, f64)>,
    /// The ends of the interval.
    pub interval: Option<(f64, f64)>,
    /// The estimate.
    pub center: f64,
    /// Whether it comes from nothing: then there is no percentage, and the axis does not reach it.
    pub from_zero: bool,
    /// The same in words.
    pub label: String,
}

impl Axis {
    /// Wide enough for every change, its interval and what is tolerated, and for 20 % either way.
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
        let mut axis = Axis { low: bent(low), high: bent(high), ticks: Vec::new(), zero: 0.0 };
        axis.zero = axis.x(0.0);
        axis.ticks = axis.ticks();
        axis
    }

    /// Where a percentage is drawn.
    fn x(&self, percent: f64) -> f64 {
        let part = (bent(percent) - self.low) / (self.high - self.low);
        round(MARGIN + part.clamp(0.0, 1.0) * (WIDTH - 2.0 * MARGIN))
    }

    /// Round numbers, as many as can be read.
    fn ticks(&self) -> Vec<Tick> {
        const ROUND: [f64; 11] = [5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 1e4, 1e5, 1e6];
        const APART: f64 = 34.0;
        let mut at = vec![0.0];
        for sign in [1.0, -1.0] {
            let mut last = self.zero;
            for percent in ROUND.map(|it| it * sign) {
                let bent = bent(percent);
                if (self.low..=self.high).contains(&bent) && (self.x(percent) - last).abs() >= APART {
                    at.push(percent);
                    last = self.x(percent);
                }
            }
        }
        let label = |percent: f64| Percent(percent).to_string().replace(".0%", "%");
        let tick = |percent| Tick { left: round(self.x(percent) / WIDTH * 100.0), label: label(percent) };
        at.into_iter().map(tick).collect()
    }

    /// The picture of a row, if it was compared.
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
        None => "no percentage of zero".to_string(),
    };
    let interval =
        change.low.zip(change.high).map(|(low, high)| format!(", 95% {} to {}", Percent(low), Percent(high)));
    let tolerated = tolerated.map(|it| format!("; tolerated up to {}", Percent(it)));
    format!("{value}{}{}", interval.unwrap_or_default(), tolerated.unwrap_or_default())
}

/// The inverse hyperbolic sine: linear around zero, logarithmic away from it, and defined on both sides.
fn bent(percent: f64) -> f64 {
    (percent.clamp(-MOST, MOST) / LINEAR).asinh()
}

/// One decimal is finer than a screen.
pub(super) fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_is_in_order_and_within_the_picture() {
        let axis = Axis { low: bent(-50.0), high: bent(1200.0), ticks: Vec::new(), zero: 0.0 };
        let at = [-1e300, -50.0, -5.0, 0.0, 5.0, 100.0, 1200.0, 1e300].map(|percent| axis.x(percent));
        assert!(at.is_sorted(), "{at:?}");
        assert_eq!((at[0], at[7]), (MARGIN, WIDTH - MARGIN));
    }

    #[test]
    fn ticks_do_not_touch() {
        let axis = Axis::over(std::iter::empty());
        let labels: Vec<&str> = axis.ticks.iter().map(|tick| tick.label.as_str()).collect();
        assert_eq!(labels, ["0%", "+5%", "+20%", "-5%", "-20%"]);
    }
}
