//! For a browser: one page, without scripts and without other files.

use super::plot::{HEIGHT, Plot, WIDTH};
use super::view::{HistoryView, Movement, Tone, noise};
use crate::trend::SeriesTrend;
use crate::words::{Number, capped, counted};
use askama::Template;
use std::io::{self, Write};

/// The most characters of a text on the page.
const LONGEST: usize = 500;

/// The template escapes every text.
#[derive(Template)]
#[template(config = "src/report/screen/history/askama.toml", path = "history.html")]
struct Page {
    lead: Vec<String>,
    suites: Vec<String>,
    notable: Vec<Figure>,
    groups: Vec<Group>,
    width: f64,
    height: f64,
}

/// The series of a machine without steps and drift.
struct Group {
    title: String,
    figures: Vec<Figure>,
}

/// A small multiple.
struct Figure {
    name: String,
    unit: String,
    about: String,
    plot: Plot,
    /// The smallest and the largest value.
    span: String,
    last: String,
    /// The picture in words.
    label: String,
    movements: Vec<PageMovement>,
}

struct PageMovement {
    tone: &'static str,
    change: String,
    values: String,
    place: String,
    /// The page of the commit.
    link: Option<String>,
}

/// Writes the page: a small multiple for each series, those with steps or drift first.
///
/// # Errors
/// If writing fails.
pub fn history_html(view: &HistoryView<'_>, out: &mut dyn Write) -> io::Result<()> {
    let trends = view.trends;
    let figures =
        |of: &mut dyn Iterator<Item = &SeriesTrend<'_>>| of.map(|it| figure(view, it)).collect::<Vec<_>>();
    let groups = trends.history.machines().into_iter().map(|(machine, _)| {
        let quiet = |it: &&SeriesTrend<'_>| !it.is_notable() && it.series.machine == *machine;
        let figures = figures(&mut trends.series.iter().filter(quiet));
        Group { title: format!("{machine}, {} without steps", counted_series(figures.len())), figures }
    });
    let page = Page {
        lead: texts(view.lead()),
        suites: texts(view.suites()),
        notable: figures(&mut trends.series.iter().filter(|it| it.is_notable())),
        groups: groups.filter(|it| !it.figures.is_empty()).collect(),
        width: WIDTH,
        height: HEIGHT,
    };
    let page = page.render().map_err(io::Error::other)?;
    writeln!(out, "{}", page.trim_end())
}

fn counted_series(count: usize) -> String {
    format!("{count} series")
}

fn texts(all: Vec<String>) -> Vec<String> {
    all.iter().map(|it| capped(it, LONGEST)).collect()
}

fn figure(view: &HistoryView<'_>, trend: &SeriesTrend<'_>) -> Figure {
    let it = trend.series;
    let plot = Plot::of(trend);
    let last = it.points.last().map_or(0.0, |it| it.center);
    let about = [
        Some(it.pkg.to_string()).filter(|it| !it.is_empty()),
        view.machine(trend).filter(|_| trend.is_notable()),
        noise(trend),
    ];
    let about: Vec<String> = about.into_iter().flatten().collect();
    let unit = capped(it.unit.as_str(), LONGEST);
    let commits = counted(it.points.len(), "commit");
    Figure {
        name: capped(&it.benchmark, LONGEST),
        about: capped(&about.join(", "), LONGEST),
        span: format!("{} to {}", Number(plot.low), Number(plot.high)),
        last: Number(last).to_string(),
        label: format!(
            "{} to {} {unit} over {commits}, last {}",
            Number(plot.low),
            Number(plot.high),
            Number(last)
        ),
        movements: view.movements(trend).into_iter().map(|it| movement(view, it)).collect(),
        unit,
        plot,
    }
}

fn movement(view: &HistoryView<'_>, movement: Movement) -> PageMovement {
    let Movement { change, values, place, commit, tone } = movement;
    let repository = &view.trends.history.repository;
    let is_web = repository.starts_with("https://");
    PageMovement {
        tone: match tone {
            Tone::Worse => "fails",
            Tone::Better => "improved",
            Tone::Neither => "other",
        },
        link: commit.filter(|_| is_web).map(|commit| format!("{repository}/commit/{commit}")),
        change,
        values: capped(&values, LONGEST),
        place: capped(&place, LONGEST),
    }
}
