//! `allocgate completions` and `allocgate man`: what the command line interface generates from itself.

use super::exit::{self, Exit};
use super::{console, write};
use anyhow::Context;
use clap::Command;
use clap_complete::{Generator, Shell};
use clap_mangen::roff::{Roff, bold, roman};
use std::io::{self, Write};
use std::path::PathBuf;

/// Generate shell completions
///
/// bash: in ~/.bashrc, source <(allocgate completions bash)
///
/// zsh: allocgate completions zsh > DIR/_allocgate, where DIR is in $fpath
///
/// fish: allocgate completions fish > ~/.config/fish/completions/allocgate.fish
///
/// powershell: in $PROFILE, allocgate completions powershell | Out-String | Invoke-Expression
///
/// elvish: in rc.elv, eval (allocgate completions elvish | slurp)
#[derive(Debug, clap::Args)]
pub(super) struct Completions {
    shell: Shell,
}

pub(super) fn completions(args: &Completions, mut command: Command) -> anyhow::Result<Exit> {
    let name = command.get_name().to_string();
    command.set_bin_name(name);
    command.build();
    console::print_bytes(|out| args.shell.try_generate(&command, out))?;
    Ok(Exit::Done)
}

/// Print the manual page
///
/// To read it: allocgate man | man -l -
#[derive(Debug, clap::Args)]
pub(super) struct Man {
    /// Write one page per command into this directory: allocgate.1, allocgate-check.1 and so on
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn man(args: &Man, command: Command) -> anyhow::Result<Exit> {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    let Some(folder) = &args.out else {
        console::print_bytes(|out| page(&command, out))?;
        return Ok(Exit::Done);
    };
    std::fs::create_dir_all(folder)
        .with_context(|| format!("{}: the directory cannot be created", folder.display()))?;
    for command in with_subcommands(&command) {
        let mut text = Vec::new();
        page(command, &mut text)?;
        write::replace(&folder.join(format!("{}.1", name(command))), &String::from_utf8(text)?)?;
    }
    Ok(Exit::Done)
}

/// The command and all its subcommands.
fn with_subcommands(command: &Command) -> Vec<&Command> {
    std::iter::once(command).chain(command.get_subcommands().flat_map(with_subcommands)).collect()
}

/// The full name, such as `allocgate-budget-init`.
fn name(command: &Command) -> &str {
    command.get_display_name().unwrap_or(command.get_name())
}

fn page(command: &Command, out: &mut dyn Write) -> io::Result<()> {
    let man = clap_mangen::Man::new(command.clone().after_help(None::<&str>))
        .title(name(command).to_uppercase())
        // No date, so that the same source gives the same page. With "" the page would have no header line.
        .date(" ")
        .source(concat!("allocgate ", env!("CARGO_PKG_VERSION")));
    man.render(out)?;
    // The help ends with the exit codes. A manual has a section for them.
    if command.get_after_help().is_some() { exit_status().to_writer(out) } else { Ok(()) }
}

fn exit_status() -> Roff {
    let mut section = Roff::new();
    section.control("SH", ["EXIT STATUS"]);
    for (code, meaning) in exit::CODES {
        section.control("TP", []).text([bold(code.to_string())]).text([roman(meaning)]);
    }
    section
}
