//! What the decisions say, and how they are found.

use super::{LATEST, NAMES, SHAPE, TEXT, decisions, line, tested, text, values};
use allocgate::internals::cause::decision::{
    CallKind, Decisions, Function, Inlining, Leak, Level, Package, Style, ValueKind, Variant,
};

fn function<'p>(package: &'p Package, name: &str) -> &'p Function {
    package.functions.iter().find(|it| it.name == name).unwrap_or_else(|| panic!("{name}"))
}

fn leaks(package: &Package, name: &str) -> Vec<(String, Leak)> {
    let leaks = package.parameters_of(function(package, name)).into_iter();
    leaks.map(|it| (it.name.to_string(), it.leak)).collect()
}

#[test]
fn packages_are_compiled_for_themselves_for_tests_and_beside_tests() {
    let read = decisions(LATEST);
    let compiled: Vec<(String, Variant)> =
        read.packages.iter().map(|it| (it.path.to_string(), it.variant.clone())).collect();
    let test = |path: &str| Variant::Test(path.into());
    // `names.v2` has only an external test, so it is not compiled again for that.
    assert_eq!(
        compiled,
        [
            (NAMES.to_string(), Variant::Plain),
            // The generated main functions.
            (format!("{NAMES}.test"), Variant::Plain),
            (format!("{NAMES}_test"), test(NAMES)),
            (SHAPE.to_string(), test(SHAPE)),
            (format!("{SHAPE}.test"), Variant::Plain),
            (TEXT.to_string(), test(TEXT)),
            (format!("{TEXT}.test"), Variant::Plain),
        ]
    );
    assert_eq!(read.package(NAMES, NAMES).map(|it| &it.variant), Some(&Variant::Plain));
    assert_eq!(read.package(SHAPE, TEXT).map(|it| &it.variant), Some(&test(SHAPE)), "better than none");
    assert_eq!(read.package("example.com/zoo", TEXT), None);
}

#[test]
fn the_compilation_of_the_binary_that_ran_is_preferred() {
    let printed = ["a", "a [a.test]", "a [b.test]", "b [b.test]"];
    let printed: String =
        (1..).zip(printed).map(|(n, it)| format!("# {it}\na.go:{n}:1: moved to heap: x\n")).collect();
    let read = Decisions::read(printed.as_bytes());
    let at = |path: &str, binary: &str| read.package(path, binary).map(|it| it.values[0].position.line);
    assert_eq!(
        [at("a", "a"), at("a", "b"), at("a", "c"), at("b", "a"), at("c", "a")],
        [Some(2), Some(3), Some(1), Some(4), None]
    );
    assert_eq!(read.compilations("a").len(), 3);
}

#[test]
fn functions_have_a_start_and_a_status() {
    let read = decisions(LATEST);
    let package = tested(&read, SHAPE);
    for (name, reason, cost) in [
        ("Open", "unhandled op DEFER", None),
        ("Spawn", "unhandled op GO", None),
        ("Safe", "call to recover", None),
        ("fixed", "marked go:noinline", None),
        ("Mix", "function too complex: cost 172 exceeds budget 80", Some(172)),
    ] {
        let found = function(package, name);
        assert_eq!(found.position.line, line("shape/shape.go", &format!("func {name}(")), "{name}");
        let budget = cost.map(|_| 80);
        assert_eq!(found.inlining, Inlining::Cannot { reason: reason.into(), cost, budget }, "{name}");
    }
    assert_eq!(function(package, "Unknown").inlining, Inlining::Can { cost: Some(63) });
    let big = function(package, "Big");
    assert!(big.is_big && package.functions.iter().filter(|it| it.is_big).count() == 1);
    assert_eq!((&*big.position.file, big.position.line), ("big.go", line("shape/big.go", "func Big(")));
    let closure = function(package, "Counter.func1");
    assert!(closure.is_closure() && !big.is_closure() && !function(package, "(*square).Area").is_closure());
    let inside = line("shape/shape.go", "count++");
    assert_eq!(package.function_around("shape.go", inside).map(|it| &*it.name), Some("Counter"));
    assert_eq!(package.function_around("shape.go", 1), None);
    let lines = package.lines_of(function(package, "Counter"));
    assert_eq!(lines, line("shape/shape.go", "func Counter")..line("shape/shape.go", "func Mix("));
}

