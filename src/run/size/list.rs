//! Asks the go command which programs there are.

use crate::run::build::{Checkout, ask, go};
use crate::run::side::Side;
use crate::run::{RunError, Stop};

/// The import paths of the `main` packages that a pattern matches on a side.
///
/// # Errors
/// If go cannot be started, or refuses the module or the pattern. A folder that only the other side has matches nothing.
pub(super) fn list_programs(
    checkout: &Checkout,
    pattern: &str,
    side: Side,
    stop: &Stop,
) -> Result<Vec<String>, RunError> {
    const FORMAT: &str = "{{if eq .Name \"main\"}}{{.ImportPath}}{{end}}";
    let mut command = go(&checkout.folder, &checkout.toolchain.variables);
    command.args(["list", "-e", "-f", FORMAT, "--", pattern]);
    let output = ask(command, stop)?;
    match output.status.success() {
        true => Ok(output.stdout.lines().filter(|line| !line.is_empty()).map(String::from).collect()),
        false => Err(output.error(&format!("{side}: go list {pattern}"))),
    }
}
