//! Whether results of several shards are complete, and of one plan.

use super::NAMES;
use crate::group::Side;
use crate::model::{Header, ShardRecord};
use crate::policy::ConditionKind;
use crate::verdict::Sides;
use crate::words::{Listed, counted, list};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What is wrong with the shards of a run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ShardState {
    /// A part of the suite is missing.
    Missing {
        /// How many shards there are.
        count: usize,
        /// The numbers of those that base does not have.
        base: Vec<usize>,
        /// The numbers of those that new does not have.
        new: Vec<usize>,
    },
    /// The shards do not belong together: what does not agree.
    Contradictory(Vec<String>),
}

impl ShardState {
    /// What is wrong; nothing if no file records a shard. O(benchmarks).
    pub(super) fn of(sides: &Sides) -> Vec<ShardState> {
        let all: BTreeSet<&ShardRecord> = sides.iter().flat_map(records).collect();
        if all.is_empty() {
            return Vec::new();
        }
        let contradictions = contradictions(&all, sides);
        let missing = ShardState::missing(sides).filter(|_| !sides.is_partial);
        let contradictory = (!contradictions.is_empty()).then_some(ShardState::Contradictory(contradictions));
        missing.into_iter().chain(contradictory).collect()
    }

    /// Whether base and new have all shards of a run, and the same ones; not, if no file records a shard.
    pub fn are_complete(base: &Side, new: &Side) -> bool {
        let renames = BTreeMap::new();
        let sides = Sides { base: Some(base), new, differences: &[], renames: &renames, is_partial: false };
        sides.iter().all(|side| records(side).next().is_some()) && ShardState::of(&sides).is_empty()
    }

    /// Whether some shards are missing, so that not all benchmarks were measured.
    pub(super) fn missing(sides: &Sides) -> Option<ShardState> {
        let count = sides.iter().flat_map(records).map(|it| it.shard.count()).max()?;
        let missing = |side: Option<&Side>| -> Vec<usize> {
            let Some(side) = side else { return Vec::new() };
            let there: BTreeSet<usize> = records(side).map(|it| it.shard.number()).collect();
            (1..=count).filter(|number| !there.contains(number)).collect()
        };
        let (base, new) = (missing(sides.base), missing(Some(sides.new)));
        let is_complete = base.is_empty() && new.is_empty();
        (!is_complete).then_some(ShardState::Missing { count, base, new })
    }

    pub(super) fn kind(&self) -> ConditionKind {
        match self {
            ShardState::Missing { .. } => ConditionKind::MissingShards,
            ShardState::Contradictory(_) => ConditionKind::ContradictoryShards,
        }
    }

    pub(super) fn title(&self) -> String {
        match self {
            ShardState::Missing { base, new, .. } => {
                let all: BTreeSet<&usize> = base.iter().chain(new).collect();
                counted(all.len(), "missing shard")
            }
            ShardState::Contradictory(_) => "contradictory shards".to_string(),
        }
    }
}

impl fmt::Display for ShardState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ShardState::Missing { count, base, new } => {
                let side = |name: &str, missing: &[usize]| {
                    format!("missing in {name}: {} of {count}", list(missing, NAMES))
                };
                let text = match (base.as_slice(), new.as_slice()) {
                    (base, new) if base == new => side("base and new", base),
                    (base, []) => side("base", base),
                    ([], new) => side("new", new),
                    (base, new) => format!("{}; {}", side("base", base), side("new", new)),
                };
                write!(f, "{text}; did a job fail, or its upload? measure these shards and judge all again")
            }
            ShardState::Contradictory(what) => {
                write!(f, "{}; measure all shards of one commit with the same options", what.join("; "))
            }
        }
    }
}

fn records<'s>(side: &'s Side) -> impl Iterator<Item = &'s ShardRecord> {
    side.ledger().files.iter().flat_map(|file| &file.shards)
}

