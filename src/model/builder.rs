//! From result lines to a [`Dataset`].

use super::dataset::{Begin, Block, BlockId, ConfigId, Dataset, NameId, ShapeId, SourceId, UnitId};
use super::{
    Config, Failure, FileLedger, Interleaving, LimitExceeded, Limits, Loss, LossReason, Rejection, Remark,
    RemarkKind, Sign, Skip, Unfinished, Unit, name_excerpt,
};
use bstr::{BString, ByteSlice};

/// Fills a [`Dataset`] with the results of one file.
#[derive(Debug)]
pub struct Builder {
    data: Dataset,
    ledger: FileLedger,
    limits: Limits,
    standing: Standing,
    new_block: bool,
    /// How many runs there are.
    runs: usize,
    /// How many values the distinct configurations hold.
    settings: usize,
    /// How many bytes of text are held.
    text: usize,
    /// Whether the line at hand may be cut off.
    cut: bool,
    /// The units of the line at hand; kept to spare an allocation per line.
    shape: Vec<UnitId>,
    /// Its values, likewise.
    row: Vec<f64>,
    /// The values of the last stretch, which may go on, line by line.
    rows: Vec<f64>,
}

/// Where a stream of output stands: what holds for its next result.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    config: Config,
    /// The run of a test binary that is under way; `None` where a header has begun another one.
    run: Option<usize>,
}

/// A result line.
#[derive(Debug, Clone, Copy)]
pub struct Measured<'a, M> {
    /// The benchmark's name, without the `Benchmark` prefix.
    pub name: &'a [u8],
    /// How often its loop ran, b.N.
    pub iterations: u64,
    /// Its values with their units, or what is wrong with them.
    pub measurements: M,
    /// Whether it had been torn or glued to other text.
    pub repaired: bool,
}

