//! Adds results to the dataset, complete or torn: finds the name for values.

use super::parser::ParseResult;
use super::pending::{Owner, Remainder, Waiting};
use super::{BenchmarkLine, Parser, Record, Values, record};
use crate::model::{InterleavingSign, LossReason, RemarkKind, ResultLine, TornBy, excerpt, name_excerpt};
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
        // A run that was cut off owns no values of later lines, as long as nothing shows that it still runs.
        let pending = &mut self.stream().pending;
        if pending.is_parallel() {
            pending.pass_over();
        }
        self.store(number, line.name, &line.values, repaired)
    }

    fn store(&mut self, number: usize, name: &[u8], values: &Values, repaired: bool) -> ParseResult {
        let (iterations, measurements) = (values.iterations, values.of(name));
        self.builder.result(number, ResultLine { name, iterations, measurements, repaired })
    }

    pub(super) fn torn(&mut self, number: usize, name: &[u8], found: &[u8]) -> ParseResult {
        self.next_benchmark(number)?;
        self.wait(number, name, Remainder::Torn(excerpt(found)), true)?;
        match record(found) {
            Record::Config { key: b"panic" | b"signal", .. } => {
                self.stream().runs.died(number, found);
                Ok(())
            }
            closing @ (Record::Config { .. } | Record::Pass | Record::Fail | Record::Ok { .. })
            | closing @ (Record::FailedPackage { .. } | Record::Died(_)) => self.record(number, closing),
            _ => Ok(()),
        }
    }

    /// Does not guess: the values on this line are lost, and later values of the first name as well.
    pub(super) fn two_names(&mut self, number: usize, first: &[u8], second: &[u8]) -> ParseResult {
        self.next_benchmark(number)?;
        self.wait(number, first, Remainder::Torn("Benchmark".into()), false)?;
        self.stream().pending.pass_over(); // from now on it is unknown which name has no values
        self.builder
            .lose(number, LossReason::TwoNames { first: name_excerpt(first), second: name_excerpt(second) })
    }

    pub(super) fn values(&mut self, number: usize, values: &Values) -> ParseResult {
        self.printed(number)?;
        if let Some((line, sign, results)) = self.stream().pending.parallel() {
            self.mixed(line, sign, results)?;
        }
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
        let package = name_excerpt(self.builder.config().get("pkg").unwrap_or_default());
        let pending = &mut self.stream().pending;
        pending.wait(number, (&package, name), kind, live);
        let waiting = pending.len() + self.waiting_elsewhere;
        self.builder.waiting(number, name.len() + package.len(), waiting)
    }

    /// The values of the current benchmark cannot be read. It is lost, if there is one.
    pub(super) fn spoilt(&mut self) -> ParseResult {
        match self.stream().pending.spoil() {
            Some(it) => self.lose_torn(&it, it.kind.found(), TornBy::Print),
            None => Ok(()),
        }
    }

    fn lose_torn(&mut self, it: &Waiting, found: BString, by: TornBy) -> ParseResult {
        let reason = LossReason::Torn { name: name_excerpt(&it.name), found, by };
        self.builder.lose_in(it.package.clone(), it.line, reason)
    }

    /// A benchmark starts: the previous one of the same process has ended.
    pub(super) fn next_benchmark(&mut self, number: usize) -> ParseResult {
        self.printed(number)?;
        let is_interleaved = self.builder.is_interleaved();
        let pending = &mut self.stream().pending;
        if is_interleaved || pending.is_parallel() {
            return Ok(());
        }
        match pending.retire() {
            Some(it) => self.give_up(&it, TornBy::Print),
            None => Ok(()),
        }
    }

    fn printed(&mut self, number: usize) -> ParseResult {
        let sign = self.stream().runs.printed();
        self.signed(number, sign)
    }

    /// Records a sign that several processes wrote. Names that could not get values any more are lost.
    pub(super) fn signed(&mut self, number: usize, sign: Option<InterleavingSign>) -> ParseResult {
        match sign {
            Some(sign) => self.mixed(number, sign, self.builder.used()),
            None => Ok(()),
        }
    }

    /// Several processes wrote from this line on, before which `results` were read.
    fn mixed(&mut self, number: usize, sign: InterleavingSign, results: usize) -> ParseResult {
        if self.builder.is_interleaved() {
            return Ok(());
        }
        self.builder.interleaved(number, sign, self.builder.used() - results);
        let dead = self.stream().pending.dead();
        dead.into_iter().try_for_each(|it| self.give_up(&it, TornBy::Print))
    }

    /// No name of this stream gets values any more. `death` is how its process died, if it did.
    pub(super) fn give_up_all(&mut self, death: Option<&BString>, at_end: bool) -> ParseResult {
        let all = self.stream().pending.all();
        all.into_iter().try_for_each(|it| self.give_up(&it, it.torn_by(death, at_end)))
    }

    /// No name of this package gets values any more.
    pub(super) fn give_up_package(&mut self, package: &[u8], death: Option<&BString>) -> ParseResult {
        let names = self.stream().pending.of_package(package);
        names.into_iter().try_for_each(|it| self.give_up(&it, it.torn_by(death, false)))
    }

    /// A name that gets no values. If only a number followed it, nothing is lost: Go had nothing else to print.
    fn give_up(&mut self, it: &Waiting, by: TornBy) -> ParseResult {
        match &it.kind {
            Remainder::Torn(found) => self.lose_torn(it, found.clone(), by),
            &Remainder::Counted(iterations) => {
                let (line, name, measurements) = (it.line, it.name.as_slice(), std::iter::empty());
                self.builder.remark(line, RemarkKind::NoMeasurements(name_excerpt(name)))?;
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
    fn a_run_that_was_cut_off_loses_one_result() {
        let complete =
            "goos: linux\npkg: q\nBenchmarkB-2 \t1\t 2 x\nBenchmarkC-2 \t1\t 3 x\nPASS\nok  \tq\t1s\n";
        for end in
            ["\n", "log\n", "=== q ===\n", "goos: linux\n", "signal: killed\nFAIL\tp\t1s\n", "panic: x\n"]
        {
            let lines = format!("pkg: p\nBenchmarkA-2 \t{end}{}", complete.repeat(2));
            assert_eq!(listed(&lines), "B-2=[2.0] C-2=[3.0] B-2=[2.0] C-2=[3.0] lost 2", "{end:?}");
            let data = text("f", lines.as_bytes());
            assert_eq!(data.ledger().files[0].interleaved, None, "{end:?}");
        }
    }

    #[test]
    fn a_run_that_was_cut_off_ends_with_the_next_one() {
        // B prints: its values may be those of A. What follows in later runs is certain again.
        let cut = "pkg: p\nBenchmarkA-2 \tlog\npkg: q\nBenchmarkB-2 \tlog\n 9\t 5 x\nok  \tq\t1s\n";
        let later = "pkg: r\nBenchmarkC-2 \tlog\n 9\t 6 x\nBenchmarkD-2 \t1\t 7 x\nok  \tr\t1s\n";
        assert_eq!(
            listed(&[cut, later, later].concat()),
            "C-2=[6.0] D-2=[7.0] C-2=[6.0] D-2=[7.0] lost 4 lost 5 repaired 2"
        );
        let quiet = cut.replace("B-2 \tlog\n 9", "B-2 \t 9");
        assert_eq!(
            listed(&[&quiet, later].concat()),
            "B-2=[5.0] C-2=[6.0] D-2=[7.0] lost 2 repaired 1",
            "all of q came without a sign of A"
        );
    }

    #[test]
    fn what_tore_a_result_is_told_by_what_follows() {
        for (follows, want) in [
            ("log\n", "A-2 has no values, got `log`: the file ends here"),
            ("", "A-2 has no values: the file ends here"),
            ("signal: killed\nFAIL\tp\t1s\n", "A-2 has no values: its process was killed (signal: killed)"),
            ("\nsignal: killed\n", "A-2 has no values: its process was killed (signal: killed)"),
            ("exit status 2\nFAIL\tp\t1s\n", "A-2 has no values: its process died (exit status 2)"),
            (
                "panic: test timed out after 30m0s\nFAIL\tp\t1s\n",
                "A-2 has no values: it ran into the timeout (panic: test timed out after 30m0s)",
            ),
            ("log\npanic: x\ngoos: linux\npkg: q\n", "A-2 has no values: its process died (panic: x)"),
            ("FAIL\tp\t1s\n", "A-2 has no values: its process died (FAIL)"),
            ("\ngoos: linux\npkg: q\n", "A-2 has no values: its output is cut off, and another run begins"),
            (
                "log\nPASS\nok  \tp\t1s\n",
                "A-2 has no values, got `log`: something printed in the middle of its result (print to a file, or use b.Log)",
            ),
        ] {
            let data =
                text("f", format!("pkg: p\nBenchmarkB-2 \t1\t 2 x\nBenchmarkA-2 \t{follows}").as_bytes());
            let lost = &data.ledger().files[0].lost;
            let listed: Vec<String> =
                lost.iter().map(|it| format!("{} in {}", it.reason, it.package)).collect();
            assert_eq!(listed, [format!("{want} in p")], "{follows:?}");
        }
    }

    #[test]
    fn two_results_on_one_line_are_named() {
        for line in [
            "BenchmarkA-2 \t 1\t 2 ns/opBenchmarkB-2 \t 1\t 2 ns/op\n",
            "BenchmarkA-2 \t 1\t 2 ns/op\t 3 B/op BenchmarkB-2 \t 1\t 2 ns/op\n",
        ] {
            let data = text("f", line.as_bytes());
            let lost: Vec<String> =
                data.ledger().files[0].lost.iter().map(|it| it.reason.to_string()).collect();
            assert_eq!(
                lost,
                ["the results of A-2 and B-2 are on one line, without a line end between them"],
                "{line:?}"
            );
        }
    }

    #[test]
    fn with_two_processes_nothing_is_guessed() {
        let begun = "pkg: p\nBenchmarkA-2 \tlog\npkg: q\nBenchmarkB-2 \tlog\n";
        assert_eq!(listed(&[begun, " 9\t 5 ns/op\n 9\t 6 ns/op\n"].concat()), "lost 5 lost 6");
        // C has its values, as far as is known at its line. Those of A and B cannot be told apart.
        assert_eq!(
            listed(&[begun, "BenchmarkC-2 \t1\t 2 x\n 9\t 5 x\n 9\t 6 x\n"].concat()),
            "C-2=[2.0] lost 6 lost 7"
        );
        // It is known that the processes run at the same time: the values of B may be on the line of C.
        let known = "pkg: p\nBenchmarkA-2 \tlog\npkg: q\n 9\t 5 x\nBenchmarkB-2 \tlog\nBenchmarkC-2 \t1\t 2 x\n 9\t 6 x\n";
        assert_eq!(listed(known), "lost 4 lost 6 lost 7");
        // When all names have their values, a single name is certain again.
        let again = "BenchmarkC-2 \tlog\n 9\t 7 x\nBenchmarkD-2 \t1\t 8 x\n";
        assert_eq!(
            listed(&[begun, " 9\t 5 x\n 9\t 6 x\n", again].concat()),
            "C-2=[7.0] D-2=[8.0] lost 5 lost 6 repaired 1"
        );
    }
}
