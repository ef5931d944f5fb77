//! What a job on GitHub Actions gets by itself: annotations, the step summary and the outputs of the step.

use super::console;
use allocgate::report::{self, RenderContext, Report};
use anyhow::Context;
use std::env;
use std::fs::OpenOptions;
use std::io::{self, Write};

/// Whether this runs in a step of GitHub Actions.
pub(super) fn is_here() -> bool {
    env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// Annotates, and adds to the summary and to the outputs of the step where there are files for them. Annotations go to
/// standard error, which the runner reads as well: standard output holds what was asked for. Says what could not be written.
pub(super) fn tell(report: &Report, context: &RenderContext) -> Vec<anyhow::Error> {
    console::annotate(|out| report::github(report, &context.locations, out));
    let summary = append("GITHUB_STEP_SUMMARY", |out| report::markdown(report, &context.id, out));
    let outputs = append("GITHUB_OUTPUT", |out| outputs(report, out));
    [summary, outputs].into_iter().filter_map(Result::err).collect()
}

/// `name=value`, all of them words and numbers of our own.
fn outputs(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let verdict = report.outcome.verdict;
    let s = report.summary;
    writeln!(out, "verdict={verdict}")?;
    writeln!(out, "exit-code={}", verdict.exit_code())?;
    for (name, count) in [
        ("benchmarks", s.benchmarks),
        ("rows", s.rows),
        ("regressed", s.regressed),
        ("over-budget", s.over_budget),
        ("missing", s.missing),
        ("improved", s.improved),
        ("undecided", s.undecided),
        ("suspects", s.suspects),
        ("not-judged", s.not_judged),
    ] {
        writeln!(out, "{name}={count}")?;
    }
    Ok(())
}

/// Adds to the file that a variable of the environment names, if it names one: all of it, or nothing.
fn append(variable: &str, render: impl Fn(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    let Some(path) = env::var_os(variable).filter(|path| !path.is_empty()) else { return Ok(()) };
    let mut text = Vec::new();
    let append = |text: &[u8]| {
        let mut file = OpenOptions::new().append(true).create(true).open(&path)?;
        let before = file.metadata()?;
        file.write_all(text).inspect_err(|_| {
            if before.is_file() {
                let _ = file.set_len(before.len()); // or half an output would be one
            }
        })
    };
    render(&mut text)
        .and_then(|()| append(&text))
        .with_context(|| format!("{}: {variable} cannot be written", path.display()))
}
