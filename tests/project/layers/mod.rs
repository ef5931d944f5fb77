//! Which part of `src/` may use which, and which may touch the world; and that no files use each other in a circle.

mod imports;

use imports::{Sources, Target};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::LazyLock;

/// Each folder or file directly in `src/`, and what it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("diag", &[]),
    ("words", &[]),
    ("input", &[]),
    ("source", &["model"]),
    ("cause", &["model", "words"]),
    ("setup", &["policy", "words"]),
    ("run", &["cause", "model", "setup", "source", "words"]),
    ("stats", &[]),
    ("model", &[]),
    ("parse", &["model"]),
    ("query", &["model"]),
    ("group", &["model", "query"]),
    ("trend", &["model", "stats", "words"]),
    ("history", &["trend"]),
    ("compare", &["group", "model", "stats"]),
    ("policy", &["diag", "model", "query", "words"]),
    ("pinned", &["cause", "policy", "query", "words"]),
    ("verdict", &["compare", "group", "model", "policy", "stats", "words"]),
    ("evidence", &["compare", "group", "model", "pinned", "policy", "query", "stats", "verdict", "words"]),
    ("gate", &["compare", "evidence", "group", "model", "pinned", "policy", "report", "verdict"]),
    (
        "report",
        &[
            "cause", "compare", "diag", "evidence", "group", "model", "pinned", "policy", "stats", "trend",
            "verdict", "words",
        ],
    ),
    (
        "cli",
        &[
            "cause", "compare", "diag", "evidence", "gate", "group", "history", "input", "model", "parse",
            "pinned", "policy", "query", "report", "run", "setup", "source", "trend", "verdict", "words",
        ],
    ),
    ("lib", &[]),
    ("main", &["cli"]),
];

/// What may touch the world.
const EDGES: &[&str] = &["input", "source", "history", "run", "cli", "main"];

/// What touches the world: the beginning of a path.
const WORLD: &[&[&str]] = &[
    &["std", "fs"],
    &["std", "env"],
    &["std", "net"],
    &["std", "os"],
    &["std", "process"],
    &["std", "thread"],
    &["std", "time", "Instant"],
    &["std", "time", "SystemTime"],
    &["std", "io", "stdin"],
    &["std", "io", "stdout"],
    &["std", "io", "stderr"],
    &["jiff", "Timestamp", "now"],
    &["jiff", "Zoned", "now"],
    &["print!"],
    &["println!"],
    &["eprint!"],
    &["eprintln!"],
    &["dbg!"],
];

