//! The packages of both sides, found, built and put together.

use super::binary::{Built, Candidate};
use super::build::{Order, build};
use super::event::Tell;
use super::go::{Package, packages};
use super::revision::{Revision, Tree};
use super::{Event, Request, RunError, Side, Stop};
use std::path::Path;

/// Builds everything on both sides.
pub(super) fn candidates(
    request: &Request,
    sides: [(&Tree, &Revision); 2],
    into: &Path,
    stop: &Stop,
    tell: &mut Tell,
) -> Result<Vec<Candidate>, RunError> {
    let [base, new] = sides.map(|(tree, _)| packages(&tree.folder, &request.packages, stop));
    let (base, new) = (base?, new?);
    for (packages, (tree, _)) in [&base, &new].into_iter().zip(sides) {
        tree.holds(packages)?;
    }
    if base.is_empty() && new.is_empty() {
        return Err(RunError::NoBenchmarks { patterns: request.packages.join(" ") });
    }
    let caches = sides.map(|(tree, revision)| tree.cache(revision));
    let folders = ["base", "new"].map(|side| into.join(side));
    for folder in &folders {
        std::fs::create_dir(folder).map_err(RunError::file(folder, "created"))?;
    }
    let orders = |side: usize, packages: &'_ [Package]| -> Vec<(usize, Package)> {
        packages.iter().map(|package| (side, package.clone())).collect()
    };
    let ordered = [orders(0, &base), orders(1, &new)].concat();
    let orders: Vec<Order> = ordered
        .iter()
        .map(|(side, package)| Order {
            package,
            folder: &sides[*side].0.folder,
            into: &folders[*side],
            cache: caches[*side].as_ref(),
        })
        .collect();
    let built = build(&orders, stop, tell)?;
    let (base_built, new_built) = built.split_at(base.len());
    Ok(pair(&base, base_built, &new, new_built))
}

/// Puts together what both sides have of a package: those of new in its order, then those that are gone.
fn pair(base: &[Package], base_built: &[Built], new: &[Package], new_built: &[Built]) -> Vec<Candidate> {
    let find = |path: &str| base.iter().position(|package| package.path == path);
    let candidate = |package: &Package, base, new| Candidate {
        path: package.path.clone(),
        module: package.module.clone(),
        benchmarks: package.benchmarks.clone(),
        base,
        new,
    };
    let there = new.iter().zip(new_built).map(|(package, built)| {
        let before = find(&package.path).map(|at| base_built[at].clone());
        candidate(package, before, Some(built.clone()))
    });
    let is_gone = |package: &Package| new.iter().all(|it| it.path != package.path);
    let gone = base.iter().zip(base_built).filter(|(package, _)| is_gone(package));
    there.chain(gone.map(|(package, built)| candidate(package, Some(built.clone()), None))).collect()
}

/// Says what does not build, and why.
pub(super) fn mention_failures(candidates: &[Candidate], tell: &mut Tell) {
    for candidate in candidates {
        for (side, built) in [(Side::Base, &candidate.base), (Side::New, &candidate.new)] {
            if let Some(Built::Failed { how, said }) = built {
                let said: Vec<&str> = said.lines().take(5).collect();
                tell(Event::Remark(&format!(
                    "{} on the side of {side}: {how}\n{}",
                    candidate.path,
                    said.join("\n")
                )));
            }
        }
    }
}

/// Fails where there would be nothing to judge, for nothing of new builds.
pub(super) fn nothing_builds(candidates: &[Candidate], revision: &str) -> Result<(), RunError> {
    let failure = candidates.iter().find_map(|candidate| match &candidate.new {
        Some(Built::Failed { said, .. }) => Some(said),
        _ => None,
    });
    let builds = |candidate: &Candidate| matches!(candidate.new, Some(Built::Binary { .. }));
    match failure {
        Some(said) if !candidates.iter().any(builds) => {
            // go names the package in lines that begin so.
            let said: Vec<&str> = said.lines().filter(|line| !line.starts_with('#')).take(2).collect();
            Err(RunError::NothingBuilds { revision: revision.to_string(), said: said.join("; ") })
        }
        _ => Ok(()),
    }
}
