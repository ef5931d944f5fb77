//! What every format shows of a series: its changes with their commits.

use crate::model::Direction;
use crate::trend::{Commit, History, Point, SeriesTrend, Step, SuiteTrend, Trends};
use crate::words::{Magnitude, Number, Percent, Signed, counted};

/// Trends, and how much of them is shown.
#[derive(Debug)]
pub struct HistoryView<'t> {
    /// What was found.
    pub trends: &'t Trends<'t>,
    /// Whether series without steps and drift are shown as well.
    pub is_all: bool,
    /// The most series that are shown to people on a terminal and in Markdown.
    pub most: usize,
}

/// A step or a drift of a series.
pub(super) struct Movement {
    /// `+25.0%`, or `+2` from zero.
    pub change: String,
    /// `8 → 10 allocs/op`
    pub values: String,
    /// `at 4bf2c5e0a1b2, 2026-03-02`, or the range of commits.
    pub place: String,
    /// The commit at which the step is; `None` for drift and for a range.
    pub commit: Option<String>,
    pub tone: Tone,
}

/// Whether a change is for the worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Worse,
    Better,
    Neither,
}

impl<'t> HistoryView<'t> {
    /// The history in one line, and what there is to say about it.
    pub(super) fn lead(&self) -> Vec<String> {
        let History { commits, series, remarks, .. } = self.trends.history;
        let machines = self.trends.history.machines();
        let span = match (commits.first(), commits.last()) {
            (Some(first), Some(last)) if commits.len() > 1 => {
                format!(", {} to {}", named(first), named(last))
            }
            (Some(first), _) => format!(", {}", named(first)),
            _ => String::new(),
        };
        let count = |of: fn(&SeriesTrend) -> usize| self.trends.series.iter().map(of).sum::<usize>();
        let (steps, drifts) = (count(|it| it.steps.len()), count(|it| usize::from(it.drift.is_some())));
        let found = match (steps, drifts) {
            (0, 0) => "no steps and no drift".to_string(),
            (steps, 0) => counted(steps, "step"),
            (0, drifts) => format!("drift in {drifts} series"),
            (steps, drifts) => format!("{}, drift in {drifts} series", counted(steps, "step")),
        };
        let about = format!(
            "{} on {}, {} series{span}: {found}",
            counted(commits.len(), "commit"),
            counted(machines.len(), "machine"),
            series.len()
        );
        std::iter::once(about).chain(remarks.iter().cloned()).chain(self.few()).collect()
    }

    /// That most series are too short to be judged, if they are.
    fn few(&self) -> Option<String> {
        let series = &self.trends.series;
        let short = series.iter().filter(|it| it.series.points.len() < 2).count();
        (short > 0)
            .then(|| format!("{short} of {} series have one point, which shows no change", series.len()))
    }

    /// The series that are shown, what got worst first.
    pub(super) fn shown(&self) -> impl Iterator<Item = &'t SeriesTrend<'t>> {
        let is_all = self.is_all;
        self.trends.series.iter().filter(move |it| is_all || it.is_notable())
    }

    /// The machine of a series, if there are several.
    pub(super) fn machine(&self, trend: &SeriesTrend<'_>) -> Option<String> {
        (self.trends.history.machines().len() > 1).then(|| trend.series.machine.to_string())
    }

