//! The formats of a report, one file or folder each, and what they share.

mod causes;
mod csv;
mod github;
mod gitlab;
pub(super) mod headline;
mod html;
mod issue;
mod junit;
mod markdown;
mod reproduce;
pub(super) mod rows;
mod sarif;
mod terminal;

pub(super) use causes::{MOST_SITES, blocks_of, code_step, notes_of, place, short, step};
pub use github::github;
pub use issue::{BenchmarkLocations, SourceLocation};
pub use markdown::{GateId, markdown};
pub(super) use markdown::{Piece, cause as markdown_cause, code, pieces, prose};
pub(super) use terminal::wrapped;
pub use terminal::{Detail, terminal};

use super::{Report, json};
use std::io::{self, Write};
use strum::VariantArray;

/// A format of a report, with its name on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString, strum::VariantArray)]
#[strum(serialize_all = "lowercase", parse_err_ty = String, parse_err_fn = unknown)]
#[non_exhaustive]
pub enum Format {
    /// All data; the contract for other programs.
    Json,
    /// A comment on a pull request, or the summary of a CI job.
    Markdown,
    /// A page for a browser.
    Html,
    /// A test report that CI systems read.
    Junit,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// A record per row, for spreadsheets.
    Csv,
    /// Annotations on GitHub: workflow commands.
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
}

/// What formats need besides the report.
#[derive(Debug, Clone, Default)]
pub struct RenderContext {
    /// The name of this gate, which tells its comment from those of other gates.
    pub id: GateId,
    /// The lines of the benchmark functions.
    pub locations: BenchmarkLocations,
    /// Whether a page shows every row, and not only the worst of each section.
    pub all_rows: bool,
}

impl Format {
    /// Every format.
    pub const ALL: &[Format] = Format::VARIANTS;

    /// Whether the format refers to lines of source files.
    pub fn points_at_source(self) -> bool {
        matches!(self, Format::Sarif | Format::Github | Format::Gitlab)
    }
}

/// Writes the report in this format.
///
/// # Errors
/// If writing fails.
pub fn render(
    format: Format,
    report: &Report,
    context: &RenderContext,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Json => json(report, out),
        Format::Markdown => markdown(report, &context.id, out),
        Format::Html => html::html(report, context.all_rows, out),
        Format::Junit => junit::junit(report, out),
        Format::Sarif => sarif::sarif(report, &context.locations, out),
        Format::Csv => csv::csv(report, out),
        Format::Github => github(report, &context.locations, out),
        Format::Gitlab => gitlab::gitlab(report, &context.locations, out),
    }
}

fn unknown(text: &str) -> String {
    let known: Vec<String> = Format::ALL.iter().map(Format::to_string).collect();
    format!("unknown format `{text}`; expected one of {}", known.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_read_by_the_name_it_prints() {
        for format in Format::ALL {
            assert_eq!(format.to_string().parse(), Ok(*format));
        }
        assert!("pdf".parse::<Format>().is_err_and(|error| error.contains("gitlab")));
    }
}
