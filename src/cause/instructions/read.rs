//! Reads what cachegrind writes with `--cachegrind-out-file`.
//!
//! The format is that of the Valgrind manual, section 5.8, and is the same in all versions: header lines, then for each file
//! `fl=FILE`, for each function in it `fn=NAME`, and for each of its lines `LINE COUNT…`; the last line is the sum.

use std::collections::BTreeMap;

/// The event that counts executed instructions.
const INSTRUCTIONS: &str = "Ir";

/// A line of a source file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceLine {
    /// The file, as the debug information names it.
    pub file: String,
    /// The line, from 1; 0 if it is not known.
    pub line: u32,
}

/// The instructions that a process executed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// All of them.
    pub total: u64,
    /// Those of each line, by function. Code that is inlined is part of the function that it is inlined into.
    pub functions: BTreeMap<String, BTreeMap<SourceLine, u64>>,
}

/// A text that cachegrind has not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct CountsError {
    /// The line, from 1; the number of lines if something is missing.
    pub line: usize,
    /// What is wrong with it.
    pub problem: CountsProblem,
}

/// What can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CountsProblem {
    /// No line names the events.
    #[error("no line `events:`; expected one before the counts")]
    NoEvents,
    /// Instructions are not among the events.
    #[error("no event Ir among `{0}`; expected the count of instructions")]
    NoInstructions(String),
    /// A line that is neither a count nor a name.
    #[error("got `{0}`; expected `LINE COUNT…`, `fl=FILE` or `fn=NAME`")]
    NoCount(String),
    /// The sum is missing: the process was killed.
    #[error("no line `summary:`; the file is not complete")]
    NoSummary,
}

impl Counts {
    /// Reads a whole file.
    ///
    /// # Errors
    /// If a line is no count, or the events or the sum are missing.
    pub fn read(text: &str) -> Result<Counts, CountsError> {
        let mut reader = Reader::default();
        let mut last = 0;
        for (index, line) in text.lines().enumerate() {
            last = index + 1;
            reader.line(line).map_err(|problem| CountsError { line: last, problem })?;
        }
        let problem = match reader.column {
            None => CountsProblem::NoEvents,
            Some(_) => CountsProblem::NoSummary,
        };
        match reader.total {
            Some(total) => Ok(Counts { total, functions: reader.functions }),
            None => Err(CountsError { line: last, problem }),
        }
    }
}

#[derive(Default)]
struct Reader {
    /// Where instructions are among the events.
    column: Option<usize>,
    file: String,
    function: String,
    functions: BTreeMap<String, BTreeMap<SourceLine, u64>>,
    total: Option<u64>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), CountsProblem> {
        if let Some(events) = line.strip_prefix("events:") {
            let column = events.split_whitespace().position(|it| it == INSTRUCTIONS);
            self.column =
                Some(column.ok_or_else(|| CountsProblem::NoInstructions(beginning(events.trim())))?);
        } else if let Some(sums) = line.strip_prefix("summary:") {
            self.total = Some(self.count(sums).ok_or_else(|| CountsProblem::NoCount(beginning(line)))?);
        } else if let Some(file) = ["fl=", "fi=", "fe="].iter().find_map(|key| line.strip_prefix(key)) {
            self.file = file.to_string();
        } else if let Some(function) = line.strip_prefix("fn=") {
            self.function = function.to_string();
        } else if line.starts_with(|c: char| c.is_ascii_digit()) {
            let (number, counts) = line.split_once(' ').unwrap_or((line, ""));
            let (Ok(number), Some(count)) = (number.parse(), self.count(counts)) else {
                return Err(CountsProblem::NoCount(beginning(line)));
            };
            let at = SourceLine { file: self.file.clone(), line: number };
            let known = self.functions.entry(self.function.clone()).or_default().entry(at).or_default();
            *known = known.saturating_add(count);
        } else if !is_other(line) {
            return Err(CountsProblem::NoCount(beginning(line)));
        }
        Ok(())
    }

    /// The instructions among the counts of a line; a `.` is none.
    fn count(&self, counts: &str) -> Option<u64> {
        match counts.split_whitespace().nth(self.column?)? {
            "." => Some(0),
            count => count.parse().ok(),
        }
    }
}

/// Lines that are not about counts: `desc: …`, `cmd: …`, comments.
fn is_other(line: &str) -> bool {
    line.is_empty() || line.starts_with('#') || ["desc:", "cmd:"].iter().any(|key| line.starts_with(key))
}

/// As much of a line as an error shows.
fn beginning(line: &str) -> String {
    line.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RECORDED: &str = include_str!("../../../testdata/cachegrind/base.out");

    #[test]
    fn functions_of_go_are_read_from_a_recording() {
        let counts = Counts::read(RECORDED).expect("cachegrind has written it");
        let summed: u64 = counts.functions.values().flat_map(BTreeMap::values).sum();
        assert_eq!(counts.total, summed, "every instruction has a line");
        let function = &counts.functions["example.com/hot/wire.BenchmarkChecksum"];
        let hottest = function.iter().max_by_key(|it| it.1).expect("it has lines");
        assert!(hottest.0.file.ends_with("example.com/hot/wire/checksum.go"), "{hottest:?}");
        assert!(*hottest.1 > counts.total / 4, "{hottest:?}");
    }

    #[test]
    fn what_cachegrind_has_not_written_is_an_error_with_its_line() {
        for (text, want) in [
            ("", "line 0: no line `events:`; expected one before the counts"),
            ("events: Dr Dw\n", "line 1: no event Ir among `Dr Dw`; expected the count of instructions"),
            ("events: Ir\nfl=a\n", "line 2: no line `summary:`; the file is not complete"),
            ("events: Ir\nfn=f\n1 x\n", "line 3: got `1 x`; expected `LINE COUNT…`, `fl=FILE` or `fn=NAME`"),
            ("events: Ir\nhello\n", "line 2: got `hello`; expected `LINE COUNT…`, `fl=FILE` or `fn=NAME`"),
            ("1 2\n", "line 1: got `1 2`; expected `LINE COUNT…`, `fl=FILE` or `fn=NAME`"),
        ] {
            assert_eq!(Counts::read(text).expect_err(text).to_string(), want);
        }
    }

    #[test]
    fn inlined_lines_and_other_events_do_not_confuse_it() {
        let text = "desc: x\ncmd: y\nevents: Dr Ir\nfl=a.go\nfn=f\n7 1 10\nfl=b.go\nfn=f\n9 . 5\n9 1 .\nsummary: 2 15\n";
        let counts = Counts::read(text).expect("it is complete");
        let line = |file: &str, line| SourceLine { file: file.to_string(), line };
        let want = BTreeMap::from([(line("a.go", 7), 10), (line("b.go", 9), 5)]);
        assert_eq!((counts.total, &counts.functions["f"]), (15, &want));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(events: |fl=|fn=|summary:|Ir|[0-9]{1,22}|[ \n.x])*") {
            let _ = Counts::read(&text);
        }
    }
}
