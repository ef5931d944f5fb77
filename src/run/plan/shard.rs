//! Which shard measures which benchmark functions. Pure.

use crate::model::{Shard, ShardRecord};
use fnv::FnvHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher;

/// A benchmark function: the import path of its package, and its name.
pub(crate) type Function = (String, String);

/// How long functions take, in seconds per round.
pub(crate) type Times = BTreeMap<Function, f64>;

/// A plan for all shards, from the point of view of one of them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ShardPlan {
    shard: Shard,
    /// The number of the shard of each function.
    owners: BTreeMap<Function, usize>,
    hash: u64,
}

impl ShardPlan {
    /// Divides functions among shards. With times, the longest goes first, to the shard that has the least to do; a function without a
    /// time takes as long as the median. Without times, the hash of its name decides. `options` is what else must be the same in all
    /// shards. Machines with the same arguments make the same plan.
    pub fn new(shard: Shard, functions: BTreeSet<Function>, times: &Times, options: &str) -> ShardPlan {
        let known: Vec<f64> = functions.iter().filter_map(|it| times.get(it)).copied().collect();
        let owners: BTreeMap<Function, usize> = match median(known) {
            Some(median) => by_time(shard.count(), functions, times, median),
            None => functions.into_iter().map(|it| (it.clone(), by_hash(shard.count(), &it))).collect(),
        };
        let mut hasher = FnvHasher::default();
        for ((package, function), owner) in &owners {
            hasher.write(format!("{package}\0{function}\0{owner}\0").as_bytes());
        }
        hasher.write(format!("{}\0{options}", shard.count()).as_bytes());
        ShardPlan { shard, owners, hash: hasher.finish() }
    }

    /// What the header of a result file says.
    pub fn record(&self) -> ShardRecord {
        ShardRecord { shard: self.shard, plan: format!("{:016x}", self.hash) }
    }

    /// Whether this shard has a function of a package.
    pub fn has_package(&self, package: &str) -> bool {
        self.of_package(package).any(|(_, owner)| owner == self.shard.number())
    }

    /// Whether this shard measures a function. One that the plan does not know, because it was found in the test binary alone, goes
    /// where the first function of its package is.
    pub fn has(&self, package: &str, function: &str) -> bool {
        let known = self.of_package(package).find(|&(name, _)| name == function);
        let owner = known.or_else(|| self.of_package(package).next()).map(|(_, owner)| owner);
        owner == Some(self.shard.number())
    }

    /// The functions of a package that other shards measure.
    pub fn others(&self, package: &str) -> Vec<String> {
        let others = self.of_package(package).filter(|&(_, owner)| owner != self.shard.number());
        others.map(|(name, _)| name.to_string()).collect()
    }

    fn of_package<'p>(&'p self, package: &'p str) -> impl Iterator<Item = (&'p str, usize)> {
        let first = (package.to_string(), String::new());
        let of = self.owners.range(first..).take_while(move |((path, _), _)| path == package);
        of.map(|((_, function), &owner)| (function.as_str(), owner))
    }
}

/// From 1.
fn by_hash(count: usize, (package, function): &Function) -> usize {
    let mut hasher = FnvHasher::default();
    hasher.write(package.as_bytes());
    hasher.write(b"\0");
    hasher.write(function.as_bytes());
    // The remainder is less than the count, which is small.
    (hasher.finish() % count as u64) as usize + 1
}

/// The longest processing time first (Graham, *Bounds on multiprocessing timing anomalies*, SIAM J. Appl. Math. 17, 1969): no shard
/// takes more than 4/3 of the best possible. O(functions · shards).
fn by_time(
    count: usize,
    functions: BTreeSet<Function>,
    times: &Times,
    median: f64,
) -> BTreeMap<Function, usize> {
    let time = |it: &Function| times.get(it).copied().unwrap_or(median);
    let mut longest_first: Vec<Function> = functions.into_iter().collect();
    longest_first.sort_by(|a, b| time(b).total_cmp(&time(a))); // stable: ties by name
    let mut loads: Vec<f64> = vec![0.0; count];
    let mut owners = BTreeMap::new();
    for function in longest_first {
        let least = loads.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1));
        let (index, _) = least.expect("there is at least one shard");
        loads[index] += time(&function);
        owners.insert(function, index + 1);
    }
    owners
}

fn median(mut times: Vec<f64>) -> Option<f64> {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied()
}

