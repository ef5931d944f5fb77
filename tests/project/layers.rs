//! The walls between the rooms of `src/`: who may use whom, and who may touch the world.

use std::fs;
use std::path::Path;

/// Each room, and the rooms that it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("diag", &[]),
    ("words", &[]),
    ("input", &["diag", "words"]),
    ("run", &["diag", "model", "source", "words"]),
    ("source", &["diag"]),
    ("stats", &[]),
    ("model", &["words"]),
    ("parse", &["model", "words"]),
    ("query", &["diag", "model", "words"]),
    ("group", &["model", "query", "words"]),
    ("compare", &["group", "model", "stats", "words"]),
    ("policy", &["diag", "model", "query", "words"]),
    ("verdict", &["compare", "group", "model", "policy", "query", "stats", "words"]),
    ("report", &["compare", "diag", "group", "model", "policy", "stats", "verdict", "words"]),
    (
        "cli",
        &[
            "compare", "diag", "group", "input", "model", "parse", "policy", "query", "report", "run",
            "source", "stats", "verdict", "words",
        ],
    ),
    ("lib", &[]),
    ("main", &[]),
];

/// The rooms that may touch the world.
const EDGES: &[&str] = &["input", "run", "source", "cli", "main"];

/// What touches the world.
const WORLD: &[&str] = &[
    "std::net",
    "std::thread",
    "std::{",
    "super::super",
    "std::fs",
    "std::env",
    "std::process",
    "SystemTime",
    "Instant",
    "println!",
    "print!(",
    "eprint",
    "stdin()",
    "stdout()",
];

/// Crates that stay in one place.
const CRATES: &[(&str, &[&str])] = &[
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("anyhow", &["cli"]),
    ("anstream", &["cli"]),
    ("anstyle", &["report"]),
    ("askama", &["report"]),
    ("annotate_snippets", &["report"]),
    ("comfy_table", &["report"]),
    ("csv::", &["report"]),
    ("fnv", &["report"]),
    ("quick_xml", &["report"]),
    ("walkdir", &["source"]),
    ("statrs", &["stats"]),
    ("libm", &["stats"]),
    ("similar::", &["cli"]),
    ("tempfile::", &["cli", "run"]),
    ("ctrlc", &["cli", "run"]),
    ("rustix", &["run"]),
    ("indicatif", &["cli"]),
    ("flate2", &["input"]),
    ("encoding_rs", &["input"]),
    ("glob::glob", &["input"]),
    ("jiff", &["policy", "verdict", "cli"]),
    ("strsim", &["query"]),
    ("toml::", &["policy", "report"]),
    ("toml_edit", &["policy"]),
    ("globset", &["query"]),
    ("regex", &["query"]),
];

/// A file that does more than one thing is a room of its own.
const MOST_LINES: usize = 500;

/// The part of a file that is not its tests, without comments.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The rooms that a file names behind `crate::` or `allocgate::`, alone or in braces.
fn rooms_used(code: &str) -> Vec<String> {
    let mut used = Vec::new();
    for path in ["crate::", "allocgate::"] {
        for (at, _) in code.match_indices(path) {
            let rest = &code[at + path.len()..];
            let listed = match rest.strip_prefix('{') {
                Some(list) => list.split('}').next().unwrap_or_default(),
                None => rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default(),
            };
            let names =
                listed.split(',').map(|name| name.trim().split("::").next().unwrap_or_default().to_string());
            used.extend(names.filter(|name| !name.is_empty()));
        }
    }
    used
}

fn violations(room: &str, text: &str) -> Vec<String> {
    let Some((_, may_use)) = MAY_USE.iter().find(|(name, _)| *name == room) else {
        return vec![format!("nobody said whom the room `{room}` may use")];
    };
    let code = code(text);
    let rooms =
        rooms_used(&code).into_iter().filter(|used| used != room && !may_use.contains(&used.as_str()));
    let world = WORLD.iter().filter(|world| !EDGES.contains(&room) && code.contains(**world));
    let crates = CRATES.iter().filter(|(name, at)| {
        let name = name.trim_end_matches("::");
        !at.contains(&room)
            && code
                .match_indices(&format!("{name}::"))
                .any(|(i, _)| !code[..i].ends_with(':') && !code[..i].ends_with(char::is_alphanumeric))
    });
    let lines = text.lines().count();
    rooms
        .map(|used| format!("uses {used}"))
        .chain(world.map(|world| format!("touches the world: {world}")))
        .chain(crates.map(|(name, at)| format!("uses {name}, which belongs to {at:?}")))
        .chain((lines > MOST_LINES).then(|| format!("has {lines} lines")))
        .collect()
}

fn visit(folder: &Path, found: &mut Vec<String>) -> usize {
    let mut files = 0;
    for entry in fs::read_dir(folder).expect("src is there") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            files += visit(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let inside = path.strip_prefix("src").expect("we began there");
            let room = inside.iter().next().expect("not empty").to_string_lossy();
            let text = fs::read_to_string(&path).expect("readable");
            let problems = violations(room.trim_end_matches(".rs"), &text);
            found.extend(problems.into_iter().map(|problem| format!("{}: {problem}", path.display())));
            files += 1;
        }
    }
    files
}

#[test]
fn every_import_goes_the_way_of_the_pipeline() {
    let mut found = Vec::new();
    let files = visit(Path::new("src"), &mut found);
    assert!(files > 40, "only {files} files were looked at");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Only `run` starts programs, and nobody opens a connection.
#[test]
fn who_reads_files_from_strangers_starts_nothing() {
    fn all(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in fs::read_dir(folder).expect("src is there") {
            let path = entry.expect("readable").path();
            if path.is_dir() { all(&path, found) } else { found.push(path) }
        }
    }
    let mut files = Vec::new();
    all(Path::new("src"), &mut files);
    let (mut starting, mut looked) = (0, 0);
    for path in files.iter().filter(|path| path.extension().is_some_and(|it| it == "rs")) {
        let code = code(&fs::read_to_string(path).expect("readable"));
        looked += 1;
        assert!(!code.contains("std::net") && !code.contains("std::os::unix::net"), "{}", path.display());
        if code.contains("process::Command") || code.contains("Command::new(") {
            starting += 1;
            assert!(path.starts_with("src/run"), "{} starts a program", path.display());
        }
    }
    assert!(looked > 40 && starting > 0, "{looked} files, {starting} of them start something");
}

#[test]
fn a_planted_violation_is_caught() {
    for (room, text, want) in [
        ("stats", "use crate::model::Unit;", "uses model"),
        ("parse", "use crate::{model, verdict::judge};", "uses verdict"),
        ("report", "fn f() { let x = crate::parse::text(\"\", b\"\"); }", "uses parse"),
        ("verdict", "fn f() { println!(); }", "touches the world: println!"),
        ("model", "use std::fs::File;", "touches the world: std::fs"),
        ("report", "fn f() -> anyhow::Result<()> {}", "uses anyhow, which belongs to [\"cli\"]"),
        ("compare", "use askama::Template;", "uses askama, which belongs to [\"report\"]"),
        ("attic", "", "nobody said whom the room `attic` may use"),
    ] {
        assert!(
            violations(room, text).contains(&want.to_string()),
            "{room}: {text}: {:?}",
            violations(room, text)
        );
    }
    assert_eq!(violations("model", &"\n".repeat(501)), ["has 501 lines"]);
    assert!(
        violations("parse", "use crate::model::Unit; // crate::verdict\n#[cfg(test)]\nuse crate::verdict;")
            .is_empty()
    );
}
