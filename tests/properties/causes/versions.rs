//! What differs between versions of Go.

use super::{SHAPE, TEXT, VERSIONS, decisions, line, tested, values};
use allocgate::internals::cause::decision::{Decisions, Function, Inlining, Level, Style, ValueKind};

/// The minor version: 21 of 1.21.13.
fn minor(version: &str) -> u32 {
    version.split('.').nth(1).and_then(|it| it.parse().ok()).expect("a version")
}

fn each(check: impl Fn(u32, &Decisions)) {
    for version in VERSIONS {
        check(minor(version), &decisions(version));
    }
}

fn function<'d>(decisions: &'d Decisions, name: &str) -> &'d Function {
    let functions = &tested(decisions, SHAPE).functions;
    functions.iter().find(|it| it.name == name).unwrap_or_else(|| panic!("{name}"))
}

#[test]
fn every_line_of_every_version_is_understood() {
    each(|minor, read| {
        assert_eq!((read.unknown_lines, &read.unknown[..], read.left_out), (0, &[][..], 0), "1.{minor}");
        assert_eq!(read.level, Some(Level::Reasons), "1.{minor}");
        assert!(read.has_tests(), "1.{minor}");
    });
}

#[test]
fn flows_are_written_with_an_arrow_from_1_25() {
    each(|minor, read| {
        let want = if minor >= 25 { Style::Arrow } else { Style::Equals };
        assert_eq!(read.style, Some(want), "1.{minor}");
        let [token] = values(read, "var token Token") else { panic!("1.{minor}") };
        assert_eq!(token.kind, ValueKind::Moved);
        let [flow] = &token.flows[..] else { panic!("1.{minor}: {:?}", token.flows) };
        assert_eq!(flow.target, "~r0", "1.{minor}");
        let steps: Vec<_> =
            flow.steps.iter().map(|it| (&*it.expression, &*it.why, it.position.line)).collect();
        let at = line("text/text.go", "return &token");
        assert_eq!(steps, [("&token", "address-of", at), ("return &token", "return", at)], "1.{minor}");
    });
}

#[test]
fn explanations_name_the_function_from_1_25() {
    each(|minor, read| {
        let name = |flow: &str| (minor >= 25).then(|| flow.to_string());
        let [token] = values(read, "var token Token") else { panic!("1.{minor}") };
        assert_eq!(token.flows[0].function.as_ref().map(ToString::to_string), name("Next"), "1.{minor}");
        let unknown = tested(read, SHAPE).parameters_of(function(read, "Unknown"));
        let [parameter] = unknown[..] else { panic!("1.{minor}: {unknown:?}") };
        assert_eq!(
            parameter.flows[0].function.as_ref().map(ToString::to_string),
            name("Unknown"),
            "1.{minor}"
        );
        assert_eq!(parameter.flows[0].target, "{heap}");
    });
}

#[test]
fn appends_are_decisions_from_1_25() {
    each(|minor, read| {
        let appends = values(read, "out = append(out").iter().filter(|it| it.expression == "append");
        let kinds: Vec<ValueKind> = appends.clone().map(|it| it.kind).collect();
        let on_heap = if minor >= 25 { vec![ValueKind::Heap] } else { vec![] };
        assert_eq!(kinds, on_heap, "1.{minor}");
        assert!(appends.clone().all(|it| !it.flows.is_empty()), "1.{minor}: the way of an append");
        let kinds: Vec<ValueKind> = values(read, "starts = append(").iter().map(|it| it.kind).collect();
        assert_eq!(kinds, if minor >= 25 { vec![ValueKind::Stack] } else { vec![] }, "1.{minor}");
    });
}

#[test]
fn conversions_without_a_copy_are_decisions_from_1_22() {
    each(|minor, read| {
        let copies = values(read, "range []byte(text)").iter().filter(|it| it.kind == ValueKind::ZeroCopy);
        let texts: Vec<&str> = copies.map(|it| &*it.expression).collect();
        let want = if minor >= 22 { vec!["string->[]byte conversion"] } else { vec![] };
        assert_eq!(texts, want, "1.{minor}");
    });
}

