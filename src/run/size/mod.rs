//! How large programs are: builds each `main` package on both sides and reads its sections and symbols.
//!
//! The result is a line that looks like that of a benchmark, `BenchmarkSize/x 1 N size-bytes …`. Nothing is timed, and the same
//! source gives the same numbers, so one result is enough.

mod binary;
mod list;
mod symbol;

use super::build::{Checkout, go};
use super::event::OnEvent;
use super::process::capture;
use super::side::{PerSide, Side};
use super::{BuildStage, Event, FileAction, Request, RunError, Stop, Warning};
use crate::model::PackageGrowth;
use binary::Binary;
use list::list_programs;
use std::collections::BTreeSet;
use std::path::Path;

/// How programs are built: without paths and commit hashes, which would make the same source differ.
const BUILD: [&str; 3] = ["build", "-trimpath", "-buildvcs=false"];
/// The build ID as well, unless the user sets flags of the linker: those of the command line would replace them.
const NO_BUILD_ID: &str = "-ldflags=-buildid=";

/// A program, and how large it is on each side; `None` where it does not exist.
#[derive(Debug)]
pub(crate) struct Program {
    /// The import path of its package.
    pub path: String,
    built: PerSide<Option<Size>>,
}

/// What came of building a program.
#[derive(Debug)]
enum Size {
    Known(Binary),
    /// It does not build.
    Failed(BuildStage),
}

/// Builds the programs of a request on both sides and reads how large they are. None if the request has no patterns.
///
/// # Errors
/// If a pattern has no program on either side, go fails, a program cannot be read, or the run is stopped. A program that does not
/// build is no error.
pub(crate) fn measure(
    request: &Request,
    checkouts: &PerSide<Checkout>,
    target: &Path,
    stop: &Stop,
    on_event: &mut OnEvent,
) -> Result<Vec<Program>, RunError> {
    if request.size.is_empty() {
        return Ok(Vec::new());
    }
    let mut listed: PerSide<BTreeSet<String>> = PerSide::default();
    for pattern in &request.size {
        let mut has_programs = false;
        for side in Side::BOTH {
            let found = list_programs(&checkouts[side], pattern, side, stop)?;
            has_programs |= !found.is_empty();
            listed.get_mut(side).extend(found);
        }
        if !has_programs {
            return Err(RunError::NoPrograms { pattern: pattern.clone() });
        }
    }
    let all: BTreeSet<&String> = listed.base.union(&listed.new).collect();
    let total = listed.base.len() + listed.new.len();
    let (mut programs, mut done) = (Vec::new(), 0);
    for path in all {
        let built = PerSide::try_new(|side| {
            if !listed[side].contains(path) {
                return Ok(None);
            }
            on_event(Event::Sizing { done, total });
            done += 1;
            build(path, &checkouts[side], side, target, stop, on_event).map(Some)
        })?;
        programs.push(Program { path: path.clone(), built });
    }
    Ok(programs)
}

fn build(
    path: &str,
    checkout: &Checkout,
    side: Side,
    target: &Path,
    stop: &Stop,
    on_event: &mut OnEvent,
) -> Result<Size, RunError> {
    let file = target.join(format!("{side}.program"));
    let mut command = go(&checkout.folder, &checkout.toolchain.variables);
    command.args(BUILD).env("GOTMPDIR", target);
    if !checkout.toolchain.goflags().contains("-ldflags") {
        command.arg(NO_BUILD_ID);
    }
    command.arg("-o").arg(&file).arg("--").arg(path);
    let output = capture(command, stop)?;
    if !output.status.success() || !file.exists() {
        let (package, output, stage) = (path.to_string(), output.failure(), BuildStage::Build);
        on_event(Event::Warning(&Warning::BuildFailed { package, side, stage, output }));
        return Ok(Size::Failed(stage));
    }
    let bytes = std::fs::read(&file).map_err(RunError::file(&file, FileAction::Read))?;
    // Programs can be large, and there may be many.
    std::fs::remove_file(&file).map_err(RunError::file(&file, FileAction::Remove))?;
    let unreadable = |error| RunError::UnreadableProgram { package: path.to_string(), side, error };
    Binary::read(&bytes).map(Size::Known).map_err(unreadable)
}

impl Program {
    /// Whether a side has it, and it builds there.
    pub fn is_on(&self, side: Side) -> bool {
        matches!(self.built[side], Some(Size::Known(_)))
    }

    /// The lines of the result file of a side, after its header.
    pub fn text(&self, checkout: &Checkout, side: Side) -> String {
        let Program { path, built } = self;
        match &built[side] {
            None => String::new(),
            Some(Size::Failed(stage)) => format!("FAIL\t{path} [{stage}]\n"),
            Some(Size::Known(size)) => {
                let (goos, goarch) = checkout.toolchain.platform();
                let Binary { size, text, data, .. } = size;
                let values = format!("{size} size-bytes\t{text} text-bytes\t{data} data-bytes");
                let result = format!("BenchmarkSize/{}\t1\t{values}", program_name(path));
                format!("goos: {goos}\ngoarch: {goarch}\npkg: {path}\n{result}\nPASS\nok  \t{path}\t0.000s\n")
            }
        }
    }

    /// Which packages of the program are larger in new, the one that grew most first. None where the program has no symbols.
    pub fn growth(&self) -> Vec<PackageGrowth> {
        let (Some(Size::Known(base)), Some(Size::Known(new))) = (&self.built.base, &self.built.new) else {
            return Vec::new();
        };
        new.growth_since(base)
    }
}

/// The name that `go install` gives a program: the last part of its path that is no major version.
fn program_name(path: &str) -> &str {
    let is_version = |part: &str| {
        part.strip_prefix('v')
            .is_some_and(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let mut parts = path.rsplit('/');
    let last = parts.next().unwrap_or(path);
    if is_version(last) { parts.next().unwrap_or(last) } else { last }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_has_the_name_that_go_gives_it() {
        for (path, want) in [
            ("example.com/a/cmd/x", "x"),
            ("example.com/x/v2", "x"),
            ("example.com/x/v2x", "v2x"),
            ("v2", "v2"),
            ("x", "x"),
        ] {
            assert_eq!(program_name(path), want, "{path}");
        }
    }
}
