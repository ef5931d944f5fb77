//! Every format on texts from strangers: whatever a benchmark, a unit, a file or a message is called, the output keeps its
//! shape and says it letter by letter.

use allocgate::internals::evidence::{Fact, OutcomeReason};
use allocgate::internals::verdict::{Reason, RowNote};
use allocgate::report::{self, Format, RenderContext, Report};
use proptest::prelude::*;
use scraper::{Html, Selector};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::LazyLock;

/// A report with everything in it: two rows and two suspects of each verdict and level, conditions, lost results, samples.
static REPORT: LazyLock<Report> = LazyLock::new(|| {
    let text = std::fs::read("testdata/report/everything.json").expect("recorded");
    let mut report: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    let rows = report["rows"].as_array_mut().expect("rows");
    let mut seen = HashMap::new();
    rows.retain(|row| {
        let key = (row["verdict"].to_string(), row["level"].to_string(), row["suspect"].to_string());
        let count = seen.entry(key).or_insert(0);
        *count += 1;
        *count <= 2
    });
    let rows = rows.clone();
    for (name, count) in report["summary"].as_object_mut().expect("counts") {
        *count = match name.as_str() {
            "benchmarks" => rows
                .iter()
                .map(|row| (row["pkg"].to_string(), row["benchmark"].to_string()))
                .collect::<HashSet<_>>()
                .len(),
            "rows" => rows.len(),
            "suspects" => rows.iter().filter(|row| row["suspect"] == true).count(),
            verdict => rows.iter().filter(|row| row["verdict"] == *verdict).count(),
        }
        .into();
    }
    assert_eq!(report["summary"]["suspects"], 4, "two that warn, two that fail");
    Report::read(report.to_string().as_bytes()).expect("it is a report")
});

/// The same report where every text is this one.
fn hostile(text: &str) -> Report {
    let mut report = REPORT.clone();
    report.summary.benchmarks = 1;
    let put = |place: &mut String| *place = text.to_string();
    for row in &mut report.rows {
        let rule = Arc::make_mut(&mut row.rule);
        for shared in [&mut row.pkg, &mut row.benchmark, &mut rule.text, &mut rule.source] {
            *shared = text.into();
        }
        row.reason = Reason::Read { kind: None, message: text.into(), needed_samples: None };
        row.unit = allocgate::internals::model::Unit::new(text);
        row.notes = vec![RowNote::Read { kind: text.into(), text: text.into() }];
    }
    for condition in &mut report.evidence.conditions {
        let (title, message) = (text.to_string(), text.to_string());
        condition.fact = Fact::Read { kind: condition.kind(), title, message };
    }
    for side in [&mut report.evidence.base, &mut report.evidence.new].into_iter().flatten() {
        side.files.iter_mut().for_each(put);
        side.lost.iter_mut().for_each(|it| put(&mut it.reason));
    }
    report
        .evidence
        .noise
        .iter_mut()
        .for_each(|noise| noise.unit = allocgate::internals::model::Unit::new(text));
    report.outcome.reasons.iter_mut().for_each(|it| *it = OutcomeReason::Text(text.to_string()));
    report.policy.iter_mut().for_each(|policy| put(&mut policy.source));
    put(&mut report.tool.name);
    put(&mut report.tool.version);
    report
}

pub fn rendered(format: Format, report: &Report) -> String {
    let mut out = Vec::new();
    report::render(format, report, &RenderContext::default(), &mut out).expect("memory cannot fail");
    String::from_utf8(out).expect("text")
}

