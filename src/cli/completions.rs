//! `allocgate completions`: what a shell needs to complete the command line.

use super::console;
use super::exit::Exit;
use clap::Command;
use clap_complete::{Generator, Shell};

/// Print what makes a shell complete commands, flags and their values
///
/// bash: in ~/.bashrc, source <(allocgate completions bash)
///
/// zsh: allocgate completions zsh > FOLDER/_allocgate, a folder in $fpath
///
/// fish: allocgate completions fish > ~/.config/fish/completions/allocgate.fish
///
/// powershell: in $PROFILE, allocgate completions powershell | Out-String | Invoke-Expression
///
/// elvish: in rc.elv, eval (allocgate completions elvish | slurp)
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    shell: Shell,
}

pub(super) fn run(args: &Args, mut command: Command) -> anyhow::Result<Exit> {
    let name = command.get_name().to_string();
    command.set_bin_name(name);
    command.build();
    console::print_bytes(|out| args.shell.try_generate(&command, out))?;
    Ok(Exit::Done)
}
