//! Names the functions that made a benchmark execute more instructions.

use super::super::console;
use allocgate::internals::policy::Level;
use allocgate::internals::run::{CountedGrowth, INSTRUCTIONS, Session};
use allocgate::internals::verdict::{Finding, RowNote, Verdict};
use allocgate::internals::words::short_function;
use allocgate::report::Report;

/// So many benchmarks have their functions named, and their counts kept.
const MOST_BENCHMARKS: usize = 20;

/// Adds to each row of instructions/op that got worse the functions that grew most. If that fails, the verdict stays.
pub(super) fn name_functions(report: &mut Report, session: &Session) {
    let worse: Vec<(String, String)> = report
        .rows
        .iter()
        .filter(|row| is_worse(row))
        .take(MOST_BENCHMARKS)
        .map(|row| (row.pkg.to_string(), row.benchmark.to_string()))
        .collect();
    match session.instruction_growth(&worse) {
        Ok(grown) => add(report, &grown),
        Err(error) => {
            console::error(&anyhow::Error::new(error).context("the functions that grew are not named"));
        }
    }
}

fn is_worse(row: &Finding) -> bool {
    let is_worse = matches!(row.verdict, Verdict::Regressed | Verdict::OverBudget | Verdict::Waived);
    is_worse && row.level != Level::Ignore && row.unit.as_str() == INSTRUCTIONS
}

fn add(report: &mut Report, grown: &[CountedGrowth]) {
    for row in report.rows.iter_mut().filter(|row| is_worse(row)) {
        let of_row = |it: &&CountedGrowth| *it.package == *row.pkg && *it.benchmark == *row.benchmark;
        let Some(grown) = grown.iter().find(of_row) else { continue };
        row.notes.extend(grown.functions.iter().map(|it| RowNote::GrownFunction {
            function: short_function(&it.function).into(),
            place: format!("{}:{}", it.place.file, it.place.line).into(),
            instructions: it.instructions_per_op,
        }));
    }
}
