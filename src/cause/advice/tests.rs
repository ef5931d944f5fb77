//! Each move where it is proven, and where it is not: on text as the compiler prints it.

use super::{Advice, Move, advise, total};
use crate::cause::decision::Decisions;
use crate::cause::join::Captured;
use crate::cause::lines::{LineMap, Module, SourceFile, Sources};
use crate::cause::profile::{Frame, Profile, Sample, Stack, StackCost, per_op};
use crate::words::SharedText;
use proptest::prelude::*;

/// A call in `example.com/m/a.go` or `a_test.go`.
fn frame(function: &str, line: u32, inlined: bool) -> Frame {
    let file = if function.starts_with("Benchmark") { "a_test.go" } else { "a.go" };
    Frame {
        package: "example.com/m".into(),
        function: format!("example.com/m.{function}").into(),
        file: format!("example.com/m/{file}").into(),
        line,
        start_line: 0,
        inlined,
    }
}

/// What 100 operations with these sizes of one object each cost.
fn cost(stack: Vec<Frame>, sizes: &[i64]) -> Vec<StackCost> {
    let stack: Stack = stack.into_iter().collect();
    let sample = |&size: &i64| Sample { stack: stack.clone(), objects: 100, bytes: 100 * size, size };
    let large = Profile { period: 1, samples: sizes.iter().map(sample).collect() };
    per_op(&Profile::default(), 0, &large, 100)
}

fn advised(source: &str, decisions: &str, costs: &[StackCost]) -> Advice {
    let files = vec![SourceFile { path: "a.go".to_string(), text: source.to_string() }];
    let modules = vec![Module { path: "example.com/m".to_string(), folder: String::new() }];
    let map = LineMap::new(Sources::default(), Sources::new(files, modules));
    let text = format!("# example.com/m [example.com/m.test]\n{decisions}");
    let decisions = Decisions::read(text.as_bytes());
    let captured = Captured {
        costs: Some(costs),
        dependencies: &[],
        decisions: Some(&decisions),
        package: "example.com/m",
        toolchain: Some("go1.26.8"),
    };
    advise(&captured, &map, Some(1.0))
}

/// The moves of the only line.
fn moves(source: &str, decisions: &str, line: u32, sizes: &[i64]) -> Vec<Move> {
    let stack = vec![frame("f", line, false), frame("BenchmarkF", 7, false)];
    let advice = advised(source, decisions, &cost(stack, sizes));
    assert_eq!(advice.sites.len(), 1, "{advice:?}");
    advice.sites[0].moves.iter().map(|it| it.which).collect()
}

const RETURNED: &str =
    "example.com/m/a.go:3:6: cannot inline f: function too complex: cost 221 exceeds budget 80
example.com/m/a.go:6:9: &T{...} escapes to heap in f:
example.com/m/a.go:6:9:   flow: ~r0 ← &{storage for &T{...}}:
example.com/m/a.go:6:9:     from &T{...} (spill) at example.com/m/a.go:6:9
example.com/m/a.go:6:9:     from return &T{...} (return) at example.com/m/a.go:6:2
example.com/m/a.go:6:9: &T{...} escapes to heap
";

#[test]
fn a_struct_is_returned_by_value_unless_its_methods_change_it_or_it_is_large() {
    let plain = "package m\n\nfunc f(s string) *T {\n\tone(s)\n\ttwo(s)\n\treturn &T{s}\n}\n\ntype T struct{ s string }\n";
    assert_eq!(moves(plain, RETURNED, 6, &[16]), [Move::ReturnValue]);
    assert_eq!(moves(plain, RETURNED, 6, &[256]), []);
    let method = format!("{plain}\nfunc (t *T) set(s string) {{\n\tt.s = s\n}}\n");
    assert_eq!(moves(&method, RETURNED, 6, &[16]), []);
    let stored = RETURNED.replace("(return)", "(assign)").replace("~r0 ←", "{heap} ←");
    assert_eq!(moves(plain, &stored, 6, &[16]), [Move::ShortenLife]);
}

