//! Names without values yet. Go prints the name of a benchmark before it runs, and the values after it, in two writes.

use crate::model::{InterleavingSign, TornBy};
use bstr::{BStr, BString};
use std::collections::VecDeque;

/// The most names in a message about values that can belong to several.
const MOST_NAMES: usize = 3;

/// The names without values in one stream of output.
#[derive(Debug, Default)]
pub(super) struct Pending {
    waiting: VecDeque<Waiting>,
    /// At least this many at the front have the same name.
    alike: usize,
    /// A name that is alone on its line, and that line.
    bare: Option<(BString, usize)>,
    /// How many packages started or ended. Names and values are not joined across that.
    epoch: usize,
    /// Whether there were values with an unknown owner. Then it is unknown which names still have no values.
    unsure: bool,
    /// Whether a name may belong to a process that runs at the same time as the current one, see [`Cut`].
    parallel: bool,
}

/// A name without values.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Waiting {
    pub line: usize,
    pub name: BString,
    /// The package of the header before it; empty if there is none.
    pub package: BString,
    pub kind: Remainder,
    epoch: usize,
    /// Whether its values can still follow: a process runs one benchmark after the other.
    live: bool,
    cut: Option<Cut>,
}

/// Another run begins while a benchmark has no values. Either its process was killed, or both run at the same time.
#[derive(Debug, Clone, PartialEq)]
struct Cut {
    /// The line of the new package.
    line: usize,
    /// That package; `None` if only one run can be meant: the header names the same package, or none.
    package: Option<BString>,
    /// How many results were read before.
    results: usize,
}

impl Waiting {
    /// Why it has no values. `death` is how its process died, if it did; `at_end` says whether the file ends.
    pub fn torn_by(&self, death: Option<&BString>, at_end: bool) -> TornBy {
        match death {
            _ if self.cut.is_some() => TornBy::NewRun,
            Some(how) if self.live => TornBy::Death(how.clone()),
            None if self.live && at_end => TornBy::EndOfFile,
            Some(_) | None => TornBy::Print,
        }
    }
}

/// The text after a name without values.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Remainder {
    /// Other text.
    Torn(BString),
    /// Only a number. Go prints this if nothing is measured, but a benchmark can print it as well.
    Counted(u64),
}

impl Remainder {
    /// The text.
    pub fn found(&self) -> BString {
        match self {
            Remainder::Torn(found) => found.clone(),
            Remainder::Counted(iterations) => iterations.to_string().into(),
        }
    }
}

/// The owner of values.
#[derive(Debug, PartialEq)]
pub(super) enum Owner {
    /// The only name without values.
    Known(BString),
    /// One of these names; empty if no name is without values.
    Unknown(Vec<BString>),
}

impl Pending {
    /// Adds a name without values. `live` says whether its process can still print them.
    pub fn wait(&mut self, line: usize, (package, name): (&[u8], &[u8]), kind: Remainder, live: bool) {
        let (name, package, epoch) = (name.into(), package.into(), self.epoch);
        self.waiting.push_back(Waiting { line, name, package, kind, epoch, live, cut: None });
        self.bare = None;
    }

    /// Records a name that is alone on its line.
    pub fn bare(&mut self, line: usize, name: &[u8]) {
        self.bare = Some((name.into(), line));
    }

    /// A package has started or ended.
    pub fn next_epoch(&mut self) {
        self.epoch += 1;
        self.bare = None;
    }

    /// The benchmark of the current process that runs, if it has no values yet.
    pub fn running(&self) -> Option<&BString> {
        let last = self.waiting.back().filter(|it| it.live && it.epoch == self.epoch && it.cut.is_none())?;
        matches!(last.kind, Remainder::Torn(_)).then_some(&last.name)
    }

    /// A header starts a run on this line, and names a package if it does; `results` are read so far.
    pub fn cut(&mut self, line: usize, package: Option<&BStr>, results: usize) {
        let epoch = self.epoch;
        let Some(last) = self.waiting.back_mut().filter(|it| it.live && it.epoch == epoch) else { return };
        let package = package.filter(|&package| last.package != package).map(BString::from);
        self.parallel |= package.is_some();
        match &mut last.cut {
            Some(cut) => cut.package = cut.package.take().or(package),
            cut @ None => *cut = Some(Cut { line, package, results }),
        }
    }

    /// Whether a name may belong to a process that runs at the same time as the current one.
    pub fn is_parallel(&self) -> bool {
        self.parallel && !self.waiting.is_empty()
    }

