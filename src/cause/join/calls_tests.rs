//! Lines that allocate more because of what they call, on small made-up trees.

use super::*;
use crate::cause::decision::Decisions;
use crate::cause::explanation::{Cause, Confidence, Explanation};
use crate::cause::lines::{LineMap, Module, SourceFile, Sources};
use crate::cause::manifest::Dependency;
use crate::cause::profile::{Frame, Stack, StackCost};

/// A side: the Go file `p/p.go`, what the compiler prints about it, and what stacks allocate.
#[derive(Default)]
struct Side {
    go: &'static str,
    decided: &'static str,
    costs: Vec<StackCost>,
    dependencies: Vec<Dependency>,
}

/// A call: `m/p.F` at this line of `p.go`, or a function of a library. `inlined` as in [`Frame`].
fn frame(function: &str, line: u32, inlined: bool) -> Frame {
    let package = function.rsplit_once('.').map_or("", |it| it.0);
    let file = match package {
        "m/p" => "m/p/p.go".to_string(),
        "example.com/decode" => "example.com/decode@v1.5.0/decode.go".to_string(),
        library => format!("{library}/file.go"),
    };
    let (package, function) = (package.into(), function.into());
    Frame { package, function, file: file.into(), line, start_line: 1, inlined }
}

/// A stack below the line of `m/p.F`, with its objects and the bytes of each.
fn cost(inner: &[&str], line: u32, objects: f64, size: f64) -> StackCost {
    let library = inner.iter().map(|it| frame(it, 9, false));
    let stack: Stack = library.chain([frame("m/p.F", line, false)]).collect();
    StackCost { stack, objects, bytes: objects * size, sizes: 1 }
}

fn explained(base: Side, new: Side) -> Explanation {
    let sources = |go: &str| {
        let file = SourceFile { path: "p/p.go".into(), text: format!("package p\n{go}") };
        Sources::new(vec![file], vec![Module { path: "m".into(), folder: String::new() }])
    };
    let map = LineMap::new(sources(base.go), sources(new.go));
    let read = |it: &Side| Decisions::read(format!("# m/p [m/p.test]\n{}", it.decided).as_bytes());
    let decisions = (read(&base), read(&new));
    let sum = |costs: &[StackCost], of: fn(&StackCost) -> f64| costs.iter().map(of).sum::<f64>();
    let growth = Growth {
        bytes: sum(&new.costs, |it| it.bytes) - sum(&base.costs, |it| it.bytes),
        objects: sum(&new.costs, |it| it.objects) - sum(&base.costs, |it| it.objects),
    };
    fn captured<'a>(side: &'a Side, decisions: &'a Decisions) -> Captured<'a> {
        Captured {
            costs: Some(&side.costs),
            decisions: Some(decisions),
            dependencies: &side.dependencies,
            package: "m/p",
            toolchain: None,
        }
    }
    explain(&captured(&base, &decisions.0), &captured(&new, &decisions.1), &map, growth)
}

fn only(explanation: &Explanation) -> &Cause {
    let [cause] = explanation.causes.as_slice() else { panic!("one line grew: {:?}", explanation.causes) };
    cause
}

fn reason(explanation: &Explanation) -> &str {
    only(explanation).reason.as_deref().unwrap_or_default()
}

const APPENDS: &str = "\nfunc F(b []byte, n int) []byte {\n\treturn strconv.AppendInt(b, int64(n), 10)\n}\n";
const FORMATS: &str =
    "\nfunc F(b []byte, n int) []byte {\n\treturn append(b, strconv.FormatInt(int64(n), 10)...)\n}\n";
const APPEND_ESCAPES: &str = "m/p/p.go:4:15: append escapes to heap in F:\n\
    m/p/p.go:4:15:   flow: ~r0 ← &{storage for append}:\n\
    m/p/p.go:4:15:     from return append(b, ~r0...) (return) at m/p/p.go:4:2\n\
    m/p/p.go:4:15: append escapes to heap\n";

#[test]
fn a_decision_is_no_reason_for_memory_of_a_function_that_is_called() {
    let costs = vec![cost(&["strconv.FormatInt"], 4, 1.0, 5.0)];
    let new = || Side { go: FORMATS, decided: APPEND_ESCAPES, costs: costs.clone(), ..Side::default() };
    let base = || Side { go: APPENDS, ..Side::default() };
    let explanation = explained(base(), new());
    assert_eq!(reason(&explanation), "strconv.FormatInt, which it calls, allocates");
    let cause = only(&explanation);
    assert_eq!((cause.decision.as_ref(), cause.confidence), (None, Confidence::Likely));
    // If append itself allocates as well, both are told.
    let mut both = new();
    both.costs.push(cost(&[], 4, 1.0, 64.0));
    let explanation = explained(base(), both);
    assert_eq!(reason(&explanation), "strconv.FormatInt, which it calls, allocates");
    let decision = only(&explanation).decision.as_ref().expect("it is newly on the heap");
    assert_eq!(decision.text, "append escapes to heap");
}

