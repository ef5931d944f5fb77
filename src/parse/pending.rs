//! Names that wait for their values: Go prints a benchmark's name before it runs and the values behind it, in two writes.

use bstr::BString;

/// The names that were printed without values so far, in one stream of output.
#[derive(Debug, Default)]
pub(super) struct Pending {
    waiting: Vec<Waiting>,
    /// A name that stands alone on its line.
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
    pub kind: Kind,
    epoch: usize,
    /// Whether its values may still come: a process runs one benchmark after the other.
    live: bool,
}

/// What stands behind a name that waits.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// Something else than values.
    Torn(BString),
    /// A number, and nothing more: all that Go prints where nothing is measured, or something printed.
    Counted(u64),
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
    pub fn wait(&mut self, line: usize, name: &[u8], kind: Kind, live: bool) {
        self.waiting.push(Waiting { line, name: name.into(), kind, epoch: self.epoch, live });
        self.bare = None;
    }

    /// Notes a name that stands alone on its line.
    pub fn bare(&mut self, name: &[u8]) {
        self.bare = Some((name.into(), self.epoch));
    }

    /// Another package came, or one ended.
    pub fn next_epoch(&mut self) {
        self.epoch += 1;
        self.bare = None;
    }

    /// The benchmark whose values may still come, if there is one.
    pub fn live(&self) -> Option<&BString> {
        self.waiting.last().filter(|it| it.live).map(|it| &it.name)
    }

    /// The benchmark of this single process that was waiting is over, because another one has begun: what was only counted
    /// comes back, for it was all there is.
    pub fn retire(&mut self) -> Option<Waiting> {
        self.bare = None;
        let last = self.waiting.last_mut().filter(|it| it.live)?;
        last.live = false;
        matches!(last.kind, Kind::Counted(_)).then(|| self.waiting.pop())?
    }

    /// Whose are the values that stand alone on a line? `interleaved` says that several processes wrote.
    pub fn owner(&mut self, interleaved: bool) -> Owner {
        let known = match self.waiting.as_slice() {
            [only] => interleaved && !self.unsure && only.epoch == self.epoch,
            _ => false,
        } || !interleaved
            && self.waiting.last().is_some_and(|it| it.live && it.epoch == self.epoch);
        if known && let Some(it) = self.waiting.pop() {
            return Owner::Known(it.name);
        }
        if !self.waiting.is_empty() {
            let mut names: Vec<BString> = self.waiting.iter().map(|it| it.name.clone()).collect();
            names.dedup();
            self.waiting.remove(0);
            self.unsure = !self.waiting.is_empty();
            return Owner::Unknown(names);
        }
        match self.bare.take().filter(|(_, epoch)| !interleaved && *epoch == self.epoch) {
            Some((name, _)) => Owner::Known(name),
            None => Owner::Unknown(Vec::new()),
        }
    }

    /// Where several processes wrote: whose values may these be instead, that stand behind `name` on its own line?
    pub fn rival(&mut self, name: &[u8]) -> Option<BString> {
        let rival = self.waiting.iter().find(|it| it.name != name)?.name.clone();
        self.unsure = true;
        Some(rival)
    }

    /// Gives up the names whose values cannot come any more.
    pub fn dead(&mut self) -> Vec<Waiting> {
        let (live, dead) = std::mem::take(&mut self.waiting).into_iter().partition(|it| it.live);
        self.waiting = live;
        self.unsure &= !self.waiting.is_empty();
        dead
    }

    /// Gives up every name.
    pub fn all(&mut self) -> Vec<Waiting> {
        self.unsure = false;
        std::mem::take(&mut self.waiting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn torn() -> Kind {
        Kind::Torn("log".into())
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
        assert_eq!(pending(&["A"]).owner(false), known("A"));
        assert_eq!(pending(&[]).owner(false), unknown(&[]));
        let mut over = pending(&["A"]);
        over.retire();
        assert_eq!(over.owner(false), unknown(&["A"]), "another benchmark has begun");
        assert_eq!(over.owner(false), unknown(&[]), "each name has values once");
        let mut next = pending(&["A"]);
        next.retire();
        next.wait(7, b"B", torn(), true);
        assert_eq!(next.owner(false), known("B"));
    }

    #[test]
    fn of_several_processes_only_a_single_name_is_certain() {
        let mut two = pending(&["A", "B"]);
        assert_eq!(two.owner(true), unknown(&["A", "B"]));
        assert_eq!(two.owner(true), unknown(&["B"]), "it may be A that still waits");
        two.wait(9, b"C", torn(), true);
        assert_eq!(two.owner(true), known("C"), "everything else has been accounted for");
        assert_eq!(pending(&["A"]).rival(b"A"), None, "whichever it is, it is A's");
        let mut one = pending(&["A"]);
        assert_eq!(one.rival(b"B"), Some("A".into()));
        assert_eq!(one.owner(true), unknown(&["A"]), "it may be B that waits now");
    }

    #[test]
    fn nothing_is_put_together_across_packages() {
        for interleaved in [false, true] {
            let mut pending = pending(&["A"]);
            pending.next_epoch();
            assert_eq!(pending.owner(interleaved), unknown(&["A"]));
        }
    }

    #[test]
    fn a_name_that_stands_alone_is_the_last_resort() {
        let mut alone = Pending::default();
        alone.bare(b"A-8");
        assert_eq!(alone.owner(false), known("A-8"));
        assert_eq!(alone.owner(false), unknown(&[]));
        alone.bare(b"A-8");
        alone.retire();
        assert_eq!(alone.owner(false), unknown(&[]));
    }

    #[test]
    fn what_was_only_counted_comes_back() {
        let mut counted = Pending::default();
        counted.wait(3, b"A", Kind::Counted(5), true);
        assert_eq!(counted.retire().map(|it| (it.line, it.kind)), Some((3, Kind::Counted(5))));
        assert_eq!(counted.all(), []);
    }
}