impl Builder {
    /// Starts a file: `file` is what messages call it, `label` what tables call it.
    pub fn new(file: impl Into<String>, label: impl Into<BString>, limits: Limits) -> Builder {
        Builder {
            data: Dataset { sources: vec![label.into()], ..Dataset::default() },
            ledger: FileLedger { file: file.into(), ..FileLedger::default() },
            limits,
            standing: Standing::default(),
            new_block: true,
            runs: 0,
            settings: 0,
            text: 0,
            cut: false,
            shape: Vec::new(),
            row: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Notes that the file has at least this many lines.
    pub fn line(&mut self, number: usize) {
        self.ledger.lines = number;
    }

    /// Notes a failure that the output reports.
    ///
    /// # Errors
    /// As for everything else that is noted: if there are too many problems.
    pub fn failure(&mut self, failure: Failure) -> Result<(), LimitExceeded> {
        let line = failure.line;
        self.ledger.failures.push(failure);
        self.problems(line)
    }

    /// Says which package the failures and skips were about that were noted last without one: Go prints them before the
    /// header, or before the line that ends the package.
    pub fn attribute(&mut self, package: &[u8]) {
        let failures = self.ledger.failures.iter_mut().rev().map(|it| &mut it.package);
        let skipped = self.ledger.skipped.iter_mut().rev().map(|it| &mut it.package);
        for unknown in failures.take_while(|it| it.is_empty()).chain(skipped.take_while(|it| it.is_empty())) {
            *unknown = package.into();
        }
    }

    /// Notes something that the output reports as not run.
    ///
    /// # Errors
    /// See [`Builder::failure`].
    pub fn skip(&mut self, skip: Skip) -> Result<(), LimitExceeded> {
        let line = skip.line;
        self.ledger.skipped.push(skip);
        self.problems(line)
    }

    /// Notes a package whose output does not end.
    pub fn unfinished(&mut self, package: Unfinished) {
        self.ledger.unfinished.push(package);
    }

    /// Notes something about a line.
    ///
    /// # Errors
    /// See [`Builder::failure`].
    pub fn remark(&mut self, line: usize, kind: RemarkKind) -> Result<(), LimitExceeded> {
        self.ledger.remarks.push(Remark { line, kind });
        self.problems(line)
    }

    /// Notes that the output of several processes is mixed up from here on; the first sign counts.
    pub fn interleaved(&mut self, line: usize, sign: Sign) {
        self.ledger.interleaved.get_or_insert(Interleaving { line, sign, results: 0 });
    }

    /// Whether there was a sign that the output of several processes is mixed up.
    pub fn is_interleaved(&self) -> bool {
        self.ledger.interleaved.is_some()
    }

    /// The configuration in force.
    pub fn config(&self) -> &Config {
        &self.standing.config
    }

    /// Sets a configuration key for the results to come; an empty value removes it.
    ///
    /// # Errors
    /// If there are too many keys.
    pub fn configure(&mut self, line: usize, key: &[u8], value: &[u8]) -> Result<(), LimitExceeded> {
        self.standing.config.set(key, value);
        self.new_block = true;
        if matches!(key, b"goos" | b"goarch" | b"pkg" | b"cpu") {
            self.standing.run = None;
        }
        // What is in force is held as well, until it is replaced.
        let in_force: usize = self.standing.config.iter().map(|(key, value)| key.len() + value.len()).sum();
        self.within(self.text + in_force, self.limits.text, "text", line)?;
        self.within(self.standing.config.iter().len(), self.limits.keys, "keys", line)
    }

    /// Goes on with another stream of output, and hands back where the one before it stands.
    pub fn exchange(&mut self, standing: Standing) -> Standing {
        self.new_block = true;
        std::mem::replace(&mut self.standing, standing)
    }

    /// Notes what a `Unit` line says about a unit.
    ///
    /// # Errors
    /// If too much is said about units.
    pub fn unit(&mut self, line: usize, unit: &[u8], key: &[u8], value: &[u8]) -> Result<(), LimitExceeded> {
        match self.data.metadata.set((0, line), unit, key, value) {
            Ok(()) => {
                self.within(self.data.metadata.facts(), self.limits.keys, "keys", line)?;
                self.within(self.data.metadata.lines(), self.limits.problems, "problems", line)
            }
            Err(conflict) => self.remark(line, conflict),
        }
    }

    /// Takes one result line. If one of its measurements turns out to be an error, the whole line is lost with it;
    /// a value that is not finite is set aside alone. Either way the ledger says so.
    ///
    /// # Errors
    /// If there are too many results, names or units.
    pub fn result<'a>(
        &mut self,
        line: usize,
        result: Measured<'_, impl Iterator<Item = Result<(f64, &'a [u8]), LossReason>>>,
    ) -> Result<(), LimitExceeded> {
        let rejected = self.ledger.rejected.len();
        self.shape.clear();
        self.row.clear();
        for measurement in result.measurements {
            match measurement {
                Ok((value, unit)) if value.is_finite() => {
                    self.row.push(value);
                    let unit = self.unit_id(unit);
                    self.shape.push(unit);
                    self.within(self.data.units.len(), self.limits.keys, "keys", line)?;
                }
                Ok((value, unit)) => {
                    let unit = unit.to_str_lossy().into_owned();
                    self.ledger.rejected.push(Rejection {
                        line,
                        name: name_excerpt(result.name),
                        unit,
                        value,
                    });
                    self.problems(line)?;
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
        let (name, shape) = (self.name_id(result.name), self.shape_id());
        let row = std::mem::take(&mut self.row);
        self.push(name, shape, result.iterations, &row);
        self.row = row;
        self.within(self.settings, self.limits.settings, "settings", line)?;
        self.within_results(line)
    }

    /// The name of the last result under the configuration in force, and its units: those of the next one are mostly the
    /// same.
    pub fn last(&self) -> Option<(&[u8], impl Iterator<Item = &[u8]>)> {
        let last = self.data.stretches.last().filter(|_| !self.new_block)?;
        let units = self.data.shapes[last.shape.index()].iter();
        Some((self.data.name(last.name), units.map(|&unit| self.data.unit(unit).as_str().as_bytes())))
    }

    /// Takes one more result in the units of [`Builder::last`]; `name` is given if it is another one. All values are finite.
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
        let Some(&last) = self.data.stretches.last() else { return Ok(()) }; // there is one
        self.ledger.seen += 1;
        self.ledger.used += 1;
        match name {
            None => {
                self.data.iterations.push(iterations);
                self.rows.extend_from_slice(values);
            }
            Some(name) => {
                let name = self.name_id(name);
                self.push(name, last.shape, iterations, values);
            }
        }
        self.within_results(line)
    }

    /// Writes off a result that could not be used.
    ///
    /// # Errors
    /// See [`Builder::failure`].
    pub fn lose(&mut self, line: usize, reason: LossReason) -> Result<(), LimitExceeded> {
        self.ledger.seen += 1;
        self.ledger.lost.push(Loss { line, reason });
        self.problems(line)
    }

    /// Notes that the line to come is the last one, and may be cut off.
    pub fn cut(&mut self) {
        self.cut = true;
    }

    /// Whether the line at hand may be cut off.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// Notes that so many names wait for their values.
    ///
    /// # Errors
    /// See [`Builder::failure`].
    pub fn waiting(&self, line: usize, names: usize) -> Result<(), LimitExceeded> {
        self.within(names, self.limits.problems, "problems", line)
    }

    /// Ends the file.
    pub fn finish(mut self) -> Dataset {
        self.ledger.lost.sort_by_key(|loss| loss.line); // what is torn is given up later than it is met
        self.end_stretch();
        self.data.ledger.files.push(self.ledger);
        self.data
    }

    fn problems(&self, line: usize) -> Result<(), LimitExceeded> {
        let it = &self.ledger;
        let count =
            it.lost.len() + it.rejected.len() + it.failures.len() + it.skipped.len() + it.remarks.len();
        self.within(count, self.limits.problems, "problems", line)
    }

    fn within_results(&self, line: usize) -> Result<(), LimitExceeded> {
        self.within(self.text, self.limits.text, "text", line)?;
        self.within(self.data.names.len(), self.limits.names, "names", line)?;
        self.within(self.ledger.used, self.limits.results, "results", line)
    }

    fn within(
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

    fn name_id(&mut self, name: &[u8]) -> NameId {
        let known = self.data.names.get_index_of(name.as_bstr());
        NameId::new(known.unwrap_or_else(|| {
            self.text += name.len();
            self.data.names.insert_full(name.into()).0
        }))
    }

    /// There are a handful of units: looking at each is faster than hashing.
    fn unit_id(&mut self, unit: &[u8]) -> UnitId {
        let units = &mut self.data.units;
        let known = units.iter().position(|known| known.as_str().as_bytes() == unit);
        UnitId::new(known.unwrap_or_else(|| units.insert_full(Unit::new(unit.to_str_lossy())).0))
    }

    fn shape_id(&mut self) -> ShapeId {
        let shapes = &mut self.data.shapes;
        let known = shapes.get_index_of(self.shape.as_slice());
        ShapeId::new(known.unwrap_or_else(|| shapes.insert_full(self.shape.as_slice().into()).0))
    }

    /// Adds a result to the last stretch, or begins another one.
    fn push(&mut self, name: NameId, shape: ShapeId, iterations: u64, values: &[f64]) {
        let block = self.block();
        let goes_on = |it: &Begin| it.block == block && it.name == name && it.shape == shape;
        if !self.data.stretches.last().is_some_and(goes_on) {
            self.end_stretch();
            let (result, value) = (self.data.iterations.len(), self.data.values.len());
            self.data.stretches.push(Begin { block, name, shape, result, value });
        }
        self.data.iterations.push(iterations);
        self.rows.extend_from_slice(values);
    }

    /// Puts the values of the last stretch down unit by unit.
    fn end_stretch(&mut self) {
        let Some(last) = self.data.stretches.last() else { return };
        let units = self.data.shapes[last.shape.index()].len();
        for unit in 0..units {
            self.data.values.extend(self.rows.chunks_exact(units).map(|row| row[unit])); // each row has them all
        }
        self.rows.clear();
    }

    /// The block of the result at hand.
    fn block(&mut self) -> BlockId {
        if self.new_block {
            let run = *self.standing.run.get_or_insert_with(|| {
                self.runs += 1;
                self.runs - 1
            });
            let config = match self.data.configs.get_index_of(&self.standing.config) {
                Some(known) => known,
                None => {
                    self.settings += self.standing.config.iter().len();
                    let config = self.standing.config.iter();
                    self.text += config.map(|(key, value)| key.len() + value.len()).sum::<usize>();
                    self.data.configs.insert_full(self.standing.config.clone()).0
                }
            };
            let (source, config) = (SourceId::new(0), ConfigId::new(config));
            self.data.blocks.push(Block { source, file: 0, run, config });
            self.new_block = false;
        }
        BlockId::new(self.data.blocks.len() - 1) // there is one now
    }
}

#[cfg(test)]
mod tests {
    use super::super::ResultRow;
    use super::*;

    type Line<'a> = (&'a str, u64, &'a [(f64, &'a str)]);

