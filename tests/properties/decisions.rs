//! What compilers from Go 1.21 to 1.27 print about one module, as functions, entries and changes.

use allocgate::internals::cause::decision::Decisions;
use allocgate::internals::cause::lines::{LineMap, Module, SourceFile, Sources};
use allocgate::internals::pinned::{DecidedFunction, Functions, Held, changes, draft, hold};
use allocgate::internals::policy::Policy;
use proptest::prelude::*;
use std::fs;

const VERSIONS: [&str; 4] = ["go1.21.13", "go1.24.11", "go1.26.8", "go1.27.3"];

/// What a compiler printed.
fn recorded(version: &str) -> String {
    fs::read_to_string(format!("testdata/decisions/{version}.txt")).expect("it is there")
}

/// The sources, edited.
fn sources(edit: impl Fn(&str) -> String) -> Sources {
    let file = |name: &str| {
        let text = fs::read_to_string(format!("testdata/decisions/module/wire/{name}")).expect("it is there");
        SourceFile { path: format!("wire/{name}"), text: edit(&text) }
    };
    let module = Module { path: "example.com/pinned".into(), folder: String::new() };
    Sources::new(["wire.go", "assert.go", "wire_test.go"].map(file).to_vec(), vec![module])
}

fn as_they_are() -> Sources {
    sources(str::to_string)
}

fn held(policy: &str, text: &str) -> Held {
    let policy = Policy::parse("p.toml", policy).expect("a policy");
    let (decisions, sources) = (Decisions::read(text.as_bytes()), as_they_are());
    hold(&policy, &Functions::of(&decisions, &sources), &sources, &|_| false)
}

fn messages(held: &Held) -> Vec<String> {
    held.broken.iter().map(ToString::to_string).collect()
}

#[test]
fn every_compiler_decides_the_same_about_the_module() {
    for version in VERSIONS {
        let (decisions, sources) = (Decisions::read(recorded(version).as_bytes()), as_they_are());
        assert_eq!(decisions.unknown_lines, 0, "{version}: {:?}", decisions.unknown);
        let functions = Functions::of(&decisions, &sources);
        let code = |it: &&DecidedFunction| !it.is_test;
        let text = draft(functions.all.iter().filter(code), "Recorded.");
        insta::allow_duplicates! { insta::assert_snapshot!("drafted", text) }
        let held = held(&text, &recorded(version));
        assert!(held.broken.is_empty() && held.unheld.is_empty(), "{version}: {held:?}");
        let generic: Vec<&str> =
            functions.all.iter().filter(|it| it.is_generic).map(|it| it.name.as_str()).collect();
        let want = ["(*List).First", "Map", "Never"].map(|it| format!("example.com/pinned/wire.{it}"));
        assert_eq!(generic, want, "{version}");
    }
}

#[test]
fn what_does_not_hold_is_told_in_one_line() {
    let policy =
        "[[decision]]\nfunc = \"**/wire.{Sum,Total,Map}\"\ninline = true\nheap = 0\nbounds-checks = 0\n";
    let text = recorded("go1.26.8");
    let map = "wire/wire.go:58: func example.com/pinned/wire.Map: 1 value moves to the heap, at most 0: `make([]go.shape.int, 0, len(items))` in line 58 (policy p.toml:4)";
    assert_eq!(messages(&held(policy, &text)), [map]);
    let (can, _) =
        text.split_once("can inline Sum with").map(|_| ("can inline Sum with cost 16", ())).expect("it can");
    let worse = text.replace(can, "cannot inline Sum: function too complex: cost 93 exceeds budget 80; was");
    let worse = format!(
        "{worse}example.com/pinned/wire/wire.go:40:18: Found IsInBounds\nexample.com/pinned/wire/wire.go:38:2: moved to heap: total\n"
    );
    let sum = "wire/wire.go:27: func example.com/pinned/wire.Sum: cannot be inlined: cost 93 exceeds budget 80; was as: func([]int) int { sum := 0; for loop; return sum } (policy p.toml:3)";
    let total = [
        "wire/wire.go:38: func example.com/pinned/wire.Total: 1 value moves to the heap, at most 0: `total` in line 38 (policy p.toml:4)",
        "wire/wire.go:40: func example.com/pinned/wire.Total: 1 bounds check, at most 0: line 40 (policy p.toml:5)",
    ];
    assert_eq!(messages(&held(policy, &worse)), [sum, total[0], total[1], map]);
    let ignored = policy.replace("bounds-checks = 0\n", "bounds-checks = 0\nlevel = \"ignore\"\n");
    assert_eq!(messages(&held(&ignored, &worse)), [""; 0]);
    assert_eq!(held("", &worse).checked, 4, "the comments alone");
}

