//! Builds a [`Dataset`] from result lines.

use super::column::Constants;
use super::dataset::{Block, BlockId, ConfigId, Dataset, NameId, ShapeId, SourceId, StoredSegment, UnitId};
use super::open::OpenSegment;
use super::stream::StreamState;
use super::{
    Config, DatasetLimits, FileLedger, Header, LimitExceeded, LossReason, Rejection, Unit, name_excerpt,
};
use bstr::{BString, ByteSlice};
use std::fmt::Display;

/// Fills a [`Dataset`] with the results of one file.
#[derive(Debug)]
pub struct Builder {
    pub(super) data: Dataset,
    pub(super) ledger: FileLedger,
    pub(super) limits: DatasetLimits,
    pub(super) state: StreamState,
    pub(super) new_block: bool,
    /// How many runs there are.
    runs: usize,
    /// How many values all distinct configurations have.
    settings: usize,
    /// How many bytes of text there are, as [`DatasetLimits::text`] counts them.
    pub(super) text: usize,
    /// Whether the current line may be cut off.
    cut: bool,
    /// The units of the current line. Reused, to avoid an allocation per line.
    shape: Vec<UnitId>,
    /// The values of the current line. Reused as well.
    row: Vec<f64>,
    /// The results of the last segment, while it can still grow.
    open: OpenSegment,
}

/// A result line.
#[derive(Debug, Clone, Copy)]
pub struct ResultLine<'a, M> {
    /// The name of the benchmark, without the `Benchmark` prefix.
    pub name: &'a [u8],
    /// b.N.
    pub iterations: u64,
    /// The values with their units, or errors.
    pub measurements: M,
    /// Whether it was torn or joined to other text, and repaired.
    pub repaired: bool,
}

impl Builder {
    /// Starts a file. `file` is its name in messages, `label` its name in tables.
    pub fn new(file: impl Into<String>, label: impl Into<BString>, limits: DatasetLimits) -> Builder {
        Builder {
            data: Dataset { sources: vec![label.into()], ..Dataset::default() },
            ledger: FileLedger { file: file.into(), ..FileLedger::default() },
            limits,
            state: StreamState::default(),
            new_block: true,
            runs: 0,
            settings: 0,
            text: 0,
            cut: false,
            shape: Vec::new(),
            row: Vec::new(),
            open: OpenSegment::default(),
        }
    }

    /// Records that the file has at least this many lines.
    pub fn line(&mut self, number: usize) {
        self.ledger.lines = number;
    }

    /// How many results are in the dataset so far.
    pub fn used(&self) -> usize {
        self.ledger.used
    }

    /// Whether the output of several processes is mixed.
    pub fn is_interleaved(&self) -> bool {
        self.ledger.interleaved.is_some()
    }

    /// The current configuration.
    pub fn config(&self) -> &Config {
        &self.state.config
    }

    /// Sets a configuration key for the following results. An empty value removes it.
    ///
    /// # Errors
    /// If there are too many keys.
    pub fn configure(&mut self, line: usize, key: &[u8], value: &[u8]) -> Result<(), LimitExceeded> {
        // The old value no longer takes memory.
        let before = self.state.config.held(key);
        self.state.config.set(key, value);
        self.text = self.text - before + self.state.config.held(key);
        self.new_block = true;
        if Header::ends_shard(key)
            && let Some(shard) = Header::shard(&self.state.config)
        {
            self.ledger.add_shard(shard);
        }
        if matches!(key, b"goos" | b"goarch" | b"pkg" | b"cpu") {
            self.state.run = None;
            self.state.process = None;
            self.hold(value.len(), line)?; // a header: the parser keeps its value too
        }
        for key in self.state.header_keys(line, key) {
            if !self.data.header_keys.contains(&key) {
                self.hold(key.len(), line)?;
                self.data.header_keys.insert(key);
            }
        }
        self.within(self.text, self.limits.text, "text", line)?;
        self.within(self.state.config.iter().len(), self.limits.keys, "keys", line)
    }

    /// Continues with another stream of output. Returns the state of the current one.
    pub fn exchange(&mut self, state: StreamState) -> StreamState {
        self.new_block = true;
        std::mem::replace(&mut self.state, state)
    }

    /// Records a `Unit` line.
    ///
    /// # Errors
    /// If there is too much metadata.
    pub fn unit(&mut self, line: usize, unit: &[u8], key: &[u8], value: &[u8]) -> Result<(), LimitExceeded> {
        self.hold(unit.len() + key.len() + value.len(), line)?;
        match self.data.metadata.set((0, line), unit, key, value) {
            Ok(()) => {
                self.within(self.data.metadata.facts(), self.limits.keys, "keys", line)?;
                self.within(self.data.metadata.lines(), self.limits.problems, "problems", line)
            }
            Err(conflict) => self.remark(line, conflict),
        }
    }

