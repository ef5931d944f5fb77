//! Puts the texts of a store together, in the order of commits.

use super::text::Row;
use super::{Commit, History, MachineKey, Point, Series, StoredText};
use crate::model::Unit;
use crate::words::{SharedText, counted};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The first-parent line of a branch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lineage {
    /// The commits with their times in seconds since 1970, the oldest first.
    pub commits: Vec<(String, i64)>,
    /// Whether the clone is shallow, so that the line begins in the middle.
    pub is_shallow: bool,
}

impl Lineage {
    /// The positions of commits by their hashes, which may be abbreviated.
    fn positions(&self) -> Vec<(&str, usize)> {
        let mut positions: Vec<(&str, usize)> =
            self.commits.iter().enumerate().map(|(position, (id, _))| (id.as_str(), position)).collect();
        positions.sort_unstable();
        positions
    }
}

/// What identifies a series.
type Key = (MachineKey, SharedText, SharedText, Unit);

/// Puts texts together. Commits are ordered by the first-parent line of the branch, not by time. Commits that are not on it are left out,
/// unless the clone is shallow: then they are older, and ordered by their times. Without a line all commits are ordered by their times.
/// Several texts of one commit on one machine are one point: the median of their medians. O(rows · log).
pub fn assemble(texts: Vec<StoredText>, lineage: Option<&Lineage>) -> History {
    let repository = most_frequent(texts.iter().map(|it| it.header.repository.as_str()));
    let order = Order::of(&texts, lineage.filter(|it| !it.commits.is_empty()));
    let mut points: IndexMap<Key, BTreeMap<usize, Vec<Point>>> = IndexMap::new();
    let mut shared = Shared::default();
    for StoredText { machine, header, rows } in texts {
        let Some(&commit) = order.index.get(&header.commit) else { continue };
        for Row { pkg, benchmark, unit, point } in rows {
            let key = (machine.clone(), shared.text(pkg), shared.text(benchmark), shared.unit(unit));
            points.entry(key).or_default().entry(commit).or_default().push(Point { commit, ..point });
        }
    }
    points.sort_unstable_keys();
    let series = points.into_iter().map(|((machine, pkg, benchmark, unit), of_commits)| {
        let points = of_commits.into_values().filter_map(together).collect();
        Series { machine, pkg, benchmark, unit, points }
    });
    History { repository, series: series.collect(), commits: order.commits, remarks: order.remarks }
}

/// One point of several of the same commit; `None` of nothing.
fn together(mut points: Vec<Point>) -> Option<Point> {
    if points.len() < 2 {
        return points.pop();
    }
    points.sort_by(|a, b| a.center.total_cmp(&b.center));
    let (lower, upper) = (points[(points.len() - 1) / 2], points[points.len() / 2]); // there are at least two
    Some(Point {
        center: lower.center.midpoint(upper.center),
        low: points.iter().map(|it| it.low).fold(f64::INFINITY, f64::min),
        high: points.iter().map(|it| it.high).fold(f64::NEG_INFINITY, f64::max),
        samples: points.iter().map(|it| it.samples).fold(0, u32::saturating_add),
        measured: points.iter().map(|it| it.measured).max().unwrap_or_default(),
        is_interleaved: points.iter().all(|it| it.is_interleaved),
        ..lower
    })
}

fn most_frequent<'t>(values: impl Iterator<Item = &'t str>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    values.filter(|it| !it.is_empty()).for_each(|value| *counts.entry(value).or_default() += 1);
    counts.into_iter().max_by_key(|&(_, count)| count).map(|(value, _)| value.to_string()).unwrap_or_default()
}

/// Texts that many rows share.
#[derive(Default)]
struct Shared {
    texts: HashMap<String, SharedText>,
    units: HashMap<String, Unit>,
}

impl Shared {
    fn text(&mut self, text: String) -> SharedText {
        match self.texts.get(&text) {
            Some(shared) => shared.clone(),
            None => self.texts.entry(text.clone()).or_insert(text.into()).clone(),
        }
    }

    fn unit(&mut self, unit: String) -> Unit {
        match self.units.get(&unit) {
            Some(shared) => shared.clone(),
            None => self.units.entry(unit.clone()).or_insert(Unit::new(unit)).clone(),
        }
    }
}

/// The commits in their order.
struct Order {
    commits: Vec<Commit>,
    /// The index of each commit, by its hash as it is stored.
    index: HashMap<String, usize>,
    remarks: Vec<String>,
}

impl Order {
    fn of(texts: &[StoredText], lineage: Option<&Lineage>) -> Order {
        let mut times: BTreeMap<&str, Times> = BTreeMap::new();
        for header in texts.iter().map(|it| &it.header) {
            let times = times.entry(&header.commit).or_default();
            times.commit = times.commit.max(header.commit_time.or(header.measured));
            times.measured = times.measured.max(header.measured);
        }
        let positions = lineage.map(Lineage::positions).unwrap_or_default();
        let position = |id: &str| {
            let (found, position) = positions.get(positions.partition_point(|&(it, _)| it < id))?;
            found.starts_with(id).then_some(*position)
        };
        let (on, off): (Vec<_>, Vec<_>) = times
            .into_iter()
            .map(|(id, time)| (position(id), time, id))
            .partition(|(position, ..)| position.is_some());
        let (kept, remarks) = keep(on, off, lineage);
        let mut order = Order { commits: Vec::new(), index: HashMap::new(), remarks };
        for (position, Times { commit: time, .. }, stored) in kept {
            let known = lineage.zip(position).and_then(|(line, position)| line.commits.get(position));
            let (id, time) = known.map_or((stored.to_string(), time), |(id, time)| (id.clone(), Some(*time)));
            if order.commits.last().is_none_or(|last| last.id != id) {
                order.commits.push(Commit { id, time, position });
            }
            order.index.insert(stored.to_string(), order.commits.len() - 1);
        }
        order
    }
}

