//! The problems of a policy file, in the style of rustc.

use crate::diag::{Problems, Severity};
use crate::words::{clean, harmless};
use annotate_snippets::{AnnotationKind, Group, Level as Shown, Renderer, Snippet};

/// Every problem with its source line, a caret and help. Plain text, or with ANSI colours if `coloured`.
pub fn diagnostics(problems: &Problems, coloured: bool) -> String {
    let text = problems.text.chars().scan(' ', |last, c| {
        let shown = if *last == '#' && c == '#' { '?' } else { harmless(c) };
        *last = shown;
        Some(shown)
    });
    let (text, origin) = (text.collect::<String>(), clean(&problems.origin));
    let renderer = if coloured { Renderer::styled() } else { Renderer::plain() };
    let groups: Vec<Group> = problems
        .list
        .iter()
        .map(|problem| {
            let level = match problem.severity {
                Severity::Error => Shown::ERROR,
                Severity::Warning => Shown::WARNING,
            };
            let marks = problem.labels.iter().map(|label| {
                let end = label.span.end.min(problems.text.len());
                AnnotationKind::Primary.span(label.span.start.min(end)..end).label(clean(&label.text))
            });
            let snippet = Snippet::source(text.as_str()).path(origin.as_str()).annotations(marks);
            let group = level.primary_title(clean(&problem.title)).id(problem.code).element(snippet);
            match &problem.help {
                Some(help) => group.element(Shown::HELP.message(clean(help))),
                None => group,
            }
        })
        .collect();
    renderer.render(&groups)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    #[test]
    fn a_problem_is_shown_under_its_line() {
        let text = "[gate]\nalpha = 5 # too much\n";
        let problems = Policy::parse("p.toml", text).map(|_| ()).expect_err("5 is no probability");
        insta::assert_snapshot!(diagnostics(&problems, false), @r"
        error[alpha]: alpha must be between 0 and 1, got 5
         --> p.toml:2:9
          |
        2 | alpha = 5 # too much
          |         ^
          |
          = help: alpha is the probability of a false alarm, such as 0.05
        ");
    }

    #[test]
    fn a_source_line_is_harmless_and_keeps_its_columns() {
        let text = "[gate]\nalpha = 7 # \u{1b}[31m\u{9b}\u{202e}##[error]x\n";
        let problems = Policy::parse("p.toml", text).map(|_| ()).expect_err("7 is no probability");
        let shown = diagnostics(&problems, false);
        assert!(shown.contains("2 | alpha = 7 # ?[31m¿\u{fffd}#?[error]x"), "{shown}");
    }

    #[test]
    fn any_text_and_any_span_can_be_shown() {
        for text in ["", "\n", "a = \"é", "[[budget]]\nbench = \"\\", "[gate]\r\nalpha = 2\r\n"] {
            let problems = Policy::parse("p.toml", text).map(|_| ());
            if let Err(problems) = problems {
                assert!(diagnostics(&problems, false).contains("p.toml"), "{text:?}");
            }
        }
    }
}
