//! The packages of both sides with their test binaries.

use super::go::{ListedPackage, list_packages};
use super::inputs::with_same_inputs;
use super::{Built, Checkout, Job, build};
use crate::run::event::OnEvent;
use crate::run::plan::{Function, ShardPlan, Times, read_times};
use crate::run::side::{PerSide, Side};
use crate::run::{Event, FileAction, Request, RunError, Stop, Warning};
use std::collections::HashSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

/// A package, and what came of building it on each side; `None` where it does not exist or has no benchmarks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Package {
    /// Its import path.
    pub path: String,
    /// The path of its module; empty if it is in none.
    pub module: String,
    /// Its benchmark functions: those of new, unless only base has the package.
    pub benchmarks: Vec<String>,
    /// What came of building it.
    pub built: PerSide<Option<Built>>,
}

/// Lists the packages of these sides and builds them, but those that the change cannot affect; only those of the shard, if one is
/// wanted. With the plan of that. `changed` are the files that differ between the sides; `None` builds all packages.
pub(crate) fn build_packages(
    request: &Request,
    checkouts: &PerSide<Checkout>,
    sides: &[Side],
    changed: Option<&[PathBuf]>,
    target: &Path,
    stop: &Stop,
    on_event: &mut OnEvent,
) -> Result<(Vec<Package>, Option<ShardPlan>), RunError> {
    let mut listed = PerSide::try_new(|side| match sides.contains(&side) {
        true => {
            let Checkout { folder, toolchain, .. } = &checkouts[side];
            list_packages(folder, &toolchain.variables, &request.packages, side, stop)
        }
        false => Ok(Vec::new()),
    })?;
    for side in Side::BOTH {
        checkouts[side].check_packages(&listed[side])?;
    }
    if listed.base.is_empty() && listed.new.is_empty() && request.size.is_empty() {
        return Err(RunError::NoBenchmarks { patterns: request.packages.join(" ") });
    }
    let plan = shard_plan(request, &listed, on_event)?;
    if let Some(plan) = &plan {
        listed.base.retain(|package| plan.has_package(&package.path));
        listed.new.retain(|package| plan.has_package(&package.path));
    }
    let same = match changed {
        Some(changed) => unchanged(checkouts, &listed, changed, stop)?,
        None => HashSet::new(),
    };
    let targets = PerSide::try_new(|side| {
        let folder = target.join(side.to_string());
        fs::create_dir(&folder).map_err(RunError::file(&folder, FileAction::Create)).map(|()| folder)
    })?;
    let folders = |side: Side| listed[side].iter().map(move |it| (side, &*it.path, &*it.folder));
    let all: Vec<(Side, &str, &Path)> = Side::BOTH.into_iter().flat_map(folders).collect();
    let to_build: Vec<_> = all.iter().copied().filter(|(_, path, _)| !same.contains(*path)).collect();
    let mut built = build_all(checkouts, &to_build, &targets, stop, on_event)?.into_iter();
    let of = |&(_, path, folder): &(Side, &str, &Path)| match same.contains(path) {
        true => Built::Unchanged { folder: folder.to_path_buf() },
        false => built.next().expect("each package that is not the same was built"),
    };
    let built: Vec<Built> = all.iter().map(of).collect();
    let (base, new) = built.split_at(listed.base.len());
    let packages = merge(&listed, PerSide { base, new });
    if !request.tests_of_new {
        packages.iter().for_each(|package| package.warn_of_failures(on_event));
    }
    check_that_new_builds(&packages, &checkouts.new.revision.name)?;
    Ok((packages, plan))
}

/// Which shard has which functions of both sides, if the request is for a shard.
fn shard_plan(
    request: &Request,
    listed: &PerSide<Vec<ListedPackage>>,
    on_event: &mut OnEvent,
) -> Result<Option<ShardPlan>, RunError> {
    let Some(shard) = request.shard else { return Ok(None) };
    let times = match &request.shard_times {
        Some(file) => shard_times(file, on_event)?,
        None => Times::new(),
    };
    let functions = |package: &ListedPackage| -> Vec<Function> {
        // A package that go cannot read has no known function, and fails in one shard.
        let unknown = package.benchmarks.is_empty().then(String::new);
        package.benchmarks.iter().cloned().chain(unknown).map(|name| (package.path.clone(), name)).collect()
    };
    let functions = listed.base.iter().chain(&listed.new).flat_map(functions).collect();
    Ok(Some(ShardPlan::new(shard, functions, &times, &request.options_of_plan())))
}

