//! What the files themselves say against a verdict: conditions on what was lost, failed, mixed up or never run.

use super::Evidence;
use super::condition::{NAMES, Text};
use crate::group::Series;
use crate::model::{Class, FailedItem, Failure, FileLedger};
use crate::words::{counted, list};

/// Places, with what is to be said about each.
fn places<'d>(
    files: impl Iterator<Item = &'d FileLedger>,
    told: impl Fn(&FileLedger) -> Vec<(usize, String)>,
) -> Vec<String> {
    let of = |file: &FileLedger| -> Vec<String> {
        told(file).into_iter().map(|(line, what)| format!("{}:{line}: {what}", file.file)).collect()
    };
    files.flat_map(of).collect()
}

fn texts<T: ToString>(items: &[T], line: fn(&T) -> usize) -> Vec<(usize, String)> {
    items.iter().map(|item| (line(item), item.to_string())).collect()
}

fn some(count: usize, what: &str, message: String) -> Text {
    (count > 0).then(|| (counted(count, what), message))
}

pub(super) fn lost<'d>(files: impl Iterator<Item = &'d FileLedger>) -> Text {
    let lost = |file: &FileLedger| file.lost.iter().map(|it| (it.line, it.reason.to_string())).collect();
    let places = places(files, lost);
    some(places.len(), "lost result", list(places.iter(), 1))
}

pub(super) fn failed<'d>(files: impl Iterator<Item = &'d FileLedger>) -> Text {
    let mut failures: Vec<(&FileLedger, &Failure)> =
        files.flat_map(|file| file.failures.iter().map(move |failure| (file, failure))).collect();
    let is_package = |failure: &Failure| matches!(failure.what, FailedItem::Package(_));
    failures.sort_by_key(|(_, failure)| !is_package(failure)); // what failed before which part of it
    let packages = failures.iter().filter(|(_, failure)| is_package(failure)).count();
    let title = match packages {
        0 => counted(failures.len(), "failed benchmark"),
        packages => counted(packages, "failed package"),
    };
    let places: Vec<String> =
        failures.iter().map(|(file, failure)| format!("{}:{}: {failure}", file.file, failure.line)).collect();
    (!places.is_empty())
        .then(|| (title, format!("part of the suite did not run; {}", list(places.iter(), 1))))
}

pub(super) fn non_finite<'d>(files: impl Iterator<Item = &'d FileLedger>) -> Text {
    let places = places(files, |file| texts(&file.rejected, |it| it.line));
    some(places.len(), "rejected measurement", list(places.iter(), 1))
}

pub(super) fn unfinished<'d>(files: impl Iterator<Item = &'d FileLedger>) -> Text {
    let places = places(files, |file| texts(&file.unfinished, |it| it.line));
    let advice = "although others in the file do; was the run cut off?";
    some(places.len(), "unfinished package", format!("{}, {advice}", list(places.iter(), 1)))
}

pub(super) fn skipped<'d>(files: impl Iterator<Item = &'d FileLedger>) -> Text {
    let places = places(files, |file| texts(&file.skipped, |it| it.line));
    some(places.len(), "skipped benchmark", list(places.iter(), 3))
}

pub(super) fn interleaved<'d>(files: impl Iterator<Item = &'d FileLedger>) -> Text {
    let mixed: Vec<_> = files.filter_map(|file| Some((file, file.interleaved.as_ref()?))).collect();
    let told = |(file, it): &(&FileLedger, &crate::model::Interleaving)| {
        format!("{}:{}: {}, and {} behind it", file.file, it.line, it.sign, counted(it.results, "result"))
    };
    let places: Vec<String> = mixed.iter().map(told).collect();
    let advice = "may stand under the wrong package; let one `go test` at a time write into a file";
    (!places.is_empty())
        .then(|| ("interleaved output".to_string(), format!("{} {advice}", list(places.iter(), 1))))
}

/// Benchmarks whose results stand in several places of one file.
pub(super) fn scattered(evidence: &Evidence) -> Text {
    let mut names: Vec<String> = evidence
        .sides()
        .flat_map(|side| side.benchmarks())
        .filter(|it| it.scattered)
        .map(|it| it.id.to_string())
        .collect();
    names.sort_unstable();
    names.dedup();
    let advice = "appended runs or builds are taken for one";
    let message = format!("in several places of a file: {}; {advice}", list(names.iter(), NAMES));
    some(names.len(), "scattered benchmark", message)
}

/// Files without a result, on a side that has some.
pub(super) fn empty(evidence: &Evidence) -> Text {
    let names: Vec<&str> =
        evidence.files().filter(|file| file.seen == 0).map(|file| file.file.as_str()).collect();
    some(names.len(), "empty file", format!("no result in {}", list(names.iter(), NAMES)))
}

/// Two runs never measure the same times to the last digit: one of the files was named twice, or copied.
pub(super) fn identical(evidence: &Evidence) -> Text {
    let (base, new) = (evidence.base?, evidence.new);
    let same = base.benchmarks().len() == new.benchmarks().len()
        && (0..new.benchmarks().len()).all(|i| {
            base.benchmarks()[i].id == new.benchmarks()[i].id
                && base
                    .rows(i)
                    .map(|(unit, it)| (unit, it.values))
                    .eq(new.rows(i).map(|(unit, it)| (unit, it.values)))
        });
    let varies = |(_, series): (_, Series)| series.values.iter().any(|value| *value != series.values[0]); // never empty
    let tells = same
        && (0..new.benchmarks().len())
            .any(|i| new.rows(i).filter(|(unit, _)| unit.class() == Class::Continuous).any(varies));
    let message =
        "every value is the same to the last digit; was one file named twice, or not measured again?";
    tells.then(|| ("identical sides".to_string(), message.to_string()))
}