/// When a commit was made, and when it was measured last, in seconds since 1970. The latter orders commits that were made at the same
/// time, as after a rebase.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Times {
    commit: Option<i64>,
    measured: Option<i64>,
}

/// A commit: its position on the line, its times and its hash.
type Placed<'t> = (Option<usize>, Times, &'t str);

/// The commits that count, in their order, and what there is to say about the others.
fn keep<'t>(
    mut on: Vec<Placed<'t>>,
    mut off: Vec<Placed<'t>>,
    lineage: Option<&Lineage>,
) -> (Vec<Placed<'t>>, Vec<String>) {
    on.sort_unstable();
    off.sort_unstable_by_key(|&(_, time, id)| (time, id));
    let commits = counted(off.len(), "commit");
    let verb = if off.len() == 1 { "is" } else { "are" };
    let remark = match lineage {
        _ if off.is_empty() => None,
        None => Some(format!("{commits} ordered by time: their order on the branch is not known here")),
        Some(_) if on.is_empty() => {
            Some(format!("{commits} ordered by time: their order on the branch is not known here"))
        }
        Some(line) if line.is_shallow => {
            Some(format!("{commits} before the beginning of this shallow clone {verb} ordered by time"))
        }
        Some(_) => Some(format!("{commits} {verb} not on the first-parent line of this branch and left out")),
    };
    let is_left_out = lineage.is_some_and(|line| !line.is_shallow) && !on.is_empty();
    let kept = if is_left_out { on } else { off.into_iter().chain(on).collect() };
    (kept, remark.into_iter().collect())
}

impl History {
    /// The machines, each with the number of its series.
    pub fn machines(&self) -> Vec<(&MachineKey, usize)> {
        let machines: BTreeSet<&MachineKey> = self.series.iter().map(|it| &it.machine).collect();
        let count = |machine: &MachineKey| self.series.iter().filter(|it| it.machine == *machine).count();
        machines.into_iter().map(|machine| (machine, count(machine))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;
    use crate::trend::{StoredHeader, condense};

    fn stored(commit: &str, time: i64, value: f64) -> StoredText {
        let data = parse::text("f", format!("cpu: X\nBenchmarkA-8 1 {value} ns/op\n").as_bytes());
        let header =
            StoredHeader { commit: commit.to_string(), commit_time: Some(time), ..StoredHeader::default() };
        let [condensed] = condense(&data, &header).try_into().expect("one machine");
        let path = format!("v1/{}/{}/{commit}-1.txt", condensed.machine, &commit[..2]);
        let text = condensed.text.as_bytes();
        StoredText::read(&path, text, &parse::text("s", text)).expect("it was just written")
    }

    #[test]
    fn commits_of_the_same_second_are_in_the_order_in_which_they_were_measured() {
        let mut texts =
            [("ccc1111", 1.0), ("aaa1111", 2.0), ("bbb1111", 3.0)].map(|(id, it)| stored(id, 5, it));
        for (measured, text) in (10..).zip(&mut texts) {
            text.header.measured = Some(measured);
        }
        assert_eq!(values(&assemble(texts.into(), None)), [1.0, 2.0, 3.0]);
    }

    fn values(history: &History) -> Vec<f64> {
        history.series.iter().flat_map(|it| &it.points).map(|it| it.center).collect()
    }

    fn line(ids: &[&str], is_shallow: bool) -> Lineage {
        Lineage { commits: ids.iter().map(|id| ((*id).to_string(), 0)).collect(), is_shallow }
    }

    const A: &str = "aaaaaaaaaa";
    const B: &str = "bbbbbbbbbb";
    const C: &str = "cccccccccc";

    fn texts() -> Vec<StoredText> {
        vec![stored(C, 10, 3.0), stored(A, 30, 1.0), stored(B, 20, 2.0)]
    }

    #[test]
    fn the_order_is_that_of_the_line_and_not_of_the_clock() {
        let history = assemble(texts(), Some(&line(&[A, B, C], false)));
        assert_eq!(values(&history), [1.0, 2.0, 3.0]);
        assert!(history.remarks.is_empty());
        assert_eq!(
            history.commits.iter().map(|it| it.position).collect::<Vec<_>>(),
            [Some(0), Some(1), Some(2)]
        );
        assert_eq!(values(&assemble(texts(), None)), [3.0, 2.0, 1.0], "by time");
    }

    #[test]
    fn commits_of_other_branches_are_left_out_and_those_before_a_shallow_clone_are_not() {
        let history = assemble(texts(), Some(&line(&[A, C], false)));
        assert_eq!(values(&history), [1.0, 3.0]);
        assert_eq!(history.remarks, ["1 commit is not on the first-parent line of this branch and left out"]);
        let shallow = assemble(texts(), Some(&line(&[A, C], true)));
        assert_eq!(values(&shallow), [2.0, 1.0, 3.0]);
    }

    #[test]
    fn two_jobs_of_one_commit_are_one_point() {
        let history = assemble(vec![stored(A, 1, 10.0), stored(A, 1, 14.0)], None);
        assert_eq!(values(&history), [12.0]);
        assert_eq!(history.series[0].points[0].samples, 2);
    }

    #[test]
    fn an_abbreviated_hash_is_the_same_commit() {
        let history = assemble(vec![stored(&A[..8], 1, 10.0), stored(A, 1, 14.0)], Some(&line(&[A], false)));
        assert_eq!((history.commits.len(), values(&history)), (1, vec![12.0]));
    }
}
