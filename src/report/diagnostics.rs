//! Problems of a policy, as rustc would show them.

use crate::diag::{Level, Problems};
use annotate_snippets::{AnnotationKind, Group, Level as Shown, Renderer, Snippet};

/// Every problem with its source line, a caret, and what to do. Plain text, or with ANSI colours if `coloured`.
pub fn diagnostics(problems: &Problems, coloured: bool) -> String {
    let renderer = if coloured { Renderer::styled() } else { Renderer::plain() };
    let groups: Vec<Group> = problems
        .list
        .iter()
        .map(|problem| {
            let level = match problem.level {
                Level::Error => Shown::ERROR,
                Level::Warning => Shown::WARNING,
            };
            let marks = problem.labels.iter().map(|label| {
                let end = label.span.end.min(problems.text.len());
                AnnotationKind::Primary.span(label.span.start.min(end)..end).label(label.text.as_str())
            });
            let snippet =
                Snippet::source(problems.text.as_str()).path(problems.origin.as_str()).annotations(marks);
            let group = level.primary_title(problem.title.as_str()).id(problem.code).element(snippet);
            match &problem.help {
                Some(help) => group.element(Shown::HELP.message(help.as_str())),
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
        error[alpha]: alpha is 5, which is no probability of a false alarm
         --> p.toml:2:9
          |
        2 | alpha = 5 # too much
          |         ^
          |
          = help: write a number between 0 and 1, such as 0.05
        ");
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
