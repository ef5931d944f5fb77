//! Collects the problems of a policy file, with their places.

use super::file::ToleranceFile;
use super::{Origin, Setting, Tolerance};
use crate::diag::Diagnostic;
use crate::model::Unit;
use crate::query::Glob;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;

/// What is known while a policy file is checked.
pub(super) struct Checker {
    /// What messages call the file.
    pub source: Arc<str>,
    /// The offsets of all line ends, to compute line numbers.
    ends: Vec<usize>,
    /// Why the file is not a policy.
    pub problems: Vec<Diagnostic>,
    /// What the author of the file should change, although it is a policy.
    pub warnings: Vec<Diagnostic>,
}

impl Checker {
    /// Starts to check a text. `source` is what messages call it.
    pub fn new(source: &str, text: &str) -> Checker {
        let ends = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').map(|(at, _)| at).collect();
        Checker { source: source.into(), ends, problems: Vec::new(), warnings: Vec::new() }
    }

    /// A level for a unit without a direction: it has no regressions.
    pub fn unknown_direction(&mut self, unit: &Unit, span: Range<usize>) {
        self.problem(
            "unknown-direction",
            span,
            format!("the direction of {unit} is unknown"),
            format!("set better = \"lower\" or better = \"higher\" under [unit.\"{unit}\"]"),
        );
    }

    pub fn tolerance(&mut self, written: Spanned<ToleranceFile>) -> Option<Setting<Tolerance>> {
        let origin = self.origin(written.span());
        match Tolerance::new(written.get_ref()) {
            Ok(value) => Some(Setting { value, origin }),
            Err(why) => {
                self.problem(
                    "tolerance",
                    written.span(),
                    why,
                    "write { percent = 5 }, { absolute = 8 }, or both",
                );
                None
            }
        }
    }

    pub fn glob(&mut self, pattern: &Spanned<String>) -> Option<Glob> {
        Glob::new(pattern.get_ref())
            .map_err(|error| {
                self.problem(
                    "pattern",
                    pattern.span(),
                    format!("invalid pattern: {error}"),
                    "wildcards are *, **, ? and {a,b}; write \\ before a character to match it literally",
                );
            })
            .ok()
    }

    /// The value with its line.
    pub fn setting<T>(&self, written: Spanned<T>) -> Setting<T> {
        let origin = self.origin(written.span());
        Setting { value: written.into_inner(), origin }
    }

    /// The line of a span.
    pub fn origin(&self, span: Range<usize>) -> Origin {
        let line = 1 + self.ends.partition_point(|&end| end < span.start);
        Origin { source: self.source.clone(), line: Some(line) }
    }

    /// Adds a problem: the file is not a policy.
    pub fn problem(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        title: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.problems.push(Diagnostic::error(code, span, title).help(help));
    }

    /// Adds a warning.
    pub fn warning(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        title: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.warnings.push(Diagnostic::warning(code, span, title).help(help));
    }
}
