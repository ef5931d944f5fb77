//! The options of a run.

/// Options of `allocgate run` that measure the same again: `--base 4bf2c5e0a1b2 --benchtime 100ms`. Only such as do nothing in a
/// shell but stand there, because they are part of commands that people paste.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunOptions(String);

impl RunOptions {
    /// `None` for other text.
    pub fn new(text: &str) -> Option<RunOptions> {
        let is_plain = |c: char| {
            c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '.' | ',' | '_' | '=' | '/' | '+' | ':')
        };
        let is_options = text.starts_with("--") && text.len() <= 200 && text.chars().all(is_plain);
        is_options.then(|| RunOptions(text.to_string()))
    }

    /// As on a command line.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// All except `--rounds` and `--max-rounds`, for a command that names other rounds; may be empty.
    pub fn without_rounds(&self) -> String {
        self.only(|option| !matches!(option, "--rounds" | "--max-rounds"))
    }

    /// The options that say which revisions and how many processors, for a command that does not time; may be empty.
    pub fn of_revisions(&self) -> String {
        self.only(|option| matches!(option, "--base" | "--new" | "--cpu"))
    }

    /// The options that are kept, each with its value.
    fn only(&self, is_kept: impl Fn(&str) -> bool) -> String {
        let mut words = self.0.split_whitespace().peekable();
        let mut kept = Vec::new();
        while let Some(option) = words.next() {
            let value = words.next_if(|word| !word.starts_with("--"));
            if is_kept(option) {
                kept.extend([Some(option), value].into_iter().flatten());
            }
        }
        kept.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_a_shell_could_interpret_is_no_options() {
        assert!(RunOptions::new("--base 4bf2c5e0a1b2 --benchtime 0.1s --cpu 1,4").is_some());
        for text in ["", "rm", "--base $(id)", "--base a;id", "--base a|b", "--base 'a", "--base a\tb"] {
            assert_eq!(RunOptions::new(text), None, "{text}");
        }
    }

    #[test]
    fn rounds_are_left_out_with_their_numbers() {
        for (text, want) in [
            (
                "--base 4bf2c5e0a1b2 --rounds 5 --max-rounds 8 --benchtime 100ms",
                "--base 4bf2c5e0a1b2 --benchtime 100ms",
            ),
            ("--base 4bf2c5e0a1b2", "--base 4bf2c5e0a1b2"),
            ("--max-rounds 8 --rounds 5", ""),
            ("--base c0ffee --rounds", "--base c0ffee"),
        ] {
            let options = RunOptions::new(text).map(|options| options.without_rounds());
            assert_eq!(options.as_deref(), Some(want), "{text}");
        }
        let options = RunOptions::new("--base c0ffee --rounds 5 --unchanged --new HEAD --benchtime 1s");
        assert_eq!(options.map(|it| it.of_revisions()).as_deref(), Some("--base c0ffee --new HEAD"));
    }
}
