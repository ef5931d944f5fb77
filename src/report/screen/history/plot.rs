//! The small picture of a series.

use super::view::thinned;
use crate::trend::SeriesTrend;
use std::fmt::Write;

/// The size of a picture in its own units; it stretches to its place.
pub(super) const WIDTH: f64 = 240.0;
pub(super) const HEIGHT: f64 = 60.0;
/// The margin at the top and at the bottom.
const MARGIN: f64 = 4.0;
/// The most points of the line.
const POINTS: usize = 120;
/// How many standard deviations the band of noise reaches to either side.
const BAND: f64 = 2.0;

/// A picture: the values as a line, and for each level its line and its band of noise.
pub(super) struct Plot {
    pub line: String,
    pub levels: String,
    pub bands: Vec<[f64; 4]>,
    /// The positions of the steps.
    pub steps: Vec<f64>,
    pub low: f64,
    pub high: f64,
}

impl Plot {
    pub fn of(trend: &SeriesTrend<'_>) -> Plot {
        let points = &trend.series.points;
        let values = thinned(points, POINTS);
        let noise = trend.noise.unwrap_or_default();
        let levels = levels(trend);
        let ends = values.iter().copied().chain(levels.iter().flat_map(|it| [it.from, it.to]));
        let (low, high) =
            ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), it| (low.min(it), high.max(it)));
        // A flat series is drawn in the middle, and noise is not blown up to the whole height.
        let room = ((high - low) * 0.05).max((high.abs() + low.abs()) * 0.5 * (BAND * noise).max(0.01));
        let (bottom, top) = (low - room, high + room);
        let y = |value: f64| {
            let part = if top > bottom { (value - bottom) / (top - bottom) } else { 0.5 };
            tenth(HEIGHT - MARGIN - part.clamp(0.0, 1.0) * (HEIGHT - 2.0 * MARGIN))
        };
        let scale = |index: f64, count: usize| {
            tenth(if count > 1 { index / (count - 1) as f64 * WIDTH } else { WIDTH / 2.0 })
        };
        let mut line = String::new();
        for (index, value) in values.iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = write!(
                line,
                "{}{},{}",
                if index == 0 { "M" } else { " " },
                scale(index as f64, values.len()),
                y(*value)
            );
        }
        let x = |point: f64| scale(point, points.len());
        let path = |it: &Level| format!("M{},{} {},{}", x(it.start), y(it.from), x(it.end), y(it.to));
        let band = |it: &Level| {
            let (above, below) = (y(it.from * (1.0 + BAND * noise)), y(it.from * (1.0 - BAND * noise)));
            [x(it.start), above, tenth(x(it.end) - x(it.start)), tenth(below - above)]
        };
        let is_banded = noise > 0.0 && trend.drift.is_none();
        Plot {
            levels: levels.iter().map(path).collect(),
            bands: if is_banded { levels.iter().map(band).collect() } else { Vec::new() },
            steps: trend.steps.iter().map(|it| x(it.at as f64 - 0.5)).collect(),
            line,
            low,
            high,
        }
    }
}

/// A straight piece between two points.
struct Level {
    start: f64,
    end: f64,
    from: f64,
    to: f64,
}

fn levels(trend: &SeriesTrend<'_>) -> Vec<Level> {
    let last = trend.series.points.len().saturating_sub(1) as f64;
    if let Some(drift) = trend.drift {
        return vec![Level { start: 0.0, end: last, from: drift.from, to: drift.to }];
    }
    let starts = std::iter::once(0.0).chain(trend.steps.iter().map(|it| it.at as f64 - 0.5));
    let ends = trend.steps.iter().map(|it| it.at as f64 - 0.5).chain(std::iter::once(last));
    let first = trend.steps.first().map(|it| it.from);
    let values = first.into_iter().chain(trend.steps.iter().map(|it| it.to));
    let level = |((start, end), value)| Level { start, end, from: value, to: value };
    match trend.steps.is_empty() {
        true => median(trend)
            .map(|value| Level { start: 0.0, end: last, from: value, to: value })
            .into_iter()
            .collect(),
        false => starts.zip(ends).zip(values).map(level).collect(),
    }
}

fn median(trend: &SeriesTrend<'_>) -> Option<f64> {
    thinned(&trend.series.points, 1).first().copied()
}

/// With one decimal, which is finer than a screen.
fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