    /// The sign that two processes run at the same time, if there may be two: its line, and how many results were read before.
    pub fn parallel(&self) -> Option<(usize, InterleavingSign, usize)> {
        self.waiting.iter().filter(|_| self.parallel).find_map(|it| {
            let Cut { line, package, results } = it.cut.clone()?;
            Some((line, InterleavingSign::Begun { package: package?, waiting: it.name.clone() }, results))
        })
    }

    /// A complete result was read. If there are names without values, it is now unknown which of them still have none.
    pub fn pass_over(&mut self) {
        self.unsure |= !self.waiting.is_empty();
    }

    /// The current benchmark of a single process has ended, because another one has started. Returns it if only a number followed
    /// its name: then that is the whole result.
    pub fn retire(&mut self) -> Option<Waiting> {
        self.bare = None;
        let last = self.waiting.back_mut().filter(|it| it.live)?;
        last.live = false;
        matches!(last.kind, Remainder::Counted(_)).then(|| self.pop())?
    }

    /// The values of the current benchmark cannot be read. Removes it.
    pub fn spoil(&mut self) -> Option<Waiting> {
        self.waiting.back().filter(|it| it.live && it.epoch == self.epoch)?;
        self.pop()
    }

    fn pop(&mut self) -> Option<Waiting> {
        let last = self.waiting.pop_back();
        self.alike = self.alike.min(self.waiting.len());
        last
    }

    /// The owner of values without a name on this line. `interleaved` says whether several processes wrote.
    pub fn owner(&mut self, line: usize, interleaved: bool) -> Owner {
        let bare = self.bare.take();
        if self.is_known(interleaved)
            && let Some(it) = self.pop()
        {
            return Owner::Known(it.name);
        }
        if !self.waiting.is_empty() {
            let mut names: Vec<BString> = Vec::new();
            for it in self.waiting.iter().take(MOST_NAMES) {
                if !names.contains(&it.name) {
                    names.push(it.name.clone());
                }
            }
            self.waiting.pop_front();
            self.alike = self.alike.saturating_sub(1);
            self.unsure = !self.waiting.is_empty();
            return Owner::Unknown(names);
        }
        // A name alone on the previous line is the other half of this result.
        match bare.filter(|&(_, before)| !interleaved && before + 1 == line) {
            Some((name, _)) => Owner::Known(name),
            None => Owner::Unknown(Vec::new()),
        }
    }

    /// Whether the next values certainly belong to the last name.
    fn is_known(&self, interleaved: bool) -> bool {
        let Some(last) = self.waiting.back().filter(|it| it.epoch == self.epoch) else { return false };
        match interleaved {
            false => last.live,
            true => self.waiting.len() == 1 && !self.unsure,
        }
    }

    /// The number of names without values.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// If several processes wrote: another name that can own the values on the line of `name`.
    pub fn rival(&mut self, name: &[u8]) -> Option<BString> {
        let first = self.waiting.front()?;
        let rival = match first.name == name {
            false => first,
            // Names that were skipped once are not checked again.
            true => {
                self.alike += self.waiting.range(self.alike..).take_while(|it| it.name == name).count();
                self.waiting.get(self.alike)?
            }
        };
        let rival = rival.name.clone();
        self.unsure = true;
        Some(rival)
    }

    /// Removes the last names, if they are of this package, which has ended.
    pub fn of_package(&mut self, package: &[u8]) -> Vec<Waiting> {
        let mut over = Vec::new();
        while self.waiting.back().is_some_and(|it| it.package == package) {
            over.extend(self.pop());
        }
        self.unsure &= !self.waiting.is_empty();
        over.reverse();
        over
    }

    /// Removes the names whose values cannot follow any more.
    pub fn dead(&mut self) -> Vec<Waiting> {
        let (live, dead): (VecDeque<Waiting>, VecDeque<Waiting>) =
            std::mem::take(&mut self.waiting).into_iter().partition(|it| it.live);
        (self.waiting, self.alike) = (live, 0);
        self.unsure &= !self.waiting.is_empty();
        dead.into()
    }

