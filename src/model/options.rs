//! The options of a run.

/// Options of `allocgate run` that measure the same again: `--base 4bf2c5e0a1b2 --benchtime 100ms`. Only such as do nothing in a
/// shell but stand there, and start no other program, because they are part of commands that people paste.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunOptions(String);

/// The build flags of a variant that cannot make go start another program.
const FLAGS: [&str; 8] = ["pgo", "tags", "race", "cover", "trimpath", "mod", "gcflags", "asan"];

/// The environment variables of a variant that cannot do so.
const VARIABLES: [&str; 8] =
    ["GOGC", "GOMAXPROCS", "GOMEMLIMIT", "GOEXPERIMENT", "GOAMD64", "GOARM64", "GODEBUG", "CGO_ENABLED"];

impl RunOptions {
    /// `None` for other text.
    pub fn new(text: &str) -> Option<RunOptions> {
        let words: Vec<&str> = text.split(' ').collect();
        let is_first = words.first().is_some_and(|word| word.starts_with("--") && is_plain(word, ""));
        let is_rest = words.windows(2).all(|pair| is_safe(pair[0], pair[1]));
        (text.len() <= 200 && is_first && is_rest).then(|| RunOptions(text.to_string()))
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

    /// Whether they build or run the two sides in different ways.
    pub fn have_variants(&self) -> bool {
        let kinds = ["go", "env", "build"];
        let is_variant = |word: &str| {
            let side = word.strip_prefix("--base-").or_else(|| word.strip_prefix("--new-"));
            side.is_some_and(|kind| kinds.contains(&kind))
        };
        self.0.split_whitespace().any(is_variant)
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

/// Whether a word may follow an option or a value.
fn is_safe(before: &str, word: &str) -> bool {
    let name = word.trim_start_matches('-').split('=').next().unwrap_or_default();
    match before {
        "--base-build" | "--new-build" => {
            let is_one = word.starts_with('-') && word.matches('=').count() <= 1; // no flag within a flag
            is_one && FLAGS.contains(&name) && is_plain(word, "=/")
        }
        "--base-env" | "--new-env" => VARIABLES.contains(&name) && is_plain(word, "="),
        "--count" => is_plain(word, "="),
        _ => is_plain(word, ""),
    }
}

/// Whether it consists of letters, digits and such characters as no shell interprets.
fn is_plain(word: &str, others: &str) -> bool {
    word.chars().all(|c| c.is_ascii_alphanumeric() || "-.,_".contains(c) || others.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_a_shell_could_interpret_is_no_options() {
        assert!(RunOptions::new("--base 4bf2c5e0a1b2 --benchtime 0.1s --cpu 1,4").is_some());
        assert!(
            RunOptions::new("--base-env GOGC=50 --new-build -pgo=a/cpu.pprof --new-go go1.25.5").is_some()
        );
        for text in [
            "--new-build -toolexec=/tmp/x",
            "--new-build --toolexec=/tmp/x",
            "--new-build -gcflags=-cpuprofile=x",
            "--new-env GOFLAGS=-toolexec=x",
            "--new-env PATH=x",
            "--new-build=-toolexec=x",
            "--base /tmp/x",
            "--base a=b",
        ] {
            assert_eq!(RunOptions::new(text), None, "{text}");
        }
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
        let have_variants = |text: &str| RunOptions::new(text).map(|it| it.have_variants());
        assert_eq!(have_variants("--base c0ffee --new-build -pgo=off"), Some(true));
        assert_eq!(have_variants("--base c0ffee --benchtime 1s"), Some(false));
        let options = RunOptions::new("--base c0ffee --rounds 5 --unchanged --new HEAD --benchtime 1s");
        assert_eq!(options.map(|it| it.of_revisions()).as_deref(), Some("--base c0ffee --new HEAD"));
    }
}
