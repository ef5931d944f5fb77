//! Adds results to the dataset, complete or torn: finds the name for values.

use super::parser::ParseResult;
use super::pending::{Owner, Remainder};
use super::{BenchmarkLine, Parser, Record, Values, record};
use crate::model::{InterleavingSign, LossReason, RemarkKind, ResultLine, excerpt, name_excerpt};
use bstr::BString;

impl Parser {
    /// A complete result: name and values on one line.
    pub(super) fn result(&mut self, number: usize, line: &BenchmarkLine, repaired: bool) -> ParseResult {
        self.next_benchmark(number)?;
        if line.values.is_empty() && self.builder.is_cut() {
            return self.builder.lose(number, LossReason::Cut(name_excerpt(line.name)));
        }
        if line.values.is_empty() {
            return self.wait(number, line.name, Remainder::Counted(line.values.iterations), true);
        }
        if self.builder.is_interleaved()
            && let Some(other) = self.stream().pending.rival(line.name)
        {
            let reason = LossReason::Doubtful { name: name_excerpt(line.name), other: name_excerpt(&other) };
            return self.builder.lose(number, reason);
        }
        self.store(number, line.name, &line.values, repaired)
    }

    fn store(&mut self, number: usize, name: &[u8], values: &Values, repaired: bool) -> ParseResult {
        let (iterations, measurements) = (values.iterations, values.of(name));
        self.builder.result(number, ResultLine { name, iterations, measurements, repaired })
    }

    pub(super) fn torn(&mut self, number: usize, name: &[u8], found: &[u8]) -> ParseResult {
        self.next_benchmark(number)?;
        // A header after the name: its process was cut off, and another one started.
        let live = !found.starts_with(b"goos: ");
        self.wait(number, name, Remainder::Torn(excerpt(found)), live)?;
        match record(found) {
            closing @ (Record::Config { .. } | Record::Pass | Record::Fail | Record::Ok { .. })
            | closing @ (Record::FailedPackage { .. } | Record::Died(_)) => self.record(number, closing),
            _ => Ok(()),
        }
    }

    /// Does not guess: the values on this line are lost, and later values of the first name as well.
    pub(super) fn two_names(&mut self, number: usize, first: &[u8], second: &[u8]) -> ParseResult {
        self.next_benchmark(number)?;
        self.wait(number, first, Remainder::Torn("Benchmark".into()), false)?;
        let pending = &mut self.stream().pending;
        let _ = pending.rival(second); // from now on it is unknown which name has no values
        self.builder
            .lose(number, LossReason::TwoNames { first: name_excerpt(first), second: name_excerpt(second) })
    }

    pub(super) fn values(&mut self, number: usize, values: &Values) -> ParseResult {
        self.printed(number)?;
        let interleaved = self.builder.is_interleaved();
        match self.stream().pending.owner(number, interleaved) {
            Owner::Known(name) => self.store(number, &name, values, true),
            Owner::Unknown(names) => {
                let names = names.iter().map(|name| name_excerpt(name)).collect();
                self.builder.lose(number, LossReason::Nameless { names })
            }
        }
    }

    fn wait(&mut self, number: usize, name: &[u8], kind: Remainder, live: bool) -> ParseResult {
        let pending = &mut self.stream().pending;
        pending.wait(number, name, kind, live);
        let waiting = pending.len() + self.waiting_elsewhere;
        self.builder.waiting(number, name, waiting)
    }

    /// The values of the current benchmark cannot be read. It is lost, if there is one.
    pub(super) fn spoilt(&mut self) -> ParseResult {
        match self.stream().pending.spoil() {
            Some(it) => self.lose_torn(it.line, &it.name, it.kind.found()),
            None => Ok(()),
        }
    }

    fn lose_torn(&mut self, line: usize, name: &[u8], found: BString) -> ParseResult {
        self.builder.lose(line, LossReason::Torn { name: name_excerpt(name), found })
    }

    /// A benchmark starts: the previous one of the same process has ended.
    pub(super) fn next_benchmark(&mut self, number: usize) -> ParseResult {
        self.printed(number)?;
        if self.builder.is_interleaved() {
            return Ok(());
        }
        match self.stream().pending.retire() {
            Some(it) => self.give_up(it.line, &it.name, &it.kind),
            None => Ok(()),
        }
    }

    fn printed(&mut self, number: usize) -> ParseResult {
        let sign = self.stream().runs.printed();
        self.signed(number, sign)
    }

    /// Records a sign that several processes wrote. Names that could not get values any more are lost.
    pub(super) fn signed(&mut self, number: usize, sign: Option<InterleavingSign>) -> ParseResult {
        let Some(sign) = sign.filter(|_| !self.builder.is_interleaved()) else { return Ok(()) };
        self.builder.interleaved(number, sign);
        let dead = self.stream().pending.dead();
        dead.into_iter().try_for_each(|it| self.give_up(it.line, &it.name, &it.kind))
    }

