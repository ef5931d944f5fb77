//! Has the compiler print its decisions about the test binary of a package.

use super::folder::Folder;
use super::listing::Listing;
use crate::cause::CapturedDecisions;
use crate::run::build::{Built, test_binary};
use crate::run::prepare::Prepared;
use crate::run::process::{MOST_ERRORS, capture};
use crate::run::side::Side;
use crate::run::{FileAction, RunError};

/// Writes what the compiler prints about a package on a side, with the modules of the repository that are in its test binary. The
/// build cache replays it the next time. `None` if the side has no such package.
///
/// # Errors
/// If go cannot be started, the run is stopped, or the file cannot be written. A build that fails is none: the answer says so.
pub(super) fn record(
    prepared: &Prepared,
    listing: &Listing,
    package: &str,
    side: Side,
    folder: &Folder,
    number: usize,
) -> Result<Option<CapturedDecisions>, RunError> {
    let checkout = &prepared.checkouts[side];
    let failed = |problem: String| {
        Ok(Some(CapturedDecisions {
            package: package.to_string(),
            file: None,
            bytes: None,
            problem: Some(problem),
        }))
    };
    match prepared.built(package, side) {
        None => return Ok(None),
        Some(Built::Failed { output, .. }) => return failed(does_not_build(output)),
        Some(Built::Binary { .. } | Built::Unchanged { .. }) => {}
    }
    // In the folder of a worktree, so that what a killed run leaves is found together. Not every system has /dev/null.
    let temporary = prepared.checkouts.base.revision.temporary_folder();
    let scratch = tempfile::Builder::new().prefix("allocgate-").tempdir_in(&temporary);
    let scratch = scratch.map_err(RunError::file(temporary, FileAction::UseForTemporaryFiles))?;
    let mut command =
        test_binary(&checkout.folder, &checkout.toolchain.variables, &scratch.path().join("scratch.test"));
    let modules = listing.modules.iter().map(|it| it.path.as_str());
    command.env("GOTMPDIR", scratch.path());
    command.args(compiler_flags(modules, checkout.toolchain.goflags(), "-m=2")).arg(package);
    let output = capture(command, &prepared.stop)?;
    if !output.status.success() {
        return failed(format!("the build with -gcflags=-m=2 fails: {}", last_lines(&output.failure())));
    }
    let file = format!("{side}/{number}.m2.txt");
    folder.write(&file, &output.stderr)?;
    let is_cut = output.stderr.len() >= MOST_ERRORS;
    let problem = is_cut.then(|| format!("only the first {} MB were kept", MOST_ERRORS >> 20));
    let bytes = Some(output.stderr.len() as u64);
    Ok(Some(CapturedDecisions { package: package.to_string(), file: Some(file), bytes, problem }))
}

/// What a manifest says of a package that does not build: the first messages of the compiler.
pub(super) fn does_not_build(output: &str) -> String {
    // Lines that begin with # name the package.
    let lines: Vec<&str> = output.lines().filter(|line| !line.starts_with('#')).take(3).collect();
    format!("the package does not build: {}", lines.join("; "))
}

/// The last lines of an output: the decisions come before the error.
fn last_lines(output: &str) -> String {
    let mut lines: Vec<&str> = output.lines().rev().take(3).collect();
    lines.reverse();
    lines.join("; ")
}

/// A flag for each module: the compiler prints what `ask` says about all of its packages, and is otherwise called as GOFLAGS says.
/// Without modules it prints that of the package alone.
pub(super) fn compiler_flags<'m>(
    modules: impl Iterator<Item = &'m str>,
    goflags: &str,
    ask: &str,
) -> Vec<String> {
    let own = user_flags(goflags).map(|flags| format!("{flags} ")).unwrap_or_default();
    let flags: Vec<String> = modules.map(|module| format!("-gcflags={module}/...={own}{ask}")).collect();
    if flags.is_empty() { vec![format!("-gcflags={own}{ask}")] } else { flags }
}

/// The flags for the compiler in GOFLAGS. Ours take their place, because the last ones that match a package count.
fn user_flags(goflags: &str) -> Option<&str> {
    let words = goflags.split_whitespace().map(|word| word.trim_matches(['\'', '"']));
    let mut values = words.filter_map(|word| word.trim_start_matches('-').strip_prefix("gcflags="));
    let value = values.next_back()?;
    // `-l`, or `all=-l`.
    let flags = if value.starts_with('-') { value } else { value.split_once('=')?.1 };
    Some(flags).filter(|flags| !flags.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_is_named_and_the_flags_of_the_user_stay() {
        let flags =
            |modules: &[&str], goflags| compiler_flags(modules.iter().copied(), goflags, "-m=2").join(" ");
        assert_eq!(flags(&["example.com/hot"], ""), "-gcflags=example.com/hot/...=-m=2");
        assert_eq!(flags(&["a", "b"], "-tags=x"), "-gcflags=a/...=-m=2 -gcflags=b/...=-m=2");
        assert_eq!(flags(&["a"], "-mod=mod --gcflags=all=-l"), "-gcflags=a/...=-l -m=2");
        assert_eq!(flags(&[], "-gcflags=-N"), "-gcflags=-N -m=2");
    }

    #[test]
    fn of_a_failed_build_the_messages_are_told() {
        let output = "# example.com/hot/wire\nwire/a.go:1:2: undefined: x\nwire/a.go:2:2: undefined: y\n";
        assert_eq!(
            does_not_build(output),
            "the package does not build: wire/a.go:1:2: undefined: x; wire/a.go:2:2: undefined: y"
        );
        assert_eq!(last_lines("1\n2\n3\n4\n"), "2; 3; 4");
    }
}