#[test]
fn calls_are_found_at_their_line() {
    let read = decisions(LATEST);
    let package = tested(&read, SHAPE);
    let at = |text: &str| {
        let calls = package.calls_at("shape.go", line("shape/shape.go", text)).iter();
        calls.map(|it| (it.callee.to_string(), it.kind.clone())).collect::<Vec<_>>()
    };
    assert_eq!(at("a := newSquare(side)"), [("newSquare".to_string(), CallKind::Inlined)]);
    let calls = at("return Area(s).Area() + Shaped(3)");
    assert!(calls.contains(&("Shaped[go.shape.int]".to_string(), CallKind::Inlined)), "{calls:?}");
    let refused =
        package.calls.iter().find(|it| matches!(it.kind, CallKind::Refused { .. })).expect("refused");
    let (caller, reason) = ("BenchmarkBig".into(), "repeated recursive cycle".into());
    assert_eq!((&*refused.callee, &refused.kind), ("Depth", &CallKind::Refused { caller, reason }));
}

#[test]
fn calls_that_stay_dynamic_have_a_reason_in_old_versions() {
    let read = decisions("1.24.11");
    let package = tested(&read, SHAPE);
    let inside = package.calls_of(function(package, "Shaped[go.shape.int]")).iter();
    let kinds: Vec<(&str, &CallKind)> = inside.map(|it| (&*it.callee, &it.kind)).collect();
    let reason = "shaped receiver *pair[go.shape.int]".into();
    assert!(kinds.contains(&("a.Area()", &CallKind::NotDevirtualized { reason })), "{kinds:?}");
}

#[test]
fn parameters_leak_to_the_heap_to_results_or_not() {
    let read = decisions(LATEST);
    let package = tested(&read, TEXT);
    let leak = |name: &str, leak: Leak| vec![(name.to_string(), leak)];
    assert_eq!(leaks(package, "Keep"), leak("stored", Leak::Heap), "`read` does not");
    assert_eq!(leaks(package, "First"), leak("parts", Leak::Result));
    assert_eq!(leaks(package, "Same"), leak("t", Leak::Result));
    assert_eq!(leaks(package, "(*Buffer).Method"), leak("b", Leak::Heap), "a receiver, before the name");
    assert_eq!(leaks(package, "(*Buffer).Skip"), []);
    assert_eq!(leaks(package, "Variadic"), leak("values", Leak::Content));
    let [stored] = package.parameters_of(function(package, "Keep"))[..] else { panic!() };
    let [flow] = &stored.flows[..] else { panic!("{:?}", stored.flows) };
    let [step] = &flow.steps[..] else { panic!("{flow:?}") };
    assert_eq!((&*step.into, &*step.expression, &*step.why), ("{heap}", "kept = stored", "assign"));
    assert_eq!(step.position.line, line("text/text.go", "kept = stored"));
    assert!(Leak::None < Leak::Result && Leak::Result < Leak::Content && Leak::Content < Leak::Heap);
}

#[test]
fn values_are_found_at_their_line() {
    let read = decisions(LATEST);
    let at = |text: &str| {
        let values = values(&read, text).iter();
        values.map(|it| (it.expression.to_string(), it.kind)).collect::<Vec<_>>()
    };
    let value = |text: &str, kind: ValueKind| vec![(text.to_string(), kind)];
    assert_eq!(at("small := make"), value("make([]byte, 64)", ValueKind::Stack));
    assert_eq!(at("bytes := []byte(text)"), value("([]byte)(text)", ValueKind::Stack));
    assert_eq!(at("return string(bytes)"), value("string(bytes)", ValueKind::Heap));
    assert_eq!(at("// List is linked."), []);
    let joined = r#"a + ": moved to heap: " + b + " escapes to heap""#;
    let all = at("func Join(");
    assert!(all.contains(&(joined.to_string(), ValueKind::Heap)), "{all:?}");
    let scratch = &values(&read, "var scratch [20]byte")[0];
    assert_eq!((&*scratch.expression, scratch.kind), ("scratch", ValueKind::Moved));
    let last = scratch.flows[0].steps.last().expect("steps");
    assert_eq!((&*last.into, &*last.why), ("{heap}", "call parameter"));
    assert!(last.expression.starts_with("w.Write("), "{last:?}");
    let package = tested(&read, TEXT);
    let index = package.values_of(function(package, "Index"));
    let heap: Vec<&str> =
        index.iter().filter(|it| it.kind == ValueKind::Heap).map(|it| &*it.expression).collect();
    assert_eq!(heap, ["make(map[string]*Token)", "&Token{...}"]);
}