    pub(super) fn give_up_all(&mut self) -> ParseResult {
        let all = self.stream().pending.all();
        all.into_iter().try_for_each(|it| self.give_up(it.line, &it.name, &it.kind))
    }

    /// A name that gets no values. If only a number followed it, nothing is lost: Go had nothing else to print.
    fn give_up(&mut self, line: usize, name: &[u8], kind: &Remainder) -> ParseResult {
        match kind {
            Remainder::Torn(found) => self.lose_torn(line, name, found.clone()),
            &Remainder::Counted(iterations) => {
                self.builder.remark(line, RemarkKind::NoMeasurements(name_excerpt(name)))?;
                let measurements = std::iter::empty();
                self.builder.result(line, ResultLine { name, iterations, measurements, repaired: false })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::text;

    /// The used results with their values, then the lost lines.
    fn listed(lines: &str) -> String {
        let data = text("f", lines.as_bytes());
        let file = &data.ledger().files[0];
        assert!(file.balances(), "{file:?}");
        let used = data.results().map(|row| format!("{}={:?}", data.name(row.name), row.values));
        let lost = file.lost.iter().map(|loss| format!("lost {}", loss.line));
        let repaired = (file.repaired > 0).then(|| format!("repaired {}", file.repaired));
        used.chain(lost).chain(repaired).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_torn_result_is_joined_if_its_parts_certainly_belong_together() {
        for (lines, want) in [
            ("BenchmarkX-2 \tlog\nlog\n 9\t 5 ns/op\n", "X-2=[5.0] repaired 1"),
            ("BenchmarkX-2 \t\n 9\t 5 ns/op\nBenchmarkX-2 \t9\t 6 ns/op\n", "X-2=[5.0] X-2=[6.0] repaired 1"),
            ("BenchmarkX-2 \t7\n 9\t 5 ns/op\n", "X-2=[5.0] repaired 1"),
            ("BenchmarkX-2 \t7\nPASS\n", "X-2=[]"),
            ("BenchmarkX-2\n\0\09\t 5 ns/op\n", "X-2=[5.0] repaired 1"),
            ("logBenchmarkX-2 \t9\t 5 ns/op\n", "X-2=[5.0] repaired 1"),
            ("BenchmarkX-2 \tlog\n", "lost 1"),
            ("BenchmarkX-2 \t42\ndone:  9\t 5 ns/op\n", "lost 1"),
            ("BenchmarkX-2 \tlog\ndone:  9\t 5 ns/op\nBenchmarkY-2 \t1\t 2 x\n", "Y-2=[2.0] lost 1"),
            ("Benchmarking: BenchmarkX-2 \t9\t 5 ns/op\n", "X-2=[5.0] repaired 1"),
            ("my Benchmark run: BenchmarkX-2 \t9\t 5 ns/op\n", "X-2=[5.0] repaired 1"),
            ("BenchmarkX-2\nlog\n 9\t 5 ns/op\n", "lost 3"),
            (" 9\t 5 ns/op\n", "lost 1"),
            ("BenchmarkX-2 \tlog\nBenchmarkY-2 \t1\t 2 ns/op\n 9\t 5 ns/op\n", "Y-2=[2.0] lost 3"),
            ("BenchmarkX-2 \tlog\nBenchmarkY-2 \tlog\n 9\t 5 ns/op\n", "Y-2=[5.0] lost 1 repaired 1"),
            ("BenchmarkX-2 \tBenchmarkY-2 \t 1\t 2 ns/op\n 9\t 5 ns/op\n", "lost 1 lost 2"),
            ("BenchmarkX-2 \tlog\nok  \tp\t1s\n 9\t 5 ns/op\n", "lost 1 lost 3"),
            ("pkg: p\nBenchmarkX-2 \tlog\nFAIL\tp\n", "lost 2"),
        ] {
            assert_eq!(listed(lines), want, "{lines:?}");
        }
    }

    #[test]
    fn with_two_processes_nothing_is_guessed() {
        let begun = "pkg: p\nBenchmarkA-2 \tlog\npkg: q\nBenchmarkB-2 \tlog\n";
        assert_eq!(listed(&[begun, " 9\t 5 ns/op\n 9\t 6 ns/op\n"].concat()), "lost 5 lost 6");
        // The values of B may be on the line of C, and those of C later.
        assert_eq!(
            listed(&[begun, "BenchmarkC-2 \t1\t 2 x\n 9\t 5 x\n 9\t 6 x\n"].concat()),
            "lost 5 lost 6 lost 7"
        );
        // When all names have their values, a single name is certain again.
        let again = "BenchmarkC-2 \tlog\n 9\t 7 x\nBenchmarkD-2 \t1\t 8 x\n";
        assert_eq!(
            listed(&[begun, " 9\t 5 x\n 9\t 6 x\n", again].concat()),
            "C-2=[7.0] D-2=[8.0] lost 5 lost 6 repaired 1"
        );
    }
}
