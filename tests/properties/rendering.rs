//! Every renderer on names from a stranger: whatever a benchmark is called, the output keeps its shape.

use allocgate::internals::compare::{Significance, tabulate};
use allocgate::internals::gate::Gate;
use allocgate::internals::group::Layout;
use allocgate::internals::policy::{Date, Policy};
use allocgate::internals::{group, parse, report};
use allocgate::report::{Detail, Report, table};
use proptest::prelude::*;

const TODAY: Date = Date::constant(2026, 11, 22);

/// Two texts with one benchmark of this name each: it allocates in the second.
fn texts(name: &str) -> (String, String) {
    let lines = |n: u32| format!("Benchmark{name} 100 {} ns/op {n} allocs/op\n", 10 + n).repeat(6);
    (lines(0), lines(2))
}

fn rendered(name: &str) -> Option<Report> {
    let (base, new) = texts(name);
    let (base, new) = (parse::text("b", base.as_bytes()), parse::text("n", new.as_bytes()));
    Gate::new(&Policy::builtin(), TODAY).report(Some(&base), &new).ok()
}

fn written(render: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    render(&mut out).expect("memory cannot fail");
    String::from_utf8(out).expect("text")
}

/// No white space, so that it is one name; control characters and quotes are what a file may hold.
fn name() -> impl Strategy<Value = String> {
    "[A-Z][^\\s]{0,30}"
}

proptest! {
    #[test]
    fn the_terminal_shows_no_control_characters_and_one_line_per_row(name in name()) {
        let report = rendered(&name).expect("both sides have it");
        for (detail, rows) in [(Detail::Notable, 3), (Detail::Everything, 3)] {
            let out = written(|out| report::terminal(&report, detail, out));
            let plain = anstream::adapter::strip_str(&out).to_string();
            prop_assert!(!plain.chars().any(|c| c.is_control() && c != '\n'), "{:?}", plain);
            let marked = plain.lines().filter(|line| line.starts_with(['✗', '!', '?', '✓', '·'])).count();
            prop_assert_eq!(marked, rows, "two rows, and that the suite is small: {}", plain);
        }
    }

    #[test]
    fn json_reads_back_as_the_same_report(name in name()) {
        let report = rendered(&name).expect("both sides have it");
        let text = written(|out| report::json(&report, out));
        let read = Report::read(text.as_bytes()).expect("it is the contract");
        prop_assert_eq!(written(|out| report::json(&read, out)), text);
    }

    #[test]
    fn tables_have_a_line_and_csv_a_record_per_benchmark(name in name()) {
        let (base, new) = texts(&name);
        let mut data = parse::text("b", base.as_bytes());
        data.append(parse::text("n", new.as_bytes()));
        let layout = Layout::default();
        let tables = group::tables(&data, &layout);
        let settings = Significance { alpha: 0.05, confidence: 0.95 };
        let tabulated = tabulate(tables, settings);
        let text = written(|out| table::text(&tabulated, true, out));
        prop_assert_eq!(text.lines().count(), 2 * 3 + 1, "two header lines and a row, twice, a blank line between\n{}", text);
        let plain = anstream::adapter::strip_str(&text).to_string();
        prop_assert!(!plain.chars().any(|c| c.is_control() && c != '\n'), "{:?}", plain);
        let csv = written(|out| table::csv(&tabulated, out, &mut Vec::new()));
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(csv.as_bytes());
        let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("it is CSV");
        prop_assert_eq!(records.iter().filter(|record| record.get(0) == Some(&name)).count(), 2, "{}", csv);
    }
}
