//! Lines in, a [`Dataset`] out.

use super::pending::Pending;
use super::plain::plain;
use super::runs::Runs;
use super::{Record, field, record};
use crate::model::{
    Builder, Dataset, Failed, Failure, LimitExceeded, Limits, LossReason, RemarkKind, Sign, Skip, Standing,
    name_excerpt,
};
use bstr::{BStr, BString, ByteSlice};

/// Reads one file, line by line.
#[derive(Debug)]
pub struct Parser {
    pub(super) builder: Builder,
    streams: Vec<Stream>,
    /// The stream whose configuration is in force.
    current: usize,
    /// Whether the line before was a result of the stream that is current, and nothing waits: another result is nothing but
    /// that.
    settled: bool,
    /// The values of the line at hand; kept to spare an allocation per line.
    values: Vec<f64>,
    /// How many names wait for their values in the other streams.
    pub(super) waiting_elsewhere: usize,
}

/// What is known of one stream of output.
#[derive(Debug, Default)]
pub(super) struct Stream {
    pub pending: Pending,
    pub runs: Runs,
    /// Where it stands, while another stream goes on.
    standing: Standing,
}

/// What reading a line may end in.
pub(super) type Taken = Result<(), LimitExceeded>;

impl Parser {
    /// Starts a file: `file` is what messages call it, `label` what tables call it.
    pub fn new(file: impl Into<String>, label: impl Into<BString>, limits: Limits) -> Parser {
        Parser {
            builder: Builder::new(file, label, limits),
            streams: vec![Stream::default()],
            current: 0,
            settled: false,
            values: Vec::new(),
            waiting_elsewhere: 0,
        }
    }

    /// Takes the line with this number (from 1), given without its line end. `stream` tells outputs apart that alternate in
    /// one file, from 0; plain text is one. O(length), no allocation for the lines that Go prints.
    ///
    /// # Errors
    /// If the file holds more than the limits allow.
    pub fn line(&mut self, number: usize, stream: usize, line: &[u8]) -> Taken {
        self.builder.line(number);
        if self.settled && self.current == stream {
            let last = self.builder.last();
            let another = last.and_then(|(name, units)| plain(line, name, units, &mut self.values));
            if let Some(it) = another {
                return self.builder.another(number, it.name, it.iterations, &self.values);
            }
        }
        self.switch(stream);
        let record = record(line);
        let is_result = matches!(&record, Record::Result(result) if !result.values.is_empty());
        self.record(number, record)?;
        self.settled = is_result && !self.builder.is_interleaved();
        Ok(())
    }

    /// Takes the last line of a file, which no line end follows: its result may be cut off, and is believed only if another
    /// one was measured in the same units.
    ///
    /// # Errors
    /// See [`Parser::line`].
    pub fn cut_line(&mut self, number: usize, stream: usize, line: &[u8]) -> Taken {
        self.builder.cut();
        self.settled = false;
        self.line(number, stream, line)
    }

    /// Takes note of an event of `go test -json` that could not be read.
    ///
    /// # Errors
    /// If there are too many of them.
    pub fn broken_event(&mut self, number: usize, why: String) -> Taken {
        self.builder.line(number);
        self.builder.lose(number, LossReason::Event(why))
    }

    /// Ends the file.
    ///
    /// # Errors
    /// If there are more problems than the limits allow.
    pub fn finish(mut self) -> Result<Dataset, LimitExceeded> {
        for stream in 0..self.streams.len() {
            self.switch(stream);
            self.give_up_all()?;
            let (failure, unfinished) = self.stream().runs.finish();
            failure.map_or(Ok(()), |failure| self.builder.failure(failure))?;
            unfinished.into_iter().for_each(|package| self.builder.unfinished(package));
        }
        Ok(self.builder.finish())
    }

    pub(super) fn stream(&mut self) -> &mut Stream {
        &mut self.streams[self.current] // `switch` keeps it in range
    }

    fn switch(&mut self, stream: usize) {
        if stream == self.current {
            return;
        }
        if stream >= self.streams.len() {
            self.streams.resize_with(stream + 1, Stream::default);
        }
        self.waiting_elsewhere += self.stream().pending.len();
        self.waiting_elsewhere -= self.streams[stream].pending.len();
        let standing = std::mem::take(&mut self.streams[stream].standing);
        self.stream().standing = self.builder.exchange(standing);
        self.current = stream;
    }

