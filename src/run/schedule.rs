//! What is run in each round, and in which order. Pure.

use super::Side;
use super::plan::Task;
use std::collections::{BTreeMap, BTreeSet};

/// The benchmarks that are still to be measured, named as in results without `Benchmark`, by import path.
pub type Remaining = BTreeMap<String, BTreeSet<String>>;

/// The processes of a round.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Schedule {
    pub tasks: Vec<Task>,
}

impl Schedule {
    /// What is run in a round, counted from 1: indices of tasks, and sides. Which side goes first alternates with the rounds and with
    /// the tasks, so that drift affects both alike.
    ///
    /// What only base has is run in the first round, which shows that it is gone; in every round if new has something that may be the
    /// same under another name.
    pub fn order(&self, round: usize) -> Vec<(usize, Side)> {
        let may_be_renamed = self.tasks.iter().any(|task| task.is_only_in(Side::New));
        let mut all = Vec::new();
        for (index, task) in self.tasks.iter().enumerate() {
            if task.is_only_in(Side::Base) && round > 1 && !may_be_renamed {
                continue;
            }
            let order = match (round + index) % 2 {
                1 => [Side::Base, Side::New],
                _ => [Side::New, Side::Base],
            };
            all.extend(order.into_iter().filter(|side| task.sides.contains(side)).map(|side| (index, side)));
        }
        all
    }

    /// Keeps only these benchmarks. Those that only base has stay while there are some that only new has: they may be the same.
    pub fn keep_only(&mut self, remaining: &Remaining) {
        self.tasks.retain_mut(|task| {
            let is_wanted = remaining.get(&task.path).is_some_and(|names| task.keep_only(names));
            is_wanted || task.is_only_in(Side::Base)
        });
        if !self.tasks.iter().any(|task| task.is_only_in(Side::New)) {
            self.tasks.retain(|task| !task.is_only_in(Side::Base));
        }
    }

    /// Removes the tasks with these indices.
    pub fn remove(&mut self, indices: &BTreeSet<usize>) {
        let mut index = 0..;
        self.tasks.retain(|_| index.next().is_none_or(|index| !indices.contains(&index)));
    }
}

#[cfg(test)]
mod tests {
    use super::Side::{Base, New};
    use super::*;
    use crate::run::plan::What;

    fn schedule(packages: &[(&str, &[Side])]) -> Schedule {
        let task = |(index, (path, sides)): (usize, &(&str, &[Side]))| Task {
            package: index,
            path: path.to_string(),
            sides: sides.to_vec(),
            what: What::Many(None),
            others: Vec::new(),
        };
        Schedule { tasks: packages.iter().enumerate().map(task).collect() }
    }

    fn remaining(of: &[(&str, &[&str])]) -> Remaining {
        let names = |names: &[&str]| names.iter().map(|name| name.to_string()).collect();
        of.iter().map(|(path, functions)| (path.to_string(), names(functions))).collect()
    }

    #[test]
    fn base_and_new_alternate_in_going_first() {
        let schedule = schedule(&[("a", &[Base, New]), ("b", &[Base, New])]);
        assert_eq!(schedule.order(1), [(0, Base), (0, New), (1, New), (1, Base)]);
        assert_eq!(schedule.order(2), [(0, New), (0, Base), (1, Base), (1, New)]);
        for at in 0..2 {
            let first = (1..=10).filter(|&round| {
                schedule.order(round).iter().find(|it| it.0 == at).map(|it| it.1) == Some(Base)
            });
            assert_eq!(first.count(), 5, "balanced in ten rounds");
        }
    }

    #[test]
    fn what_is_gone_is_run_once_unless_it_may_be_renamed() {
        let gone = schedule(&[("a", &[Base, New]), ("b", &[Base])]);
        assert_eq!((gone.order(1).len(), gone.order(2).len()), (3, 2));
        let mut renamed = schedule(&[("a", &[Base, New]), ("b", &[Base]), ("c", &[New])]);
        assert_eq!(renamed.order(2).len(), 4);
        renamed.keep_only(&remaining(&[("c", &["X-2"])]));
        assert_eq!(renamed.order(11).iter().map(|it| it.1).collect::<Vec<_>>(), [Base, New]);
        renamed.keep_only(&remaining(&[("a", &["X-2"])]));
        assert_eq!(renamed.tasks, []);
    }

    #[test]
    fn benchmarks_that_are_decided_are_not_run_again() {
        let mut schedule = schedule(&[("a", &[Base, New]), ("b", &[Base, New])]);
        schedule.keep_only(&remaining(&[("b", &["X-2", "A/y-2"])]));
        let functions = ["BenchmarkA", "BenchmarkX"].map(String::from).into();
        assert_eq!(schedule.tasks.len(), 1);
        assert_eq!((schedule.tasks[0].package, &schedule.tasks[0].what), (1, &What::Many(Some(functions))));
        schedule.remove(&[0].into());
        assert_eq!(schedule.order(1), []);
    }
}
