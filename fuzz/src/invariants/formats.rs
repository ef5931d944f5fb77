//! What must hold of a report in every format.

use allocgate::report::{self, BenchmarkLocations, Detail, Format, RenderContext, Report, SourceLocation};
use serde_json::Value;

/// The most that GitHub takes as a comment, in UTF-16 code units.
const COMMENT: usize = 65_536;

/// Renders a report as everything, and reads the results with the parsers of others.
pub fn check(report: &Report) {
    let json = rendered(Format::Json, report);
    // Rows that have become one benchmark by what of their names is no text are counted as one.
    if let Ok(read) = Report::read(json.as_bytes()) {
        assert_eq!(rendered(Format::Json, &read), json, "written again");
    }
    let markdown = rendered(Format::Markdown, report);
    assert!(markdown.encode_utf16().count() <= COMMENT, "a comment that GitHub refuses");
    assert_eq!(markdown.matches("<!-- allocgate id=default").count(), 1, "{markdown}");
    rendered(Format::Html, report);
    junit(report);
    csv(report);
    for format in [Format::Sarif, Format::Gitlab] {
        let _: Value = serde_json::from_str(&rendered(format, report)).expect("it is JSON");
    }
    for line in rendered(Format::Github, report).lines() {
        let is_command = ["::error", "::warning", "::notice"].iter().any(|it| line.starts_with(it));
        assert!(is_command, "a line of its own: {line}");
    }
    for detail in [Detail::Verdict, Detail::Notable, Detail::Everything] {
        let mut out = Vec::new();
        report::terminal(report, detail, &mut out).expect("memory cannot fail");
        let text = String::from_utf8(out).expect("text");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
    }
}

fn junit(report: &Report) {
    let xml = rendered(Format::Junit, report);
    let document = roxmltree::Document::parse(&xml).expect("it is XML");
    let cases = document.descendants().filter(|it| it.has_tag_name("testcase")).count();
    // A benchmark that one side does not have is one case, in whatever units.
    let rows = report.rows.iter().filter(|row| row.base.is_some() && row.new.is_some()).count();
    assert!(cases >= rows.max(report.summary.benchmarks), "{cases} cases of {} rows", report.rows.len());
}

fn csv(report: &Report) {
    let csv = rendered(Format::Csv, report);
    // Every record must have as many fields as the first one: the reader sees to that.
    let records =
        csv::Reader::from_reader(csv.as_bytes()).into_records().map(|record| record.expect("it is CSV"));
    assert_eq!(records.count(), report.rows.len(), "{csv}");
}

fn rendered(format: Format, report: &Report) -> String {
    let mut with = RenderContext::default();
    if let Some(row) = report.rows.first() {
        let function = row.benchmark.split(['/', '-']).next().unwrap_or_default();
        let place = SourceLocation { file: "a b/c_test.go".to_string(), line: 3 };
        let mut locations = BenchmarkLocations::default();
        locations.insert(&row.pkg, &format!("Benchmark{function}"), place);
        with.locations = locations;
    }
    let mut out = Vec::new();
    report::render(format, report, &with, &mut out).expect("memory cannot fail");
    String::from_utf8(out).expect("text")
}
