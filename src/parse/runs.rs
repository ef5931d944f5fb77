//! Which package's output this is, and how it ended.

use crate::model::{FailedItem, Failure, InterleavingSign, Unfinished, excerpt};
use bstr::{BStr, BString};
use std::collections::{BTreeMap, HashMap};

/// The packages whose output one stream holds, as far as its header and closing lines tell.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// A package whose header was read and that has printed nothing yet.
    begun: Option<Run>,
    /// Packages that have printed something and are not over.
    open: Open,
    /// The package that ended last, until another one begins.
    over: Option<BString>,
    /// A test binary said `PASS`, and `go test` has not said of which package.
    passed: bool,
    /// How a process died, and that one failed, until it is said which package that was.
    cause: Option<(usize, BString)>,
    failed: Option<usize>,
    /// Whether any package was said to have ended, or to have failed.
    any_ended: bool,
    any_failed: bool,
}

#[derive(Debug)]
struct Run {
    line: usize,
    package: BString,
}

/// Packages under way. Whoever mixes outputs up may have any number of them; each step is O(log n).
#[derive(Debug, Default)]
struct Open {
    /// In the order in which they began, numbered.
    runs: BTreeMap<usize, Run>,
    /// The numbers of each package, in order.
    numbers: HashMap<BString, Vec<usize>>,
    next: usize,
}

impl Open {
    fn push(&mut self, run: Run) {
        self.numbers.entry(run.package.clone()).or_default().push(self.next);
        self.runs.insert(self.next, run);
        self.next += 1;
    }

    /// Ends the run of this package that began last; its number.
    fn end(&mut self, package: &BStr) -> Option<usize> {
        let numbers = self.numbers.get_mut(package)?;
        let number = numbers.pop()?;
        if numbers.is_empty() {
            self.numbers.remove(package);
        }
        self.runs.remove(&number);
        Some(number)
    }

    /// The run that began last, with its number.
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
    /// A line of a header: a process begins. What the one before it left unsaid is its own failure.
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

    /// `pkg: package`. If a benchmark waits for its values while another package is under way, both are running.
    pub fn begin(
        &mut self,
        line: usize,
        package: &BStr,
        waiting: Option<&BString>,
    ) -> Option<InterleavingSign> {
        let silent = self.begun.replace(Run { line, package: package.into() });
        if let Some(silent) = silent.filter(|it| it.package != package) {
            return Some(InterleavingSign::Together { package: package.into(), silent: silent.package });
        }
        let waiting = waiting.filter(|_| !self.open.is_empty())?;
        Some(InterleavingSign::Begun { package: package.into(), waiting: waiting.clone() })
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
        // Whoever passes has not died, whatever was logged; of several processes it may be another one.
        if self.open.len() <= 1 {
            (self.cause, self.failed) = (None, None);
        }
    }

    /// `FAIL` alone: what failed is said later, or was said before.
    pub fn fail(&mut self, line: usize) {
        self.failed.get_or_insert(line);
    }

    /// How a process died; the first word on it says most.
    pub fn died(&mut self, line: usize, how: &[u8]) {
        self.cause.get_or_insert_with(|| (line, excerpt(how)));
    }

    /// `ok  <tab>package`. `current` is the package that the header names.
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
        let failure = Failure { line, package: package.into(), what: FailedItem::Package(cause) };
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

    /// Whether a package has ended and no other one has begun.
    pub fn is_over(&self) -> bool {
        self.over.is_some()
    }

    /// Whether a package is under way.
    pub fn any_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// The end of the output: failures that nobody claimed, and packages that are still under way although others ended.
    pub fn finish(&mut self) -> (Option<Failure>, Vec<Unfinished>) {
        let failure = self.unclaimed();
        if self.passed && self.open.len() == 1 {
            self.open.clear();
        }
        let open = std::mem::take(&mut self.open).runs.into_values().filter(|_| self.any_ended);
        (failure, open.map(|run| Unfinished { line: run.line, package: run.package }).collect())
    }

    /// A process that died or failed, and no line says in which package. The `FAIL` with which `go test` ends says
    /// nothing new.
    fn unclaimed(&mut self) -> Option<Failure> {
        let (cause, failed) = (self.cause.take(), self.failed.take());
        let said_before = cause.is_none() && self.any_failed && self.open.is_empty();
        let line = failed.or(cause.as_ref().map(|&(line, _)| line)).filter(|_| !said_before)?;
        self.any_failed = true;
        let run = self.open.last().map(|(_, run)| run).or(self.begun.as_ref());
        let package = run.map(|run| run.package.clone()).unwrap_or_default();
        Some(Failure { line, package, what: FailedItem::Package(cause.map(|(_, cause)| cause)) })
    }
}
