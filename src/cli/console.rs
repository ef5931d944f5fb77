//! Standard output and standard error, and whether they are coloured.

use allocgate::diag::Problems;
use allocgate::report;
use anstream::ColorChoice;
use clap::ValueEnum;
use std::io::{self, BufWriter, Write};

/// When to colour.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(super) enum Color {
    // On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    Always,
    Never,
}

impl Color {
    /// Makes the choice hold for both streams.
    pub(super) fn install(self) {
        let choice = match self {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        choice.write_global();
    }
}

/// Writes to standard output, through one buffer. That nobody reads to the end (`… | head`) is no error.
pub(super) fn print(render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    let mut out = BufWriter::new(anstream::stdout().lock());
    match render(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|error| anyhow::anyhow!("standard output: cannot be written: {error}")),
    }
}

/// Says on standard error what is worth knowing.
pub(super) fn warn(message: &str) {
    anstream::eprintln!("{}", report::clean(message));
}

/// Says on standard error why it could not go on: one sentence, or for problems in a policy their places in it.
pub(super) fn error(error: &anyhow::Error) {
    match error.downcast_ref::<Problems>() {
        Some(problems) => anstream::eprintln!("{}", report::diagnostics(problems, true)),
        None => anstream::eprintln!("allocgate: {}", report::clean(format!("{error:#}"))),
    }
}
