//! Finds the benchmarks of two revisions and what they allocate, by running each for a moment.

use super::figures::{Figures, complaint, results};
use crate::cause::Allocated;
use crate::model::Name;
use crate::run::build::{Built, Package};
use crate::run::event::OnEvent;
use crate::run::measure::TestBinary;
use crate::run::plan::of_functions;
use crate::run::prepare::Prepared;
use crate::run::side::{PerSide, Side};
use crate::run::{Event, RunError, Warning};

/// How long each benchmark is run.
const MOMENT: &str = "-test.benchtime=20ms";
/// Of the output of a process, at most so much is kept.
const MOST_OUTPUT: usize = 16 << 20;

/// A benchmark and what an operation of it allocates.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its import path.
    pub package: String,
    /// Its name as Go prints it, without the `Benchmark` prefix.
    pub benchmark: String,
    /// How long an operation takes in new, in nanoseconds, if that is known.
    pub nanoseconds: Option<f64>,
    /// In base; `None` if base has no result.
    pub base: Option<Allocated>,
    /// Whether only new has it: base has results of its package, but none of this benchmark.
    pub is_new: bool,
    /// In new.
    pub new: Allocated,
}

impl Found {
    /// How many more allocs/op and B/op new has. Without base, everything that new allocates.
    pub fn growth(&self) -> Allocated {
        let base = self.base.unwrap_or(Allocated { bytes_per_op: 0.0, allocs_per_op: 0.0 });
        Allocated {
            bytes_per_op: self.new.bytes_per_op - base.bytes_per_op,
            allocs_per_op: self.new.allocs_per_op - base.allocs_per_op,
        }
    }

    /// Whether new allocates: at least an object, or a few bytes, which are objects that allocs/op does not show.
    pub fn allocates(&self) -> bool {
        self.new.allocs_per_op >= 1.0 || self.new.bytes_per_op >= 2.0
    }

    /// Whether that is more than a collected pool or a rounded number. What only new has did not grow.
    pub fn has_grown(&self) -> bool {
        !self.is_new && has_grown(self.base, self.new)
    }
}

/// Whether new allocates more than in base, by more than a collected pool or a rounded number: an object, or 2 % of the bytes. Without
/// base, whether it allocates as much.
pub fn has_grown(base: Option<Allocated>, new: Allocated) -> bool {
    let base = base.unwrap_or(Allocated { bytes_per_op: 0.0, allocs_per_op: 0.0 });
    // As the gate tolerates it; where nothing was allocated, a few bytes are objects that allocs/op does not show.
    let least = if base.bytes_per_op == 0.0 { 2.0 } else { 8.0 };
    new.allocs_per_op - base.allocs_per_op >= 1.0
        || new.bytes_per_op - base.bytes_per_op >= (base.bytes_per_op * 0.02).max(least)
}

/// Runs the benchmarks of these functions for a moment, on both sides. A package that is unchanged is left out, and so is one that is
/// not in new or does not build there. `function` gets the
/// name of a Go function without `Benchmark`.
///
/// # Errors
/// If the run is stopped, or a process cannot be started.
pub(crate) fn find(
    prepared: &Prepared,
    function: &dyn Fn(&str) -> bool,
    on_event: &mut OnEvent,
) -> Result<Vec<Found>, RunError> {
    let mut found = Vec::new();
    let is_changed = |package: &&Package| !prepared.unchanged.contains(&package.path);
    for package in prepared.packages.iter().filter(is_changed) {
        let functions: Vec<&str> = package
            .benchmarks
            .iter()
            .map(String::as_str)
            .filter(|it| function(it.strip_prefix("Benchmark").unwrap_or(it)))
            .collect();
        if functions.is_empty() {
            continue;
        }
        let sides = PerSide::try_new(|side| run_all(prepared, package, &functions, side, on_event))?;
        found.extend(joined(&package.path, &sides));
    }
    Ok(found)
}

/// What running benchmarks gave.
#[derive(Debug, Default)]
struct Ran {
    figures: Vec<Figures>,
    /// Whether every benchmark there is has its result: none failed, and the package builds if the side has it.
    is_whole: bool,
}

/// Runs the functions in one process, and if that fails, those that have no result each in its own: one that fails hides no other.
fn run_all(
    prepared: &Prepared,
    package: &Package,
    functions: &[&str],
    side: Side,
    on_event: &mut OnEvent,
) -> Result<Ran, RunError> {
    let pattern = of_functions(functions.iter().copied());
    let is_alone = functions.len() == 1;
    let mut ran = run(prepared, package, &pattern, side, is_alone, on_event)?;
    if ran.is_whole || is_alone || package.built[side].is_none() {
        return Ok(ran);
    }
    let has_result = |figures: &[Figures], function: &str| {
        let own = |it: &Figures| Name::new(it.name.as_bytes()).go_function() == function;
        figures.iter().any(own)
    };
    let left: Vec<&str> =
        functions.iter().copied().filter(|function| !has_result(&ran.figures, function)).collect();
    ran.is_whole = true;
    for function in left {
        let alone = run(prepared, package, &of_functions([function]), side, true, on_event)?;
        ran.figures.extend(alone.figures);
        ran.is_whole &= alone.is_whole;
    }
    Ok(ran)
}

