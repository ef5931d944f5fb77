//! A problem with a place: what is wrong, where, and what to do about it.

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
    /// Where, if there is a place.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
}

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// It cannot go on.
    Error,
    /// It can, but should be looked at.
    Warning,
}

/// A part of the text, with what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Byte offsets into the text.
    pub span: Range<usize>,
    /// What is to be said; may be empty.
    pub text: String,
}

/// One or more problems in one text, which they share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    /// What the text is called: the path as it was named.
    pub origin: String,
    /// The text.
    pub text: String,
    /// The problems: at least one.
    pub list: Vec<Diagnostic>,
}

impl Diagnostic {
    /// An error at one place of the text.
    pub fn error(code: &'static str, span: Range<usize>, title: impl Into<String>) -> Diagnostic {
        let labels = vec![Label { span, text: String::new() }];
        Diagnostic { severity: Severity::Error, code, title: title.into(), labels, help: None }
    }

    /// The same with a word of advice.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }
}

impl Problems {
    /// The line (from 1) on which a byte offset stands.
    pub fn line(&self, offset: usize) -> usize {
        1 + self.text.bytes().take(offset).filter(|&byte| byte == b'\n').count()
    }
}

/// One line per problem: file, line, what is wrong, what to do.
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
    fn a_problem_reads_as_one_line_with_its_place() {
        let list = vec![Diagnostic::error("bad-value", 4..5, "alpha is 2").help("write a number below 1")];
        let problems = Problems { origin: "p.toml".into(), text: "a\nb\nc".into(), list };
        assert_eq!(problems.to_string(), "p.toml:3: alpha is 2; write a number below 1");
    }
}
