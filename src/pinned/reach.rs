//! Which declarations the benchmarks of a tree may reach.

use crate::cause::lines::{Kind, Sources, Unit, is_word};
use std::collections::{BTreeSet, HashMap};

/// The declarations whose names occur in a benchmark, or in a declaration that one reaches. Never too few, except for what is only
/// called by reflection or `init`, and mostly more: a name may mean another function or method of the same name. `None` if there are
/// no benchmarks. Time grows with the size of the sources.
pub fn reached(sources: &Sources) -> Option<BTreeSet<Unit>> {
    let mut by_name: HashMap<&str, Vec<Unit>> = HashMap::new();
    let mut open = Vec::new();
    for unit in sources.units() {
        let Some(declaration) = sources.declaration(unit) else { continue };
        let is_benchmark = declaration.kind == Kind::Func
            && declaration.receiver.is_empty()
            && declaration.name.starts_with("Benchmark")
            && sources.path(unit.file).ends_with("_test.go");
        if is_benchmark {
            open.push(unit);
        }
        match declaration.kind {
            Kind::Func => by_name.entry(&declaration.name).or_default().push(unit),
            // A group declares several names; only the first one is known, so that any word in it counts.
            _ => {
                for word in words(sources, unit) {
                    let units = by_name.entry(word).or_default();
                    if units.last() != Some(&unit) {
                        units.push(unit);
                    }
                }
            }
        }
    }
    if open.is_empty() {
        return None;
    }
    let mut reached: BTreeSet<Unit> = open.iter().copied().collect();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    while let Some(unit) = open.pop() {
        for word in words(sources, unit) {
            if !seen.insert(word) {
                continue;
            }
            for &next in by_name.get(word).into_iter().flatten() {
                if reached.insert(next) {
                    open.push(next);
                }
            }
        }
    }
    Some(reached)
}

fn words(sources: &Sources, unit: Unit) -> impl Iterator<Item = &str> {
    sources.lines(unit).flat_map(|line| sources.tokens(line)).filter(|it| is_word(it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cause::lines::SourceFile;

    #[test]
    fn what_no_benchmark_names_is_not_reached() {
        let file = |path: &str, text: &str| SourceFile { path: path.into(), text: text.into() };
        let code = "package p\nfunc A() { table[0]() }\nvar (\n\tother = 1\n\ttable = []func(){b}\n)\nfunc b() { c.d() }\nfunc (x T) d() {}\nfunc e() { A() }\n";
        let test = file("p_test.go", "package p\nfunc BenchmarkA(b *testing.B) { A() }\n");
        let sources = Sources::new(vec![file("p.go", code), test], Vec::new());
        let units = reached(&sources).expect("a benchmark");
        let names: Vec<&str> =
            units.iter().filter_map(|it| Some(sources.declaration(*it)?.name.as_str())).collect();
        assert_eq!(names, ["A", "other", "b", "d", "BenchmarkA"]);
        assert_eq!(reached(&Sources::new(vec![file("p.go", code)], Vec::new())), None);
    }
}