#[test]
fn a_path_is_slow_if_one_statement_has_all_calls() {
    let method = "\ntype T struct{ s string }\n\nfunc (t *T) set(s string) {\n\tt.s = s\n}\n";
    let with = |first: &str, second: &str| {
        format!(
            "package m\n\nfunc f(s string) *T {{\n\tif {first} {{ {second} }}\n\t_ = 0\n\treturn &T{{s}}\n}}\n{method}"
        )
    };
    assert_eq!(moves(&with("bad(s)", "s = mend(s)"), RETURNED, 6, &[16]), [Move::SplitSlowPath]);
    assert_eq!(moves(&with("s == \"\"", "s = \"-\""), RETURNED, 6, &[16]), [], "no call is moved");
    let outside = with("bad(s)", "s = mend(s)").replace("_ = 0", "g(s)");
    assert_eq!(moves(&outside, RETURNED, 6, &[16]), [], "a second call does not fit");
    let defer = RETURNED.replace("function too complex: cost 221 exceeds budget 80", "unhandled op DEFER");
    assert_eq!(moves(&with("bad(s)", "s = mend(s)"), &defer, 6, &[16]), [], "cost is not the reason");
}

#[test]
fn a_profile_helps_a_function_that_the_program_calls_and_that_is_not_too_long() {
    let source = "package m\n\nfunc f(s string) *T {\n\tone(s)\n\ttwo(s)\n\treturn &T{s}\n}\n\ntype T struct{ s string }\n\nfunc (t *T) set() {}\n\nfunc g() {\n\tf(\"\")\n}\n";
    let stack = || vec![frame("f", 6, false), frame("g", 14, false), frame("BenchmarkF", 7, false)];
    let which = |decisions: &str| -> Vec<Move> {
        let advice = advised(source, decisions, &cost(stack(), &[16]));
        advice.sites[0].moves.iter().map(|it| it.which).collect()
    };
    assert_eq!(which(RETURNED), [Move::ProfileGuided]);
    assert_eq!(which(&RETURNED.replace("cost 221", "cost 2221")), []);
    let profiled =
        format!("{RETURNED}example.com/m/a.go:13:6: can inline g with cost 100 as: func() {{ f() }}\n");
    assert_eq!(which(&profiled), [], "there is a profile");
}

const BOXED: &str = "example.com/m/a.go:4:9: VALUE escapes to heap in f:
example.com/m/a.go:4:9:   flow: {storage for ... argument} ← &{storage for VALUE}:
example.com/m/a.go:4:9:     from VALUE (spill) at example.com/m/a.go:4:9
example.com/m/a.go:4:9:     from ... argument (slice-literal-element) at example.com/m/a.go:4:9
example.com/m/a.go:4:9:   flow: {heap} ← {storage for ... argument}:
example.com/m/a.go:4:9:     from fmt.Sprint(... argument...) (call parameter) at example.com/m/a.go:4:9
example.com/m/a.go:4:9: VALUE escapes to heap
";

#[test]
fn a_value_that_becomes_an_interface_is_boxed_and_what_makes_memory_is_not() {
    let source = "package m\n\nfunc f(id int) string {\n\treturn fmt.Sprint(id)\n}\n";
    let which = |value: &str| moves(source, &BOXED.replace("VALUE", value), 4, &[8]);
    assert_eq!(which("id"), [Move::AvoidBoxing]);
    assert_eq!(which("d.Seconds()"), [Move::AvoidBoxing]);
    for value in ["1000", "&T{...}", "make([]int, n)", "func literal", "string(b)", "([]byte)(s)", "\"text\""]
    {
        assert!(!which(value).contains(&Move::AvoidBoxing), "{value}");
    }
}

#[test]
fn the_decision_is_in_words_with_its_flow() {
    let source = "package m\n\nfunc f(id int) string {\n\treturn fmt.Sprint(id)\n}\n";
    let stack = vec![frame("f", 4, false), frame("BenchmarkF", 7, false)];
    let advice = advised(source, &BOXED.replace("VALUE", "id"), &cost(stack, &[8]));
    let decision = &advice.sites[0].decisions[0];
    assert_eq!(decision.text, "`id` escapes to heap: it is converted to an interface for `fmt.Sprint`");
    let flow: Vec<&str> = decision.flow.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(flow, ["stored: ... argument", "passed to fmt.Sprint(... argument...)"]);
}

