//! The dataset: all results of one or more files.

use super::column::Constants;
use super::config::Metadata;
use super::hash::IndexSet;
use super::{
    Assumption, BenchmarkId, Column, Config, DatasetLimits, Direction, FileLedger, Ledger, LimitExceeded,
    Name, Remark, RemarkKind, Texts, Unit,
};
use bstr::{BStr, BString, ByteSlice};

macro_rules! ids {
    ($($(#[$doc:meta])* $id:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $id(u32);

        impl $id {
            pub(super) fn new(index: usize) -> $id {
                $id(u32::try_from(index).expect("memory ends long before 2^32 distinct strings"))
            }

            /// Its number, from 0, for tables by number.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// A benchmark name within its [`Dataset`].
    NameId
    /// A unit within its [`Dataset`].
    UnitId
    /// A configuration within its [`Dataset`].
    ConfigId
    /// A file within its [`Dataset`].
    SourceId
    /// The units of a result line, in order, within its [`Dataset`].
    ShapeId
    /// A [`Block`] within its [`Dataset`].
    BlockId
}

/// Consecutive results with the same configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// The label of its file.
    pub source: SourceId,
    /// The index of its file in [`Ledger::files`].
    pub file: usize,
    /// The run of a test binary, counted over the whole dataset. A header starts a new run.
    pub run: usize,
    /// The configuration.
    pub config: ConfigId,
    /// The process, counted over the whole dataset, if no header names its package.
    pub process: Option<usize>,
}

/// Every result of one or more files, in the order read.
///
/// Stores columns. The results of one benchmark are usually consecutive: such a [`Segment`] stores its name, units and
/// configuration once, and its values unit by unit, so that the values in one unit are a slice, or one value if all are the same.
/// All values are finite.
#[derive(Debug, Clone, Default)]
pub struct Dataset {
    pub(super) sources: Vec<BString>,
    pub(super) names: Texts,
    pub(super) units: IndexSet<Unit>,
    pub(super) configs: IndexSet<Config>,
    pub(super) shapes: IndexSet<Box<[UnitId]>>,
    pub(super) blocks: Vec<Block>,
    pub(super) segments: Vec<StoredSegment>,
    pub(super) iterations: Vec<u64>,
    /// The columns of every segment, as [`Constants`] says.
    pub(super) values: Vec<f64>,
    /// How many values all results have.
    pub(super) measured: usize,
    pub(super) metadata: Metadata,
    pub(super) ledger: Ledger,
    /// The package of every process that has none by its header, if the line that ends it names one.
    pub(super) processes: Vec<Option<BString>>,
    /// Configuration keys in headers, beside those of Go.
    pub(super) header_keys: IndexSet<BString>,
}

/// A segment as it is stored: it begins where the one before ends. In rounds there is one for every result, so it is small.
#[derive(Debug, Clone, Copy)]
pub(super) struct StoredSegment {
    pub block: BlockId,
    pub name: NameId,
    pub shape: ShapeId,
    /// How many results it has.
    pub results: u32,
    pub constants: Constants,
}

/// Where the results and the stored values of a segment begin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SegmentStart {
    results: usize,
    values: usize,
}

/// Consecutive results of one benchmark with the same units and configuration: at least one.
#[derive(Debug, Clone, Copy)]
pub struct Segment<'d> {
    /// Their block.
    pub block: &'d Block,
    /// The benchmark.
    pub name: NameId,
    /// Their units, in the order printed.
    pub units: &'d [UnitId],
    /// b.N of each result.
    pub iterations: &'d [u64],
    /// All values of the first unit, then all of the second, and so on, each as `constants` says.
    values: &'d [f64],
    constants: Constants,
}

/// One result line.
#[derive(Debug, Clone)]
pub struct ResultRow<'d> {
    /// Its block.
    pub block: &'d Block,
    /// The benchmark.
    pub name: NameId,
    /// b.N.
    pub iterations: u64,
    /// Its units, in the order printed.
    pub units: &'d [UnitId],
    /// Its values, one per unit.
    pub values: Vec<f64>,
}

impl<'d> Segment<'d> {
    /// The values of all results in the unit with this index in [`Segment::units`].
    ///
    /// # Panics
    /// If there is no such index.
    pub fn values(&self, unit: usize) -> Column<'d> {
        let results = self.iterations.len();
        let at = self.constants.stored(unit, results);
        match self.constants.contains(unit) {
            true => Column::Constant(self.values[at], results),
            false => Column::Each(&self.values[at..][..results]),
        }
    }

    /// The results, one by one.
    fn results(self) -> impl Iterator<Item = ResultRow<'d>> {
        (0..self.iterations.len()).map(move |result| ResultRow {
            block: self.block,
            name: self.name,
            iterations: self.iterations[result],
            units: self.units,
            values: (0..self.units.len()).map(|unit| self.values(unit).get(result)).collect(),
        })
    }
}