    /// Adds a result line. If a measurement is an error, the whole line is lost. If a value is not finite, only this value is
    /// rejected. The ledger records both.
    ///
    /// # Errors
    /// If there are too many results, names or units.
    pub fn result<'a>(
        &mut self,
        line: usize,
        result: ResultLine<'_, impl Iterator<Item = Result<(f64, &'a [u8]), LossReason>>>,
    ) -> Result<(), LimitExceeded> {
        let rejected = self.ledger.rejected.len();
        self.shape.clear();
        self.row.clear();
        for measurement in result.measurements {
            match measurement {
                Ok((value, unit)) if value.is_finite() => {
                    self.row.push(value);
                    let unit = self.unit_id(unit, line)?;
                    self.shape.push(unit);
                }
                Ok((value, unit)) => {
                    let unit = unit.to_str_lossy().into_owned();
                    let rejection = Rejection { line, name: name_excerpt(result.name), unit, value };
                    self.problem(line, &rejection)?;
                    self.ledger.rejected.push(rejection);
                }
                Err(reason) => {
                    self.ledger.rejected.truncate(rejected);
                    return self.lose(line, reason);
                }
            }
        }
        if self.cut && !self.data.is_empty() && !self.data.shapes.contains(self.shape.as_slice()) {
            self.ledger.rejected.truncate(rejected);
            return self.lose(line, LossReason::Cut(name_excerpt(result.name)));
        }
        self.ledger.seen += 1;
        self.ledger.used += 1;
        self.ledger.repaired += usize::from(result.repaired);
        if let Some(interleaving) = &mut self.ledger.interleaved {
            interleaving.results += 1;
        }
        let (name, shape) = (self.name_id(result.name, line)?, self.shape_id(line)?);
        let row = std::mem::take(&mut self.row);
        self.push(name, shape, result.iterations, &row, line)?;
        self.row = row;
        self.within_results(line)
    }

    /// The name and the units of the last result with the current configuration. Usually the next result has the same.
    pub fn last(&self) -> Option<(&[u8], impl Iterator<Item = &[u8]>)> {
        let last = self.data.segments.last().filter(|_| !self.new_block)?;
        let units = self.data.shapes[last.shape.index()].iter();
        Some((self.data.name(last.name), units.map(|&unit| self.data.unit(unit).as_str().as_bytes())))
    }

    /// Whether the next result can have the units of [`Builder::last`].
    pub fn has_last(&self) -> bool {
        !self.new_block && !self.data.segments.is_empty()
    }

    /// Adds a result with the units of [`Builder::last`]. `name` is `None` if it is the same. All values are finite.
    ///
    /// # Errors
    /// If there are too many results or names.
    pub fn another(
        &mut self,
        line: usize,
        name: Option<&[u8]>,
        iterations: u64,
        values: &[f64],
    ) -> Result<(), LimitExceeded> {
        let Some(&last) = self.data.segments.last() else { return Ok(()) }; // `last` returned one
        self.ledger.seen += 1;
        self.ledger.used += 1;
        let name = name.map_or(Ok(last.name), |name| self.name_id(name, line))?;
        self.push(name, last.shape, iterations, values, line)?;
        self.within_results(line)
    }

    /// Adds a result with the name, the units and all values of the last one, except the first. There is at least one unit.
    ///
    /// # Errors
    /// If there are too many results.
    pub fn similar(&mut self, line: usize, iterations: u64, first: f64) -> Result<(), LimitExceeded> {
        let Some(&last) = self.data.segments.last() else { return Ok(()) }; // `last` returned one
        self.ledger.seen += 1;
        self.ledger.used += 1;
        if self.open.is_full() {
            let values = self.open.similar(first);
            self.push(last.name, last.shape, iterations, &values, line)?;
        } else {
            self.data.iterations.push(iterations);
            self.data.measured += self.open.push_similar(first);
        }
        self.within_results(line)
    }

    /// Records that the next line is the last one, and may be cut off.
    pub fn cut(&mut self) {
        self.cut = true;
    }

    /// Whether the current line may be cut off.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// Checks the limits for a name of so many bytes without values yet. `names` is the number of such names.
    ///
    /// # Errors
    /// See [`Builder::failure`].
    pub fn waiting(&mut self, line: usize, bytes: usize, names: usize) -> Result<(), LimitExceeded> {
        self.hold(bytes, line)?;
        self.within(names, self.limits.problems, "problems", line)
    }

    /// Ends the file.
    pub fn finish(mut self) -> Dataset {
        self.ledger.lost.sort_by_key(|loss| loss.line); // torn results are recorded late
        self.end_segment();
        self.data.ledger.files.push(self.ledger);
        self.data
    }

    /// Checks the limits for one more problem. It takes about as much memory as its message.
    pub(super) fn problem(&mut self, line: usize, what: &impl Display) -> Result<(), LimitExceeded> {
        self.hold(what.to_string().len(), line)?;
        self.within(self.ledger.problems() + 1, self.limits.problems, "problems", line)
    }

    /// Checks the limits for a text of this many bytes.
    pub(super) fn hold(&mut self, bytes: usize, line: usize) -> Result<(), LimitExceeded> {
        self.text += bytes + DatasetLimits::ENTRY;
        self.within(self.text, self.limits.text, "text", line)
    }

    fn within_results(&self, line: usize) -> Result<(), LimitExceeded> {
        self.within(self.data.measured, self.limits.values, "values", line)?;
        self.within(self.ledger.used, self.limits.results, "results", line)
    }

    pub(super) fn within(
        &self,
        count: usize,
        limit: usize,
        what: &'static str,
        line: usize,
    ) -> Result<(), LimitExceeded> {
        match count > limit {
            false => Ok(()),
            true => Err(LimitExceeded { file: self.ledger.file.clone(), line, limit, what }),
        }
    }

    fn name_id(&mut self, name: &[u8], line: usize) -> Result<NameId, LimitExceeded> {
        // In rounds, the next name is the one that followed in the first round.
        let next = self.data.segments.last().map_or(0, |last| last.name.index() + 1);
        if self.data.names.is(next, name) {
            return Ok(NameId::new(next));
        }
        let (number, is_new) = self.data.names.insert(name);
        if is_new {
            self.hold(name.len(), line)?;
            self.within(number + 1, self.limits.names, "names", line)?;
        }
        Ok(NameId::new(number))
    }

    /// There are only a few units. A linear search is faster than hashing.
    fn unit_id(&mut self, unit: &[u8], line: usize) -> Result<UnitId, LimitExceeded> {
        if let Some(known) = self.data.units.iter().position(|known| known.as_str().as_bytes() == unit) {
            return Ok(UnitId::new(known));
        }
        self.hold(unit.len(), line)?;
        let new = self.data.units.insert_full(Unit::new(unit.to_str_lossy())).0;
        self.within(new + 1, self.limits.keys, "keys", line)?;
        Ok(UnitId::new(new))
    }

    fn shape_id(&mut self, line: usize) -> Result<ShapeId, LimitExceeded> {
        if let Some(known) = self.data.shapes.get_index_of(self.shape.as_slice()) {
            return Ok(ShapeId::new(known));
        }
        self.within(self.shape.len(), self.limits.measurements, "measurements", line)?;
        self.hold(size_of_val(self.shape.as_slice()), line)?;
        Ok(ShapeId::new(self.data.shapes.insert_full(self.shape.as_slice().into()).0))
    }

    /// Adds a result to the last segment, or starts a new one.
    fn push(
        &mut self,
        name: NameId,
        shape: ShapeId,
        iterations: u64,
        values: &[f64],
        line: usize,
    ) -> Result<(), LimitExceeded> {
        let block = self.block(line)?;
        let continues = |it: &StoredSegment| it.block == block && it.name == name && it.shape == shape;
        if self.open.is_full() || !self.data.segments.last().is_some_and(continues) {
            self.end_segment();
            let (results, constants) = (0, Constants::default()); // until it ends
            self.data.segments.push(StoredSegment { block, name, shape, results, constants });
        }
        self.data.iterations.push(iterations);
        self.data.measured += values.len();
        self.open.push(values);
        Ok(())
    }

    /// Stores the values of the last segment unit by unit.
    fn end_segment(&mut self) {
        let Some(last) = self.data.segments.last_mut() else { return };
        last.results = self.open.results;
        last.constants = self.open.store(&mut self.data.values);
    }

    /// The block of the current result.
    fn block(&mut self, line: usize) -> Result<BlockId, LimitExceeded> {
        if self.new_block {
            let run = *self.state.run.get_or_insert_with(|| {
                self.runs += 1;
                self.runs - 1
            });
            let (source, config) = (SourceId::new(0), self.config_id(line)?);
            let process = self.process(line)?;
            self.data.blocks.push(Block { source, file: 0, run, config, process });
            self.within(self.data.blocks.len(), self.limits.blocks, "blocks", line)?;
            self.new_block = false;
        }
        Ok(BlockId::new(self.data.blocks.len() - 1)) // there is at least one
    }

    fn config_id(&mut self, line: usize) -> Result<ConfigId, LimitExceeded> {
        if let Some(known) = self.data.configs.get_index_of(&self.state.config) {
            return Ok(ConfigId::new(known));
        }
        let config = &self.state.config;
        self.settings += config.iter().len();
        let bytes = config.iter().map(|(key, value)| key.len() + value.len() + DatasetLimits::ENTRY).sum();
        self.hold(bytes, line)?;
        let new = self.data.configs.insert_full(self.state.config.clone()).0;
        self.within(self.settings, self.limits.settings, "settings", line)?;
        Ok(ConfigId::new(new))
    }
}

#[cfg(test)]
#[path = "builder_tests.rs"]
mod tests;
