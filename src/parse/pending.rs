//! Names that wait for their values: Go prints a benchmark's name before it runs and the values behind it, in two writes.

use bstr::BString;
use std::collections::VecDeque;

/// So many names are told of values that may be any one's.
const MOST_NAMES: usize = 3;

/// The names that were printed without values so far, in one stream of output.
#[derive(Debug, Default)]
pub(super) struct Pending {
    waiting: VecDeque<Waiting>,
    /// At least so many at the front have the same name.
    alike: usize,
    /// A name that stands alone on its line, and that line.
    bare: Option<(BString, usize)>,
    /// How often another package came or one ended: nothing is put together across that.
    epoch: usize,
    /// Values whose owner nobody knows have gone by, so that which names still wait is not known either.
    unsure: bool,
}

/// A name that waits.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Waiting {
    pub line: usize,
    pub name: BString,
    pub kind: Remainder,
    epoch: usize,
    /// Whether its values may still come: a process runs one benchmark after the other.
    live: bool,
}

/// What stands behind a name that waits.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Remainder {
    /// Something else than values.
    Torn(BString),
    /// A number, and nothing more: all that Go prints where nothing is measured, or something printed.
    Counted(u64),
}

impl Remainder {
    /// What stands behind the name.
    pub fn found(&self) -> BString {
        match self {
            Remainder::Torn(found) => found.clone(),
            Remainder::Counted(iterations) => iterations.to_string().into(),
        }
    }
}

/// Whose values these are.
#[derive(Debug, PartialEq)]
pub(super) enum Owner {
    /// The one name that waits.
    Known(BString),
    /// One of these names; none if no name waits.
    Unknown(Vec<BString>),
}

impl Pending {
    /// Takes in a name that waits. `live` says whether its own process may still print its values.
    pub fn wait(&mut self, line: usize, name: &[u8], kind: Remainder, live: bool) {
        self.waiting.push_back(Waiting { line, name: name.into(), kind, epoch: self.epoch, live });
        self.bare = None;
    }

    /// Notes a name that stands alone on its line.
    pub fn bare(&mut self, line: usize, name: &[u8]) {
        self.bare = Some((name.into(), line));
    }

    /// Another package came, or one ended.
    pub fn next_epoch(&mut self) {
        self.epoch += 1;
        self.bare = None;
    }

    /// The benchmark whose values may still come, if there is one.
    pub fn live(&self) -> Option<&BString> {
        self.waiting.back().filter(|it| it.live).map(|it| &it.name)
    }

    /// The benchmark of this single process that was waiting is over, because another one has begun: what was only counted
    /// comes back, for it was all there is.
    pub fn retire(&mut self) -> Option<Waiting> {
        self.bare = None;
        let last = self.waiting.back_mut().filter(|it| it.live)?;
        last.live = false;
        matches!(last.kind, Remainder::Counted(_)).then(|| self.pop())?
    }

    /// The values of the benchmark that waits have come, and cannot be read.
    pub fn spoil(&mut self) -> Option<Waiting> {
        self.waiting.back().filter(|it| it.live && it.epoch == self.epoch)?;
        self.pop()
    }

    fn pop(&mut self) -> Option<Waiting> {
        let last = self.waiting.pop_back();
        self.alike = self.alike.min(self.waiting.len());
        last
    }

    /// Whose are the values that stand alone on this line? `interleaved` says that several processes wrote.
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
        // A name alone on the line before is all that is left of a result that was cut in two.
        match bare.filter(|&(_, before)| !interleaved && before + 1 == line) {
            Some((name, _)) => Owner::Known(name),
            None => Owner::Unknown(Vec::new()),
        }
    }

    /// Whether it is certain that the name that came last waits for the values that come next.
    fn is_known(&self, interleaved: bool) -> bool {
        let Some(last) = self.waiting.back().filter(|it| it.epoch == self.epoch) else { return false };
        match interleaved {
            false => last.live,
            true => self.waiting.len() == 1 && !self.unsure,
        }
    }

    /// How many names wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Where several processes wrote: whose values may these be instead, that stand behind `name` on its own line?
    pub fn rival(&mut self, name: &[u8]) -> Option<BString> {
        let first = self.waiting.front()?;
        let rival = match first.name == name {
            false => first,
            // Those that have been passed over once are not looked at again.
            true => {
                self.alike += self.waiting.range(self.alike..).take_while(|it| it.name == name).count();
                self.waiting.get(self.alike)?
            }
        };
        let rival = rival.name.clone();
        self.unsure = true;
        Some(rival)
    }

    /// Gives up the names whose values cannot come any more.
    pub fn dead(&mut self) -> Vec<Waiting> {
        let (live, dead): (VecDeque<Waiting>, VecDeque<Waiting>) =
            std::mem::take(&mut self.waiting).into_iter().partition(|it| it.live);
        (self.waiting, self.alike) = (live, 0);
        self.unsure &= !self.waiting.is_empty();
        dead.into()
    }

    /// Gives up every name.
    pub fn all(&mut self) -> Vec<Waiting> {
        (self.unsure, self.alike) = (false, 0);
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
            pending.wait(line, name.as_bytes(), torn(), true);
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
    fn values_belong_to_the_benchmark_that_runs() {
        assert_eq!(pending(&["A"]).owner(8, false), known("A"));
        assert_eq!(pending(&[]).owner(8, false), unknown(&[]));
        let mut over = pending(&["A"]);
        over.retire();
        assert_eq!(over.owner(8, false), unknown(&["A"]), "another benchmark has begun");
        assert_eq!(over.owner(8, false), unknown(&[]), "each name has values once");
        let mut next = pending(&["A"]);
        next.retire();
        next.wait(7, b"B", torn(), true);
        assert_eq!(next.owner(8, false), known("B"));
    }

    #[test]
    fn of_several_processes_only_a_single_name_is_certain() {
        let mut two = pending(&["A", "B"]);
        assert_eq!(two.owner(8, true), unknown(&["A", "B"]));
        assert_eq!(two.owner(8, true), unknown(&["B"]), "it may be A that still waits");
        two.wait(9, b"C", torn(), true);
        assert_eq!(two.owner(8, true), known("C"), "everything else has been accounted for");
        assert_eq!(pending(&["A"]).rival(b"A"), None, "whichever it is, it is A's");
        let mut one = pending(&["A"]);
        assert_eq!(one.rival(b"B"), Some("A".into()));
        assert_eq!(one.owner(8, true), unknown(&["A"]), "it may be B that waits now");
    }

    #[test]
    fn nothing_is_put_together_across_packages() {
        for interleaved in [false, true] {
            let mut pending = pending(&["A"]);
            pending.next_epoch();
            assert_eq!(pending.owner(8, interleaved), unknown(&["A"]));
        }
    }

    #[test]
    fn a_name_that_stands_alone_is_the_last_resort() {
        let mut alone = Pending::default();
        alone.bare(7, b"A-8");
        assert_eq!(alone.owner(8, false), known("A-8"));
        assert_eq!(alone.owner(8, false), unknown(&[]));
        alone.bare(7, b"A-8");
        alone.retire();
        assert_eq!(alone.owner(8, false), unknown(&[]));
        alone.bare(6, b"A-8");
        assert_eq!(alone.owner(8, false), unknown(&[]), "something stands between");
    }

    #[test]
    fn what_was_only_counted_comes_back() {
        let mut counted = Pending::default();
        counted.wait(3, b"A", Remainder::Counted(5), true);
        assert_eq!(counted.retire().map(|it| (it.line, it.kind)), Some((3, Remainder::Counted(5))));
        assert_eq!(counted.all(), []);
    }
}
