//! Writes to standard output and standard error, with or without colours.

use allocgate::internals::diag::Problems;
use allocgate::internals::query::SyntaxError;
use allocgate::report;
use anstream::{AutoStream, ColorChoice};
use clap::ValueEnum;
use std::io::{self, BufWriter, Write};

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(super) enum Color {
    // On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    Always,
    Never,
}

impl Color {
    /// Applies the choice to both streams.
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

/// Writes to standard output through a buffer. A closed pipe (`… | head`) is not an error.
pub(super) fn print(render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    written(render, &mut BufWriter::new(anstream::stdout().lock()))
}

/// Writes bytes to standard output without changes, for formats that other programs read.
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

/// Remembers whether the pipe was closed. Renderers can wrap the error, so that its kind is not visible afterwards.
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

/// Writes to standard error what could not be written to standard output.
pub(super) fn tell(render: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
    let _ = render(&mut anstream::stderr().lock());
}

/// Writes annotations for a CI runner to standard error. Errors are ignored: there is no other place to report them.
pub(super) fn annotate(render: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
    let mut out = BufWriter::new(io::stderr().lock());
    let _ = render(&mut out).and_then(|()| out.flush());
}

/// Writes a line to standard error. Errors are ignored: there is no other place to report them.
fn write_line(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// Prints a message to standard error.
pub(super) fn warn(message: &str) {
    write_line(&allocgate::internals::words::clean(message));
}

/// Prints a question to standard error, without a line end.
pub(super) fn ask(question: &str) {
    let mut out = anstream::stderr();
    let _ = write!(out, "{question}").and_then(|()| out.flush());
}

/// Prints problems in a text, with their places, to standard error.
pub(super) fn problems(problems: &Problems) {
    write_line(&report::diagnostics(problems, true));
}

/// Prints an error to standard error: one line, or for an error in a policy or an expression its place in the text.
pub(super) fn error(error: &anyhow::Error) {
    match error.downcast_ref::<Problems>() {
        Some(found) => problems(found),
        // Three lines: what is wrong, the expression, and a caret.
        None if error.is::<SyntaxError>() => write_line(&format!("allocgate: {error:#}")),
        None => {
            write_line(&format!("allocgate: {}", allocgate::internals::words::clean(format!("{error:#}"))))
        }
    }
}
