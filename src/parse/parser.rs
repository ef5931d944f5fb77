//! Parses lines into a [`Dataset`].

use super::pending::Pending;
use super::plain::{self, Plain, plain};
use super::prefix::{Prefixes, without_colours};
use super::runs::Runs;
use super::{Record, field, record, trim};
use crate::model::{
    Builder, Dataset, DatasetLimits, FailedItem, Failure, InterleavingSign, LimitExceeded, LossReason,
    RemarkKind, Skip, StreamState, error_excerpt, excerpt, name_excerpt,
};
use bstr::{BStr, BString, ByteSlice};

/// Parses one file, line by line.
#[derive(Debug)]
pub struct Parser {
    pub(super) builder: Builder,
    streams: Vec<Stream>,
    /// The current stream.
    current: usize,
    /// Whether the last line was a complete result of the current stream, so that the fast path is allowed.
    settled: bool,
    /// What the fast path keeps of the last line, if that took it.
    last: plain::Last,
    /// How many names in other streams have no values yet.
    pub(super) waiting_elsewhere: usize,
    prefixes: Prefixes,
    /// Whether there were lines of Go without a prefix.
    is_plain: bool,
}

/// The state of one stream of output.
#[derive(Debug, Default)]
pub(super) struct Stream {
    pub pending: Pending,
    pub runs: Runs,
    /// Whether the last line was that of a benchmark that failed. Its log follows.
    expects_error: bool,
    /// Whether a result had a prefix.
    has_prefix: bool,
    /// Its state while another stream is current.
    state: StreamState,
}

/// The result of parsing a line.
pub(super) type ParseResult = Result<(), LimitExceeded>;

impl Parser {
    /// Starts a file. `file` is its name in messages, `label` its name in tables.
    pub fn new(file: impl Into<String>, label: impl Into<BString>, limits: DatasetLimits) -> Parser {
        Parser {
            builder: Builder::new(file, label, limits),
            streams: vec![Stream::default()],
            current: 0,
            settled: false,
            last: plain::Last::default(),
            waiting_elsewhere: 0,
            prefixes: Prefixes::default(),
            is_plain: false,
        }
    }

    /// Parses the line with this number, from 1, without its line end. `stream` is the number of the output, from 0, if several
    /// outputs alternate in the file. O(length); no allocations for lines of Go.
    ///
    /// # Errors
    /// If the file holds more than the limits allow.
    pub fn line(&mut self, number: usize, stream: usize, line: &[u8]) -> ParseResult {
        self.builder.line(number);
        let stream = Prefixes::number(stream);
        if self.prefixes.is_empty() && self.is_another(number, stream, line)? {
            return Ok(());
        }
        let whole = &*without_colours(line);
        let (stream, line) = match self.prefixes.strip(whole) {
            Some(stripped) if stream == 0 => stripped,
            Some(_) | None => (stream, whole),
        };
        if !self.prefixes.is_empty() && self.is_another(number, stream, line)? {
            return Ok(());
        }
        let (stream, line, record) = self.unprefixed(stream, line);
        // Other text between lines with a prefix is not worth a change of streams.
        if matches!(record, Record::Other) && self.current != stream && !self.prefixes.is_empty() {
            return Ok(());
        }
        self.switch(stream);
        if matches!(record, Record::Result(_)) && line.len() < whole.len() && !self.stream().has_prefix {
            self.stream().has_prefix = true;
            let prefix = excerpt(&whole[..whole.len() - line.len()]);
            self.builder.remark(number, RemarkKind::Prefix(prefix))?;
        }
        let expects_error = !line.is_empty() && std::mem::take(&mut self.stream().expects_error);
        if expects_error && matches!(record, Record::Other) && line.starts_with(b" ") {
            return self.builder.failure_error(number, error_excerpt(trim(line)));
        }
        let is_result = matches!(&record, Record::Result(result) if !result.values.is_empty());
        self.record(number, record)?;
        self.settled = is_result && !self.builder.is_interleaved();
        Ok(())
    }

    /// Whether the next lines may be results as the last one, so that [`Parser::lines`] is worth a try.
    pub fn is_settled(&self) -> bool {
        self.settled && self.prefixes.is_empty() && self.current == 0
    }

    /// Parses the lines at the beginning of `text` that are results as the last one, in Go's form. `text` has whole lines of text
    /// that is one stream; the first one has this number. Returns how many lines and bytes were parsed: the next line is for
    /// [`Parser::line`]. O(length).
    ///
    /// # Errors
    /// If the file holds more than the limits allow.
    pub fn lines(&mut self, number: usize, text: &[u8]) -> Result<(usize, usize), LimitExceeded> {
        let (mut lines, mut bytes) = (0, 0);
        if !self.is_settled() || !self.knows_last() {
            return Ok((0, 0));
        }
        // One loop without a detour for each line: this is most of the time that reading takes.
        while let Some(it) = plain(&text[bytes..], &mut self.last) {
            self.add(number + lines, &it)?;
            bytes += it.length;
            lines += 1;
        }
        // Other text is left to `line`, which looks at it once more.
        if bytes < text.len() {
            self.last.forget();
        }
        if lines > 0 {
            self.builder.line(number + lines - 1);
        }
        Ok((lines, bytes))
    }

