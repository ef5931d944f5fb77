//! Standard output and standard error, and whether they are coloured.

use allocgate::internals::diag::Problems;
use allocgate::internals::query::SyntaxError;
use allocgate::report;
use anstream::{AutoStream, ColorChoice};
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

/// Whether standard output shows colours.
pub(super) fn is_coloured() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// Writes to standard output, through one buffer. That nobody reads to the end (`… | head`) is no error.
pub(super) fn print(render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    written(render, &mut BufWriter::new(anstream::stdout().lock()))
}

/// Writes to standard output byte for byte: for formats that other programs read.
pub(super) fn print_bytes(render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    written(render, &mut BufWriter::new(io::stdout().lock()))
}

fn written(render: impl FnOnce(&mut dyn Write) -> io::Result<()>, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut pipe = Pipe { out, is_closed: false };
    match render(&mut pipe).and_then(|()| pipe.flush()) {
        Err(_) if pipe.is_closed => Ok(()),
        other => other.map_err(|error| anyhow::anyhow!("standard output: cannot be written: {error}")),
    }
}

/// Knows whether its reader has gone. A renderer may wrap errors, so that one could not be told from another behind it.
struct Pipe<'w> {
    out: &'w mut dyn Write,
    is_closed: bool,
}

impl Write for Pipe<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes).inspect_err(|error| self.is_closed |= error.kind() == io::ErrorKind::BrokenPipe)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush().inspect_err(|error| self.is_closed |= error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Says on standard error what standard output may not have got.
pub(super) fn tell(render: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
    let _ = render(&mut anstream::stderr().lock());
}

/// Says on standard error what a CI runner reads. If nobody reads it, nobody is left to tell.
pub(super) fn annotate(render: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
    let mut out = BufWriter::new(io::stderr().lock());
    let _ = render(&mut out).and_then(|()| out.flush());
}

/// A line on standard error. Where that is full or closed, there is nobody to tell.
fn say(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// Says on standard error what is worth knowing.
pub(super) fn warn(message: &str) {
    say(&allocgate::internals::words::clean(message));
}

/// Prints problems in a text, with their places, to standard error.
pub(super) fn problems(problems: &Problems) {
    say(&report::diagnostics(problems, true));
}

/// Prints an error to standard error: one line, or for an error in a policy or an expression its place in the text.
pub(super) fn error(error: &anyhow::Error) {
    match error.downcast_ref::<Problems>() {
        Some(found) => problems(found),
        // Three lines: what is wrong, the expression, and a caret.
        None if error.is::<SyntaxError>() => say(&format!("allocgate: {error:#}")),
        None => say(&format!("allocgate: {}", allocgate::internals::words::clean(format!("{error:#}")))),
    }
}