/// Anything at all, and often what is syntax somewhere.
pub fn text() -> impl Strategy<Value = String> {
    let syntax = prop::sample::select(vec![
        "|",
        "\\|",
        "\\",
        "`",
        "``",
        "\n",
        "\r\n",
        "\t",
        "<b>",
        "</td>",
        "</details>",
        "<!--",
        "-->",
        "<!-- allocgate id=default news=no -->",
        "<!-- allocgate id=x",
        "<",
        "!--",
        "<script>",
        "&amp;",
        "@me",
        "@org/team",
        "#1",
        "https://evil.example",
        "www.evil.example",
        "a@b.example",
        "[x](http://y)",
        "![x](y)",
        "**",
        "_x_",
        "~~",
        ":tada:",
        "::error::",
        "::stop-commands::x",
        "\u{9b}31m",
        "%0A",
        "]]>",
        "\"",
        "'",
        "\u{1b}[31m",
        "\u{202e}",
        "\u{0}",
        "##[error]",
        "{{ x }}",
        "- ",
        "1. ",
        "> ",
        "$x$",
        "deadbeef",
        "GH-1",
        " ",
        "x",
        "Größe",
        "\u{fffe}",
        "🦀",
    ]);
    let piece = prop_oneof![3 => syntax.prop_map(String::from), 1 => ".{0,3}".prop_map(String::from)];
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

/// What JSON can hold, and often the ends of it.
fn number() -> impl Strategy<Value = f64> {
    let ends = prop::sample::select(vec![
        0.0,
        -0.0,
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        5e-324,
        -1.0,
        1e15,
        -100.0,
    ]);
    prop_oneof![ends, -1e6..1e6]
}

/// What a page shows of a text.
fn shown(text: &str) -> String {
    allocgate::internals::words::clean(text)
}

/// Every element of a page in order, but those that a text may add: `code` around a word, and `wbr`, which shows nothing.
pub fn elements(page: &Html) -> Vec<String> {
    let all = Selector::parse("*").expect("valid");
    let names = page.select(&all).map(|it| it.value().name().to_string());
    names.filter(|name| !matches!(name.as_str(), "code" | "wbr")).collect()
}

/// Markdown as GitHub reads it.
pub fn page(markdown: &str) -> Html {
    let mut options = comrak::Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.render.r#unsafe = true;
    Html::parse_document(&comrak::markdown_to_html(markdown, &options))
}

/// What a report of harmless texts looks like: with commands to repeat, without them, and without any text at all.
static HARMLESS_MARKDOWN: LazyLock<[Vec<String>; 3]> = LazyLock::new(|| harmless(Format::Markdown, page));
static HARMLESS_HTML: LazyLock<[Vec<String>; 3]> =
    LazyLock::new(|| harmless(Format::Html, Html::parse_document));

fn harmless(format: Format, read: fn(&str) -> Html) -> [Vec<String>; 3] {
    ["x", "|", ""].map(|text| elements(&read(&rendered(format, &hostile(text)))))
}

fn select<'p>(page: &'p Html, what: &str) -> Vec<scraper::ElementRef<'p>> {
    page.select(&Selector::parse(what).expect("valid")).collect()
}

fn content(element: &scraper::ElementRef) -> String {
    element.text().collect()
}