#[test]
fn recursion_has_a_reason_until_1_23_and_a_cost_from_1_24() {
    each(|minor, read| {
        let inlining = &function(read, "Depth").inlining;
        match inlining {
            Inlining::Cannot { reason, cost: None, budget: None } if *reason == "recursive" => {
                assert!(minor <= 23, "1.{minor}")
            }
            Inlining::Can { cost: Some(cost) } => assert!(minor >= 24 && *cost > 57, "1.{minor}: {cost}"),
            other => panic!("1.{minor}: {other:?}"),
        }
    });
}

#[test]
fn constants_are_written_as_numbers_from_1_22_and_known_values_from_1_25() {
    each(|minor, read| {
        let [large] = values(read, "large :=") else { panic!("1.{minor}") };
        let want = if minor >= 22 { "make([]byte, 1048576)" } else { "make([]byte, 1 << 20)" };
        assert_eq!((&*large.expression, large.kind), (want, ValueKind::Heap), "1.{minor}");
        let why: Vec<&str> = large.flows[0].steps.iter().map(|it| &*it.why).collect();
        assert_eq!(why, ["too large for stack"], "1.{minor}");
        let [constant] = values(read, "constant :=") else { panic!("1.{minor}") };
        let (expression, kind) = if minor >= 25 {
            ("make([]int, 0, 2)", ValueKind::Stack)
        } else {
            ("make([]int, 0, two)", ValueKind::Heap)
        };
        assert_eq!((&*constant.expression, constant.kind), (expression, kind), "1.{minor}");
    });
}

#[test]
fn a_size_that_is_not_constant_may_be_on_the_stack_from_1_25() {
    each(|minor, read| {
        let [unknown] = values(read, "unknown :=") else { panic!("1.{minor}") };
        let want = if minor >= 25 { ValueKind::Stack } else { ValueKind::Heap };
        assert_eq!((&*unknown.expression, unknown.kind), ("make([]int32, 0, n)", want), "1.{minor}");
        let why: Vec<&str> = unknown.flows.iter().flat_map(|it| &it.steps).map(|it| &*it.why).collect();
        assert_eq!(why, if minor >= 25 { vec![] } else { vec!["non-constant size"] }, "1.{minor}");
    });
}

#[test]
fn a_call_of_a_function_parameter_costs_less_from_1_24() {
    each(|minor, read| {
        let cost = if minor >= 24 { 21 } else { 61 };
        assert_eq!(function(read, "Apply").inlining, Inlining::Can { cost: Some(cost) }, "1.{minor}");
        let twice = match &function(read, "Twice").inlining {
            Inlining::Can { .. } => None,
            Inlining::Cannot { cost, budget, .. } => Some((*cost, *budget)),
        };
        assert_eq!(twice, (minor < 24).then_some((Some(81), Some(80))), "1.{minor}");
    });
}

#[test]
fn an_inlined_closure_is_a_decision_until_1_23() {
    each(|minor, read| {
        let twice = line("shape/shape.go", "func Twice");
        let literals = tested(read, SHAPE).values_at("shape.go", twice);
        let literals =
            literals.iter().filter(|it| it.expression == "func literal" && it.kind == ValueKind::Stack);
        assert_eq!(literals.count(), usize::from(minor <= 23), "1.{minor}");
    });
}

#[test]
fn what_is_devirtualized_is_inlined_into_benchmarks_from_1_22_and_everywhere_from_1_23() {
    each(|minor, read| {
        let package = tested(read, SHAPE);
        for (name, since) in [("BenchmarkKnown", 22), ("Known", 23)] {
            let calls = package.calls_of(function(read, name)).iter();
            let calls: Vec<String> = calls.map(|it| format!("{} {:?}", it.callee, it.kind)).collect();
            let devirtualized =
                "a.Area Devirtualized { to: SharedText(\"*square\"), partially: false, profile: false }";
            assert!(calls.iter().any(|it| it == devirtualized), "1.{minor} {name}: {calls:?}");
            let is_inlined = calls.iter().any(|it| it == "(*square).Area Inlined");
            assert_eq!(is_inlined, minor >= since, "1.{minor} {name}: {calls:?}");
        }
    });
}

#[test]
fn loops_of_benchmarks_inline_nothing_in_1_24_and_1_25() {
    each(|minor, read| {
        if minor < 24 {
            return;
        }
        let call = line("text/loop_test.go", "Next(3)");
        let calls = tested(read, TEXT).calls_at("loop_test.go", call);
        let is_inlined = calls.iter().any(|it| it.callee == "Next");
        assert_eq!(is_inlined, minor >= 26, "1.{minor}: {calls:?}");
    });
}