/// Reads lines `package function seconds`; a function with several has the last one. Lines that begin with `#` are comments.
///
/// # Errors
/// The number of a line that has another form, from 1, and its text.
pub(crate) fn read_times(text: &str) -> Result<Times, (usize, String)> {
    let mut times = Times::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let seconds = words.get(2).and_then(|it| it.parse::<f64>().ok());
        match (words.as_slice(), seconds) {
            ([package, function, _], Some(seconds)) if seconds.is_finite() && seconds >= 0.0 => {
                times.insert((package.to_string(), function.to_string()), seconds);
            }
            _ => return Err((number, line.to_string())),
        }
    }
    Ok(times)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn functions(of: &[(&str, &str)]) -> BTreeSet<Function> {
        of.iter().map(|(package, name)| (package.to_string(), name.to_string())).collect()
    }

    fn plans(count: usize, functions: &BTreeSet<Function>, times: &Times) -> Vec<ShardPlan> {
        let shard = |number| Shard::new(number, count).expect("a shard");
        (1..=count).map(|number| ShardPlan::new(shard(number), functions.clone(), times, "")).collect()
    }

    const FOUR: [(&str, &str); 4] =
        [("m/a", "BenchmarkA"), ("m/a", "BenchmarkB"), ("m/a/x", "BenchmarkA"), ("m/b", "BenchmarkC")];

    #[test]
    fn the_longest_function_goes_to_the_shard_with_the_least_to_do() {
        let times = read_times("# a comment\nm/a BenchmarkA 5\nm/a BenchmarkB 4\n\nm/b BenchmarkC 9.5\n");
        let times = times.expect("times");
        let all = plans(2, &functions(&FOUR), &times);
        // C 9.5 to shard 1; A 5 and, as long as the median, x.A 5 to shard 2; B 4 to shard 1.
        assert!(all[0].has("m/b", "BenchmarkC") && all[0].has("m/a", "BenchmarkB"), "{all:?}");
        assert!(all[1].has("m/a", "BenchmarkA") && all[1].has("m/a/x", "BenchmarkA"), "{all:?}");
        assert_eq!(all[0].others("m/a"), ["BenchmarkA"]);
        assert!(!all[0].has_package("m/a/x") && all[1].has_package("m/a/x"));
        assert_eq!(all[0].record().plan, all[1].record().plan);
    }

    #[test]
    fn other_functions_times_counts_and_options_are_other_plans() {
        let shard = Shard::new(1, 2).expect("a shard");
        let times = read_times("m/a BenchmarkA 5\nm/a BenchmarkB 4\n").expect("times");
        let plan = |shard, of: &[(&str, &str)], times: &Times, options: &str| {
            ShardPlan::new(shard, functions(of), times, options).record().plan
        };
        let one = plan(shard, &FOUR, &times, "");
        assert_eq!(one, plan(Shard::new(2, 2).expect("a shard"), &FOUR, &times, ""));
        for other in [
            plan(Shard::new(1, 3).expect("a shard"), &FOUR, &times, ""),
            plan(shard, &FOUR[..3], &times, ""),
            plan(shard, &FOUR, &Times::new(), ""),
            plan(shard, &FOUR, &times, "--bench A"),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn a_function_that_only_the_binary_shows_is_in_one_shard() {
        let all = plans(3, &functions(&FOUR), &Times::new());
        assert_eq!(all.iter().filter(|it| it.has("m/a", "BenchmarkHidden")).count(), 1);
        let owner = all.iter().find(|it| it.has("m/a", "BenchmarkHidden")).expect("one");
        assert!(owner.has_package("m/a"), "it builds the package");
    }

    #[test]
    fn other_lines_are_errors_with_their_number() {
        for line in
            ["m/a BenchmarkA", "m/a BenchmarkA x", "m/a BenchmarkA -1", "m/a BenchmarkA NaN", "a b 1 2"]
        {
            assert_eq!(read_times(&format!("# times\n{line}\n")), Err((2, line.to_string())));
        }
    }

    proptest! {
        #[test]
        fn every_function_is_in_exactly_one_shard(
            names in proptest::collection::btree_set(("m/[a-c](/[a-c])?", "Benchmark[A-Z]{1,3}"), 0..30),
            count in 1usize..8,
            seconds in proptest::collection::vec(0.0..100.0f64, 30),
            is_timed in any::<bool>(),
        ) {
            let times = names.iter().cloned().zip(seconds).filter(|_| is_timed).collect();
            let all = plans(count, &names, &times);
            for (package, function) in &names {
                let with: Vec<&ShardPlan> = all.iter().filter(|it| it.has(package, function)).collect();
                prop_assert_eq!(with.len(), 1);
                prop_assert!(with[0].has_package(package));
                let is_other = |it: &&ShardPlan| it.others(package).contains(function);
                prop_assert_eq!(all.iter().filter(is_other).count(), count - 1);
            }
            if is_timed && !names.is_empty() {
                let loads: Vec<f64> = all.iter().map(|plan| {
                    names.iter().filter(|it| plan.has(&it.0, &it.1)).map(|it| times[it]).sum()
                }).collect();
                let longest = times.values().copied().fold(0.0, f64::max);
                let mean = times.values().sum::<f64>() / count as f64;
                let most = loads.iter().copied().fold(0.0, f64::max);
                prop_assert!(most <= mean + longest + 1e-9, "{:?}", loads);
            }
        }
    }
}