fn contradictions(all: &BTreeSet<&ShardRecord>, sides: &Sides) -> Vec<String> {
    let mut found = Vec::new();
    let counts: BTreeSet<usize> = all.iter().map(|it| it.shard.count()).collect();
    let plans: BTreeSet<&str> = all.iter().map(|it| &*it.plan).collect();
    if counts.len() > 1 {
        found.push(format!("shards of {}", list(counts, NAMES)));
    } else if plans.len() > 1 {
        let one = |plan: &&str| {
            let of_plan = all.iter().filter(|it| it.plan == **plan).map(|it| it.shard);
            format!("plan {plan} of {}", list(of_plan, NAMES))
        };
        found.push(plans.iter().map(one).collect::<Vec<_>>().join(", "));
    }
    let (mut several, mut none) = (BTreeSet::new(), BTreeSet::new());
    for side in sides.iter() {
        for benchmark in side.benchmarks() {
            let shards: BTreeSet<Option<ShardRecord>> = side.configs(benchmark).map(Header::shard).collect();
            let shards: BTreeSet<_> = shards.iter().map(|it| it.as_ref().map(|it| it.shard)).collect();
            if shards.contains(&None) {
                none.insert(benchmark.id.to_string());
            } else if shards.len() > 1 {
                let of = list(shards.iter().flatten(), NAMES);
                several.insert(format!("{} ({of})", benchmark.id));
            }
        }
    }
    found.extend(Listed::new(several, NAMES).some().map(|it| format!("in several shards: {it}")));
    found.extend(Listed::new(none, NAMES).some().map(|it| format!("in no shard: {it}")));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Dataset;
    use crate::parse;

    /// A side of files, each `SHARD PLAN BENCHMARK…`.
    fn dataset(files: &[&str]) -> Dataset {
        let mut all = Dataset::default();
        for file in files {
            let mut words = file.split(' ');
            let header = match (words.next(), words.next()) {
                (Some(shard), Some(plan)) if shard != "-" => format!("shard: {shard}\nplan: {plan}\n"),
                _ => String::new(),
            };
            let results: String = words.map(|name| format!("Benchmark{name} 1 1 x\n")).collect();
            all.append(parse::text("f", format!("{header}pkg: p\n{results}").as_bytes()));
        }
        all
    }

    fn found(base: Option<&[&str]>, new: &[&str], is_partial: bool) -> Vec<String> {
        let (base, new) = (base.map(dataset), dataset(new));
        let (base, new) = (base.as_ref().map(Side::new), Side::new(&new));
        let renames = BTreeMap::new();
        let sides = Sides { base: base.as_ref(), new: &new, differences: &[], renames: &renames, is_partial };
        let text = |state: &ShardState| {
            let text = state.to_string();
            format!("{}: {}", state.title(), text.split("; did").next().unwrap_or(&text))
        };
        ShardState::of(&sides).iter().map(text).collect()
    }

    #[test]
    fn complete_shards_and_files_without_shards_are_right() {
        let all: &[&str] = &["1/2 a A B", "2/2 a C"];
        assert_eq!(found(Some(all), all, false), [""; 0]);
        assert_eq!(found(None, all, false), [""; 0]);
        assert_eq!(found(Some(&["- - A"]), &["- - A"], false), [""; 0]);
        let with_empty: &[&str] = &["1/2 a A B C", "2/2 a"];
        assert_eq!(found(Some(with_empty), with_empty, false), [""; 0], "a shard with nothing to measure");
    }

    #[test]
    fn missing_shards_are_numbered() {
        let all: &[&str] = &["1/3 a A", "2/3 a B", "3/3 a C"];
        assert_eq!(
            found(Some(&all[..2]), &all[..2], false),
            ["1 missing shard: missing in base and new: 3 of 3"]
        );
        assert_eq!(found(Some(all), &all[1..2], false), ["2 missing shards: missing in new: 1, 3 of 3"]);
        assert_eq!(found(Some(&all[1..]), all, false), ["1 missing shard: missing in base: 1 of 3"]);
        assert_eq!(
            found(Some(&all[1..]), &all[..2], false),
            ["2 missing shards: missing in base: 1 of 3; missing in new: 3 of 3"]
        );
        assert_eq!(found(None, &all[..1], false), ["2 missing shards: missing in new: 2, 3 of 3"]);
        assert_eq!(found(Some(&all[..2]), &all[..2], true), [""; 0], "it is known to be a part");
    }

    #[test]
    fn shards_of_different_plans_contradict_one_another() {
        let all: &[&str] = &["1/2 a A", "2/2 b B"];
        let found = |all: &[&str]| found(Some(all), all, false).join(" | ");
        assert!(found(all).starts_with("contradictory shards: plan a of 1/2, plan b of 2/2; measure"));
        assert!(found(&["1/2 a A", "2/2 a A"]).contains(": in several shards: A in p (1/2, 2/2); "));
        assert!(found(&["1/1 a A", "- - B"]).contains(": in no shard: B in p; "));
        let counts = found(&["1/1 a A", "2/2 b B"]);
        assert!(counts.starts_with("contradictory shards: shards of 1, 2; "), "{counts}");
    }
}