#[test]
fn a_size_helps_what_grows_in_a_loop_and_was_made_without_one() {
    let source = |made: &str, looped: &str| {
        format!(
            "package m\n\nfunc f(words []string) (all []int) {{\n\t{made}\n\t{looped} {{\n\t\tx = append(x, 1)\n\t}}\n\treturn x\n}}\n"
        )
    };
    let grown = "example.com/m/a.go:6:13: append escapes to heap\n";
    let each = "for range words";
    for made in ["var x []int", "x := []int{}", "x := make([]int, 0)", "var x = []int{}"] {
        assert_eq!(moves(&source(made, each), grown, 6, &[16, 32, 64]), [Move::GiveSize], "{made}");
    }
    assert_eq!(moves(&source("x := make([]int, 0, 9)", each), grown, 6, &[16, 32]), []);
    assert_eq!(moves(&source("x := buf[:0]", each), grown, 6, &[16, 32]), []);
    assert_eq!(moves(&source("var x []int", "if len(words) > 0"), grown, 6, &[16, 32]), [], "no loop");
    assert_eq!(moves(&source("var x []int", each), grown, 6, &[16]), [], "it does not grow twice");
}

#[test]
fn memory_is_reused_by_a_method_that_needs_it_no_longer() {
    let method = "package m\n\nfunc (t *T) f(n int) {\n\tx := make([]byte, n)\n\tuse(x)\n}\n";
    let stack = "example.com/m/a.go:3:13: can inline (*T).f with cost 9 as: method(*T) func(int) { }\nexample.com/m/a.go:4:11: make([]byte, n) does not escape\n";
    assert_eq!(moves(method, stack, 4, &[64]), [Move::ReuseMemory]);
    let function = method.replace("(t *T) f", "f");
    let of_function = stack.replace("(*T).f", "f");
    assert_eq!(moves(&function, &of_function, 4, &[64]), [], "nothing can keep it");
    assert_eq!(moves(&function, &of_function, 4, &[4096]), [Move::Pool], "it is large");
}

#[test]
fn only_a_call_that_keeps_its_receiver_is_one_of_an_interface() {
    let source = "package m\n\nfunc f(w io.Writer) {\n\tvar d [20]byte\n\tw.Write(d[:])\n}\n";
    let value = "example.com/m/a.go:4:6: d escapes to heap in f:
example.com/m/a.go:4:6:   flow: {heap} ← &d:
example.com/m/a.go:4:6:     from d (address-of) at example.com/m/a.go:5:10
example.com/m/a.go:4:6:     from w.Write(d[:]) (call parameter) at example.com/m/a.go:5:9
example.com/m/a.go:4:6: moved to heap: d
";
    let receiver = "example.com/m/a.go:3:8: parameter w leaks to {heap} for f with derefs=0:
example.com/m/a.go:3:8:   flow: {heap} ← w:
example.com/m/a.go:3:8:     from w.Write(d[:]) (call parameter) at example.com/m/a.go:5:9
example.com/m/a.go:3:8: leaking param: w
";
    assert_eq!(moves(source, &format!("{value}{receiver}"), 4, &[24]), [Move::TakeConcreteType]);
    assert_eq!(moves(source, value, 4, &[24]), [], "it may be a function in a field");
}

#[test]
fn a_closure_that_leaves_takes_what_it_captures_with_it() {
    let source = "package m\n\nfunc f(line string) func() string {\n\treturn func() string {\n\t\treturn line\n\t}\n}\n";
    let literal = "example.com/m/a.go:4:9: func literal escapes to heap in f:
example.com/m/a.go:4:9:   flow: ~r0 ← &{storage for func literal}:
example.com/m/a.go:4:9:     from func literal (spill) at example.com/m/a.go:4:9
example.com/m/a.go:4:9:     from return func literal (return) at example.com/m/a.go:4:2
example.com/m/a.go:4:9: func literal escapes to heap
";
    let captured = "example.com/m/a.go:3:8: line escapes to heap in f:
example.com/m/a.go:3:8:   flow: {storage for func literal} ← &line:
example.com/m/a.go:3:8:     from line (captured by a closure) at example.com/m/a.go:5:10
example.com/m/a.go:3:8: moved to heap: line
";
    assert_eq!(moves(source, &format!("{literal}{captured}"), 4, &[16]), [Move::DropClosure]);
    assert_eq!(moves(source, &format!("{literal}{captured}"), 3, &[16]), [Move::DropClosure]);
    let passed = literal.replace("return func literal (return)", "run(func literal) (call parameter)");
    assert_eq!(moves(source, &format!("{passed}{captured}"), 4, &[16]), []);
}