#[test]
fn entries_that_say_nothing_are_told() {
    let text = recorded("go1.26.8");
    for (func, want) in [
        (
            "**/wire.Sun",
            "p.toml:2: no function matches `**/wire.Sun`; did you mean example.com/pinned/wire.Sum?",
        ),
        (
            "**/wire.Never",
            "p.toml:2: `**/wire.Never` is generic, and these packages have no instance of it, so that nothing is decided",
        ),
        // The pattern of a package is not for its tests.
        ("**/wire.Benchmark*", "p.toml:2: no function matches `**/wire.Benchmark*`"),
    ] {
        let held = held(&format!("[[decision]]\nfunc = \"{func}\"\nheap = 0\n"), &text);
        let said: Vec<String> = held.unheld.iter().map(ToString::to_string).collect();
        assert_eq!(said, [want]);
    }
    let name = "[[decision]]\nfunc = \"example.com/pinned/wire.BenchmarkSum\"\nheap = 0\n";
    assert!(held(name, &text).unheld.is_empty());
    // Without a word on inlining, as with -gcflags=-l.
    let silent: String =
        text.lines().filter(|it| !it.contains(" inline ")).map(|it| format!("{it}\n")).collect();
    let held = held("[[decision]]\nfunc = \"**/wire.Map\"\ninline = true\n", &silent);
    let said: Vec<String> = held.unheld.iter().map(ToString::to_string).collect();
    let want = "p.toml:2: the compiler says nothing about `**/wire.Map`; does GOFLAGS have -gcflags=-l?";
    assert_eq!(said, [want]);
}

#[test]
fn moves_and_renames_are_no_changes() {
    let text = recorded("go1.26.8");
    // Four lines more, and other names.
    let edit = |text: &str| {
        let text = text.replace("digits", "figures").replace("Sum", "Add3");
        format!("// one\n// two\n// three\n// four\n{text}")
    };
    let moved: String = text
        .lines()
        .map(|line| {
            let mut parts = line.splitn(3, ':');
            match (parts.next(), parts.next().and_then(|it| it.parse::<u32>().ok()), parts.next()) {
                (Some(file), Some(number), Some(rest))
                    if file.ends_with(".go") && !file.starts_with("reflect") =>
                {
                    let rest = rest.replace("digits", "figures").replace("Sum", "Add3");
                    format!("{file}:{}:{rest}\n", number + 4)
                }
                _ => format!("{line}\n"),
            }
        })
        .collect();
    let map = LineMap::new(as_they_are(), sources(edit));
    let base = Functions::of(&Decisions::read(text.as_bytes()), &map.base);
    let listed = |text: &str| -> Vec<String> {
        let new = Functions::of(&Decisions::read(text.as_bytes()), &map.new);
        changes(&map, &base, &new, &|_| true).iter().map(ToString::to_string).collect()
    };
    assert_eq!(listed(&moved), [""; 0]);
    let place = "example.com/pinned/wire/wire.go";
    let worse = format!("{moved}{place}:24:6: moved to heap: figures\n{place}:35:3: Found IsInBounds\n");
    assert_eq!(
        listed(&worse),
        [
            "wire/wire.go:24: func example.com/pinned/wire.(*Writer).Number: `figures` now moves to the heap",
            "wire/wire.go:35: func example.com/pinned/wire.Add3: 1 bounds check, 0 in base",
        ]
    );
    let inlined =
        moved.replace("can inline Add3 with cost 16", "cannot inline Add3: marked go:noinline; not");
    let changed = listed(&inlined);
    assert!(
        changed.len() == 1 && changed[0].contains("wire.Add3: can no longer be inlined: marked go:noinline"),
        "{changed:?}"
    );
}

proptest! {
    /// Whatever a compiler or a person writes, it is read or left out.
    #[test]
    fn hostile_lines_are_no_panic(
        lines in prop::collection::vec("(example\\.com/pinned/wire/(wire|assert)\\.go:[0-9]{1,4}(:[0-9]{1,2})?: )?(can inline |cannot inline |moved to heap: |Found IsInBounds|.{0,3} escapes to heap|inlining call to )?[\\[\\]().*A-Za-z:# ]{0,12}", 0..30),
        code in "[ \n\t/a-z(){}:\",]{0,200}",
    ) {
        let text = lines.join("\n");
        let decisions = Decisions::read(text.as_bytes());
        for sources in [as_they_are(), sources(|it| format!("{it}{code}//gcassert:inline,{code}"))] {
            let functions = Functions::of(&decisions, &sources);
            let policy = Policy::parse("p", "[[decision]]\nfunc = \"**\"\nheap = 0\ninline = true\nbounds-checks = 0\n").expect("valid");
            let _ = hold(&policy, &functions, &sources, &|_| true);
            let drafted = draft(functions.all.iter(), "x");
            prop_assert!(Policy::parse("drafted", &drafted).is_ok(), "{drafted}");
        }
    }
}
