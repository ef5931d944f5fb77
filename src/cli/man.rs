//! `allocgate man`: the manual, one page for the program and one for each of its commands.

use super::exit::{self, Exit};
use super::{console, write};
use anyhow::Context;
use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use std::io::{self, Write};
use std::path::PathBuf;

/// Print the manual page, or write the pages of all commands into a folder
///
/// Without --out: allocgate man | man -l -
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Write allocgate.1, allocgate-check.1 and so on into this folder
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args, command: Command) -> anyhow::Result<Exit> {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    let Some(folder) = &args.out else {
        console::print_bytes(|out| page(&command, out))?;
        return Ok(Exit::Done);
    };
    std::fs::create_dir_all(folder)
        .with_context(|| format!("{}: the folder cannot be made", folder.display()))?;
    for command in with_all_below(&command) {
        let mut text = Vec::new();
        page(command, &mut text)?;
        write::replace(&folder.join(format!("{}.1", name(command))), &String::from_utf8(text)?)?;
    }
    Ok(Exit::Done)
}

/// The command, its commands, theirs, and so on.
fn with_all_below(command: &Command) -> Vec<&Command> {
    std::iter::once(command).chain(command.get_subcommands().flat_map(with_all_below)).collect()
}

/// Such as `allocgate-budget-init`.
fn name(command: &Command) -> &str {
    command.get_display_name().unwrap_or(command.get_name())
}

fn page(command: &Command, out: &mut dyn Write) -> io::Result<()> {
    let man = Man::new(command.clone().after_help(None::<&str>))
        .title(name(command).to_uppercase())
        // No day, so that the same source makes the same page. The blank holds its place, as "" would not.
        .date(" ")
        .source(concat!("allocgate ", env!("CARGO_PKG_VERSION")));
    man.render(out)?;
    // What help says at its end are the exit codes, and a manual has a section for them.
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
