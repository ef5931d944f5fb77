//! Commands that measure benchmarks again. They are pasted into shells, so they contain plain names only.

use crate::model::{Name, RunOptions};
use crate::verdict::Finding;

/// The most functions and the most packages that one command names.
pub(super) const MOST: usize = 50;

/// The fewest rounds that decide a suspect, and the most that `allocgate run` accepts.
const ROUNDS: (usize, usize) = (20, 1000);

/// The command that decides these suspects, the worst first: it interleaves base and new, and takes at least twice the samples,
/// and otherwise measures as the run with these options did. `None` if no name is plain.
pub(super) fn decide<'f>(
    suspects: impl IntoIterator<Item = &'f Finding>,
    options: Option<&RunOptions>,
) -> Option<String> {
    let (mut functions, mut packages, mut samples) = (Vec::new(), Vec::new(), 0);
    for finding in suspects {
        let Some(function) = function(finding) else { continue };
        add(&mut functions, function);
        add(&mut packages, package(finding).to_string());
        samples =
            [finding.base, finding.new].into_iter().flatten().map(|side| side.n).fold(samples, usize::max);
    }
    let bench = match functions.as_slice() {
        [] => return None,
        [one] => one.clone(),
        many => format!("({})", many.join("|")),
    };
    let rounds = samples.saturating_mul(2).clamp(ROUNDS.0, ROUNDS.1);
    let options = given(&options.map(|it| it.into_folder_without_rounds("suspects")).unwrap_or_default());
    Some(format!("allocgate run{options} --bench '^{bench}$' --rounds {rounds} {}", packages.join(" ")))
}

/// The command that explains why these benchmarks allocate more. `None` if no name is plain, or if the sides are variants, which that
/// command cannot build.
pub(super) fn causes<'f>(
    findings: impl IntoIterator<Item = &'f Finding>,
    options: Option<&RunOptions>,
) -> Option<String> {
    if options.is_some_and(RunOptions::have_variants) {
        return None;
    }
    let (mut names, mut packages) = (Vec::new(), Vec::new());
    for finding in findings {
        let Some(function) = function(finding) else { continue };
        let Some(name) = function.strip_prefix("Benchmark").filter(|name| !name.is_empty()) else { continue };
        add(&mut names, name.to_string());
        add(&mut packages, package(finding).to_string());
    }
    let options = given(&options.map(RunOptions::of_revisions).unwrap_or_default());
    let (benchmarks, packages) = (names.join(" "), packages.join(" "));
    (!names.is_empty()).then(|| format!("allocgate causes{options} {benchmarks} -- {packages}"))
}

/// Options as they follow the name of a command.
pub(super) fn given(options: &str) -> String {
    if options.is_empty() { String::new() } else { format!(" {options}") }
}

fn add(names: &mut Vec<String>, name: String) {
    if names.len() < MOST && !names.contains(&name) {
        names.push(name);
    }
}

/// The benchmark function of a row; `None` if its name or its package is not plain.
pub(super) fn function(finding: &Finding) -> Option<String> {
    let function = Name::new(finding.benchmark.as_bytes()).go_function();
    (is_plain(&function) && is_plain(&finding.pkg)).then_some(function)
}

/// The package of a row, as commands name it.
pub(super) fn package(finding: &Finding) -> &str {
    if finding.pkg.is_empty() { "./..." } else { &finding.pkg }
}

/// Whether a text has only characters of import paths and Go names, and does not look like a flag.
fn is_plain(text: &str) -> bool {
    !text.starts_with('-')
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '/' | '-' | '~'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_a_shell_could_interpret_is_not_plain() {
        for (text, want) in [
            ("example.com/x/y_z-2", true),
            ("Größe", true),
            ("", true),
            ("-v", false),
            ("a b", false),
            ("a';id;'", false),
            ("$(id)", false),
            ("a|b", false),
        ] {
            assert_eq!(is_plain(text), want, "{text}");
        }
    }
}