#[test]
fn generated_lines_have_the_file_of_their_source_and_no_column() {
    let read = decisions(LATEST);
    let package = tested(&read, SHAPE);
    let [act] = package.functions_at("grammar.y", 100) else { panic!() };
    assert_eq!((&*act.name, act.position.column), ("Act", 0));
    let values = package.values_at("grammar.y", 100);
    assert!(values.iter().any(|it| it.kind == ValueKind::Moved && it.expression == "n"), "{values:?}");
    assert_eq!(leaks(package, "Act"), []);
}

#[test]
fn functions_of_the_standard_library_are_instantiated_here() {
    let read = decisions(LATEST);
    let package = tested(&read, SHAPE);
    let store = package.functions.iter().find(|it| it.name.ends_with("side int }]).Store")).expect("Store");
    assert_eq!(&*store.position.file, "type.go");
    assert!(!store.is_closure());
}

#[test]
fn a_file_of_the_package_hides_one_of_another_with_its_name() {
    let printed = "# example.com/p/atomic\n\
        example.com/p/atomic/type.go:3:6: can inline F with cost 3 as: func() {}\n\
        sync/atomic/type.go:3:6: can inline atomic.(*Pointer[go.shape.int]).Store with cost 5 as: method() {}\n\
        sync/atomic/type.go:4:6: can inline atomic.(*Pointer[go.shape.int]).Load with cost 5 as: method() {}\n\
        sync/atomic/value.go:5:6: moved to heap: x\n";
    for printed in [
        printed.to_string(),
        printed.replace("example.com/p/", "./").replace("# ./", "# example.com/p/"),
        printed.replace("example.com/p/atomic/type", "type").replace("sync/", "/usr/local/go/src/sync/"),
    ] {
        let read = Decisions::read(printed.as_bytes());
        let [package] = &read.packages[..] else { panic!("{read:?}") };
        let names: Vec<&str> = package.functions.iter().map(|it| &*it.name).collect();
        assert_eq!(names, ["F"], "{printed}");
        assert_eq!(package.values_at("value.go", 5).len(), 1, "{printed}");
    }
}

#[test]
fn the_same_is_found_whatever_paths_are_printed() {
    let read = decisions(LATEST);
    let untrimmed = Decisions::read(&text(LATEST, "untrimmed"));
    assert_eq!(untrimmed.unknown_lines, 0, "{:?}", untrimmed.unknown);
    // An explanation has the paths of other files as names only, so that all of it is the same.
    assert_eq!(tested(&untrimmed, TEXT), tested(&read, TEXT));
}

#[test]
fn the_first_level_and_a_plain_build_are_noticed() {
    let first = Decisions::read(&text(LATEST, "m1"));
    assert_eq!((first.level, first.style, first.unknown_lines), (Some(Level::Decisions), None, 0));
    let next = function(tested(&first, TEXT), "Next");
    assert_eq!(next.inlining, Inlining::Can { cost: None });
    assert!(first.packages.iter().flat_map(|it| &it.values).all(|it| it.flows.is_empty()));
    let plain = Decisions::read(&text(LATEST, "plain"));
    assert_eq!((plain.level, plain.has_tests()), (Some(Level::Reasons), false));
    assert_eq!(plain.style, Some(Style::Arrow));
    let none = Decisions::read(b"");
    assert_eq!(none, Decisions::default());
}

#[test]
fn a_build_with_a_profile_raises_budgets_and_devirtualizes() {
    let read = Decisions::read(&text(LATEST, "pgo"));
    assert_eq!(read.unknown_lines, 0, "{:?}", read.unknown);
    let package = tested(&read, SHAPE);
    assert!(matches!(function(package, "Mix").inlining, Inlining::Can { cost: Some(cost) } if cost > 80));
    let calls = package.calls_at("shape.go", line("shape/shape.go", "func Unknown("));
    let by_profile =
        calls.iter().filter(|it| matches!(it.kind, CallKind::Devirtualized { profile: true, .. }));
    assert_eq!(by_profile.map(|it| &*it.callee).collect::<Vec<_>>(), ["a.Area"]);
}

