//! Every format that a report can be written in.

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

pub use github::github;
pub use issue::{BenchmarkLocations, SourceLocation};
pub use markdown::{GateId, markdown};
pub use terminal::{Detail, terminal};

use super::{Report, json};
use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The contract: everything.
    Json,
    /// A comment on a pull request, or the summary of a CI step.
    Markdown,
    /// One page for a browser.
    Html,
    /// A test report, as every CI shows them.
    Junit,
    /// Results of an analysis, SARIF 2.1.0.
    Sarif,
    /// A record per row.
    Csv,
    /// Annotations: workflow commands of GitHub Actions.
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
}

/// What a format may need besides the report.
#[derive(Debug, Clone, Default)]
pub struct RenderContext {
    /// Which gate speaks, where several comment on one pull request.
    pub id: GateId,
    /// Where the benchmarks stand in the source.
    pub locations: BenchmarkLocations,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 8] = [
        Format::Json,
        Format::Markdown,
        Format::Html,
        Format::Junit,
        Format::Sarif,
        Format::Csv,
        Format::Github,
        Format::Gitlab,
    ];

    /// What it is called on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Markdown => "markdown",
            Format::Html => "html",
            Format::Junit => "junit",
            Format::Sarif => "sarif",
            Format::Csv => "csv",
            Format::Github => "github",
            Format::Gitlab => "gitlab",
        }
    }

    /// Whether it points at lines of the source.
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
        Format::Html => html::html(report, out),
        Format::Junit => junit::junit(report, out),
        Format::Sarif => sarif::sarif(report, &context.locations, out),
        Format::Csv => csv::csv(report, out),
        Format::Github => github(report, &context.locations, out),
        Format::Gitlab => gitlab::gitlab(report, &context.locations, out),
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Format, String> {
        Format::ALL.into_iter().find(|format| format.as_str() == text).ok_or_else(|| {
            let known = Format::ALL.map(Format::as_str).join(", ");
            format!("there is no format `{text}`; there are: {known}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_called_what_it_prints() {
        for format in Format::ALL {
            assert_eq!(format.to_string().parse(), Ok(format));
        }
        assert!("pdf".parse::<Format>().is_err_and(|error| error.contains("gitlab")));
    }
}