fn shard_times(file: &Path, on_event: &mut OnEvent) -> Result<Times, RunError> {
    match fs::read_to_string(file) {
        Ok(text) => read_times(&text).map_err(|(line, text)| RunError::ShardTimes {
            path: file.to_path_buf(),
            line,
            text,
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            on_event(Event::Warning(&Warning::NoShardTimes(file.to_path_buf())));
            Ok(Times::new())
        }
        Err(error) => Err(RunError::file(file, FileAction::Read)(error)),
    }
}

/// The packages that the change cannot affect, without building them.
fn unchanged(
    checkouts: &PerSide<Checkout>,
    listed: &PerSide<Vec<ListedPackage>>,
    changed: &[PathBuf],
    stop: &Stop,
) -> Result<HashSet<String>, RunError> {
    let mut same = with_same_inputs(checkouts, listed, stop)?;
    same.retain(|path| {
        let package = listed.new.iter().find(|package| package.path == *path);
        let folder = package.and_then(|package| relative(&checkouts.new.root, &package.folder));
        folder.is_some_and(|folder| !may_be_read(changed, &folder))
    });
    Ok(same)
}

/// The folders of the binaries of both sides.
fn targets_in(target: &Path) -> PerSide<PathBuf> {
    PerSide { base: target.join(Side::Base.to_string()), new: target.join(Side::New.to_string()) }
}

/// Builds the packages that were not built, because the change cannot affect them. `target` is the folder of the binaries.
pub(crate) fn build_rest(
    packages: &mut [Package],
    checkouts: &PerSide<Checkout>,
    target: &Path,
    stop: &Stop,
    on_event: &mut OnEvent,
) -> Result<(), RunError> {
    let targets = targets_in(target);
    for side in Side::BOTH {
        let is_left = |package: &&Package| matches!(package.built[side], Some(Built::Unchanged { .. }));
        let left = packages.iter().filter(is_left).filter_map(|package| match &package.built[side] {
            Some(Built::Unchanged { folder }) => Some((side, &*package.path, &**folder)),
            _ => None,
        });
        let left: Vec<(Side, &str, &Path)> = left.collect();
        if left.is_empty() {
            continue;
        }
        let mut built = build_all(checkouts, &left, &targets, stop, on_event)?.into_iter();
        for package in packages.iter_mut() {
            if let Some(Built::Unchanged { .. }) = &package.built[side] {
                *package.built.get_mut(side) = built.next();
            }
        }
    }
    Ok(())
}

/// Builds packages of base once more, with the files that it has now; each with its folder in base.
pub(crate) fn build_base_again(
    packages: &mut [Package],
    folders: &[(String, PathBuf)],
    checkouts: &PerSide<Checkout>,
    target: &Path,
    stop: &Stop,
    on_event: &mut OnEvent,
) -> Result<(), RunError> {
    let targets = targets_in(target);
    let jobs: Vec<(Side, &str, &Path)> =
        folders.iter().map(|(path, folder)| (Side::Base, &**path, &**folder)).collect();
    let built = build_all(checkouts, &jobs, &targets, stop, on_event)?;
    for ((path, _), built) in folders.iter().zip(built) {
        if let Some(package) = packages.iter_mut().find(|package| package.path == *path) {
            package.built.base = Some(built);
            package.warn_of_failures(on_event);
        }
    }
    Ok(())
}

/// Builds these packages of these sides; the results are in the same order.
fn build_all(
    checkouts: &PerSide<Checkout>,
    packages: &[(Side, &str, &Path)],
    targets: &PerSide<PathBuf>,
    stop: &Stop,
    on_event: &mut OnEvent,
) -> Result<Vec<Built>, RunError> {
    let caches = PerSide { base: checkouts.base.cache(), new: checkouts.new.cache() };
    let jobs: Vec<Job> = packages
        .iter()
        .map(|&(side, package, package_folder)| Job {
            package,
            package_folder,
            folder: &checkouts[side].folder,
            variables: &checkouts[side].toolchain.variables,
            target: &targets[side],
            cache: caches[side].as_ref(),
        })
        .collect();
    if jobs.is_empty() { Ok(Vec::new()) } else { build(&jobs, stop, on_event) }
}

/// Brings the two sides of each package together: the packages of new in their order, then those that only base has.
fn merge(listed: &PerSide<Vec<ListedPackage>>, built: PerSide<&[Built]>) -> Vec<Package> {
    let package = |listed: &ListedPackage, base, new| Package {
        path: listed.path.clone(),
        module: listed.module.clone(),
        benchmarks: listed.benchmarks.clone(),
        built: PerSide { base, new },
    };
    let in_new = listed.new.iter().zip(built.new).map(|(new, built_new)| {
        let base = listed.base.iter().position(|base| base.path == new.path);
        package(new, base.map(|at| built.base[at].clone()), Some(built_new.clone()))
    });
    let is_gone = |base: &ListedPackage| listed.new.iter().all(|new| new.path != base.path);
    let gone = listed.base.iter().zip(built.base).filter(|(base, _)| is_gone(base));
    in_new.chain(gone.map(|(base, built_base)| package(base, Some(built_base.clone()), None))).collect()
}

/// Fails if packages of new exist, and none of them builds.
fn check_that_new_builds(packages: &[Package], revision: &str) -> Result<(), RunError> {
    let failure = packages.iter().find_map(|package| match &package.built.new {
        Some(Built::Failed { output, .. }) => Some(output),
        Some(Built::Binary { .. } | Built::Unchanged { .. }) | None => None,
    });
    let builds =
        |package: &Package| matches!(package.built.new, Some(Built::Binary { .. } | Built::Unchanged { .. }));
    match failure {
        Some(output) if !packages.iter().any(builds) => {
            // Lines that begin with # name the package.
            let lines: Vec<&str> = output.lines().filter(|line| !line.starts_with('#')).take(2).collect();
            Err(RunError::NothingBuilds { revision: revision.to_string(), output: lines.join("; ") })
        }
        Some(_) | None => Ok(()),
    }
}

impl Package {
    /// Whether it can be run on a side.
    pub fn has_binary(&self, side: Side) -> bool {
        matches!(self.built[side], Some(Built::Binary { .. }))
    }

    pub fn warn_of_failures(&self, on_event: &mut OnEvent) {
        for side in Side::BOTH {
            if let Some(Built::Failed { stage, output }) = &self.built[side] {
                let (package, output) = (self.path.clone(), output.clone());
                on_event(Event::Warning(&Warning::BuildFailed { package, side, stage: *stage, output }));
            }
        }
    }

    /// Whether the change cannot affect it: what its binaries are built from is equal, or its two binaries are, and so are the files that they may read. `changed` are the
    /// files that differ, `root` is the top of new.
    pub fn is_unchanged(&self, changed: &[PathBuf], root: &Path) -> bool {
        if matches!(self.built.new, Some(Built::Unchanged { .. })) {
            return true;
        }
        let (Some(Built::Binary { file: base, .. }), Some(Built::Binary { file: new, folder })) =
            (&self.built.base, &self.built.new)
        else {
            return false;
        };
        // Of files outside of the repository it is not known whether they changed.
        let Some(folder) = relative(root, folder) else { return false };
        !may_be_read(changed, &folder) && are_equal(base, new)
    }
}

impl Package {
    /// Those of the changed files that are input of its benchmarks, as far as their names tell: beside its code and no code, or in a
    /// `testdata` of its folder or of one above or below. `root` is the top of new.
    pub fn changed_inputs<'f>(&self, changed: &'f [PathBuf], root: &Path) -> Vec<&'f Path> {
        let Some(Built::Binary { folder, .. }) = &self.built.new else { return Vec::new() };
        let Some(folder) = relative(root, folder) else { return Vec::new() };
        changed.iter().map(PathBuf::as_path).filter(|path| is_input(path, &folder)).collect()
    }
}