    /// What the whole suite of a machine did.
    pub(super) fn suites(&self) -> Vec<String> {
        let history = self.trends.history;
        let step = |suite: &SuiteTrend<'_>, step: &Step| {
            let change = Percent(step.percent().unwrap_or_default());
            let place = place(history, step.at.checked_sub(1), step.at);
            format!(
                "all {} benchmarks on {} moved by {change} {} {place}: a change of the machine or of all of them; their own steps are relative to that",
                suite.benchmarks, suite.machine, suite.unit
            )
        };
        self.trends
            .suites
            .iter()
            .flat_map(|suite| suite.steps.iter().map(move |it| step(suite, it)))
            .collect()
    }

    /// The steps of a series, or its drift.
    pub(super) fn movements(&self, trend: &SeriesTrend<'_>) -> Vec<Movement> {
        let (history, points) = (self.trends.history, &trend.series.points);
        let unit = &trend.series.unit;
        let tone = |rise: f64| match trend.better {
            Some(Direction::Lower) if rise > 0.0 => Tone::Worse,
            Some(Direction::Higher) if rise < 0.0 => Tone::Worse,
            Some(_) => Tone::Better,
            None => Tone::Neither,
        };
        let of_step = |step: &Step| {
            let commit_of = |index: usize| points.get(index).map(|it| it.commit);
            let (before, at) =
                (step.at.checked_sub(1).and_then(commit_of), commit_of(step.at).unwrap_or_default());
            let fresh = if step.is_fresh { ", may still go away" } else { "" };
            Movement {
                change: change(step.percent(), step.to - step.from),
                values: format!("{} → {} {unit}", Number(step.from), Number(step.to)),
                place: place(history, before, at) + fresh,
                commit: follows(history, before, at).then(|| history.commits[at].id.clone()),
                tone: tone(step.to - step.from),
            }
        };
        let drift = trend.drift.map(|drift| Movement {
            change: change(drift.percent(), drift.to - drift.from),
            values: format!("{} → {} {unit}", Number(drift.from), Number(drift.to)),
            place: format!(
                "drift of {} a commit over {}",
                fine(drift.percent_per_commit),
                counted(points.len(), "commit")
            ),
            commit: None,
            tone: tone(drift.to - drift.from),
        });
        trend.steps.iter().map(of_step).chain(drift).collect()
    }
}

fn change(percent: Option<f64>, absolute: f64) -> String {
    percent.map_or_else(|| Signed(absolute).to_string(), |percent| Percent(percent).to_string())
}

/// A percentage with two decimals: drift is slow.
fn fine(percent: f64) -> String {
    format!("{percent:+.2}%")
}

/// Whether nothing is between two commits.
fn follows(history: &History, before: Option<usize>, at: usize) -> bool {
    let position = |index: usize| history.commits.get(index).and_then(|it| it.position);
    before.and_then(position).zip(position(at)).is_some_and(|(before, at)| before + 1 == at)
}

/// Where a step is: at a commit, or between two.
fn place(history: &History, before: Option<usize>, at: usize) -> String {
    let commit = |index: usize| history.commits.get(index);
    let Some(now) = commit(at) else { return String::new() };
    let Some(before) = before.and_then(commit).filter(|_| !follows(history, before, at)) else {
        return format!("at {}", named(now));
    };
    match before.position.zip(now.position) {
        Some((from, to)) => {
            format!(
                "in {}..{}, one of {}",
                before.short(),
                named(now),
                counted(to.saturating_sub(from), "commit")
            )
        }
        None => format!("in {}..{}", before.short(), named(now)),
    }
}

/// `4bf2c5e0a1b2 (2026-03-02)`
pub(super) fn named(commit: &Commit) -> String {
    match commit.time.and_then(|time| jiff::Timestamp::from_second(time).ok()) {
        Some(time) => format!("{} ({})", commit.short(), time.strftime("%Y-%m-%d")),
        None => commit.short().to_string(),
    }
}

/// The noise of a series in words.
pub(super) fn noise(trend: &SeriesTrend<'_>) -> Option<String> {
    trend.noise.map(|noise| format!("noise {} from run to run", Magnitude(100.0 * noise)))
}

/// The values of a series with at most so many points: medians of neighbours.
pub(super) fn thinned(points: &[Point], most: usize) -> Vec<f64> {
    let per = points.len().div_ceil(most.max(1)).max(1);
    let median = |chunk: &[Point]| {
        let mut values: Vec<f64> = chunk.iter().map(|it| it.center).collect();
        values.sort_unstable_by(f64::total_cmp);
        values[values.len() / 2] // a chunk is not empty
    };
    points.chunks(per).map(median).collect()
}
