//! Why a benchmark allocates more, in every format: what is shown of it, and that no text of a stranger breaks out.

use crate::hostile::{elements, loose, page, rendered, text};
use allocgate::report::{self, Detail, Format, Report};
use proptest::prelude::*;
use scraper::Html;
use serde_json::{Value, json};

/// The recorded report, with an explanation of a row that regressed, in which every text is this one. The texts are made up.
fn explained(text: &str) -> Report {
    let recorded = std::fs::read("testdata/report/everything.json").expect("recorded");
    let mut report: Value = serde_json::from_slice(&recorded).expect("JSON");
    let rows = report["rows"].as_array_mut().expect("rows");
    let row =
        rows.iter_mut().find(|row| row["verdict"] == "regressed" && row["unit"] == "B/op").expect("one");
    let call = |line: u32| json!({ "function": text, "file": text, "line": line });
    let cause = |line: u32| {
        json!({
            "site": { "file": text, "line": line, "text": text, "function": text,
                "objects_per_op": 1.004, "bytes_per_op": 24.0, "stack": [call(60), call(9), call(8), call(7), call(115)] },
            "decision": { "text": text, "base": text, "flow": [{ "text": text, "file": text, "line": 62 }, { "text": text }] },
            "edits": [
                { "file": text, "line": 41, "side": "new", "text": text, "evidence": "leak" },
                { "file": text, "line": 7, "side": "base", "text": text, "evidence": "reuse" },
                { "file": text, "line": 8, "side": "new", "text": text, "evidence": "on-stack" },
            ],
            "confidence": "proven",
            "explained": { "bytes": 48.0, "bytes_of": 48.0, "objects": 2.0, "objects_of": 2.0 },
        })
    };
    row["causes"] = json!([cause(60), cause(61), cause(62), cause(63)]);
    row["cause_notes"] = json!([text]);
    Report::read(report.to_string().as_bytes()).expect("it is a report")
}

fn terminal(report: &Report, detail: Detail) -> String {
    let mut out = Vec::new();
    report::terminal(report, detail, &mut out).expect("memory cannot fail");
    anstream::adapter::strip_str(&String::from_utf8(out).expect("text")).to_string()
}

/// The block of the terminal report, up to the next heading.
fn block(text: &str) -> String {
    let from = text.find("causes ").expect("there is one");
    text[from..].split("\nsuspects").next().unwrap_or_default().to_string()
}

#[test]
fn a_cause_is_a_few_lines() {
    let shown = block(&terminal(&explained("a/b.go"), Detail::Notable));
    let first = "causes     a/b.go:60  a/b.go
           +1 object/op, +24 B/op in Tally-2
           a/b.go; in base a/b.go
           a/b.go
           caused by a/b.go:41  a/b.go
           also changed a/b.go:7 (deleted)  a/b.go
           stack b.go b.go:60 < b.go b.go:9 < b.go b.go:8 < … < b.go b.go:115
";
    assert!(shown.starts_with(first), "{shown}");
    assert!(shown.contains("and 1 more line, see --verbose"), "{shown}");
    assert!(
        shown.contains("Tally-2: explained: 48 of 48 B/op, 2 of 2 allocs/op; a/b.go"),
        "the remark follows: {shown}"
    );
    let all = block(&terminal(&explained("a/b.go"), Detail::Everything));
    assert!(all.contains("a/b.go:63") && !all.contains("more line"), "{all}");
}

#[test]
fn formats_that_point_at_a_line_point_at_the_edit() {
    let report = explained("a/b.go");
    let github = rendered(Format::Github, &report);
    assert!(github.contains("::error file=a/b.go,line=41,title=Tally-2 "), "{github}");
    let sarif: Value = serde_json::from_str(&rendered(Format::Sarif, &report)).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let place = |it: &Value| it["locations"][0]["physicalLocation"].clone();
    let found = results.iter().map(place).find(|it| it["artifactLocation"]["uri"] == "a/b.go");
    assert_eq!(found.expect("the edit")["region"]["startLine"], 41);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn json_brings_an_explanation_back(text in text()) {
        let report = explained(&text);
        let read = Report::read(rendered(Format::Json, &report).as_bytes());
        prop_assert_eq!(read.map_err(|error| error.to_string()).map(|it| it.explanations), Ok(report.explanations));
    }

    #[test]
    fn no_text_breaks_out_of_markdown_or_html(text in text()) {
        let (report, harmless) = (explained(&text), explained("x"));
        let markdown = rendered(Format::Markdown, &report);
        let read = |report: &Report| page(&rendered(Format::Markdown, report));
        prop_assert_eq!(elements(&read(&report)), elements(&read(&harmless)), "{}", markdown);
        prop_assert!(!loose(&read(&report)).contains(['@', '#']), "{}", markdown);
        prop_assert_eq!(markdown.matches("<!--").count(), 1);
        prop_assert!(markdown.encode_utf16().count() <= 65_536);
        let html = rendered(Format::Html, &report);
        let parsed = Html::parse_document(&html);
        prop_assert_eq!(parsed.errors.len(), 0);
        prop_assert!(!html.contains("<!--") && !html.contains("<script"), "{}", html);
    }

    #[test]
    fn no_text_gives_commands_to_a_runner_or_a_terminal(text in text()) {
        let report = explained(&text.repeat(9));
        for detail in [Detail::Notable, Detail::Everything] {
            let shown = terminal(&report, detail);
            prop_assert!(!shown.contains("##[") && !shown.chars().any(|c| c.is_control() && c != '\n'), "{}", shown);
            prop_assert!(!shown.lines().any(|line| line.trim_start().starts_with("::")), "{}", shown);
        }
        let lines = |text: &str| rendered(Format::Github, &explained(text)).lines().count();
        prop_assert_eq!(lines(&text), lines("x"));
    }
}
