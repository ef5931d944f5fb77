//! The reports that a run writes besides the one on the terminal.

use super::{console, write};
use allocgate::internals::input::{FileIdentity, Source};
use allocgate::internals::source;
use allocgate::report::{self, BenchmarkLocations, Format, GateId, RenderContext, Report, SourceLocation};
use anyhow::ensure;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The reports to write, with their settings.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Outputs {
    /// Also write a report, such as markdown=comment.md; - is standard output, in place of the terminal report
    ///
    /// FORMAT is json, markdown, html, junit, sarif, csv, github (annotations) or gitlab (Code Quality). May be given more
    /// than once.
    #[arg(long = "report", value_name = "FORMAT=PATH")]
    reports: Vec<Output>,
    /// Name of this gate, if several gates comment on the same pull request
    #[arg(long, value_name = "NAME", default_value_t)]
    id: GateId,
    /// Show every row in html reports, and not only the worst of each section
    #[arg(long)]
    all_rows: bool,
    /// Folder of the Go files that sarif, github and gitlab reports point at
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
    /// Whether a report is to be written.
    pub fn are_wanted(&self) -> bool {
        !self.reports.is_empty()
    }

    /// The files that reports are written to.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.reports.iter().filter_map(|output| output.path.as_ref())
    }

    /// Whether a report goes to standard output, in place of the terminal report.
    pub fn take_stdout(&self) -> bool {
        self.reports.iter().any(|output| output.path.is_none())
    }

    /// Refuses folders that do not exist, before anything is measured.
    pub fn have_folders(&self) -> anyhow::Result<()> {
        for path in self.reports.iter().filter_map(|output| output.path.as_ref()) {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let is_there = folder.is_none_or(Path::is_dir);
            ensure!(is_there, "{}: the report cannot be written: its folder is not there", path.display());
        }
        Ok(())
    }

    /// Refuses to write a report over an input, or over another report.
    pub fn refuse_overwriting_inputs<'s>(
        &self,
        sources: impl Iterator<Item = &'s Source>,
        others: impl IntoIterator<Item = PathBuf>,
    ) -> anyhow::Result<()> {
        let paths: Vec<&PathBuf> = self.reports.iter().filter_map(|output| output.path.as_ref()).collect();
        for (i, path) in paths.iter().enumerate() {
            ensure!(
                !paths[..i].contains(path),
                "{}: two reports would be written to this file",
                path.display()
            );
        }
        let on_stdout = self.reports.iter().filter(|output| output.path.is_none()).count();
        ensure!(
            on_stdout <= 1,
            "{on_stdout} reports would be written to standard output; give all but one a file"
        );
        let outputs: Vec<FileIdentity> = paths.iter().filter_map(|path| FileIdentity::of(path)).collect();
        let is_output = |file: FileIdentity| outputs.contains(&file);
        for source in sources {
            // What cannot be expanded is told when it is read.
            for file in source.expand().unwrap_or_default() {
                let is_output = file.identity().is_some_and(is_output);
                ensure!(!is_output, "{}: a report would be written over these results", file.file());
            }
        }
        for file in others {
            let is_output = FileIdentity::of(&file).is_some_and(is_output);
            ensure!(
                !is_output,
                "{}: a report would be written over this file, which is read",
                file.display()
            );
        }
        Ok(())
    }

    /// What the formats need besides the report. The source tree is looked at only where a format points at it, or `also`.
    pub fn render_context(&self, report: &Report, also: bool) -> RenderContext {
        let points_at_source = also || self.reports.iter().any(|output| output.format.points_at_source());
        let locations = if points_at_source && !report.rows.is_empty() {
            locations(&self.source)
        } else {
            Default::default()
        };
        RenderContext { id: self.id.clone(), locations, all_rows: self.all_rows }
    }

    /// Writes all of them, and returns the errors.
    pub fn write(&self, report: &Report, context: &RenderContext) -> Vec<anyhow::Error> {
        let written = |output: &Output| {
            let render = |out: &mut dyn Write| report::render(output.format, report, context, out);
            match &output.path {
                None => console::print_bytes(render),
                Some(path) => write::report(path, &render),
            }
        };
        self.reports.iter().filter_map(|output| written(output).err()).collect()
    }
}

/// Where the benchmarks of a source tree are. The paths are those in the repository, which readers of reports know.
fn locations(root: &Path) -> BenchmarkLocations {
    let folder = folder_in_repository().unwrap_or_default();
    let mut locations = BenchmarkLocations::default();
    for it in source::benchmarks_under(root) {
        let location = SourceLocation { file: joined(&folder, &it.file), line: it.line };
        locations.insert(&it.package, &it.function, location);
    }
    locations
}

/// The working directory as a path in its repository.
fn folder_in_repository() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let root = here.ancestors().find(|folder| folder.join(".git").exists())?;
    here.strip_prefix(root).map(Path::to_path_buf).ok()
}

/// A path relative to a folder, with `/`. An absolute one stays, and so does one that leads out of the repository.
fn joined(folder: &Path, file: &str) -> String {
    let mut parts: Vec<String> = folder.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if Path::new(file).is_absolute() {
        return file.to_string();
    }
    for part in file.split('/') {
        match part {
            ".." if parts.pop().is_none() => return file.to_string(),
            ".." => {}
            part => parts.push(part.to_string()),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_below_a_folder_is_one_in_the_repository() {
        for (folder, file, want) in [
            ("", "a/b_test.go", "a/b_test.go"),
            ("m", "a/b_test.go", "m/a/b_test.go"),
            ("m/n", "../a/b_test.go", "m/a/b_test.go"),
            ("m", "../../a_test.go", "../../a_test.go"),
            ("m", "/a/b_test.go", "/a/b_test.go"),
        ] {
            if cfg!(unix) || !file.starts_with('/') {
                assert_eq!(joined(Path::new(folder), file), want, "{folder} {file}");
            }
        }
    }
}
