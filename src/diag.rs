//! Diagnostics: what is wrong in a text, where, and what to do about it.

use std::fmt;
use std::ops::Range;

/// A problem in a text that a person wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name for this kind of problem, in kebab-case.
    pub code: &'static str,
    /// What is wrong, in one sentence.
    pub title: String,
    /// Where it is; may be empty.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
}

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The text cannot be used.
    Error,
    /// The text can be used, but should be changed.
    Warning,
}

/// A part of the text, with a remark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Byte offsets into the text.
    pub span: Range<usize>,
    /// The remark; may be empty.
    pub text: String,
}

/// Problems in one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    /// The name of the text: the path as the user gave it.
    pub origin: String,
    /// The text.
    pub text: String,
    /// At least one problem.
    pub list: Vec<Diagnostic>,
}

impl Diagnostic {
    /// An error at one place of the text.
    pub fn error(code: &'static str, span: Range<usize>, title: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, span, title.into())
    }

    /// A warning at one place of the text.
    pub fn warning(code: &'static str, span: Range<usize>, title: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, span, title.into())
    }

    fn new(severity: Severity, code: &'static str, span: Range<usize>, title: String) -> Diagnostic {
        let labels = vec![Label { span, text: String::new() }];
        Diagnostic { severity, code, title, labels, help: None }
    }

    /// Adds what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }
}

impl Problems {
    /// The line, from 1, of a byte offset.
    pub fn line(&self, offset: usize) -> usize {
        1 + self.text.bytes().take(offset).filter(|&byte| byte == b'\n').count()
    }
}

/// One line per problem: `FILE:LINE: what is wrong; what to do`.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.list.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{}", self.origin)?;
            if let Some(label) = problem.labels.first() {
                write!(f, ":{}", self.line(label.span.start))?;
            }
            write!(f, ": {}", problem.title)?;
            if let Some(help) = &problem.help {
                write!(f, "; {help}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_one_line_with_its_place() {
        let list = vec![Diagnostic::error("bad-value", 4..5, "alpha is 2").help("write a number below 1")];
        let problems = Problems { origin: "p.toml".into(), text: "a\nb\nc".into(), list };
        assert_eq!(problems.to_string(), "p.toml:3: alpha is 2; write a number below 1");
    }
}