    /// Whether the line is a result as the last one of this stream. Adds it.
    fn is_another(&mut self, number: usize, stream: usize, line: &[u8]) -> Result<bool, LimitExceeded> {
        if self.settled
            && self.current == stream
            && self.knows_last()
            && let Some(it) = plain(line, &mut self.last).filter(|it| it.length == line.len())
        {
            return self.add(number, &it).map(|()| true);
        }
        self.last.forget();
        Ok(false)
    }

    /// Whether the last result is known, so that the fast path is possible.
    fn knows_last(&mut self) -> bool {
        if !self.builder.has_last() {
            return false;
        }
        if !self.last.is_known()
            && let Some((name, units)) = self.builder.last()
        {
            self.last.begin(name, units);
        }
        self.last.is_known()
    }

    fn add(&mut self, number: usize, line: &Plain) -> ParseResult {
        match line.name {
            None if line.is_similar => self.builder.similar(number, line.iterations, line.first),
            name => self.builder.another(number, name, line.iterations, &self.last.values),
        }
    }

    /// Parses a line of a stream. If it has a prefix that is not known yet, it belongs to the stream of that prefix.
    fn unprefixed<'l>(&mut self, stream: usize, line: &'l [u8]) -> (usize, &'l [u8], Record<'l>) {
        let whole = record(line);
        if stream != 0 {
            return (stream, line, whole);
        }
        let may_have_prefix = match &whole {
            Record::Config { key: b"goos" | b"goarch" | b"pkg" | b"cpu", .. } => false,
            Record::Result(_) | Record::Pass | Record::Ok { .. } | Record::FailedPackage { .. } => false,
            Record::Other | Record::AfterText(_) | Record::Broken(_) => true,
            Record::Spoilt | Record::Config { .. } => true,
            _ => return (stream, line, whole),
        };
        self.is_plain |= !may_have_prefix;
        let learnt = may_have_prefix && self.prefixes.learn(line, self.is_plain).is_some();
        match self.prefixes.strip(line).filter(|_| learnt) {
            Some((stream, rest)) => (stream, rest, record(rest)),
            None => (stream, line, whole),
        }
    }

    /// Parses the last line of a file, if it has no line end. Its result may be cut off. It is used only if another result has the
    /// same units.
    ///
    /// # Errors
    /// See [`Parser::line`].
    pub fn cut_line(&mut self, number: usize, stream: usize, line: &[u8]) -> ParseResult {
        self.builder.cut();
        self.settled = false;
        self.line(number, stream, line)
    }

    /// Sets the package of a stream, which `go test -json` names. It applies where no header does.
    pub fn package(&mut self, stream: usize, package: &str) {
        self.switch(Prefixes::number(stream));
        self.builder.package_of_stream(package);
    }

    /// Records an event of `go test -json` that could not be read.
    ///
    /// # Errors
    /// If there are too many of them.
    pub fn broken_event(&mut self, number: usize, why: String) -> ParseResult {
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
            let running = self.stream().pending.running().cloned();
            let death = self.stream().runs.cause().cloned();
            self.give_up_all(death.as_ref(), true)?;
            let (failure, unfinished) = self.stream().runs.finish();
            failure.map_or(Ok(()), |failure| self.builder.failure(failure.while_running(running)))?;
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
        let state = std::mem::take(&mut self.streams[stream].state);
        self.stream().state = self.builder.exchange(state);
        self.current = stream;
    }

    pub(super) fn record(&mut self, number: usize, record: Record) -> ParseResult {
        match record {
            Record::Other => Ok(()),
            Record::Spoilt => self.spoilt(),
            Record::Result(line) => self.result(number, &line, false),
            Record::AfterText(line) => self.result(number, &line, true),
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
                let what = FailedItem::Benchmark { name: name_excerpt(name), error: None };
                let package = self.package_under_way();
                self.stream().expects_error = true;
                self.builder.failure(Failure { line: number, package, what })
            }
            Record::Skipped(name) => {
                let benchmark = Some(name_excerpt(name));
                let package = self.package_under_way();
                self.builder.skip(Skip { line: number, package, benchmark })
            }
            Record::Unchanged(package) => self.builder.unchanged(number, name_excerpt(package)),
            Record::Pass => {
                self.builder.end_process();
                self.stream().runs.pass();
                Ok(())
            }
            Record::Fail => {
                self.builder.end_process();
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

    fn configure(&mut self, number: usize, key: &[u8], value: &[u8]) -> ParseResult {
        match key {
            b"goos" | b"goarch" | b"cpu" => self.header(number, None)?,
            b"pkg" => {
                self.header(number, Some(value.as_bstr()))?;
                let stream = self.stream();
                let sign = stream.runs.begin(number, value.as_bstr());
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

    /// A header line: a run starts. If the one before has died, so has its benchmark.
    fn header(&mut self, number: usize, package: Option<&BStr>) -> ParseResult {
        let running = self.stream().pending.running().cloned();
        if let Some(failure) = self.stream().runs.header() {
            let failure = failure.while_running(running);
            if !self.builder.is_interleaved() && !self.stream().runs.any_open() {
                self.give_up_all(failure.cause(), false)?;
            }
            self.builder.failure(failure)?;
        }
        let results = self.builder.used();
        self.stream().pending.cut(number, package, results);
        Ok(())
    }

    /// A `Unit` line: a unit, then any number of `key=value`.
    fn unit(&mut self, number: usize, rest: &[u8]) -> ParseResult {
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

    fn ok(&mut self, number: usize, package: &[u8], idle: bool) -> ParseResult {
        let (current, runs) = self.package_and_runs();
        let sign = runs.ok(package.as_bstr(), current);
        self.ended(number, package, sign, None)?;
        self.builder.close_package(number, package)?;
        self.builder.attribute(number, package)?;
        match idle {
            true => self.builder.skip(Skip { line: number, package: name_excerpt(package), benchmark: None }),
            false => Ok(()),
        }
    }

    fn failed_package(&mut self, number: usize, package: &[u8], why: &[u8]) -> ParseResult {
        let running = self.stream().pending.running().cloned();
        let (current, runs) = self.package_and_runs();
        let is_current = package == current;
        let (failure, sign) = runs.failed(number, package.as_bstr(), current, why);
        let failure = failure.while_running(running.filter(|_| is_current || current.is_empty()));
        let death = failure.cause().cloned().unwrap_or_else(|| "FAIL".into());
        self.ended(number, package, sign, Some(&death))?;
        self.builder.close_package(number, package)?;
        self.builder.attribute(number, package)?;
        self.builder.failure(failure)
    }

    /// A package has ended. In a single process, names without values have no values, and nor has a run before it that showed no
    /// sign of life. `death` is how the process died, if it did.
    fn ended(
        &mut self,
        number: usize,
        package: &[u8],
        sign: Option<InterleavingSign>,
        death: Option<&BString>,
    ) -> ParseResult {
        self.stream().pending.next_epoch();
        self.signed(number, sign)?;
        if self.builder.is_interleaved() {
            return self.give_up_package(package, death);
        }
        let Stream { pending, runs, .. } = self.stream();
        match runs.any_open() && !pending.is_parallel() {
            true => Ok(()),
            false => self.give_up_all(death, false),
        }
    }

    /// The current package, for a message; empty if it is not known yet.
    fn package_under_way(&mut self) -> BString {
        let is_over = self.stream().runs.is_over();
        let package = self.builder.config().get("pkg").filter(|_| !is_over);
        name_excerpt(package.unwrap_or_default())
    }

    /// The package of the current header, empty if there is none, and the runs of its stream.
    fn package_and_runs(&mut self) -> (&BStr, &mut Runs) {
        let current = self.builder.config().get("pkg").unwrap_or_default();
        (current, &mut self.streams[self.current].runs) // `switch` keeps it in range
    }
}

/// Parses a whole text, without limits. `file` is its name.
pub fn text(file: &str, text: &[u8]) -> Dataset {
    let mut parser = Parser::new(file, file, DatasetLimits::NONE);
    read(&mut parser, text).and_then(|()| parser.finish()).expect("there is no limit to exceed")
}

fn read(parser: &mut Parser, text: &[u8]) -> ParseResult {
    let (mut rest, cut) = text.split_at(text.rfind_byte(b'\n').map_or(0, |end| end + 1));
    let mut number = 1;
    while !rest.is_empty() {
        let (lines, bytes) = parser.lines(number, rest)?;
        (number, rest) = (number + lines, &rest[bytes..]); // it parsed at most all of it
        if let Some((line, others)) = rest.split_once_str("\n") {
            parser.line(number, 0, line.strip_suffix(b"\r").unwrap_or(line))?;
            (number, rest) = (number + 1, others);
        }
    }
    if cut.is_empty() { Ok(()) } else { parser.cut_line(number, 0, cut) }
}

#[cfg(test)]
#[path = "parser_tests.rs"]
mod tests;
