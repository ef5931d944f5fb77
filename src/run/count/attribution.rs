//! Which functions of a benchmark grew, from the counts that cachegrind has left.

use super::counter::Counter;
use super::counting::{Counting, LONG, SHORT};
use crate::cause::instructions::{Counts, FunctionGrowth, PerOperation, growth};
use crate::model::Name;
use crate::run::prepare::Prepared;
use crate::run::side::Side;
use crate::run::{FileAction, RunError};
use std::fs;
use std::path::Path;

/// The extension of the files that are kept.
const EXTENSION: &str = "cachegrind";

/// The functions of a benchmark that execute more instructions than in base.
#[derive(Debug, Clone, PartialEq)]
pub struct CountedGrowth {
    /// The import path of its package.
    pub package: String,
    /// Its name as in results, without `Benchmark`.
    pub benchmark: String,
    /// The functions, those that grew most first.
    pub functions: Vec<FunctionGrowth>,
}

impl Counting {
    /// The growth of these benchmarks, each a package and a name without `Benchmark`. The counts of both sides are kept in a folder, which
    /// is created; those of an earlier run are removed. Nothing without cachegrind.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn growth(
        &self,
        prepared: &Prepared,
        benchmarks: &[(String, String)],
        folder: &Path,
    ) -> Result<Vec<CountedGrowth>, RunError> {
        remove_earlier(folder)?;
        if benchmarks.is_empty() || !matches!(self.counter, Counter::Cachegrind(_)) {
            return Ok(Vec::new());
        }
        fs::create_dir_all(folder).map_err(RunError::file(folder, FileAction::Create))?;
        let mut found = Vec::new();
        for (number, (package, benchmark)) in (1..).zip(benchmarks) {
            let Some(index) = self.index(package, benchmark) else { continue };
            let Some(operations) = self.targets[index].operations else { continue };
            for (which, count) in [(SHORT, operations.short), (LONG, operations.long)] {
                for side in Side::BOTH {
                    let kept = folder.join(format!("{number}-{side}-{count}x.{EXTENSION}"));
                    fs::copy(self.file(index, side, which), &kept)
                        .map_err(RunError::file(&kept, FileAction::Write))?;
                }
            }
            let per_operation = |side| {
                let read =
                    |which| Counts::read(&fs::read_to_string(self.file(index, side, which)).ok()?).ok();
                PerOperation::new(&read(LONG)?, &read(SHORT)?, operations.difference())
            };
            let (Some(base), Some(new)) = (per_operation(Side::Base), per_operation(Side::New)) else {
                continue;
            };
            let mut functions = growth(&base, &new);
            for function in &mut functions {
                let file = in_repository(&function.place.file, package, prepared);
                function.place.file = file.into();
            }
            let (package, benchmark) = (package.clone(), benchmark.clone());
            found.push(CountedGrowth { package, benchmark, functions });
        }
        Ok(found)
    }

    fn index(&self, package: &str, benchmark: &str) -> Option<usize> {
        let name = Name::new(benchmark.as_bytes()).without_procs().to_string();
        self.targets.iter().position(|it| {
            let short = it.name.strip_prefix("Benchmark").unwrap_or(&it.name);
            it.path == package && (short == benchmark || short == name)
        })
    }
}

/// Removes what an earlier run has kept.
fn remove_earlier(folder: &Path) -> Result<(), RunError> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.extension().is_some_and(|it| it == EXTENSION) {
            fs::remove_file(&path).map_err(RunError::file(&path, FileAction::Remove))?;
        }
    }
    Ok(())
}

/// A file as the debug information names it, by import path, relative to the root of the repository if it is in the module.
fn in_repository(file: &str, package: &str, prepared: &Prepared) -> String {
    let file = file.trim_start_matches("./"); // with -trimpath, files are relative to `.`
    let root = &prepared.checkouts.new.root;
    let folder = prepared.packages.iter().find(|it| it.path == package).and_then(|it| {
        let Some(crate::run::build::Built::Binary { folder, .. }) = &it.built[Side::New] else { return None };
        Some(folder.strip_prefix(root).ok()?.to_string_lossy().replace('\\', "/"))
    });
    folder.map_or_else(|| file.to_string(), |folder| relative(file, package, &folder))
}

/// The same for a package and its folder, which have the path of the module and its folder before the part that they share.
fn relative(file: &str, package: &str, folder: &str) -> String {
    let parts =
        |path: &str| path.split('/').filter(|it| !it.is_empty()).map(String::from).collect::<Vec<_>>();
    let (mut module, mut place) = (parts(package), parts(folder));
    while module.len() > 1 && !place.is_empty() && module.last() == place.last() {
        module.pop();
        place.pop();
    }
    match file.strip_prefix(&format!("{}/", module.join("/"))) {
        Some(rest) => place.into_iter().chain([rest.to_string()]).collect::<Vec<_>>().join("/"),
        None => file.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_the_module_are_named_from_the_root_of_the_repository() {
        for (file, package, folder, want) in [
            ("example.com/hot/wire/sum.go", "example.com/hot/index", "index", "wire/sum.go"),
            ("example.com/hot/sum.go", "example.com/hot", "", "sum.go"),
            ("example.com/hot/wire/sum.go", "example.com/hot/wire", "tools/wire", "tools/wire/sum.go"),
            ("runtime/malloc.go", "example.com/hot", "", "runtime/malloc.go"),
        ] {
            assert_eq!(relative(file, package, folder), want, "{file}");
        }
    }
}