/// Crates that stay in one place.
const CRATES: &[(&str, &[&str])] = &[
    ("anstream", &["cli"]),
    ("anstyle", &["report"]),
    ("annotate_snippets", &["report"]),
    ("anyhow", &["cli"]),
    ("askama", &["report"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("comfy_table", &["report"]),
    ("csv", &["report"]),
    ("ctrlc", &["cli"]),
    ("encoding_rs", &["input"]),
    ("encoding_rs_io", &["input"]),
    ("flate2", &["cause", "input"]),
    ("fastrand", &["history", "stats"]),
    ("fnv", &["report", "run"]),
    ("etcetera", &["run"]),
    ("process_wrap", &["run"]),
    ("glob", &["input"]),
    ("globset", &["query"]),
    ("ignore", &["source"]),
    ("indicatif", &["cli"]),
    ("jiff", &["policy", "verdict", "evidence", "gate", "history", "report", "trend", "words", "cli"]),
    ("libm", &["stats"]),
    ("quick_xml", &["report"]),
    ("regex", &["query"]),
    ("regex_automata", &["query"]),
    ("rustix", &["run"]),
    ("similar", &["cause", "cli"]),
    ("statrs", &["stats"]),
    ("strsim", &["query"]),
    ("tempfile", &["cli", "history", "run"]),
    ("toml", &["policy", "report"]),
    ("toml_edit", &["policy"]),
];

/// A file of more lines does more than one thing.
const MOST_LINES: usize = 500;

fn is_below(path: &[String], beginning: &[&str]) -> bool {
    path.len() >= beginning.len() && path.iter().zip(beginning).all(|(is, want)| is == want)
}

/// What is wrong with what each file uses.
fn violations(sources: &Sources) -> Vec<String> {
    let mut found = BTreeSet::new();
    for file in &sources.files {
        let top = file.top();
        let Some((_, may_use)) = MAY_USE.iter().find(|(name, _)| *name == top) else {
            found.insert(format!("{}: MAY_USE does not say what `{top}` may use", file.path));
            continue;
        };
        for (target, written) in sources.used_by(file) {
            let problem = match target {
                Target::Module => None,
                Target::File(_) if written.ends_with('*') => Some("name what is used".to_string()),
                Target::File(other) => {
                    let used = sources.files[other].top();
                    (used != top && !may_use.contains(&used)).then(|| format!("uses {used}"))
                }
                Target::Other(path) => foreign(top, &path),
            };
            found.extend(problem.map(|problem| format!("{}: {written}: {problem}", file.path)));
        }
    }
    found.into_iter().collect()
}

/// What is wrong with the use of another crate.
fn foreign(top: &str, path: &[String]) -> Option<String> {
    if !EDGES.contains(&top) && WORLD.iter().any(|world| is_below(path, world)) {
        return Some("touches the world".to_string());
    }
    let (_, at) = CRATES.iter().find(|(name, _)| path.len() > 1 && path[0] == *name)?;
    (!at.contains(&top)).then(|| format!("a crate for {at:?}"))
}

/// Every set of files that use each other in a circle, with what each uses of the others.
fn circles(sources: &Sources) -> Vec<(BTreeSet<&str>, String)> {
    let graph = sources.graph();
    let reached = |from: usize| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(at) = next.pop() {
            next.extend(graph[at].keys().filter(|&&used| seen.insert(used)));
        }
        seen
    };
    let reached: Vec<BTreeSet<usize>> = (0..graph.len()).map(reached).collect();
    let mut circles = BTreeMap::new();
    for (index, all) in reached.iter().enumerate().filter(|(index, all)| all.contains(index)) {
        let circle: BTreeSet<usize> =
            all.iter().copied().filter(|&it| reached[it].contains(&index)).collect();
        let uses = circle.iter().flat_map(|&from| {
            let within = graph[from].iter().filter(|(to, _)| circle.contains(to));
            within.map(move |(&to, what)| (from, to, what.iter().cloned().collect::<Vec<_>>().join(", ")))
        });
        let path = |index: usize| sources.files[index].path.as_str();
        let told: Vec<String> =
            uses.map(|(from, to, what)| format!("{} uses {}: {what}", path(from), path(to))).collect();
        let names: BTreeSet<&str> = circle.iter().map(|&index| path(index)).collect();
        circles.insert(names, told.join("\n"));
    }
    circles.into_iter().collect()
}

/// Every file below `src/`, with its text.
fn texts() -> Vec<(String, String)> {
    let walk = ignore::WalkBuilder::new("src").sort_by_file_name(Ord::cmp).build();
    let paths = walk.map(|entry| entry.expect("readable").into_path());
    let paths = paths.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let texts = paths.map(|path| {
        let text = fs::read_to_string(&path).expect("readable");
        (path.display().to_string().replace('\\', "/"), text)
    });
    texts.collect()
}

static SOURCES: LazyLock<Sources> = LazyLock::new(|| {
    let texts = texts();
    let sources = Sources::new(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    assert!(sources.files.len() > 40, "only {} files were looked at", sources.files.len());
    sources
});

#[test]
fn every_import_goes_the_way_of_the_pipeline() {
    let found = violations(&SOURCES);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let told: Vec<String> = circles(&SOURCES).into_iter().map(|(_, told)| told).collect();
    assert!(told.is_empty(), "{}", told.join("\n\n"));
}

#[test]
fn no_file_does_more_than_one_thing() {
    let lines = texts().into_iter().map(|(path, text)| (path, text.lines().count()));
    let long: Vec<_> = lines.filter(|(_, lines)| *lines > MOST_LINES).collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn contributing_has_the_same_table_and_names_what_is_public() {
    let page = fs::read_to_string("CONTRIBUTING.md").expect("it is there");
    let in_code = |cell: &str| cell.split('`').skip(1).step_by(2).map(String::from).collect::<Vec<_>>();
    for (module, may_use) in MAY_USE.iter().filter(|(module, _)| !["lib", "main"].contains(module)) {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{module}` |")));
        let cells: Vec<&str> = row.unwrap_or_else(|| panic!("no row for {module}")).split('|').collect();
        match *module {
            "cli" => assert_eq!(cells[4].trim(), "all"),
            _ => assert_eq!(in_code(cells[4]), *may_use, "{module}"),
        }
        let files = [format!("src/{module}.rs"), format!("src/{module}/mod.rs")];
        let text = files.iter().find_map(|file| fs::read_to_string(file).ok()).expect("one of them is there");
        let words: BTreeSet<&str> = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
        for name in in_code(cells[3]) {
            assert!(words.contains(name.as_str()), "{module}: {name}");
        }
    }
}

/// Only `run` and `history` start programs, and nothing opens a connection.
#[test]
fn who_reads_files_from_strangers_starts_nothing() {
    let mut starting = 0;
    for file in &SOURCES.files {
        for (target, written) in SOURCES.used_by(file) {
            let Target::Other(path) = target else { continue };
            let is = |beginning: &[&str]| is_below(&path, beginning);
            assert!(!is(&["std", "net"]) && !is(&["std", "os", "unix", "net"]), "{}: {written}", file.path);
            if is(&["std", "process", "Command"]) {
                starting += 1;
                assert!(["run", "history"].contains(&file.top()), "{} starts a program", file.path);
            }
        }
    }
    assert!(starting > 0, "nothing starts anything");
}

/// The files that planted violations use.
const AROUND: &[(&str, &str)] = &[
    ("src/lib.rs", "pub mod model; pub mod parse; pub mod verdict;"),
    ("src/model/mod.rs", "mod a; mod unit; pub use unit::Unit;"),
    ("src/model/unit.rs", "pub struct Unit;"),
    ("src/parse/mod.rs", "mod a; pub fn text() {}"),
    ("src/verdict/mod.rs", "mod a; mod judge; pub use judge::judge;"),
    ("src/verdict/judge.rs", "pub fn judge() {}"),
];

#[test]
fn a_planted_violation_is_caught() {
    for (path, text, want) in [
        ("src/stats/a.rs", "use crate::model::Unit;", "crate::model::Unit: uses model"),
        ("src/parse/a.rs", "use crate::{model, verdict::judge};", "crate::verdict::judge: uses verdict"),
        (
            "src/parse/a.rs",
            "use crate::{model as m, verdict as v}; fn f() { v::judge() }",
            "v::judge: uses verdict",
        ),
        (
            "src/report/a.rs",
            "fn f() { format!(\"{}\", crate::parse::text()); }",
            "crate::parse::text: uses parse",
        ),
        (
            "src/parse/a.rs",
            "fn f() { super::super::verdict::judge() }",
            "super::super::verdict::judge: uses verdict",
        ),
        ("src/parse/a.rs", "use crate::model::*;", "crate::model::*: name what is used"),
        ("src/verdict/a.rs", "fn f() { println!(); }", "println!: touches the world"),
        ("src/model/a.rs", "use std::{fmt, fs::File};", "std::fs::File: touches the world"),
        ("src/model/a.rs", "use std::io; fn f() { io::stdout(); }", "io::stdout: touches the world"),
        (
            "src/model/a.rs",
            "fn f() { std::time::Instant::now(); }",
            "std::time::Instant::now: touches the world",
        ),
        ("src/report/a.rs", "fn f() -> anyhow::Result<()> {}", "anyhow::Result: a crate for [\"cli\"]"),
        ("src/compare/a.rs", "use askama::Template;", "askama::Template: a crate for [\"report\"]"),
        ("src/other.rs", "", "MAY_USE does not say what `other` may use"),
    ] {
        let found = violations(&Sources::new(AROUND.iter().copied().chain([(path, text)])));
        assert_eq!(found, [format!("{path}: {want}")], "{text}");
    }
    let innocent = "use crate::model::Unit; // crate::verdict
        #[cfg(test)] use crate::verdict::judge;
        const TEXT: &str = \"crate::verdict::judge\";
        #[cfg(all(test, unix))] mod tests { use super::*; fn f() { println!(); crate::verdict::judge() } }";
    let found = violations(&Sources::new(AROUND.iter().copied().chain([("src/parse/a.rs", innocent)])));
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_planted_circle_is_caught() {
    let door = "mod a; mod b; mod c; pub use a::A; pub(crate) use b::B;";
    for (files, want) in [
        // Through the names that the folder gives away, by path, from a macro, and along a longer way.
        ([door, "use super::B; pub struct A;", "use super::A; pub struct B;", ""], &["a", "b"][..]),
        ([door, "use crate::x::B; pub struct A;", "use super::a::A; pub struct B;", ""], &["a", "b"]),
        (
            [door, "use super::b; fn f() -> b::B {} pub struct A;", "fn f() { vec![super::A] }", ""],
            &["a", "b"],
        ),
        ([door, "use super::b::B;", "use super::c::C;", "use super::a::{A as _};"], &["a", "b", "c"]),
        // With the folder itself, where it does more than give away.
        (["mod a; pub struct D; fn f() { a::g() }", "use super::D; pub fn g() {}", "", ""], &["a", "mod"]),
        (["mod a; use a::A; pub struct D(A);", "fn f(d: super::D) {}", "", ""], &["a", "mod"]),
        // None: one direction, tests, and names that are only passed on.
        ([door, "use super::B; pub struct A;", "pub struct B;", "use super::{A, B};"], &[]),
        ([door, "use super::B;", "pub struct B; #[cfg(test)] mod tests { use super::super::A; }", ""], &[]),
        (["mod a; pub use a::A; pub struct D;", "use super::D; pub struct A;", "", ""], &[]),
    ] {
        let names = ["mod", "a", "b", "c"].map(|name| format!("src/x/{name}.rs"));
        let sources = Sources::new(names.iter().map(String::as_str).zip(files));
        let found: Vec<_> = circles(&sources).into_iter().map(|(circle, _)| circle).collect();
        let want: BTreeSet<String> = want.iter().map(|name| format!("src/x/{name}.rs")).collect();
        let want = Some(want).filter(|it| !it.is_empty());
        assert_eq!(
            found,
            want.iter().map(|it| it.iter().map(String::as_str).collect()).collect::<Vec<_>>(),
            "{files:?}"
        );
    }
}