fn joined(package: &str, sides: &PerSide<Ran>) -> Vec<Found> {
    let one = |figures: &Figures| {
        let base = sides.base.figures.iter().find(|it| it.name == figures.name);
        Some(Found {
            package: package.to_string(),
            benchmark: figures.name.clone(),
            nanoseconds: figures.nanoseconds,
            base: base.and_then(|it| it.allocated),
            is_new: base.is_none() && sides.base.is_whole,
            new: figures.allocated?,
        })
    };
    sides.new.figures.iter().filter_map(one).collect()
}

fn run(
    prepared: &Prepared,
    package: &Package,
    pattern: &str,
    side: Side,
    warns: bool,
    on_event: &mut OnEvent,
) -> Result<Ran, RunError> {
    let Some(Built::Binary { file, folder }) = &package.built[side] else {
        return Ok(Ran { figures: Vec::new(), is_whole: package.built[side].is_none() });
    };
    let request = &prepared.request;
    let mut arguments =
        vec![format!("-test.bench={pattern}"), "-test.benchmem".to_string(), MOMENT.to_string()];
    arguments.extend(request.cpu_argument());
    let binary = TestBinary {
        file,
        folder,
        package: &package.path,
        arguments,
        environment: request.variant(side).environment.clone(),
        timeout: request.timeout,
    };
    let mut text = Vec::new();
    let keep = |piece: &[u8]| {
        text.extend_from_slice(piece.get(..MOST_OUTPUT.saturating_sub(text.len())).unwrap_or(piece));
        Ok(())
    };
    let on_benchmark = |name: Option<&str>| {
        if let Some(name) = name {
            on_event(Event::WarmUp { side, package: &package.path, name });
        }
    };
    let finished = binary.run(None, &prepared.stop, keep, on_benchmark)?;
    if !finished.has_passed() && warns {
        let benchmark = finished.last_benchmark.clone();
        let benchmark = benchmark.map(|it| it.strip_prefix("Benchmark").unwrap_or(&it).to_string());
        on_event(Event::Warning(&Warning::NoProfile {
            benchmark: benchmark.unwrap_or_else(|| package.path.clone()),
            revision: prepared.checkouts[side].revision.name.clone(),
            reason: format!("{}{}", finished.ending, complaint(&String::from_utf8_lossy(&text))),
        }));
    }
    Ok(Ran { figures: results(&String::from_utf8_lossy(&text)), is_whole: finished.has_passed() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allocated(bytes: f64, allocs: f64) -> Allocated {
        Allocated { bytes_per_op: bytes, allocs_per_op: allocs }
    }

    #[test]
    fn growth_is_more_than_a_rounded_number() {
        let found = |base, new| Found {
            package: "m".to_string(),
            benchmark: "A-2".to_string(),
            nanoseconds: None,
            base,
            is_new: false,
            new,
        };
        for (base, new, want) in [
            (Some(allocated(0.0, 0.0)), allocated(7.0, 0.0), true),
            (Some(allocated(0.0, 0.0)), allocated(1.0, 0.0), false),
            (Some(allocated(60.0, 2.0)), allocated(64.0, 2.0), false),
            (Some(allocated(10_000.0, 9.0)), allocated(10_050.0, 9.0), false),
            (Some(allocated(10_000.0, 9.0)), allocated(9_000.0, 10.0), true),
            (None, allocated(8.0, 1.0), true),
        ] {
            assert_eq!(found(base, new).has_grown(), want, "{base:?} {new:?}");
        }
    }

    #[test]
    fn sides_are_joined_by_the_name() {
        let figures =
            |name: &str, it| Figures { name: name.to_string(), nanoseconds: Some(1.0), allocated: it };
        let whole = |figures| Ran { figures, is_whole: true };
        let sides = PerSide {
            base: whole(vec![figures("A-2", Some(allocated(1.0, 1.0)))]),
            new: whole(vec![
                figures("B-2", Some(allocated(2.0, 1.0))),
                figures("A-2", Some(allocated(30.0, 1.0))),
                figures("C-2", None),
            ]),
        };
        let found = joined("m", &sides);
        let names: Vec<_> =
            found.iter().map(|it| (it.benchmark.as_str(), it.is_new, it.has_grown())).collect();
        assert_eq!(names, [("B-2", true, false), ("A-2", false, true)]);
        let broken = joined("m", &PerSide { base: Ran::default(), ..sides });
        assert!(broken.iter().all(|it| !it.is_new && it.has_grown()), "of base nothing is known");
    }
}
