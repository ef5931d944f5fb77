//! The dataset: all results of one or more files.

use super::config::Metadata;
use super::hash::IndexSet;
use super::{
    Assumption, BenchmarkId, Config, DatasetLimits, Direction, FileLedger, Ledger, LimitExceeded, Name,
    Remark, RemarkKind, Unit,
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

            pub(super) fn index(self) -> usize {
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
/// configuration once, and its values unit by unit, so that the values in one unit are a slice. All values are finite.
#[derive(Debug, Clone, Default)]
pub struct Dataset {
    pub(super) sources: Vec<BString>,
    pub(super) names: IndexSet<BString>,
    pub(super) units: IndexSet<Unit>,
    pub(super) configs: IndexSet<Config>,
    pub(super) shapes: IndexSet<Box<[UnitId]>>,
    pub(super) blocks: Vec<Block>,
    pub(super) segments: Vec<SegmentStart>,
    pub(super) iterations: Vec<u64>,
    pub(super) values: Vec<f64>,
    pub(super) metadata: Metadata,
    pub(super) ledger: Ledger,
    /// The package of every process that has none by its header, if the line that ends it names one.
    pub(super) processes: Vec<Option<BString>>,
    /// Configuration keys in headers, beside those of Go.
    pub(super) header_keys: IndexSet<BString>,
}

/// The start of a segment. It ends at the start of the next one.
#[derive(Debug, Clone, Copy)]
pub(super) struct SegmentStart {
    pub block: BlockId,
    pub name: NameId,
    pub shape: ShapeId,
    /// Its first result.
    pub result: usize,
    /// Its first value.
    pub value: usize,
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
    /// All values of the first unit, then all of the second, and so on.
    values: &'d [f64],
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
    pub fn values(&self, unit: usize) -> &'d [f64] {
        let results = self.iterations.len();
        &self.values[unit * results..][..results]
    }

    /// The results, one by one.
    fn results(self) -> impl Iterator<Item = ResultRow<'d>> {
        (0..self.iterations.len()).map(move |result| ResultRow {
            block: self.block,
            name: self.name,
            iterations: self.iterations[result],
            units: self.units,
            values: (0..self.units.len()).map(|unit| self.values(unit)[result]).collect(),
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
        self.names[id.index()].as_bstr()
    }

    /// The unit, as printed.
    pub fn unit(&self, id: UnitId) -> &Unit {
        &self.units[id.index()]
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

    /// All results in the order read, segment by segment.
    pub fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        let ends = self.segments.iter().skip(1).map(|next| (next.result, next.value));
        let ends = ends.chain(std::iter::once((self.iterations.len(), self.values.len())));
        self.segments.iter().zip(ends).map(|(begin, (result, value))| Segment {
            block: &self.blocks[begin.block.index()],
            name: begin.name,
            units: &self.shapes[begin.shape.index()],
            iterations: &self.iterations[begin.result..result],
            values: &self.values[begin.value..value],
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
        for segment in self.segments() {
            let pkg = self.config(segment.block.config).get("pkg").unwrap_or_default();
            let id = BenchmarkId { pkg, name: Name::new(self.name(segment.name)) };
            for (place, &unit) in segment.units.iter().enumerate() {
                values.extend(segment.values(place).iter().map(|&value| {
                    let changed = change(id, self.unit(unit), value);
                    if changed.is_finite() { changed } else { value }
                }));
            }
        }
        Dataset { values, ..self.clone() }
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
                begin.name = NameId::new(renamed.names.insert_full(name).0);
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
            other.names.into_iter().map(|name| NameId::new(self.names.insert_full(name).0)).collect();
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
        let (result, value, block) = (self.iterations.len(), self.values.len(), self.blocks.len());
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
        self.segments.extend(other.segments.into_iter().map(|begin| SegmentStart {
            block: BlockId::new(begin.block.index() + block),
            name: names[begin.name.index()],
            shape: shapes[begin.shape.index()],
            result: begin.result + result,
            value: begin.value + value,
        }));
        self.iterations.extend(other.iterations);
        self.values.extend(other.values);
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
            (self.values.len(), limits.values, "values"),
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
