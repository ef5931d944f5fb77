//! For an issue that a job updates every week.

use super::view::{HistoryView, Movement, noise};
use crate::report::format::{code, prose};
use crate::words::counted;
use std::io::{self, Write};

/// The most characters of a name or a sentence.
const MOST: usize = 500;
/// The most steps of a series that are listed.
const STEPS: usize = 5;
/// An issue holds 65,536 characters.
const LONGEST: usize = 60_000;

/// Writes a table of the series with steps or drift, what got worst first.
///
/// # Errors
/// If writing fails.
pub fn history_markdown(view: &HistoryView<'_>, out: &mut dyn Write) -> io::Result<()> {
    for line in view.lead().into_iter().chain(view.suites()) {
        writeln!(out, "{}\n", prose(&line, MOST))?;
    }
    let all = view.shown().count();
    if all == 0 {
        return Ok(());
    }
    writeln!(out, "| benchmark | unit | change | where |\n|---|---|---|---|")?;
    let (mut length, mut shown) = (0, 0);
    for trend in view.shown().take(view.most) {
        let mut movements = view.movements(trend);
        let more = movements.len().saturating_sub(STEPS);
        movements.drain(..more);
        let cells =
            |of: &dyn Fn(&Movement) -> String| movements.iter().map(of).collect::<Vec<_>>().join("<br>");
        let changes = cells(&|it| format!("**{}** {}", it.change, prose(&it.values, MOST)));
        let mut places = cells(&|it| prose(&it.place, MOST));
        if more > 0 {
            places += &format!("<br>and {} before", counted(more, "step"));
        }
        let places = if movements.is_empty() { noise(trend).unwrap_or_default() } else { places };
        let it = trend.series;
        let machine = view.machine(trend).map_or_else(String::new, |it| format!("<br>{}", code(&it, MOST)));
        let name = format!("{}<br>{}{machine}", code(&it.benchmark, MOST), code(&it.pkg, MOST));
        let row = format!("| {name} | {} | {changes} | {places} |\n", code(it.unit.as_str(), MOST));
        length += row.chars().count();
        if length > LONGEST {
            break;
        }
        shown += 1;
        out.write_all(row.as_bytes())?;
    }
    if all > shown {
        writeln!(out, "\n… and {} more series", all - shown)?;
    }
    Ok(())
}
