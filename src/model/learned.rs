//! The noise between runs that earlier runs have shown.

use super::{BenchmarkId, Unit};
use bstr::{BString, ByteSlice};
use std::collections::HashMap;

/// The noise between two runs of a benchmark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RunNoise {
    /// The standard deviation of the change from one run to the next that the scatter within the runs does not explain, as a natural
    /// logarithm.
    pub noise: f64,
    /// Its degrees of freedom.
    pub freedom: f64,
    /// How many runs it was learned from.
    pub runs: usize,
}

/// The noise between runs of many benchmarks.
#[derive(Debug, Clone, Default)]
pub struct LearnedNoise {
    /// By unit, package and name.
    noise: HashMap<Unit, HashMap<BString, HashMap<BString, RunNoise>>>,
    len: usize,
}

impl LearnedNoise {
    /// Adds the noise of a benchmark. If it has one already, the larger one counts.
    pub fn add(&mut self, id: BenchmarkId<'_>, unit: &Unit, noise: RunNoise) {
        let packages = self.noise.entry(unit.clone()).or_default();
        let names = packages.entry(id.pkg.into()).or_default();
        self.len += usize::from(!names.contains_key(id.name.full()));
        let known = names.entry(id.name.full().into()).or_insert(noise);
        if noise.noise > known.noise {
            *known = noise;
        }
    }

    /// The noise of a benchmark in a unit, if enough runs showed it.
    pub fn get(&self, id: BenchmarkId<'_>, unit: &Unit) -> Option<RunNoise> {
        let names = self.noise.get(unit)?.get(id.pkg.as_bytes().as_bstr())?;
        names.get(id.name.full()).copied()
    }

    /// How many benchmarks and units have one.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing was learned.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}
