//! Tracks the packages in a stream of output: which one is current, and how they end.

use crate::model::{FailedItem, Failure, InterleavingSign, Unfinished, excerpt};
use bstr::{BStr, BString};
use std::collections::{BTreeMap, HashMap};

/// The packages of one stream, according to header and closing lines.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// A package with a header, but no results yet.
    begun: Option<Run>,
    /// Packages with results that have not ended.
    open: OpenRuns,
    /// The package that ended last, until another one starts.
    over: Option<BString>,
    /// Whether a test binary printed `PASS`, and the line of its package has not followed yet.
    passed: bool,
    /// How a process died, and the line of a `FAIL`, until the package is known.
    cause: Option<(usize, BString)>,
    failed: Option<usize>,
    /// Whether any package has ended, or has failed.
    any_ended: bool,
    any_failed: bool,
}

#[derive(Debug)]
struct Run {
    line: usize,
    package: BString,
}

/// Packages that have started and not ended. Mixed output can have many of them. Each operation is O(log n).
#[derive(Debug, Default)]
struct OpenRuns {
    /// By number, in the order in which they started.
    runs: BTreeMap<usize, Run>,
    /// The numbers of each package, in order.
    numbers: HashMap<BString, Vec<usize>>,
    next: usize,
}

impl OpenRuns {
    fn push(&mut self, run: Run) {
        self.numbers.entry(run.package.clone()).or_default().push(self.next);
        self.runs.insert(self.next, run);
        self.next += 1;
    }

    /// Ends the last run of this package. Returns its number.
    fn end(&mut self, package: &BStr) -> Option<usize> {
        let numbers = self.numbers.get_mut(package)?;
        let number = numbers.pop()?;
        if numbers.is_empty() {
            self.numbers.remove(package);
        }
        self.runs.remove(&number);
        Some(number)
    }

    /// The run that started last, with its number.
    fn last(&self) -> Option<(usize, &Run)> {
        self.runs.last_key_value().map(|(&number, run)| (number, run))
    }

    fn clear(&mut self) {
        self.runs.clear();
        self.numbers.clear();
    }

    fn len(&self) -> usize {
        self.runs.len()
    }

    fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }
}

impl Runs {
    /// A header line: a process starts. A failure before it belongs to the previous process.
    pub fn header(&mut self) -> Option<Failure> {
        self.over = None;
        let failure = self.unclaimed();
        if (self.passed || failure.is_some()) && self.open.len() == 1 {
            self.any_ended = true;
            self.open.clear();
        }
        self.passed = false;
        failure
    }

    /// `pkg: package`.
    pub fn begin(&mut self, line: usize, package: &BStr) -> Option<InterleavingSign> {
        let silent = self.begun.replace(Run { line, package: package.into() });
        let silent = silent.filter(|it| it.package != package)?;
        Some(InterleavingSign::Together { package: package.into(), silent: silent.package })
    }

    /// A result, or a part of one.
    pub fn printed(&mut self) -> Option<InterleavingSign> {
        if let Some(run) = self.begun.take() {
            self.open.push(run);
        }
        self.over.take().map(InterleavingSign::Over)
    }

    /// `PASS`.
    pub fn pass(&mut self) {
        self.passed = true;
        // A process that passes has not died, whatever it logged. With several processes, another one may have died.
        if self.open.len() <= 1 {
            (self.cause, self.failed) = (None, None);
        }
    }

    /// `FAIL` alone: another line names the package.
    pub fn fail(&mut self, line: usize) {
        self.failed.get_or_insert(line);
    }

    /// How a process died. The first such line is the most useful one.
    pub fn died(&mut self, line: usize, how: &[u8]) {
        self.cause.get_or_insert_with(|| (line, excerpt(how)));
    }

    /// How the current process died, if the output says so.
    pub fn cause(&self) -> Option<&BString> {
        self.cause.as_ref().map(|(_, how)| how)
    }

    /// `ok  <tab>package`. `current` is the package of the header.
    pub fn ok(&mut self, package: &BStr, current: &BStr) -> Option<InterleavingSign> {
        if package == current || self.open.is_empty() {
            (self.cause, self.failed) = (None, None);
        }
        self.end(package, current)
    }

    /// `FAIL<tab>package`.
    pub fn failed(
        &mut self,
        line: usize,
        package: &BStr,
        current: &BStr,
        why: &[u8],
    ) -> (Failure, Option<InterleavingSign>) {
        let cause = self.cause.take().map(|(_, cause)| cause);
        let cause = if why.is_empty() { cause } else { Some(excerpt(why)) };
        (self.failed, self.any_failed) = (None, true);
        let failure =
            Failure { line, package: package.into(), what: FailedItem::Package { cause, running: None } };
        (failure, self.end(package, current))
    }

    fn end(&mut self, package: &BStr, current: &BStr) -> Option<InterleavingSign> {
        (self.any_ended, self.passed) = (true, false);
        self.begun.take_if(|run| run.package == package);
        let number = self.open.end(package)?;
        if package == current {
            self.over = Some(package.into());
        }
        let (_, within) = self.open.last().filter(|&(last, _)| last > number)?;
        Some(InterleavingSign::Ended { package: package.into(), within: within.package.clone() })
    }

    /// Whether a package has ended and no other one has started.
    pub fn is_over(&self) -> bool {
        self.over.is_some()
    }

    /// Whether a package has started and not ended.
    pub fn any_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// The end of the output. Returns a failure without a package, and the packages that have not ended although others have.
    pub fn finish(&mut self) -> (Option<Failure>, Vec<Unfinished>) {
        let failure = self.unclaimed();
        if self.passed && self.open.len() == 1 {
            self.open.clear();
        }
        let open = std::mem::take(&mut self.open).runs.into_values().filter(|_| self.any_ended);
        (failure, open.map(|run| Unfinished { line: run.line, package: run.package }).collect())
    }

    /// A failure without a line that names its package. The `FAIL` at the end of `go test` is not a new failure.
    fn unclaimed(&mut self) -> Option<Failure> {
        let (cause, failed) = (self.cause.take(), self.failed.take());
        let said_before = cause.is_none() && self.any_failed && self.open.is_empty();
        let line = failed.or(cause.as_ref().map(|&(line, _)| line)).filter(|_| !said_before)?;
        self.any_failed = true;
        let run = self.open.last().map(|(_, run)| run).or(self.begun.as_ref());
        let package = run.map(|run| run.package.clone()).unwrap_or_default();
        let cause = cause.map(|(_, cause)| cause);
        Some(Failure { line, package, what: FailedItem::Package { cause, running: None } })
    }
}
