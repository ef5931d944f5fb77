//! Lines in, a [`Dataset`] out.

use super::{Record, record};
use crate::model::{Builder, Dataset, Failure};
use bstr::{BString, ByteSlice};

/// Reads one file, line by line.
#[derive(Debug)]
pub struct Parser {
    builder: Builder,
}

impl Parser {
    /// Starts a file: `file` is what messages call it, `label` what tables call it.
    pub fn new(file: impl Into<String>, label: impl Into<BString>) -> Parser {
        Parser { builder: Builder::new(file, label) }
    }

    /// Takes the line with this number (from 1), given without its line end. O(length), no allocation for the lines
    /// that Go prints.
    pub fn line(&mut self, number: usize, line: &[u8]) {
        self.builder.line(number);
        match record(line) {
            Record::Result(result) => {
                self.builder.result(number, result.name, result.iterations, result.measurements);
            }
            Record::Broken(reason) => self.builder.lose(number, reason),
            Record::Config { key, value } => self.builder.configure(key, value),
            Record::FailedPackage(package) => {
                let failure = Failure::Package { line: number, package: package.into() };
                self.builder.failure(failure);
            }
            Record::FailedBenchmark(name) => {
                let failure = Failure::Benchmark { line: number, name: name.into() };
                self.builder.failure(failure);
            }
            Record::Other => {}
        }
    }

    /// Ends the file.
    pub fn finish(self) -> Dataset {
        self.builder.finish()
    }
}

/// Reads a whole text at once: what a file named `file` would hold.
pub fn text(file: &str, text: &[u8]) -> Dataset {
    let mut parser = Parser::new(file, file);
    for (index, line) in text.lines().enumerate() {
        parser.line(index + 1, line);
    }
    parser.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
    fn failures_and_losses_are_kept_with_their_lines() {
        let data = text(
            "f",
            b"BenchmarkX-2 \tlog\nBenchmarkY-2\nBenchmarkY-2 1 2 ns/op\n--- FAIL: BenchmarkZ\nFAIL\tp\t1s\n",
        );
        let ledger = &data.ledger().files[0];
        assert_eq!((ledger.seen, ledger.used, ledger.lost.len()), (2, 1, 1));
        assert_eq!(ledger.lost[0].line, 1);
        assert_eq!(
            ledger.failures,
            [
                Failure::Benchmark { line: 4, name: "BenchmarkZ".into() },
                Failure::Package { line: 5, package: "p".into() }
            ]
        );
    }

    proptest! {
        #[test]
        fn the_ledger_balances_for_any_bytes(pieces in proptest::collection::vec(prop_oneof![
            Just(b"Benchmark".to_vec()), Just(b"X-8 ".to_vec()), Just(b" 12 ".to_vec()), Just(b"3.5 ns/op".to_vec()),
            Just(b"NaN B/op".to_vec()), Just(b"\n".to_vec()), Just(b"\npkg: a\n".to_vec()), proptest::collection::vec(any::<u8>(), 0..6),
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
