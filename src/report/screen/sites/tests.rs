//! Every format on a small example, and on names from a stranger.

use super::{BenchmarkSites, Sites, sites_html, sites_json, sites_markdown};
use crate::cause::Allocated;
use crate::cause::advice::advise;
use crate::cause::decision::Decisions;
use crate::cause::join::Captured;
use crate::cause::lines::{LineMap, Module, SourceFile, Sources};
use crate::cause::profile::{Frame, Profile, Sample, Stack, per_op};
use proptest::prelude::*;
use std::io::{self, Write};

/// A benchmark of this name, in which a line with this text allocates, for two sizes of objects.
fn found(name: &str, code: &str) -> Sites {
    let frame = |function: &str, line| Frame {
        package: "example.com/m".into(),
        function: format!("example.com/m.{function}").into(),
        file: "example.com/m/a.go".into(),
        line,
        start_line: 0,
        inlined: false,
    };
    let stack: Stack = [frame("f", 4), frame("g", 9)].into_iter().collect();
    let sample = |size| Sample { stack: stack.clone(), objects: 100, bytes: 100 * size, size };
    let large = Profile { period: 1, samples: vec![sample(16), sample(32)] };
    let costs = per_op(&Profile::default(), 0, &large, 100);
    let text = format!("package m\n\nfunc f() *T {{\n\t{code}\n}}\n\ntype T struct{{ s string }}\n");
    let files = vec![SourceFile { path: "a.go".to_string(), text }];
    let modules = vec![Module { path: "example.com/m".to_string(), folder: String::new() }];
    let map = LineMap::new(Sources::default(), Sources::new(files, modules));
    let decisions = format!(
        "# example.com/m [example.com/m.test]\nexample.com/m/a.go:3:6: cannot inline f: function too complex: cost 93 exceeds budget 80\n\
         example.com/m/a.go:4:9: &T{{...}} escapes to heap in f:\nexample.com/m/a.go:4:9:   flow: ~r0 ← &{{storage for &T{{...}}}}:\n\
         example.com/m/a.go:4:9:     from {code} (assign) at example.com/m/a.go:4:9\n\
         example.com/m/a.go:4:9:     from return {code} (return) at example.com/m/a.go:4:2\nexample.com/m/a.go:4:9: &T{{...}} escapes to heap\n"
    );
    let decisions = Decisions::read(decisions.as_bytes());
    let captured = Captured {
        costs: Some(&costs),
        dependencies: &[],
        decisions: Some(&decisions),
        package: "example.com/m",
        toolchain: Some("go1.26.8"),
    };
    let benchmark = BenchmarkSites {
        pkg: "example.com/m".into(),
        benchmark: name.into(),
        allocated: Some(Allocated { bytes_per_op: 48.0, allocs_per_op: 2.0 }),
        advice: advise(&captured, &map, Some(2.0)),
    };
    Sites {
        lines: None,
        revision: "4bf2c5e0a1b2 (the working tree)".to_string(),
        toolchain: "go1.26.8 linux/amd64".to_string(),
        benchmarks: vec![benchmark],
        is_total: false,
        notes: vec!["1 of 2 benchmarks allocates".to_string()],
    }
}

fn written(sites: &Sites, write: fn(&Sites, &mut dyn Write) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    write(sites, &mut out).expect("memory cannot fail");
    String::from_utf8(out).expect("text")
}

/// Without colours.
fn plain(sites: &Sites) -> String {
    anstream::adapter::strip_str(&written(sites, super::sites)).to_string()
}

#[test]
fn a_terminal_shows_the_line_why_and_what_to_do() {
    assert_eq!(
        plain(&found("A-2", "return &T{}")),
        "4bf2c5e0a1b2 (the working tree), go1.26.8 linux/amd64\n1 of 2 benchmarks allocates\n\n\
         A-2 in example.com/m: 2 allocs/op, 48 B/op\n\n  \
         a.go:4  return &T{}\n    \
         2 objects/op, 48 B/op in m.f\n    \
         `&T{...}` escapes to heap: it is returned\n      \
         assigned: return &T{}, a.go:4\n      \
         returned: return return &T{}, a.go:4\n    \
         `f` is not inlined: cost 93, budget 80\n    \
         Return a value: T has 24 bytes and no method with a pointer receiver: return\n    \
         it itself\n      \
         docs/playbook.md#return-a-value\n"
    );
}

#[test]
fn a_long_line_of_code_has_a_line_of_its_own() {
    let text = plain(&found("A-2", &"x".repeat(100)));
    assert!(text.contains(&format!("  a.go:4\n    {}…\n", "x".repeat(75))), "{text}");
}

#[test]
fn the_total_says_what_its_numbers_are() {
    let text = plain(&Sites { is_total: true, ..found("A-2", "return &T{}") });
    assert!(
        text.contains("objects and bytes are those of one operation of each of 1 benchmark, added up"),
        "{text}"
    );
    assert!(text.contains("    2 objects, 48 B in A-2\n"), "{text}");
}

#[test]
fn programs_get_everything_under_a_contract() {
    let json: serde_json::Value =
        serde_json::from_str(&written(&found("A-2", "return &T{}"), sites_json)).expect("JSON");
    assert_eq!(json["schema"], "allocgate/sites/v1");
    let site = &json["benchmarks"][0]["sites"][0];
    assert_eq!((&site["line"], &site["objects_per_op"]), (&4.into(), &2.0.into()));
    assert_eq!(site["moves"][0]["move"], "return-value");
    assert_eq!(site["moves"][0]["page"], "docs/playbook.md#return-a-value");
    assert_eq!(site["decisions"][0]["flow"][1]["line"], 4);
    assert_eq!(json["total"][0]["benchmarks"][0], "A-2");
}

#[test]
fn json_is_what_its_schema_says() {
    crate::report::screen::schemas::check("sites", &written(&found("A-2", "return"), sites_json));
}

proptest! {
    #[test]
    fn a_terminal_shows_no_control_characters(name in "\\PC{1,30}|.{1,30}", code in ".{0,60}") {
        let text = plain(&found(&name, &code));
        prop_assert!(!text.chars().any(|it| it.is_control() && it != '\n'), "{:?}", text);
        prop_assert!(!text.lines().any(|it| it.trim_start().starts_with("::")), "{:?}", text);
    }

    #[test]
    fn a_page_has_the_elements_of_its_template_alone(name in ".{1,30}", code in "[<>&\"'a-z/!-]{0,60}") {
        let page = written(&found(&name, &code), sites_html);
        for tag in ["<script", "<img", "<a ", "<!--"] {
            prop_assert!(!page.contains(tag), "{}", page);
        }
        let articles = |page: &str| page.matches("<article").count() + page.matches("<p>").count();
        prop_assert_eq!(articles(&page), articles(&written(&found("A", "return"), sites_html)), "{}", page);
    }

    #[test]
    fn a_comment_has_one_item_and_no_mark_of_another(name in ".{1,30}", code in "[<>`|@#\\[\\]()a-z/!-]{0,60}") {
        let text = written(&found(&name, &code), sites_markdown);
        prop_assert!(!text.contains("<!--"), "{}", text);
        prop_assert_eq!(text.lines().filter(|it| it.starts_with("1. ")).count(), 1, "{}", text);
    }

    #[test]
    fn json_keeps_names_letter_by_letter(name in "\\PC{1,30}") {
        let text = written(&found(&name, "return"), sites_json);
        let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        prop_assert_eq!(json["benchmarks"][0]["benchmark"].as_str(), Some(name.as_str()));
    }
}
