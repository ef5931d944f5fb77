//! The moves of the playbook: each allocates as much before and after as the page says.

use crate::run;
use allocgate::internals::{model::Name, parse};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

const MODULE: &str = "testdata/moves";

/// The allocations of each benchmark by package and name, such as `value Before`.
fn allocations(arguments: &[&str]) -> BTreeMap<String, f64> {
    let mut go = Command::new("go");
    go.args(["test", "-run=^$", "-bench=.", "-benchmem", "-benchtime=1000x"]).args(arguments);
    let output = run(go.current_dir(MODULE));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let data = parse::text("moves", &output.stdout);
    let mut found = BTreeMap::new();
    for segment in data.segments() {
        let package = data.config(segment.block.config).get("pkg").unwrap_or_default().to_string();
        let name = Name::new(data.name(segment.name)).without_procs().to_string();
        let place = segment.units.iter().position(|&unit| data.unit(unit).as_str() == "allocs/op");
        let value = segment.values(place.expect("-benchmem counts allocations")).get(0);
        found.insert(format!("{} {name}", package.rsplit('/').next().unwrap_or_default()), value);
    }
    found
}

/// `| [Return a value](#return-a-value) | 1 → 0 |` of the page, in its order.
fn promised() -> Vec<(f64, f64)> {
    let page = fs::read_to_string("docs/playbook.md").expect("the page is there");
    let cells = |line: &str| {
        let (before, after) = line.trim_end_matches(" |").rsplit_once("| ")?.1.split_once(" → ")?;
        Some((before.parse().ok()?, after.parse().ok()?))
    };
    page.lines().filter(|line| line.starts_with("| [")).filter_map(cells).collect()
}

#[test]
fn every_move_saves_the_allocations_that_the_page_says() {
    let mut found = allocations(&["./..."]);
    // The profile comes from the benchmark itself.
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let mut go = Command::new("go");
    go.args(["test", "-run=^$", "-bench=.", "-benchtime=2s", "-cpuprofile", &path("cpu")]);
    let profiled = run(go.args(["-o", &path("pgo.test"), "."]).current_dir(Path::new(MODULE).join("pgo")));
    assert!(profiled.status.success(), "{}", String::from_utf8_lossy(&profiled.stderr));
    let guided = allocations(&[&format!("-pgo={}", path("cpu")), "./pgo"]);
    found.insert("pgo Before".to_string(), found["pgo Sum"]);
    found.insert("pgo After".to_string(), guided["pgo Sum"]);
    let moves =
        ["value", "boxing", "size", "reuse", "lifetime", "closure", "outline", "concrete", "pgo", "pool"];
    let measured = moves.map(|it| (found[&format!("{it} Before")], found[&format!("{it} After")]));
    assert_eq!(measured.to_vec(), promised(), "{found:?}");
}
