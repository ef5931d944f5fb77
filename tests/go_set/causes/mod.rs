//! The truth set of causes: a module, commits that make it allocate more, and commits that must not be noticed.
//!
//! `cargo test --features go-set --test go_set causes_are_found -- --nocapture` prints what was missed; with `CASE=name`, what was found
//! for the cases whose names begin so.

mod case;
mod measure;

use allocgate::internals::cause::join::{Captured, Growth, explain};
use allocgate::internals::cause::lines::LineMap;
use allocgate::internals::cause::{Confidence, Explanation};
use case::{Case, MODULE, MODULE_PATH};
use measure::{Builds, Measured};
use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a benchmark of a case came to.
struct Outcome {
    is_refactoring: bool,
    /// The rank of the true line among the sites, from 0.
    line: Option<usize>,
    /// The rank of the true edit among those of the first site, from 0.
    cause: Option<usize>,
    /// Whether an edit that is not the cause is called proven.
    is_wrong_proof: bool,
    sites: usize,
    text: String,
}

type Measurements = HashMap<String, Measured>;

#[test]
fn causes_are_found() {
    let mut cases = Case::all();
    let wanted = std::env::var("CASE").ok();
    if let Some(wanted) = &wanted {
        cases.retain(|it| it.name.starts_with(wanted.as_str()));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut base = Builds::new(Path::new(MODULE), &folder.path().join("base"));
    let mut of_base = Measurements::new();
    for name in cases.iter().flat_map(|it| &it.truth.benchmarks) {
        let (package, function) = base_benchmark(name);
        of_base.entry(format!("{package}.{function}")).or_insert_with(|| base.measure(package, function));
    }
    let outcomes = explain_all(&cases, &mut base, &of_base, folder.path());
    let count = |holds: fn(&Outcome) -> bool| outcomes.iter().filter(|it| holds(it)).count();
    let regressed = count(|it| !it.is_refactoring);
    let first_line = count(|it| it.line == Some(0));
    let first_cause = count(|it| it.cause == Some(0));
    let top = count(|it| it.cause.is_some_and(|rank| rank < 3));
    let false_lines = count(|it| it.is_refactoring && it.sites > 0);
    let wrong_proofs = count(|it| it.is_wrong_proof);
    let is_missed = |it: &&Outcome| {
        let is_hit =
            if it.is_refactoring { it.sites == 0 } else { (it.line, it.cause) == (Some(0), Some(0)) };
        wanted.is_some() || !is_hit
    };
    outcomes.iter().filter(is_missed).for_each(|it| print!("{}", it.text));
    println!(
        "{regressed} regressions: line rank 1 in {first_line}, cause rank 1 in {first_cause}, in the top 3 in {top}; \
         wrong proofs {wrong_proofs}; {} checks of refactorings, false lines in {false_lines}",
        outcomes.len() - regressed,
    );
    if wanted.is_none() {
        assert!(cases.iter().filter(|it| !it.is_refactoring()).count() >= 40);
        assert!(cases.iter().filter(|it| it.is_refactoring()).count() >= 10);
    }
    assert!(
        first_line * 100 >= regressed * 95,
        "the allocating line is first in {first_line} of {regressed}"
    );
    assert!(top * 100 >= regressed * 95, "the cause is in the top 3 in {top} of {regressed}");
    assert_eq!(wrong_proofs, 0, "what is called proven must be the cause");
    assert_eq!(false_lines, 0, "refactorings must stay silent");
}

/// The benchmark of base: one case moves a package.
fn base_benchmark(name: &str) -> (&str, &str) {
    let (package, function) = name.rsplit_once('.').expect("a benchmark has a package");
    (if package == "internal/store" { "table" } else { package }, function)
}

/// Explains every benchmark of every case, several cases at a time.
fn explain_all(cases: &[Case], base: &mut Builds, of_base: &Measurements, folder: &Path) -> Vec<Outcome> {
    let packages: Vec<&str> =
        cases.iter().flat_map(|it| &it.truth.benchmarks).map(|it| base_benchmark(it).0).collect();
    let decisions: HashMap<&str, _> = packages.iter().map(|it| (*it, base.decisions(it).clone())).collect();
    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let tree = folder.join(&case.name);
            case.check_out(&tree);
            let map = LineMap::new(case::sources(Path::new(MODULE)), case::sources(&tree));
            check_truth(case, &map);
            let mut builds = Builds::new(&tree, &folder.join("binaries").join(&case.name));
            for name in &case.truth.benchmarks {
                let (of_package, function) = base_benchmark(name);
                let package = name.rsplit_once('.').map_or("", |it| it.0);
                let before = &of_base[&format!("{of_package}.{function}")];
                let after = builds.measure(package, function);
                let growth =
                    Growth { bytes: after.bytes - before.bytes, objects: after.objects - before.objects };
                let (of_base, of_new) = (path(of_package), path(package));
                let base = captured(before, &decisions[of_package], &of_base);
                let new = captured(&after, builds.decisions(package), &of_new);
                let outcome = judge(case, name, &explain(&base, &new, &map, growth));
                outcomes.lock().expect("no thread panics with it").push(outcome);
            }
        }
    };
    std::thread::scope(|scope| {
        (0..2).for_each(|_| {
            scope.spawn(work);
        });
    });
    outcomes.into_inner().expect("no thread panics with it")
}