fn is_input(path: &Path, folder: &Path) -> bool {
    let data: Option<PathBuf> = path
        .components()
        .position(|part| part == Component::Normal("testdata".as_ref()))
        .map(|at| path.components().take(at).collect());
    if let Some(above) = data {
        return folder.starts_with(&above) || above.starts_with(folder);
    }
    path.starts_with(folder) && may_be_read(&[path.to_path_buf()], folder) && {
        // What is beside the code of another package is that one's.
        let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
        path.parent() == Some(folder)
            && !matches!(extension, "md" | "mod" | "sum" | "work" | "toml" | "yml" | "yaml" | "s")
            && !path.file_name().is_some_and(|it| it.to_string_lossy().starts_with('.'))
    }
}

fn relative(root: &Path, folder: &Path) -> Option<PathBuf> {
    let (root, folder) = (root.canonicalize().ok()?, folder.canonicalize().ok()?);
    folder.strip_prefix(root).ok().map(Path::to_path_buf)
}

fn are_equal(one: &Path, other: &Path) -> bool {
    let length = |file: &Path| file.metadata().map(|it| it.len()).ok();
    length(one) == length(other)
        && matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}

/// Whether the benchmarks of the package in `folder` may read one of these files while they run. That is any file but sources and
/// files of the go command, Markdown, policies, and hidden files in the root; and any file beside the package that is no Go source.
/// Benchmarks do read `../data`, and measuring without need is better than missing a change.
fn may_be_read(changed: &[PathBuf], folder: &Path) -> bool {
    let has_extension = |path: &Path, extensions: &[&str]| {
        path.extension().and_then(|it| it.to_str()).is_some_and(|it| extensions.contains(&it))
    };
    let is_data = |path: &Path| path.components().any(|part| part == Component::Normal("testdata".as_ref()));
    let is_beside = |path: &Path| path.starts_with(folder) && !has_extension(path, &["go"]);
    let is_hidden = |path: &Path| path.to_string_lossy().starts_with('.');
    let is_policy = |path: &Path| path.ends_with("allocgate.toml");
    let is_never_read = |path: &Path| {
        is_hidden(path) || is_policy(path) || has_extension(path, &["go", "mod", "sum", "work", "md"])
    };
    changed.iter().any(|path| is_data(path) || is_beside(path) || !is_never_read(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_unchanged_if_its_binaries_and_the_files_it_may_read_are() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = root.path().join("wire");
        fs::create_dir(&folder).expect("created");
        let binary = |name: &str, text: &str| {
            let file = root.path().join(name);
            fs::write(&file, text).expect("written");
            Some(Built::Binary { file, folder: folder.clone() })
        };
        let package = |base, new| Package {
            path: "m/wire".to_string(),
            module: "m".to_string(),
            benchmarks: Vec::new(),
            built: PerSide { base, new },
        };
        let same = package(binary("a", "same"), binary("b", "same"));
        let is_unchanged = |it: &Package, changed: &[&str]| {
            let changed: Vec<PathBuf> = changed.iter().map(PathBuf::from).collect();
            it.is_unchanged(&changed, root.path())
        };
        assert!(is_unchanged(&same, &[]) && is_unchanged(&same, &["wire/wire.go", "README.md"]));
        assert!(!is_unchanged(&same, &["wire/testdata/big.json"]), "it may read that");
        assert!(!is_unchanged(&package(binary("a", "same"), binary("c", "sane")), &[]));
        assert!(!is_unchanged(&package(None, binary("b", "same")), &[]));
    }

    #[test]
    fn inputs_are_test_data_and_files_beside_the_code() {
        for (path, folder, want) in [
            ("wire/testdata/frames.json", "wire", true),
            ("testdata/frames.json", "wire", true),
            ("other/testdata/frames.json", "wire", false),
            ("wire/deep/testdata/frames.json", "wire", true),
            ("wire/frames.bin", "wire", true),
            ("wire/wire.go", "wire", false),
            ("README.md", "", false),
            (".gitignore", "", false),
            ("go.mod", "", false),
            ("words.txt", "", true),
            ("docs/words.txt", "", false),
        ] {
            assert_eq!(is_input(Path::new(path), Path::new(folder)), want, "{path} {folder}");
        }
    }

    #[test]
    fn test_data_and_files_beside_the_code_may_be_read() {
        let folder = Path::new("wire");
        for (path, want) in [
            ("wire/frame.go", false),
            ("wire/frames.bin", true),
            ("wire/testdata/x.go", true),
            ("testdata/big.json", true),
            ("README.md", false),
            ("index/words.txt", true),
            ("data/words.txt", true),
            ("third_party/corpus", true),
            ("go.mod", false),
            (".github/workflows/ci.yml", false),
        ] {
            assert_eq!(may_be_read(&[path.into()], folder), want, "{path}");
        }
        assert!(may_be_read(&["words.txt".into()], Path::new("")), "the package in the root");
    }
}