#[test]
fn functions_on_the_stack_are_inlined_or_not_and_calls_devirtualized_or_not() {
    let source = "package m\n\nfunc f() {}\n\nfunc g() {\n\tf()\n}\n\nfunc h() {\n\ts.g()\n}\n";
    let decisions = "example.com/m/a.go:3:6: can inline f with cost 9 as: func() { }
example.com/m/a.go:5:6: cannot inline g: function too complex: cost 93 exceeds budget 80
example.com/m/a.go:9:6: cannot inline h: unhandled op DEFER
example.com/m/a.go:10:5: devirtualizing s.g to *T
";
    let stack = |inlined| {
        vec![
            frame("f", 3, inlined),
            frame("g", 6, false),
            frame("h", 10, false),
            frame("BenchmarkF", 7, false),
        ]
    };
    let calls = |inlined| {
        let advice = advised(source, decisions, &cost(stack(inlined), &[16]));
        advice.sites.into_iter().flat_map(|it| it.calls).collect::<Vec<String>>()
    };
    let others = ["`g` is not inlined: cost 93, budget 80", "`h` is not inlined: unhandled op DEFER"];
    let devirtualized = "`s.g` is devirtualized to `*T`";
    assert_eq!(calls(true), [devirtualized, "`f` is inlined: cost 9", others[0], others[1]]);
    let refused = "`f` can be inlined, cost 9, but is not in this call";
    assert_eq!(calls(false), [devirtualized, refused, others[0], others[1]]);
}

#[test]
fn without_decisions_and_sources_lines_are_still_found() {
    let stack = vec![frame("f", 4, false), frame("BenchmarkF", 7, false)];
    let costs = cost(stack, &[64]);
    let map = LineMap::new(Sources::default(), Sources::default());
    let advice = advise(&Captured { costs: Some(&costs), ..Captured::default() }, &map, None);
    assert_eq!((advice.sites.len(), advice.remarks.len()), (1, 2), "{advice:?}");
    assert_eq!(
        (&*advice.sites[0].site.place.file, advice.sites[0].site.place.line),
        ("example.com/m/a.go", 4)
    );
    assert_eq!(advise(&Captured::default(), &map, None).sites, []);
}

#[test]
fn a_total_adds_one_operation_of_each_benchmark() {
    let source = "package m\n\nfunc f() {\n\tg()\n\th()\n}\n";
    let at = |line, sizes: &[i64]| cost(vec![frame("f", line, false), frame("BenchmarkF", 7, false)], sizes);
    let one = advised(source, "", &at(4, &[64]));
    let two = advised(source, "", &[at(4, &[64, 96]), at(5, &[8; 1])].concat());
    let names = [SharedText::from("One"), SharedText::from("Two")];
    let totals = total(names.iter().zip([&one, &two]));
    let found: Vec<_> = totals.iter().map(|it| (it.site.site.place.line, it.objects, it.bytes)).collect();
    assert_eq!(found, [(4, 3.0, 224.0), (5, 1.0, 8.0)]);
    assert_eq!(totals[0].benchmarks, ["Two".into(), "One".into()] as [SharedText; 2]);
}

proptest! {
    #[test]
    fn any_source_and_decisions_are_read_without_a_panic(
        source in "(func f\\(|\\{|\\}|\n|if |for |x = append\\(x|:=|make\\(|var x |[a-z(){}\"=,.]){0,40}",
        message in "[ -~]{0,60}",
        line in 0u32..9,
    ) {
        let source = format!("package m\n\nfunc f() {{\n{source}");
        let decisions = BOXED.replace("VALUE", &message).replace("a.go:4", &format!("a.go:{line}"));
        let stack = vec![frame("f", line, true), frame("g", 3, false), frame("BenchmarkF", 7, false)];
        let advice = advised(&source, &decisions, &cost(stack, &[16, 2048]));
        prop_assert!(advice.sites.len() <= 1);
    }
}
