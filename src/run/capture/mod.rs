//! Captures why benchmarks allocate what they do: profiles of separate runs, and the decisions of the compiler.
//!
//! Each benchmark runs in processes of its own, twice on each side with two fixed counts, so that the difference is without the cost
//! of setting up. Nothing is timed: recording every allocation makes a benchmark several times slower. A manifest says which file
//! has what.

mod allocations;
mod compiled;
mod counts;
mod decisions;
mod explain;
mod figures;
mod find;
mod folder;
mod listing;
mod sources;
mod stored;
mod target;

pub(crate) use compiled::compile_checkout;
pub use compiled::{Compiled, CompiledSides, compile_sides};
pub(crate) use explain::{advise_all, explain_all};
pub(crate) use find::find;
pub use find::{Found, has_grown};
pub(crate) use sources::of_checkouts;
pub use stored::StoredCapture;
pub use target::{CaptureTarget, MOST_EXPLAINED};

use super::event::OnEvent;
use super::prepare::Prepared;
use super::side::{PerSide, Side};
use super::{Event, RunError};
use crate::cause::{CapturedBenchmark, CapturedDecisions, CapturedInputs, CapturedSide, Manifest};
use crate::run::build::TEST_BINARY;
use folder::Folder;
use listing::{Listing, list};
use std::collections::BTreeSet;
use std::path::Path;

/// Captures these benchmarks on both sides into a folder, and replaces an earlier capture in it.
///
/// What cannot be captured is no error: the manifest says why. Without benchmarks, only the earlier capture is removed.
///
/// # Errors
/// If the run is stopped, go cannot be started, a file cannot be written, or the folder has files that no run has written.
pub(crate) fn capture(
    prepared: &Prepared,
    targets: &[CaptureTarget],
    root: &Path,
    on_event: &mut OnEvent,
) -> Result<Manifest, RunError> {
    if targets.is_empty() {
        Folder::remove(root)?;
        return Ok(Manifest::new(CapturedSide::default(), CapturedSide::default(), Vec::new()));
    }
    let folder = Folder::create(root)?;
    let mut benchmarks: Vec<CapturedBenchmark> = Vec::new();
    for (index, target) in targets.iter().enumerate() {
        let number = index + 1;
        on_event(Event::Profile { number, total: targets.len(), name: &target.benchmark });
        benchmarks.push(allocations::record(prepared, target, &folder, number, on_event)?);
    }
    let packages: BTreeSet<&str> = targets.iter().map(|it| it.package.as_str()).collect();
    let packages: Vec<&str> = packages.into_iter().collect();
    let PerSide { base, mut new } = PerSide::try_new(|side| {
        if !prepared.sides.contains(&side) {
            return Ok(CapturedSide::default());
        }
        let checkout = &prepared.checkouts[side];
        let listing =
            list(&checkout.folder, &checkout.toolchain.variables, &checkout.root, &packages, &prepared.stop)?;
        let decisions = compile(prepared, &listing, &packages, side, &folder, on_event)?;
        Ok::<_, RunError>(describe(prepared, side, listing, decisions))
    })?;
    let inputs = packages
        .iter()
        .map(|it| CapturedInputs { package: it.to_string(), files: prepared.changed_inputs(it) });
    new.changed_inputs = inputs.filter(|it| !it.files.is_empty()).collect();
    let manifest = Manifest::new(base, new, benchmarks);
    folder.write_manifest(&manifest)?;
    Ok(manifest)
}

/// Has the compiler tell its decisions about the packages on a side.
fn compile(
    prepared: &Prepared,
    listing: &Listing,
    packages: &[&str],
    side: Side,
    folder: &Folder,
    on_event: &mut OnEvent,
) -> Result<Vec<CapturedDecisions>, RunError> {
    let mut all = Vec::new();
    for (index, &package) in packages.iter().enumerate() {
        on_event(Event::Decisions { side, package });
        all.extend(decisions::record(prepared, listing, package, side, folder, index + 1)?);
    }
    Ok(all)
}

/// What the manifest says of a side.
fn describe(
    prepared: &Prepared,
    side: Side,
    listing: Listing,
    decisions: Vec<CapturedDecisions>,
) -> CapturedSide {
    let checkout = &prepared.checkouts[side];
    let files = sources::read(&checkout.root, &listing.sources).files;
    CapturedSide {
        revision: checkout.revision.name.clone(),
        commit: checkout.revision.commit.clone(),
        is_working_tree: !checkout.revision.is_commit(),
        toolchain: checkout.toolchain.name.clone(),
        flags: TEST_BINARY.map(String::from).to_vec(),
        goflags: checkout.toolchain.goflags().to_string(),
        modules: listing.modules,
        dependencies: listing.dependencies,
        sources_hash: sources::hash(&files),
        sources: listing.sources,
        sources_left_out: listing.left_out,
        changed_inputs: Vec::new(),
        decisions,
    }
}