impl Dataset {
    /// The number of results.
    pub fn len(&self) -> usize {
        self.iterations.len()
    }

    /// Whether there are no results.
    pub fn is_empty(&self) -> bool {
        self.iterations.is_empty()
    }

    /// The name of the benchmark, without the `Benchmark` prefix.
    pub fn name(&self, id: NameId) -> &BStr {
        self.names.get(id.index()).as_bstr()
    }

    /// The unit, as printed.
    pub fn unit(&self, id: UnitId) -> &Unit {
        &self.units[id.index()]
    }

    /// The units, as printed, in the order of their numbers.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.units.iter()
    }

    /// The configuration.
    pub fn config(&self, id: ConfigId) -> &Config {
        &self.configs[id.index()]
    }

    /// The package of a block: of its header, or of the line that ends it; empty if neither names one.
    pub fn package(&self, block: &Block) -> &BStr {
        self.config(block.config).get("pkg").or(self.closing_name(block)).unwrap_or_default()
    }

    /// The package by the line that ends it, of a block without a package in its header.
    pub fn closing_name(&self, block: &Block) -> Option<&BStr> {
        self.processes.get(block.process?)?.as_ref().map(|name| name.as_bstr())
    }

    /// How many processes have no package in their header.
    pub fn processes(&self) -> usize {
        self.processes.len()
    }

    /// Whether a configuration key is in a header: on a line next to `goos:` and the others.
    pub fn is_header_key(&self, key: &[u8]) -> bool {
        self.header_keys.contains(key.as_bstr())
    }

    /// The configurations of all results, in order of first appearance.
    pub fn configs(&self) -> impl Iterator<Item = &Config> {
        self.configs.iter()
    }

    /// The label of a file.
    pub fn source(&self, id: SourceId) -> &BStr {
        self.sources[id.index()].as_bstr()
    }

    /// What `Unit` lines say about the values of a unit.
    pub fn assumption(&self, unit: &Unit) -> Assumption {
        self.metadata.assumption(unit)
    }

    /// Which direction of a unit is better, according to `Unit` lines.
    pub fn better(&self, unit: &Unit) -> Option<Direction> {
        self.metadata.better(unit)
    }

    /// What happened to every result line.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Where the results and values of each segment begin, for [`Dataset::segment`]. O(segments).
    pub fn segment_starts(&self) -> Vec<SegmentStart> {
        let mut start = SegmentStart { results: 0, values: 0 };
        let size = |it: &StoredSegment| {
            let results = it.results as usize;
            (results, it.constants.stored(self.shapes[it.shape.index()].len(), results))
        };
        let starts = self.segments.iter().map(|it| {
            let (results, values) = size(it);
            let next = SegmentStart { results: start.results + results, values: start.values + values };
            std::mem::replace(&mut start, next)
        });
        starts.collect()
    }

    /// The segment with this index in [`Dataset::segments`], which starts there.
    ///
    /// # Panics
    /// If there is none.
    pub fn segment(&self, index: usize, start: SegmentStart) -> Segment<'_> {
        let it = &self.segments[index];
        let (units, results) = (&*self.shapes[it.shape.index()], it.results as usize);
        let values = &self.values[start.values..][..it.constants.stored(units.len(), results)];
        let (name, constants) = (it.name, it.constants);
        let iterations = &self.iterations[start.results..][..results];
        Segment { block: &self.blocks[it.block.index()], name, units, iterations, values, constants }
    }

    /// How many names there are: more than the number of any [`NameId`].
    pub fn names(&self) -> usize {
        self.names.len()
    }

    /// All results in the order read, segment by segment.
    pub fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        let (mut iterations, mut values) = (self.iterations.as_slice(), self.values.as_slice());
        self.segments.iter().map(move |it| {
            let (units, results) = (&*self.shapes[it.shape.index()], it.results as usize);
            let (of_segment, rest) = iterations.split_at(results); // the segments have all results
            let (stored, others) = values.split_at(it.constants.stored(units.len(), results)); // and all values
            (iterations, values) = (rest, others);
            let block = &self.blocks[it.block.index()];
            let (name, constants) = (it.name, it.constants);
            Segment { block, name, units, iterations: of_segment, values: stored, constants }
        })
    }

    /// All results in the order read. Allocates memory for each; for many results use [`Dataset::segments`].
    pub fn results(&self) -> impl Iterator<Item = ResultRow<'_>> {
        self.segments().flat_map(Segment::results)
    }

    /// A copy with changed values. `change` gets the benchmark, the unit and the value. If the new value is not finite, the old
    /// one stays.
    pub fn map(&self, mut change: impl FnMut(BenchmarkId<'_>, &Unit, f64) -> f64) -> Dataset {
        let mut values = Vec::with_capacity(self.values.len());
        let mut segments = self.segments.clone();
        for (segment, stored) in self.segments().zip(&mut segments) {
            let pkg = self.config(segment.block.config).get("pkg").unwrap_or_default();
            let id = BenchmarkId { pkg, name: Name::new(self.name(segment.name)) };
            stored.constants = Constants::default();
            for (place, &unit) in segment.units.iter().enumerate() {
                let changed = segment.values(place).iter().map(|value| {
                    let changed = change(id, self.unit(unit), value);
                    if changed.is_finite() { changed } else { value }
                });
                stored.constants.store(place, &changed.collect::<Vec<_>>(), &mut values);
            }
        }
        Dataset { values, segments, ..self.clone() }
    }

    /// A copy with other packages and names; `None` keeps what there is. `package` gets each block, `name` each name with its
    /// configuration.
    pub fn renamed(
        &self,
        mut package: impl FnMut(&Block) -> Option<BString>,
        name: impl Fn(&Config, &BStr) -> Option<BString>,
    ) -> Dataset {
        let mut renamed = self.clone();
        for block in &mut renamed.blocks {
            if let Some(package) = package(block) {
                let mut config = self.config(block.config).clone();
                config.set(b"pkg", &package);
                block.config = ConfigId::new(renamed.configs.insert_full(config).0);
            }
        }
        for begin in &mut renamed.segments {
            let config = self.config(self.blocks[begin.block.index()].config);
            if let Some(name) = name(config, self.name(begin.name)) {
                begin.name = NameId::new(renamed.names.insert(&name).0);
            }
        }
        renamed
    }

    /// Appends the results of `other`. Files with the same label become one source.
    pub fn append(&mut self, other: Dataset) {
        if self.ledger.files.is_empty() {
            *self = other;
            return;
        }
        let sources: Vec<SourceId> = other.sources.iter().map(|label| self.source_of(label)).collect();
        let names: Vec<NameId> =
            other.names.iter().map(|name| NameId::new(self.names.insert(name).0)).collect();
        let units: Vec<UnitId> =
            other.units.into_iter().map(|unit| UnitId::new(self.units.insert_full(unit).0)).collect();
        let configs: Vec<ConfigId> = other
            .configs
            .into_iter()
            .map(|config| ConfigId::new(self.configs.insert_full(config).0))
            .collect();
        let shapes: Vec<ShapeId> = other
            .shapes
            .iter()
            .map(|shape| shape.iter().map(|unit| units[unit.index()]).collect())
            .map(|shape| ShapeId::new(self.shapes.insert_full(shape).0))
            .collect();
        let block = self.blocks.len();
        let (first_file, first_process) = (self.ledger.files.len(), self.processes.len());
        let first_run = self.blocks.iter().map(|block| block.run + 1).max().unwrap_or(0);
        self.blocks.extend(other.blocks.into_iter().map(|block| Block {
            source: sources[block.source.index()],
            file: block.file + first_file,
            run: block.run + first_run,
            config: configs[block.config.index()],
            process: block.process.map(|process| process + first_process),
        }));
        self.processes.extend(other.processes);
        self.header_keys.extend(other.header_keys);
        self.segments.extend(other.segments.into_iter().map(|it| StoredSegment {
            block: BlockId::new(it.block.index() + block),
            name: names[it.name.index()],
            shape: shapes[it.shape.index()],
            ..it
        }));
        self.iterations.extend(other.iterations);
        self.values.extend(other.values);
        self.measured += other.measured;
        self.ledger.files.extend(other.ledger.files.into_iter().map(|mut file| {
            // Appending the metadata finds all contradictions again, with those to earlier files.
            file.remarks.retain(|remark| !matches!(remark.kind, RemarkKind::UnitConflict { .. }));
            file
        }));
        for (file, line, kind) in self.metadata.append(other.metadata, first_file) {
            self.ledger.files[file].remarks.push(Remark { line, kind });
        }
    }

    /// Checks several files together against the limits.
    ///
    /// # Errors
    /// If they exceed a limit. The place is the end of the last file.
    pub fn within(&self, limits: DatasetLimits) -> Result<(), LimitExceeded> {
        let problems = self.ledger.files.iter().map(FileLedger::problems).sum();
        let counts = [
            (self.names.len(), limits.names, "names"),
            (self.len(), limits.results, "results"),
            (self.measured, limits.values, "values"),
            (self.blocks.len(), limits.blocks, "blocks"),
            (self.units.len(), limits.keys, "keys"),
            (problems, limits.problems, "problems"),
        ];
        let exceeded = counts.into_iter().find(|(count, limit, _)| count > limit);
        exceeded.map_or(Ok(()), |(_, limit, what)| {
            let last = self.ledger.files.last();
            let (file, line) = last.map(|it| (it.file.clone(), it.lines)).unwrap_or_default();
            Err(LimitExceeded { file, line, limit, what })
        })
    }

    fn source_of(&mut self, label: &BString) -> SourceId {
        let at = self.sources.iter().position(|known| known == label).unwrap_or_else(|| {
            self.sources.push(label.clone());
            self.sources.len() - 1
        });
        SourceId::new(at)
    }
}
