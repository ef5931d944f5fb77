//! The reports that a run writes besides the one on the terminal.

use super::{console, source};
use allocgate::input::Source;
use allocgate::report::{self, Format, GateId, Report, Surroundings};
use anyhow::{Context, ensure};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Which reports to write, and what they need to know.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Outputs {
    /// Also write a report, such as markdown=comment.md; - is standard output, in place of the terminal report
    ///
    /// FORMAT is json, markdown, html, junit, sarif, csv, github (annotations) or gitlab (Code Quality). May be given more
    /// than once.
    #[arg(long = "report", value_name = "FORMAT=PATH")]
    reports: Vec<Output>,
    /// The name of this gate, where several comment on one pull request
    #[arg(long, value_name = "NAME", default_value_t)]
    id: GateId,
    /// Where the Go files are that sarif, github and gitlab reports point at
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    source: PathBuf,
}

/// One report to write.
#[derive(Debug, Clone)]
struct Output {
    format: Format,
    /// `None` is standard output.
    path: Option<PathBuf>,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Output, String> {
        let (format, path) = text.split_once('=').ok_or("expected FORMAT=PATH, such as json=report.json")?;
        let format = format.parse()?;
        match path {
            "" => Err(format!("the path is missing, as in {format}=report")),
            "-" => Ok(Output { format, path: None }),
            path => Ok(Output { format, path: Some(path.into()) }),
        }
    }
}

impl Outputs {
    /// Whether anybody waits for a report.
    pub fn are_wanted(&self) -> bool {
        !self.reports.is_empty()
    }

    /// Whether standard output is taken, so that the terminal report does not go there.
    pub fn take_stdout(&self) -> bool {
        self.reports.iter().any(|output| output.path.is_none())
    }

    /// Refuses folders that are not there, for whoever would find out too late.
    pub fn have_folders(&self) -> anyhow::Result<()> {
        for path in self.reports.iter().filter_map(|output| output.path.as_ref()) {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let is_there = folder.is_none_or(Path::is_dir);
            ensure!(is_there, "{}: the report cannot be written: its folder is not there", path.display());
        }
        Ok(())
    }

    /// Refuses to write over what is to be read.
    pub fn spare<'s>(&self, sources: impl Iterator<Item = &'s Source>) -> anyhow::Result<()> {
        let paths = || self.reports.iter().filter_map(|output| output.path.as_ref()?.canonicalize().ok());
        for source in sources {
            // What cannot be expanded is told when it is read.
            for file in source.expand().unwrap_or_default() {
                let is_output = file.identity().is_some_and(|file| paths().any(|path| path == file));
                ensure!(!is_output, "{}: a report would be written over these results", file.file());
            }
        }
        Ok(())
    }

    /// What the formats need besides the report. The source tree is looked at only where a format points at it, or `also`.
    pub fn surroundings(&self, report: &Report, also: bool) -> Surroundings {
        let points_at_source = also || self.reports.iter().any(|output| output.format.points_at_source());
        let functions =
            if points_at_source { source::functions(&self.source, report) } else { Default::default() };
        Surroundings { id: self.id.clone(), functions }
    }

    /// Writes all of them. A report that cannot be written is an error: nobody would know what became of it.
    pub fn write(&self, report: &Report, with: &Surroundings) -> anyhow::Result<()> {
        for output in &self.reports {
            let render = |out: &mut dyn Write| report::render(output.format, report, with, out);
            match &output.path {
                None => console::print_bytes(render)?,
                Some(path) => File::create(path)
                    .map(BufWriter::new)
                    .and_then(|mut file| render(&mut file).and_then(|()| file.flush()))
                    .with_context(|| format!("{}: the report cannot be written", path.display()))?,
            }
        }
        Ok(())
    }
}