#[test]
fn every_call_that_is_new_on_a_line_is_named() {
    let base = Side {
        go: "\nfunc F(s string) *T {\n\treturn &T{name: s}\n}\n",
        costs: vec![cost(&[], 4, 1.0, 48.0)],
        ..Side::default()
    };
    let new = || Side {
        go: "\nfunc F(s string) *T {\n\treturn &T{name: strings.ToUpper(s), tags: strings.Fields(s)}\n}\n",
        costs: vec![
            cost(&[], 4, 1.0, 48.0),
            cost(&["strings.ToUpper"], 4, 1.0, 24.0),
            cost(&["strings.Fields"], 4, 1.0, 64.0),
        ],
        ..Side::default()
    };
    let explanation = explained(base, new());
    assert_eq!(reason(&explanation), "strings.Fields and strings.ToUpper, which it calls, allocate");
    assert_eq!(only(&explanation).site.objects_per_op, 2.0);
    // What a deleted line allocated itself is that of the line in its place.
    let base = Side {
        go: "\nfunc F(s string) *T {\n\tif s == \"\" {\n\t\treturn nil\n\t}\n\treturn pool.made(s)\n}\n",
        decided: "m/p/p.go:3:6: can inline F with cost 5 as: func(string) *T { }\n",
        costs: vec![cost(&[], 7, 1.0, 48.0)],
        ..Side::default()
    };
    let cannot = "m/p/p.go:3:6: cannot inline F: function too complex: cost 125 exceeds budget 80\n\
                  m/p/p.go:4:9: &T{...} escapes to heap\n";
    let explanation = explained(base, Side { decided: cannot, ..new() });
    assert_eq!(only(&explanation).decision, None);
}

#[test]
fn strings_and_channels_need_no_decision() {
    let of = |line: &str, decided: &'static str| {
        let go: &'static str =
            Box::leak(format!("\nfunc F(a, b string) int {{\n\t{line}\n}}\n").into_boxed_str());
        let base = Side { go: "\nfunc F(a, b string) int {\n\treturn 1\n}\n", ..Side::default() };
        let new = Side { go, decided, costs: vec![cost(&[], 4, 1.0, 64.0)], ..Side::default() };
        reason(&explained(base, new)).to_string()
    };
    let text = of("return len(a + \"/\" + b)", "m/p/p.go:4:13: a + \"/\" + b does not escape\n");
    assert!(text.starts_with("a + \"/\" + b does not escape, but it has more than the 32 bytes"), "{text}");
    assert!(of("c := make(chan int)", "").starts_with("it makes a channel"));
    let text = of("x := make([]int, len(a))", "m/p/p.go:4:11: make([]int, len(a)) does not escape\n");
    assert_eq!(text, "make([]int, len(a)) does not escape, but its size is known only at run time");
}

#[test]
fn a_line_of_base_that_is_several_in_new_is_named_by_that_which_allocates() {
    let base = Side { go: "\nfunc F(n int) int { p := P{n, n}; return use(&p) }\n", ..Side::default() };
    let new = Side {
        go: "\nfunc F(n int) int {\n\tp := P{n, n}\n\treturn use(&p)\n}\n",
        costs: vec![cost(&[], 4, 1.0, 16.0)],
        ..Side::default()
    };
    let explanation = explained(base, new);
    assert_eq!(
        (only(&explanation).site.place.line, &*only(&explanation).site.place.text),
        (4, "p := P{n, n}")
    );
}

#[test]
fn averages_of_mixed_sizes_are_no_larger_values() {
    let side = |size: f64, more: f64| Side {
        go: "\nfunc F() {\n\tx := f()\n\ty := g()\n}\n",
        costs: vec![cost(&["lib.f"], 4, 51.0, size), cost(&["lib.g"], 5, 1.0, more)],
        ..Side::default()
    };
    // One byte of an average, and one and a half of 12,000.
    let explanation = explained(side(251.5, 24.0), side(252.5, 25.5));
    assert_eq!(reason(&explanation), "lib.f, which it calls, allocates");
    let explanation = explained(side(48.0, 24.0), side(64.0, 24.0));
    assert_eq!(reason(&explanation), "as many objects as in base, but of 64 instead of 48 B");
}

#[test]
fn another_version_of_a_library_is_told() {
    let side = |objects: f64, version: &str| Side {
        go: "\nfunc F() {\n\tx := decode.Do()\n}\n",
        costs: vec![cost(&["reflect.New", "example.com/decode.Do"], 4, objects, 64.0)],
        dependencies: vec![
            Dependency { path: "example.com/dec".into(), version: version.into() },
            Dependency { path: "example.com/decode".into(), version: version.into() },
        ],
        ..Side::default()
    };
    let explanation = explained(side(1.0, "v1.4.0"), side(2.0, "v1.5.0"));
    assert_eq!(
        reason(&explanation),
        "example.com/decode.Do, which it calls, allocates; go.mod: example.com/decode v1.4.0 → v1.5.0"
    );
    let explanation = explained(side(1.0, "v1.5.0"), side(2.0, "v1.5.0"));
    assert_eq!(reason(&explanation), "example.com/decode.Do, which it calls, allocates");
}