/// What stands outside of `code`, where GitHub looks for mentions, issues and emoji.
pub fn loose(page: &Html) -> String {
    let is_code = |element: &scraper::node::Element| matches!(element.name(), "code" | "pre");
    let texts = page
        .tree
        .root()
        .descendants()
        .filter(|node| !node.ancestors().any(|it| it.value().as_element().is_some_and(is_code)));
    texts
        .filter_map(|node| node.value().as_text().map(|text| text.to_string()))
        .collect::<Vec<_>>()
        .join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn markdown_keeps_its_shape(text in text()) {
        let markdown = rendered(Format::Markdown, &hostile(&text));
        let page = page(&markdown);
        prop_assert!(HARMLESS_MARKDOWN.contains(&elements(&page)), "{}", markdown);
        for row in select(&page, "tr") {
            let cells = row.child_elements().count();
            prop_assert!(cells == 5 || cells == 3, "{}", markdown);
        }
        let loose = loose(&page);
        prop_assert!(!loose.contains(['@', '#']) && !loose.contains("://") && !loose.contains("www."), "{}", loose);
        let first = markdown.lines().next().unwrap_or_default();
        prop_assert!(first.starts_with("### ❌ FAIL: "), "{}", first);
        prop_assert!(markdown.encode_utf16().count() <= 65_536);
    }

    #[test]
    fn markdown_has_one_mark_and_no_other_comment(text in text()) {
        let markdown = rendered(Format::Markdown, &hostile(&text));
        prop_assert_eq!(markdown.lines().last(), Some("<!-- allocgate id=default news=yes -->"));
        prop_assert_eq!(markdown.matches("<!--").count(), 1, "{}", markdown);
        let page = page(&markdown);
        let comments = page.tree.values().filter_map(|node| node.as_comment()).map(|it| it.to_string());
        prop_assert_eq!(comments.collect::<Vec<_>>(), [" allocgate id=default news=yes "]);
    }

    #[test]
    fn html_has_no_comment(text in text()) {
        let html = rendered(Format::Html, &hostile(&text));
        prop_assert!(!html.contains("<!--"), "{}", html);
    }

    #[test]
    fn markdown_says_names_letter_by_letter(text in text()) {
        let page = page(&rendered(Format::Markdown, &hostile(&text)));
        let names: Vec<String> = select(&page, "tbody td:first-child > code").iter().map(content).collect();
        prop_assert!(!names.is_empty() || shown(&text).is_empty());
        for name in names {
            prop_assert_eq!(name, shown(&text));
        }
    }

    #[test]
    fn html_keeps_its_shape_and_says_names_letter_by_letter(text in text()) {
        let html = rendered(Format::Html, &hostile(&text));
        let page = Html::parse_document(&html);
        prop_assert_eq!(&page.errors, &Vec::<std::borrow::Cow<str>>::new());
        prop_assert!(HARMLESS_HTML.contains(&elements(&page)));
        let loads = |it: &&str| matches!(*it, "script" | "link" | "img" | "iframe" | "object" | "embed" | "form");
        let elements = elements(&page);
        prop_assert_eq!(elements.iter().map(String::as_str).find(loads), None);
        let leads_away = |it: &scraper::ElementRef| !it.value().attr("href").is_some_and(|to| to.starts_with('#'));
        prop_assert!(!select(&page, "a").iter().any(leads_away), "{}", html);
        prop_assert!(!html.contains("url(") || text.contains("url("), "{}", html);
        for name in select(&page, ".name") {
            prop_assert_eq!(content(&name), shown(&text));
        }
    }

    #[test]
    fn junit_is_xml_with_the_same_cases(text in text()) {
        let xml = rendered(Format::Junit, &hostile(&text));
        let document = roxmltree::Document::parse(&xml).map_err(|error| TestCaseError::fail(format!("{error}: {xml}")))?;
        let cases: Vec<&str> =
            document.descendants().filter(|it| it.has_tag_name("testcase")).filter_map(|it| it.attribute("name")).collect();
        // A missing or new benchmark is one case with all its units.
        let name = |units: usize| format!("{} {}", shown(&text), shown(&vec![text.as_str(); units].join(", ")));
        let units = cases.iter().filter_map(|case| (1..9).find(|&units| *case == name(units)));
        prop_assert_eq!(units.sum::<usize>(), REPORT.rows.len(), "{}", xml);
    }

    #[test]
    fn no_line_of_the_annotations_begins_otherwise(text in text()) {
        let commands = rendered(Format::Github, &hostile(&text));
        let plain = rendered(Format::Github, &hostile("x"));
        prop_assert_eq!(commands.lines().count(), plain.lines().count(), "{}", commands);
        for line in commands.lines() {
            let commands = ["::error ", "::notice ", "::warning "];
            let command = commands.into_iter().find_map(|command| line.strip_prefix(command));
            let (properties, _) = command.and_then(|it| it.split_once("::")).expect("a command and its message");
            for property in properties.split(',') {
                let (name, _) = property.split_once('=').expect("a name and its value");
                prop_assert!(matches!(name, "file" | "line" | "title"), "{}", line);
            }
        }
    }

    #[test]
    fn the_terminal_gives_no_commands_to_a_runner(text in text()) {
        for detail in [report::Detail::Verdict, report::Detail::Notable, report::Detail::Everything] {
            let mut out = Vec::new();
            report::terminal(&hostile(&text.repeat(9)), detail, &mut out).expect("memory cannot fail");
            let plain = anstream::adapter::strip_str(&String::from_utf8(out).expect("text")).to_string();
            prop_assert!(!plain.contains("##["), "{}", plain);
            prop_assert!(!plain.lines().any(|line| line.trim_start().starts_with("::")), "{}", plain);
        }
    }

    #[test]
    fn no_format_gives_commands_to_a_runner_or_a_terminal(text in text(), format in prop::sample::select(Format::ALL.to_vec())) {
        let text = rendered(format, &hostile(&text));
        prop_assert!(!text.contains("##["), "{}", text);
        prop_assert!(!text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\r')), "{}", text);
        let is_command = |line: &str| line.trim_start().starts_with("::");
        prop_assert!(format == Format::Github || !text.lines().any(is_command), "{}", text);
    }

    #[test]
    fn csv_has_a_record_of_the_same_columns_per_row(text in text()) {
        let csv = rendered(Format::Csv, &hostile(&text));
        let mut records = csv::Reader::from_reader(csv.as_bytes());
        let columns = records.headers().expect("there are some").len();
        let records: Vec<_> = records.records().collect::<Result<_, _>>().expect("it is CSV");
        prop_assert_eq!(records.len(), REPORT.rows.len());
        for record in records {
            prop_assert_eq!(record.len(), columns);
            let is_formula = |cell: &str| cell.starts_with(['=', '+', '@']) || (cell.starts_with('-') && cell.parse::<f64>().is_err());
            prop_assert!(!record.iter().any(is_formula), "{:?}", record);
        }
    }

    #[test]
    fn sarif_and_code_quality_have_the_same_results(text in text()) {
        for format in [Format::Sarif, Format::Gitlab] {
            let parsed = |text: &str| -> serde_json::Value {
                serde_json::from_str(&rendered(format, &hostile(text))).expect("it is JSON")
            };
            let (found, plain) = (parsed(&text), parsed("x"));
            let count = |it: &serde_json::Value| it.pointer("/runs/0/results").unwrap_or(it).as_array().map(Vec::len);
            prop_assert_eq!(count(&found), count(&plain));
        }
    }

    #[test]
    fn json_comes_back_as_it_was(text in text()) {
        let report = hostile(&text);
        let read = Report::read(rendered(Format::Json, &report).as_bytes());
        prop_assert_eq!(read.map_err(|error| error.to_string()), Ok(report));
    }

    #[test]
    fn any_numbers_can_be_shown(numbers in prop::collection::vec(number(), 1..9), format in prop::sample::select(Format::ALL.to_vec())) {
        let mut report = REPORT.clone();
        let mut next = numbers.iter().copied().cycle();
        let mut put = |place: &mut f64| *place = next.next().expect("it is endless");
        for row in &mut report.rows {
            for side in [&mut row.base, &mut row.new].into_iter().flatten() {
                put(&mut side.center);
                [&mut side.low, &mut side.high].into_iter().flatten().for_each(&mut put);
            }
            if let Some(change) = &mut row.change {
                put(&mut change.absolute);
                [&mut change.percent, &mut change.low, &mut change.high].into_iter().flatten().for_each(&mut put);
            }
            if let Some(samples) = &mut row.samples {
                samples.base.iter_mut().chain(&mut samples.new).for_each(&mut put);
            }
            [&mut row.max, &mut row.worst, &mut row.detectable_percent].into_iter().flatten().for_each(&mut put);
        }
        let text = rendered(format, &report);
        if format == Format::Html {
            prop_assert_eq!(&Html::parse_document(&text).errors.len(), &0);
            let drawn = text.split(" d=\"").skip(1).filter_map(|rest| rest.split('"').next());
            for path in drawn {
                prop_assert!(!path.contains("NaN") && !path.contains("inf") && path.len() < 20_000, "{}", path);
            }
        }
        if format == Format::Markdown {
            prop_assert!(text.encode_utf16().count() <= 65_536);
        }
        let mut out = Vec::new();
        report::terminal(&report, report::Detail::Everything, &mut out).expect("memory cannot fail");
    }

    #[test]
    fn any_bytes_are_a_report_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Report::read(&bytes).is_err());
    }
}