    fn dataset(file: &str, lines: &[Line]) -> Dataset {
        let mut builder = Builder::new(file, file, Limits::default());
        builder.configure(0, b"pkg", b"example.com/a").expect("one key");
        for (i, (name, iterations, measured)) in lines.iter().enumerate() {
            let measurements = measured.iter().map(|&(value, unit)| Ok((value, unit.as_bytes())));
            builder.result(i + 1, measured_as(name, *iterations, measurements)).expect("few results");
        }
        builder.finish()
    }

    fn measured_as<M>(name: &str, iterations: u64, measurements: M) -> Measured<'_, M> {
        Measured { name: name.as_bytes(), iterations, measurements, repaired: false }
    }

    fn listed(data: &Dataset) -> Vec<String> {
        let row = |row: ResultRow| {
            let measured = row
                .units
                .iter()
                .zip(row.values)
                .map(|(&unit, value)| format!(" {value} {}", data.unit(unit)));
            let pkg = data.config(row.block.config).get("pkg").unwrap_or_default();
            format!(
                "{}:{pkg}:{}x{}{}",
                data.source(row.block.source),
                data.name(row.name),
                row.iterations,
                measured.collect::<String>()
            )
        };
        data.results().map(row).collect()
    }

    #[test]
    fn what_goes_in_comes_out_in_order() {
        let data = dataset(
            "f",
            &[("A", 10, &[(1.0, "ns/op"), (2.0, "B/op")]), ("B", 20, &[]), ("A", 30, &[(3.0, "B/op")])],
        );
        assert_eq!(
            listed(&data),
            ["f:example.com/a:Ax10 1 ns/op 2 B/op", "f:example.com/a:Bx20", "f:example.com/a:Ax30 3 B/op"]
        );
    }

    #[test]
    fn appending_is_reading_one_after_the_other() {
        let mut both = dataset("f", &[("A", 1, &[(1.0, "ns/op")]), ("B", 2, &[(2.0, "B/op")])]);
        let second = dataset("g", &[("B", 3, &[(3.0, "B/op"), (4.0, "ns/op")]), ("C", 4, &[(5.0, "x")])]);
        let want: Vec<String> = listed(&both).into_iter().chain(listed(&second)).collect();
        both.append(second);
        assert_eq!(listed(&both), want);
        assert_eq!(both.ledger().files.len(), 2);
    }

    #[test]
    fn a_bad_measurement_takes_its_line_with_it_and_an_infinite_one_only_itself() {
        let mut builder = Builder::new("f", "f", Limits::default());
        let bad = LossReason::Unit { name: "A".into(), value: "1".into() };
        let lines = [
            [Ok((1.0, &b"ns/op"[..])), Err(bad.clone())],
            [Ok((f64::INFINITY, &b"ns/op"[..])), Ok((2.0, b"B/op"))],
        ];
        for (i, line) in lines.into_iter().enumerate() {
            builder.result(i + 1, measured_as("A", 1, line.into_iter())).expect("few results");
        }
        let data = builder.finish();
        assert_eq!(listed(&data), ["f::Ax1 2 B/op"]);
        let ledger = &data.ledger().files[0];
        assert_eq!((ledger.seen, ledger.used, ledger.balances()), (2, 1, true));
        assert_eq!(ledger.lost, [Loss { line: 1, reason: bad }]);
        assert_eq!(ledger.rejected.len(), 1);
    }

    #[test]
    fn a_header_begins_a_run_and_other_configuration_does_not() {
        let mut builder = Builder::new("f", "f", Limits::default());
        for (line, key) in [(1, "note"), (2, "pkg"), (3, "note"), (4, "goos")] {
            builder.configure(line, key.as_bytes(), line.to_string().as_bytes()).expect("few keys");
            builder
                .result(line, measured_as("A", 1, [Ok((1.0, &b"x"[..]))].into_iter()))
                .expect("few results");
        }
        let mut data = builder.finish();
        data.append(dataset("g", &[("A", 1, &[])]));
        let runs: Vec<(usize, usize)> = data.results().map(|row| (row.block.file, row.block.run)).collect();
        assert_eq!(runs, [(0, 0), (0, 1), (0, 1), (0, 2), (1, 3)]);
    }

    #[test]
    fn a_limit_is_an_error_that_says_how_to_raise_it() {
        let mut builder = Builder::new(
            "f",
            "f",
            Limits { names: 1, results: 3, problems: 0, keys: 1, ..Limits::default() },
        );
        let mut take =
            |line, name| builder.result(line, measured_as(name, 1, [Ok((1.0, &b"x"[..]))].into_iter()));
        assert_eq!(take(1, "A"), Ok(()));
        let error = take(2, "B").expect_err("two names").to_string();
        assert_eq!(
            error,
            "f:2: more than 1 names; if they are meant to be there, raise the limit with --limit names=N"
        );
        assert_eq!(take(3, "B").map_err(|error| error.what), Err("names"));
        assert!(builder.configure(4, b"a", b"1").is_ok());
        assert_eq!(builder.configure(5, b"b", b"1").map_err(|error| error.what), Err("keys"));
        let torn = LossReason::Torn { name: "A".into(), found: "".into() };
        assert_eq!(builder.lose(6, torn).map_err(|error| error.what), Err("problems"));
    }
}