#[test]
fn what_is_not_understood_is_counted_and_shown() {
    let long = format!("a.go:1:1: {}", "x".repeat(1000));
    let printed = format!(
        "# a\na.go:1:1: moved to heap: x\nFAIL\na.go:2:1: new words\n\n{long}\nb\nc\n<autogenerated>:1: x\n\x1b[2Jd"
    );
    let read = Decisions::read(printed.as_bytes());
    assert_eq!((read.unknown_lines, read.unknown.len()), (6, 5));
    assert_eq!(read.unknown[..2], ["FAIL", "a.go:2:1: new words"]);
    assert!(read.unknown[2].chars().count() <= 161, "{}", read.unknown[2]);
    assert_eq!(read.packages[0].values.len(), 1);
    assert_eq!(Decisions::read(b"a.go:1:1: moved to heap: x").packages[0].path, "", "without a header");
    assert_eq!(Decisions::read(b"# a\r\na.go:1:1: moved to heap: x\r\n").packages[0].path, "a");
}

/// Go 1.21 prints raw strings as they are written.
#[test]
fn a_message_may_have_several_lines() {
    let printed =
        "# a\na.go:1:2: ([]byte)(`{\n  \"x\": 1,\n}`) does not escape\na.go:1:3: moved to heap: y\n";
    let values = |printed: &str| -> Vec<(String, usize)> {
        let read = Decisions::read(printed.as_bytes());
        let values = read.packages.iter().flat_map(|it| &it.values);
        values.map(|it| (it.expression.to_string(), read.unknown_lines)).collect()
    };
    let raw = "([]byte)(`{\n  \"x\": 1,\n}`)".to_string();
    assert_eq!(values(printed), [(raw.clone(), 0), ("y".to_string(), 0)]);
    assert_eq!(
        values(&printed.replace('\n', "\r\n")),
        [(raw.replace('\n', "\r\n"), 0), ("y".to_string(), 0)]
    );
    // What opens no string, or one that never ends, takes no other lines with it.
    for first in ["a.go:1:2: can inline f with cost 1 as: func() { return '`' }", "a.go:1:2: x `", "`"] {
        let printed = format!("# a\n{first}\nb\na.go:1:3: moved to heap: y\na.go:1:4: moved to heap: z`\n");
        let expressions: Vec<String> = values(&printed).into_iter().map(|it| it.0).collect();
        assert_eq!(expressions, ["y", "z`"], "{first}");
    }
}

#[test]
fn a_value_that_is_known_has_the_way_of_its_variable() {
    let printed = "# a\na.go:1:2: msg escapes to heap in F:\na.go:1:2:   flow: {heap} ← &{storage for msg}:\n\
        a.go:1:2:     from panic(msg) (call parameter) at a.go:1:2\na.go:1:2: \"nil\" escapes to heap\n";
    let read = Decisions::read(printed.as_bytes());
    let [value] = &read.packages[0].values[..] else { panic!() };
    assert_eq!((&*value.expression, value.flows.len()), ("\"nil\"", 1));
    let two = printed.replace("# a\n", "# a\na.go:1:2: other escapes to heap in F:\n");
    assert_eq!(Decisions::read(two.as_bytes()).packages[0].values[0].flows, [], "not known which");
}

#[test]
fn bounds_checks_are_found_by_function() {
    let printed = "# a\na.go:1:6: can inline F with cost 3 as: func() {}\na.go:5:6: can inline G with cost 3 as: func() {}\n\
        a.go:3:4: Found IsInBounds\na.go:3:4: Found IsInBounds\na.go:6:1: Found IsSliceInBounds\na.go:7:1: index bounds check elided\n";
    let read = Decisions::read(printed.as_bytes());
    let lines = |name: &str| -> Vec<u32> {
        let package = &read.packages[0];
        package.bounds_checks_of(function(package, name)).iter().map(|it| it.line).collect()
    };
    assert_eq!((lines("F"), lines("G"), read.unknown_lines), (vec![3], vec![6], 0));
}

#[test]
fn different_ways_of_one_value_are_kept_once_each() {
    let way = |from: &str| {
        format!(
            "a.go:1:2: x escapes to heap in F:\na.go:1:2:   flow: {{heap}} ← &x:\na.go:1:2:     from {from} (return) at a.go:3:4\n"
        )
    };
    let printed = format!("{}{}{}a.go:1:2: moved to heap: x\n", way("a"), way("b"), way("a"));
    let read = Decisions::read(printed.as_bytes());
    let [value] = &read.packages[0].values[..] else { panic!() };
    let from: Vec<&str> = value.flows.iter().map(|it| &*it.steps[0].expression).collect();
    assert_eq!(from, ["a", "b"]);
    let many: String = (0..100).map(|n| way(&n.to_string())).collect();
    let read = Decisions::read(format!("{many}a.go:1:2: moved to heap: x\n").as_bytes());
    assert_eq!(read.packages[0].values[0].flows.len(), 16);
}
