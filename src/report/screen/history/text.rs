//! For a terminal.

use super::view::{HistoryView, Movement, Tone, noise, thinned};
use crate::report::format::wrapped;
use crate::trend::SeriesTrend;
use crate::words::{Number, clean, counted, shortened};
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

/// The columns of a terminal, and of a sparkline.
const WIDTH: usize = 100;
const SPARK: usize = 40;

/// Writes every series with its steps or drift, what got worst first, with a line that shows its values.
///
/// # Errors
/// If writing fails.
pub fn history_text(view: &HistoryView<'_>, out: &mut dyn Write) -> io::Result<()> {
    for line in view.lead().into_iter().chain(view.suites()) {
        wrapped(&clean(line), WIDTH).iter().try_for_each(|line| writeln!(out, "{line}"))?;
    }
    let all = view.shown().count();
    for trend in view.shown().take(view.most) {
        writeln!(out)?;
        series(view, trend, out)?;
    }
    if all > view.most {
        writeln!(out, "\nand {}; --max {all} shows all", counted_series(all - view.most))?;
    }
    Ok(())
}

fn counted_series(count: usize) -> String {
    format!("{count} more series")
}

fn series(view: &HistoryView<'_>, trend: &SeriesTrend<'_>, out: &mut dyn Write) -> io::Result<()> {
    let bold = Style::new().bold();
    let it = trend.series;
    let pkg = if it.pkg.is_empty() { String::new() } else { format!(" in {}", shortened(&it.pkg)) };
    let machine = view.machine(trend).map_or_else(String::new, |machine| format!(", {machine}"));
    writeln!(out, "{bold}{}{bold:#} {}{pkg}{machine}", shortened(&it.benchmark), clean(&it.unit))?;
    let last = it.points.last().map_or(0.0, |it| it.center);
    let about =
        [Some(format!("last {}", Number(last))), Some(counted(it.points.len(), "commit")), noise(trend)];
    let about: Vec<String> = about.into_iter().flatten().collect();
    writeln!(out, "  {}  {}", sparkline(&thinned(&it.points, SPARK)), about.join(", "))?;
    for Movement { change, values, place, tone, .. } in view.movements(trend) {
        let style = match tone {
            Tone::Worse => AnsiColor::Red.on_default(),
            Tone::Better => AnsiColor::Green.on_default(),
            Tone::Neither => Style::new(),
        };
        writeln!(out, "  {style}{change:>8}{style:#}  {}  {place}", clean(values))?;
    }
    Ok(())
}

/// Values as bars of eight heights.
fn sparkline(values: &[f64]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let bar = |value: &f64| {
        let part = if high > low { (value - low) / (high - low) } else { 0.0 };
        BARS[((part * 7.0).round() as usize).min(7)]
    };
    values.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sparkline_shows_heights() {
        assert_eq!(sparkline(&[1.0, 1.0, 2.0, 8.0]), "▁▁▂█");
        assert_eq!(sparkline(&[3.0, 3.0]), "▁▁");
        assert_eq!(sparkline(&[]), "");
    }
}