fn path(package: &str) -> String {
    format!("{MODULE_PATH}/{package}")
}

fn captured<'a>(
    measured: &'a Measured,
    decisions: &'a allocgate::internals::cause::decision::Decisions,
    package: &'a str,
) -> Captured<'a> {
    Captured { costs: Some(&measured.costs), decisions: Some(decisions), package, ..Captured::default() }
}

/// The numbers of the truth are those of the lines that it quotes.
fn check_truth(case: &Case, map: &LineMap) {
    for line in case.truth.allocates.iter().chain(&case.truth.cause) {
        let tree = if line.side == "base" { &map.base } else { &map.new };
        let found = tree.locate(&line.file, line.line).map(|it| tree.text(it));
        assert_eq!(found, Some(line.text.as_str()), "{}: {}:{}", case.name, line.file, line.line);
    }
}

fn judge(case: &Case, benchmark: &str, explanation: &Explanation) -> Outcome {
    let is_line = |it: &case::Line, file: &str, line: u32| it.file == file && it.line == line;
    let line = explanation.causes.iter().position(|cause| {
        let place = &cause.site.place;
        case.truth.allocates.iter().any(|it| is_line(it, &place.file, place.line))
    });
    let first = explanation.causes.first();
    let cause = first.and_then(|it| {
        it.edits.iter().position(|edit| {
            let side = edit.side.to_string();
            case.truth
                .cause
                .iter()
                .any(|it| is_line(it, &edit.place.file, edit.place.line) && it.side == side)
        })
    });
    let is_proven = first.is_some_and(|it| it.confidence == Confidence::Proven);
    let mut text = format!("{} {benchmark}: line {line:?}, cause {cause:?}\n", case.name);
    for it in &explanation.causes {
        let (place, site) = (&it.site.place, &it.site);
        let (objects, bytes) = (site.objects_per_op, site.bytes_per_op);
        let decision = it.decision.as_ref().map_or("no decision", |it| &it.text);
        let row = format!("{}:{} {} +{objects:.2} objects {bytes:.1} B", place.file, place.line, place.text);
        let _ = writeln!(text, "  {row}: {decision} ({})", it.confidence);
        for edit in &it.edits {
            let place = &edit.place;
            let row = format!("{}:{} ({}) {}", place.file, place.line, edit.side, place.text);
            let _ = writeln!(text, "    {}: {row}", edit.evidence);
        }
    }
    Outcome {
        is_refactoring: case.is_refactoring(),
        line,
        cause,
        is_wrong_proof: is_proven && cause != Some(0),
        sites: explanation.causes.len(),
        text,
    }
}