    pub(super) fn record(&mut self, number: usize, record: Record) -> Taken {
        match record {
            Record::Other => Ok(()),
            Record::Spoilt => self.spoilt(),
            Record::Result(line) => self.result(number, &line, false),
            Record::Behind(line) => self.result(number, &line, true),
            Record::Torn { name, found } => self.torn(number, name, found),
            Record::TwoNames { first, second } => self.two_names(number, first, second),
            Record::Bare(name) => {
                self.stream().pending.bare(number, name);
                Ok(())
            }
            Record::Values(values) => self.values(number, &values),
            Record::Broken(reason) => {
                self.next_benchmark(number)?;
                self.builder.lose(number, reason)
            }
            Record::Config { key, value } => self.configure(number, key, value),
            Record::Unit(rest) => self.unit(number, rest),
            Record::FailedBenchmark(name) => {
                let what = Failed::Benchmark(name_excerpt(name));
                let package = self.package_under_way();
                self.builder.failure(Failure { line: number, package, what })
            }
            Record::Skipped(name) => {
                let benchmark = Some(name_excerpt(name));
                let package = self.package_under_way();
                self.builder.skip(Skip { line: number, package, benchmark })
            }
            Record::Pass => {
                self.stream().runs.pass();
                Ok(())
            }
            Record::Fail => {
                self.stream().runs.fail(number);
                Ok(())
            }
            Record::Died(how) => {
                self.stream().runs.died(number, how);
                Ok(())
            }
            Record::Ok { package, idle } => self.ok(number, package, idle),
            Record::FailedPackage { package, why } => self.failed_package(number, package, why),
        }
    }

    fn configure(&mut self, number: usize, key: &[u8], value: &[u8]) -> Taken {
        match key {
            b"goos" | b"goarch" | b"cpu" => self.header()?,
            b"pkg" => {
                self.header()?;
                let stream = self.stream();
                let sign = stream.runs.begin(number, value.as_bstr(), stream.pending.live());
                stream.pending.next_epoch();
                self.builder.attribute(number, value)?;
                self.signed(number, sign)?;
            }
            b"panic" | b"signal" => {
                let how = [key, b": ", value].concat();
                self.stream().runs.died(number, &how);
            }
            _ => {}
        }
        self.builder.configure(number, key, value)
    }

    fn header(&mut self) -> Taken {
        match self.stream().runs.header() {
            Some(failure) => self.builder.failure(failure),
            None => Ok(()),
        }
    }

    /// `Unit` and what is said about it: a unit, then `key=value` as often as one likes.
    fn unit(&mut self, number: usize, rest: &[u8]) -> Taken {
        let (unit, mut rest) = field(rest);
        if unit.is_empty() {
            return self.builder.remark(number, RemarkKind::MissingUnit);
        }
        loop {
            let (pair, more) = field(rest);
            if pair.is_empty() {
                return Ok(());
            }
            match pair.split_once_str("=").filter(|(key, _)| !key.is_empty()) {
                Some((key, value)) => self.builder.unit(number, unit, key, value)?,
                None => self.builder.remark(number, RemarkKind::NoKeyValue)?,
            }
            rest = more;
        }
    }

    fn ok(&mut self, number: usize, package: &[u8], idle: bool) -> Taken {
        self.builder.attribute(number, package)?;
        let (current, runs) = self.package_and_runs();
        let sign = runs.ok(package.as_bstr(), current);
        self.ended(number, sign)?;
        match idle {
            true => self.builder.skip(Skip { line: number, package: name_excerpt(package), benchmark: None }),
            false => Ok(()),
        }
    }

    fn failed_package(&mut self, number: usize, package: &[u8], why: &[u8]) -> Taken {
        self.builder.attribute(number, package)?;
        let (current, runs) = self.package_and_runs();
        let (failure, sign) = runs.failed(number, package.as_bstr(), current, why);
        self.ended(number, sign)?;
        self.builder.failure(failure)
    }

