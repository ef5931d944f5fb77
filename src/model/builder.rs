//! From result lines to a [`Dataset`].

use super::dataset::{Block, ConfigId, Dataset, NameId, ShapeId, SourceId, UnitId};
use super::{Config, Failure, FileLedger, Loss, LossReason, Rejection, Unit};
use bstr::{BString, ByteSlice};
use indexmap::IndexSet;

/// Fills a [`Dataset`] with the results of one file.
#[derive(Debug)]
pub struct Builder {
    data: Dataset,
    ledger: FileLedger,
    config: Config,
    new_block: bool,
    /// The units of the line at hand; kept to spare an allocation per line.
    shape: Vec<UnitId>,
}

impl Builder {
    /// Starts a file: `file` is what messages call it, `label` what tables call it.
    pub fn new(file: impl Into<String>, label: impl Into<BString>) -> Builder {
        Builder {
            data: Dataset { sources: vec![label.into()], ..Dataset::default() },
            ledger: FileLedger { file: file.into(), ..FileLedger::default() },
            config: Config::default(),
            new_block: true,
            shape: Vec::new(),
        }
    }

    /// Notes that the file has at least this many lines.
    pub fn line(&mut self, number: usize) {
        self.ledger.lines = number;
    }

    /// Notes a failure that the output reports.
    pub fn failure(&mut self, failure: Failure) {
        self.ledger.failures.push(failure);
    }

    /// Sets a configuration key for the results to come; an empty value removes it.
    pub fn configure(&mut self, key: &[u8], value: &[u8]) {
        self.config.set(key, value);
        self.new_block = true;
    }

    /// Takes one result line. If one of its measurements turns out to be an error, the whole line is lost with it;
    /// a value that is not finite is set aside alone. Either way the ledger says so.
    pub fn result<'a>(
        &mut self,
        line: usize,
        name: &[u8],
        iterations: u64,
        measurements: impl Iterator<Item = Result<(f64, &'a [u8]), LossReason>>,
    ) {
        let before = self.data.values.len();
        self.shape.clear();
        for measurement in measurements {
            match measurement {
                Ok((value, unit)) if value.is_finite() => {
                    self.data.values.push(value);
                    self.shape.push(unit_id(&mut self.data.units, unit));
                }
                Ok((value, unit)) => {
                    let unit = unit.to_str_lossy().into_owned();
                    self.ledger.rejected.push(Rejection { line, name: name.into(), unit, value });
                }
                Err(reason) => {
                    self.data.values.truncate(before);
                    return self.lose(line, reason);
                }
            }
        }
        self.ledger.seen += 1;
        self.ledger.used += 1;
        let name = self.name_id(name);
        let shape = self.shape_id();
        self.data.result_names.push(name);
        self.data.result_shapes.push(shape);
        self.data.result_iterations.push(iterations);
        self.extend_block();
    }

    /// Writes off a result line that could not be used.
    pub fn lose(&mut self, line: usize, reason: LossReason) {
        self.ledger.seen += 1;
        self.ledger.lost.push(Loss { line, reason });
    }

    /// Ends the file.
    pub fn finish(mut self) -> Dataset {
        self.data.ledger.files.push(self.ledger);
        self.data
    }

    /// Results of one benchmark stand together: mostly it is the name of the line before.
    fn name_id(&mut self, name: &[u8]) -> NameId {
        if let Some(&last) = self.data.result_names.last()
            && self.data.name(last) == name
        {
            return last;
        }
        let known = self.data.names.get_index_of(name.as_bstr());
        NameId::new(known.unwrap_or_else(|| self.data.names.insert_full(name.into()).0))
    }

    fn shape_id(&mut self) -> ShapeId {
        let shapes = &mut self.data.shapes;
        if let Some(&last) = self.data.result_shapes.last()
            && *shapes[last.index()] == *self.shape
        {
            return last;
        }
        let known = shapes.get_index_of(self.shape.as_slice());
        ShapeId::new(known.unwrap_or_else(|| shapes.insert_full(self.shape.as_slice().into()).0))
    }

    fn extend_block(&mut self) {
        let end = self.data.len();
        match self.data.blocks.last_mut() {
            Some(block) if !self.new_block => block.results.end = end,
            _ => {
                let config = match self.data.configs.get_index_of(&self.config) {
                    Some(known) => known,
                    None => self.data.configs.insert_full(self.config.clone()).0,
                };
                let (source, config) = (SourceId::new(0), ConfigId::new(config));
                self.data.blocks.push(Block { source, config, results: end - 1..end });
                self.new_block = false;
            }
        }
    }
}

/// There are a handful of units: looking at each is faster than hashing.
fn unit_id(units: &mut IndexSet<Unit>, unit: &[u8]) -> UnitId {
    let known = units.iter().position(|known| known.as_str().as_bytes() == unit);
    UnitId::new(known.unwrap_or_else(|| units.insert_full(Unit::new(unit.to_str_lossy())).0))
}

#[cfg(test)]
mod tests {
    use super::super::ResultRow;
    use super::*;

    type Line<'a> = (&'a str, u64, &'a [(f64, &'a str)]);

    fn dataset(file: &str, lines: &[Line]) -> Dataset {
        let mut builder = Builder::new(file, file);
        builder.configure(b"pkg", b"example.com/a");
        for (i, (name, iterations, measured)) in lines.iter().enumerate() {
            let measured = measured.iter().map(|&(value, unit)| Ok((value, unit.as_bytes())));
            builder.result(i + 1, name.as_bytes(), *iterations, measured);
        }
        builder.finish()
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
        let mut builder = Builder::new("f", "f");
        let bad = LossReason::Value { name: "A".into(), found: "x".into() };
        builder.result(1, b"A", 1, [Ok((1.0, &b"ns/op"[..])), Err(bad.clone())].into_iter());
        builder.result(2, b"A", 1, [Ok((f64::INFINITY, &b"ns/op"[..])), Ok((2.0, b"B/op"))].into_iter());
        let data = builder.finish();
        assert_eq!(listed(&data), ["f::Ax1 2 B/op"]);
        let ledger = &data.ledger().files[0];
        assert_eq!((ledger.seen, ledger.used, ledger.balances()), (2, 1, true));
        assert_eq!(ledger.lost, [Loss { line: 1, reason: bad }]);
        assert_eq!(ledger.rejected.len(), 1);
    }
}