    /// Removes all names.
    pub fn all(&mut self) -> Vec<Waiting> {
        (self.unsure, self.parallel, self.alike) = (false, false, 0);
        std::mem::take(&mut self.waiting).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn torn() -> Remainder {
        Remainder::Torn("log".into())
    }

    fn pending(names: &[&str]) -> Pending {
        let mut pending = Pending::default();
        for (line, name) in names.iter().enumerate() {
            pending.wait(line, (b"", name.as_bytes()), torn(), true);
        }
        pending
    }

    fn known(name: &str) -> Owner {
        Owner::Known(name.into())
    }

    fn unknown(names: &[&str]) -> Owner {
        Owner::Unknown(names.iter().map(|&name| name.into()).collect())
    }

    #[test]
    fn values_belong_to_the_current_benchmark() {
        assert_eq!(pending(&["A"]).owner(8, false), known("A"));
        assert_eq!(pending(&[]).owner(8, false), unknown(&[]));
        let mut over = pending(&["A"]);
        over.retire();
        assert_eq!(over.owner(8, false), unknown(&["A"]), "another benchmark has started");
        assert_eq!(over.owner(8, false), unknown(&[]), "each name has values once");
        let mut next = pending(&["A"]);
        next.retire();
        next.wait(7, (b"", b"B"), torn(), true);
        assert_eq!(next.owner(8, false), known("B"));
    }

    #[test]
    fn with_several_processes_only_a_single_name_is_certain() {
        let mut two = pending(&["A", "B"]);
        assert_eq!(two.owner(8, true), unknown(&["A", "B"]));
        assert_eq!(two.owner(8, true), unknown(&["B"]), "A may still be without values");
        two.wait(9, (b"", b"C"), torn(), true);
        assert_eq!(two.owner(8, true), known("C"), "all other names have their values");
        assert_eq!(pending(&["A"]).rival(b"A"), None, "both names are A");
        let mut one = pending(&["A"]);
        assert_eq!(one.rival(b"B"), Some("A".into()));
        assert_eq!(one.owner(8, true), unknown(&["A"]), "B may be without values now");
        let mut one = pending(&["A"]);
        one.pass_over();
        assert_eq!(one.owner(8, true), unknown(&["A"]), "a complete result may have had its values");
    }

    #[test]
    fn a_run_that_begins_cuts_off_the_one_before_or_runs_beside_it() {
        let waiting = |header: Option<&str>| {
            let mut pending = Pending::default();
            pending.wait(3, (b"p", b"A"), torn(), true);
            pending.cut(4, None, 7);
            pending.cut(6, header.map(BStr::new), 7);
            pending
        };
        for (header, is_parallel) in [(None, false), (Some("p"), false), (Some("q"), true)] {
            let pending = waiting(header);
            assert_eq!(pending.running(), None);
            assert_eq!(pending.is_parallel(), is_parallel, "{header:?}");
            let sign = pending.parallel().map(|(line, sign, results)| (line, sign.to_string(), results));
            let want = is_parallel.then(|| (4, "q starts before A has its values".to_string(), 7));
            assert_eq!(sign, want, "{header:?}");
        }
        let mut all = waiting(Some("q"));
        assert_eq!(all.all()[0].torn_by(Some(&"signal: killed".into()), true), TornBy::NewRun);
        assert!(!all.is_parallel());
    }

    #[test]
    fn what_follows_a_name_tells_what_tore_it() {
        let how = BString::from("signal: killed");
        let torn = |is_over: bool, death: Option<&BString>, at_end| {
            let mut pending = pending(&["A"]);
            is_over.then(|| pending.retire());
            pending.all()[0].torn_by(death, at_end)
        };
        assert_eq!(torn(false, Some(&how), false), TornBy::Death(how.clone()));
        assert_eq!(torn(false, None, true), TornBy::EndOfFile);
        assert_eq!(torn(false, None, false), TornBy::Print);
        assert_eq!(torn(true, Some(&how), true), TornBy::Print, "another benchmark ran after it");
    }

    #[test]
    fn nothing_is_joined_across_packages() {
        for interleaved in [false, true] {
            let mut pending = pending(&["A"]);
            pending.next_epoch();
            assert_eq!(pending.owner(8, interleaved), unknown(&["A"]));
        }
    }

    #[test]
    fn a_bare_name_is_used_last() {
        let mut alone = Pending::default();
        alone.bare(7, b"A-8");
        assert_eq!(alone.owner(8, false), known("A-8"));
        assert_eq!(alone.owner(8, false), unknown(&[]));
        alone.bare(7, b"A-8");
        alone.retire();
        assert_eq!(alone.owner(8, false), unknown(&[]));
        alone.bare(6, b"A-8");
        assert_eq!(alone.owner(8, false), unknown(&[]), "there is a line between");
    }

    #[test]
    fn a_name_with_only_a_number_is_returned() {
        let mut counted = Pending::default();
        counted.wait(3, (b"", b"A"), Remainder::Counted(5), true);
        assert_eq!(counted.retire().map(|it| (it.line, it.kind)), Some((3, Remainder::Counted(5))));
        assert_eq!(counted.all(), []);
    }
}