    /// A package is over. In a single process, so is everything that waited.
    fn ended(&mut self, number: usize, sign: Option<Sign>) -> Taken {
        self.stream().pending.next_epoch();
        self.signed(number, sign)?;
        match self.builder.is_interleaved() || self.stream().runs.any_open() {
            true => Ok(()),
            false => self.give_up_all(),
        }
    }

    /// The package whose output this is, for a message; empty if that is yet to be said.
    fn package_under_way(&mut self) -> BString {
        let is_over = self.stream().runs.is_over();
        let package = self.builder.config().get("pkg").filter(|_| !is_over);
        name_excerpt(package.unwrap_or_default())
    }

    /// The package that the header in force names, empty if none does, and the packages of its stream.
    fn package_and_runs(&mut self) -> (&BStr, &mut Runs) {
        let current = self.builder.config().get("pkg").unwrap_or_default();
        (current, &mut self.streams[self.current].runs) // `switch` keeps it in range
    }
}

/// Reads a whole text at once, however much it holds: what a file named `file` would hold.
pub fn text(file: &str, text: &[u8]) -> Dataset {
    let mut parser = Parser::new(file, file, Limits::NONE);
    let lines = text.lines_with_terminator().enumerate();
    let read = lines.into_iter().try_for_each(|(index, line)| match line.strip_suffix(b"\n") {
        Some(line) => parser.line(index + 1, 0, line.strip_suffix(b"\r").unwrap_or(line)),
        None => parser.cut_line(index + 1, 0, line),
    });
    read.and_then(|()| parser.finish()).expect("there is no limit to exceed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Assumption, Direction, ResultRow};
    use proptest::prelude::*;

    #[test]
    fn a_last_line_without_an_end_is_believed_only_with_units_that_are_known() {
        for (last, used) in [("BenchmarkA 1 3 ns/op", 2), ("BenchmarkA 1 3 n", 1), ("BenchmarkA 1 3 n\n", 2)]
        {
            let data = text("f", format!("BenchmarkA 1 2 ns/op\n{last}").as_bytes());
            assert_eq!(data.len(), used, "{last:?}");
        }
    }

    #[test]
    fn configuration_holds_for_the_results_below_it() {
        let data = text(
            "f",
            b"pkg: a\nBenchmarkX 1 2 ns/op\nPASS\npkg: b\nBenchmarkX 1 3 ns/op\nBenchmarkY 1 3 ns/op\n",
        );
        let packages: Vec<_> = data
            .results()
            .map(|row| data.config(row.block.config).get("pkg").unwrap_or_default().to_string())
            .collect();
        assert_eq!(packages, ["a", "b", "b"]);
        assert_eq!(data.ledger().files[0].lines, 6);
    }

    #[test]
    fn output_of_several_processes_shows() {
        for (lines, want) in [
            ("pkg: p\npkg: q\nBenchmarkA 1 1 x\n", Some("2: q begins right behind the header of p")),
            ("pkg: p\nBenchmarkA-2 \tlog\npkg: q\n", Some("3: q begins while A-2 waits for its values")),
            (
                "pkg: p\nBenchmarkA 1 1 x\nok  \tp\t1s\nBenchmarkA 1 1 x\n",
                Some("4: a result stands behind the end of p"),
            ),
            (
                "pkg: p\nBenchmarkA 1 1 x\npkg: q\nBenchmarkA 1 1 x\nok  \tp\t1s\n",
                Some("5: p ends in the middle of q"),
            ),
            ("pkg: p\nBenchmarkA 1 1 x\npkg: q\nBenchmarkA 1 1 x\n", None),
            ("pkg: p\nBenchmarkA 1 1 x\nPASS\npkg: p\nBenchmarkA 1 1 x\nPASS\n", None),
            ("pkg: p\nBenchmarkA-2 \tgoos: linux\npkg: q\nBenchmarkB 1 1 x\n", None),
            (
                "pkg: p\nBenchmarkA 1 1 x\nok  \tp\t1s\nok  \tq\t1s\npkg: r\nBenchmarkA 1 1 x\nok  \tr\t1s\n",
                None,
            ),
        ] {
            let data = text("f", lines.as_bytes());
            let told =
                data.ledger().files[0].interleaved.as_ref().map(|it| format!("{}: {}", it.line, it.sign));
            assert_eq!(told.as_deref(), want, "{lines:?}");
        }
    }

    #[test]
    fn failures_are_kept_with_their_lines_packages_and_causes() {
        for (lines, want) in [
            ("pkg: p\nBenchmarkA 1 1 x\npanic: oh\nexit status 2\nok  \tq\t1s\n", "3: p failed: panic: oh"),
            ("pkg: p\nexit status 3\nBenchmarkA 1 1 x\nPASS\n", ""),
            ("FAIL    q   0.1s [build failed]\nFAIL to say\n", "1: q failed: build failed"),
            (
                "--- FAIL: BenchmarkZ\nFAIL\nexit status 1\nFAIL\tp\t1s\nFAIL\n",
                "1: BenchmarkZ in p failed; 4: p failed: exit status 1",
            ),
            (
                "pkg: p\nBenchmarkA 1 1 x\npanic: oh no\n\nexit status 2\nFAIL\tp\t1s\nFAIL\n",
                "6: p failed: panic: oh no",
            ),
            (
                "pkg: o\nBenchmarkA 1 1 x\nok  \to\t1s\n--- FAIL: BenchmarkZ\npkg: p\n",
                "4: BenchmarkZ in p failed",
            ),
            ("FAIL\tp [build failed]\nFAIL\n", "1: p failed: build failed"),
            ("pkg: p\nBenchmarkA 1 1 x\nsignal: killed\n", "3: p failed: signal: killed"),
            ("pkg: p\nBenchmarkA 1 1 x\nFAIL\ngoos: linux\npkg: q\nBenchmarkA 1 1 x\nPASS\n", "3: p failed"),
            ("pkg: p\nBenchmarkA 1 1 x\npanic: caught\nok  \tp\t1s\n", ""),
            ("FAIL\n", "1: a package without a name failed"),
        ] {
            let data = text("f", lines.as_bytes());
            let told: Vec<String> =
                data.ledger().files[0].failures.iter().map(|it| format!("{}: {it}", it.line)).collect();
            assert_eq!(told.join("; "), want, "{lines:?}");
        }
    }

    #[test]
    fn what_did_not_run_or_does_not_end_is_known() {
        let data = text(
            "f",
            b"pkg: p\n--- SKIP: BenchmarkA\nok  \tq\t1s [no tests to run]\nBenchmarkB 1 1 x\npkg: r\nBenchmarkC 1 1 x\nok  \tr\t1s\n",
        );
        let file = &data.ledger().files[0];
        let skipped: Vec<String> = file.skipped.iter().map(|it| format!("{}: {it}", it.line)).collect();
        assert_eq!(skipped, ["2: BenchmarkA in p was skipped", "3: q had nothing to run"]);
        let unfinished: Vec<String> = file.unfinished.iter().map(|it| format!("{}: {it}", it.line)).collect();
        assert_eq!(unfinished, ["1: p begins and neither passes nor fails"]);
        let cut_everywhere = text("f", b"pkg: p\nBenchmarkB 1 1 x\npkg: r\nBenchmarkC 1 1 x\n");
        assert!(
            cut_everywhere.ledger().files[0].unfinished.is_empty(),
            "who drops these lines drops all of them"
        );
    }

    #[test]
    fn unit_lines_hold_for_the_whole_file() {
        let data = text("f", b"BenchmarkX 1 1 sec/op\nUnit ns/op assume=exact better=higher x =y\nUnit\nUnit sec/op better=lower\n");
        let unit = data.unit(data.results().next().expect("one result").units[0]);
        assert_eq!(data.assumption(unit), Assumption::Exact);
        assert_eq!(data.better(unit), Some(Direction::Higher));
        let remarks: Vec<String> =
            data.ledger().files[0].remarks.iter().map(|it| format!("{}: {}", it.line, it.kind)).collect();
        let twice = "2: expected key=value";
        assert_eq!(
            remarks,
            [twice, twice, "3: missing unit", "4: metadata better of unit sec/op already set to higher"]
        );
    }

    #[test]
    fn streams_do_not_mix() {
        let mut parser = Parser::new("f", "f", Limits::default());
        let lines = [
            (1, "pkg: p"),
            (2, "pkg: q"),
            (1, "BenchmarkA-2 \t"),
            (2, "BenchmarkB 1 2 x"),
            (1, " 9\t 5 x"),
            (2, "ok  \tq\t1s"),
        ];
        for (number, (stream, line)) in lines.into_iter().enumerate() {
            parser.line(number + 1, stream, line.as_bytes()).expect("few lines");
        }
        let data = parser.finish().expect("few lines");
        let told: Vec<String> = data
            .results()
            .map(|row| {
                format!(
                    "{} {}",
                    data.config(row.block.config).get("pkg").unwrap_or_default(),
                    data.name(row.name)
                )
            })
            .collect();
        assert_eq!(told, ["q B", "p A-2"]);
        assert!(data.ledger().files[0].interleaved.is_none());
    }

    /// The same file, read without the shortcut that another result takes.
    fn text_in_general(text: &[u8]) -> Dataset {
        let mut parser = Parser::new("f", "f", Limits::default());
        for (number, line) in text.split(|&byte| byte == b'\n').enumerate() {
            parser.settled = false;
            parser.line(number + 1, 0, line).expect("few lines");
        }
        parser.finish().expect("few lines")
    }

    proptest! {
        #[test]
        fn another_result_is_a_result_like_any(pieces in proptest::collection::vec(prop_oneof![
            Just("BenchmarkX-2 \t 1\t 2 ns/op\n"), Just("BenchmarkX-2 \t 1\t 3 ns/op\t 4 B/op\n"),
            Just("BenchmarkY \t 1\t 2 ns/op\t 3 B/op\n"), Just("BenchmarkX-2 \t 1\n"), Just("BenchmarkX-2\n"),
            Just("BenchmarkX-2 \tlog\n"), Just(" 9\t 5 ns/op\n"), Just("BenchmarkX-2 \t 1\t NaN ns/op\t 4 B/op\n"),
            Just("BenchmarkX-2 \t 1\t x ns/op\n"), Just("pkg: p\n"), Just("pkg: q\n"), Just("note: 1\n"), Just("PASS\n"),
            Just("ok  \tp\t1s\n"), Just("FAIL\tq\t1s\n"), Just("--- SKIP: BenchmarkX\n"), Just("exit status 1\n"), Just("\n"),
        ], 0..20)) {
            let lines = pieces.concat();
            let (short, general) = (text("f", lines.as_bytes()), text_in_general(lines.as_bytes()));
            let listed = |data: &Dataset| {
                let row = |row: ResultRow| {
                    let config = data.config(row.block.config).clone();
                    (row.block.run, config, data.name(row.name).to_owned(), row.iterations, row.units.to_vec(), row.values)
                };
                data.results().map(row).map(|row| format!("{row:?}")).collect::<Vec<_>>()
            };
            prop_assert_eq!(listed(&short), listed(&general));
            let (mut short, general) = (short.ledger().files[0].clone(), &general.ledger().files[0]);
            short.lines = general.lines; // what follows the last line end is counted as one
            prop_assert_eq!(format!("{short:?}"), format!("{general:?}"));
        }

        #[test]
        fn the_ledger_balances_for_any_bytes(pieces in proptest::collection::vec(prop_oneof![
            Just(b"Benchmark".to_vec()), Just(b"X-8 ".to_vec()), Just(b" 12 ".to_vec()), Just(b"3.5 ns/op".to_vec()),
            Just(b"NaN B/op".to_vec()), Just(b"\n".to_vec()), Just(b"\npkg: a\n".to_vec()), Just(b"\tlog\n".to_vec()),
            Just(b" 9\t 5 ns/op\n".to_vec()), Just(b"\nok  \ta\t1s\n".to_vec()), Just(b"\nFAIL\n".to_vec()), Just(b"\npkg: b\n".to_vec()), proptest::collection::vec(any::<u8>(), 0..6),
        ], 0..60)) {
            let data = text("f", &pieces.concat());
            let ledger = &data.ledger().files[0];
            prop_assert!(ledger.balances(), "{ledger:?}");
            prop_assert_eq!(ledger.used, data.len());
            prop_assert_eq!(data.results().count(), data.len());
            prop_assert!(data.results().all(|row| row.values.iter().all(|v| v.is_finite())));
        }
    }
}
