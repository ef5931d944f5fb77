//! The options of a run.

use std::borrow::Cow;

/// Options of `allocgate run` that measure the same again: `--base 4bf2c5e0a1b2 --skip 'Slow|Huge'`. Only such as do nothing in a
/// shell but stand there, and start no other program, because they are part of commands that people paste.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunOptions(String);

/// The build flags of a variant that cannot make go start another program.
const FLAGS: [&str; 8] = ["pgo", "tags", "race", "cover", "trimpath", "mod", "gcflags", "asan"];

/// The flags of the compiler that cannot make it write a file.
const COMPILER: [&str; 5] = ["-N", "-l", "-m", "-B", "-e"];

/// The environment variables of a variant that cannot do so.
const VARIABLES: [&str; 8] =
    ["GOGC", "GOMAXPROCS", "GOMEMLIMIT", "GOEXPERIMENT", "GOAMD64", "GOARM64", "GODEBUG", "CGO_ENABLED"];

/// The options whose value is any text, because it names something or is a pattern.
const OF_TEXT: [&str; 6] = ["--policy", "--policy-from", "--anchor", "--skip", "--tags", "--cpu"];

/// The folder of the results unless `--out` names another.
const OUT: &str = ".allocgate";
const OUT_OPTION: &str = "--out";

/// Longer ones are not recorded.
const LONGEST: usize = 1000;

impl RunOptions {
    /// Reads them as on a command line; `None` for other text.
    pub fn new(text: &str) -> Option<RunOptions> {
        if text.len() > LONGEST {
            return None;
        }
        RunOptions::of(&words(text)?)
    }

    /// The options that these words are; `None` if one is not safe in a command. Values are quoted for a shell where they need it.
    pub fn of(words: &[String]) -> Option<RunOptions> {
        let is_first = words.first().is_some_and(|word| is_option(word));
        let is_rest = words.windows(2).all(|pair| is_safe(&pair[0], &pair[1]));
        let text = joined(words.iter().map(String::as_str));
        (text.len() <= LONGEST && is_first && is_rest).then_some(RunOptions(text))
    }

    /// As on a command line.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// All of them, for a command whose results go to the folder `folder` within that of these results, so that it does not
    /// overwrite them.
    pub fn into_folder(&self, folder: &str) -> String {
        self.other_out(folder, |option| option != OUT_OPTION)
    }

    /// The same without `--rounds` and `--max-rounds`, for a command that names other rounds.
    pub fn into_folder_without_rounds(&self, folder: &str) -> String {
        self.other_out(folder, |option| !matches!(option, OUT_OPTION | "--rounds" | "--max-rounds"))
    }

    /// The options that say which revisions and how many processors, for a command that does not time; may be empty.
    pub fn of_revisions(&self) -> String {
        let all = self.all().into_iter().flat_map(|(option, value)| match (&*option, value) {
            // Only `run` and `check` know the anchor.
            ("--anchor", Some(anchor)) => vec!["--base".to_string(), anchor],
            ("--base" | "--new" | "--cpu", value) => [Some(option), value].into_iter().flatten().collect(),
            _ => Vec::new(),
        });
        let all: Vec<String> = all.collect();
        joined(all.iter().map(String::as_str))
    }

    /// Whether they build or run the two sides in different ways.
    pub fn have_variants(&self) -> bool {
        let kinds = ["go", "env", "build"];
        let is_variant = |(option, _): &(String, _)| {
            let side = option.strip_prefix("--base-").or_else(|| option.strip_prefix("--new-"));
            side.is_some_and(|kind| kinds.contains(&kind))
        };
        self.all().iter().any(is_variant)
    }

    /// The options that are kept, and another folder for the results. A folder that another machine may not have is left out.
    fn other_out(&self, folder: &str, is_kept: impl Fn(&str) -> bool) -> String {
        let all = self.all();
        let out = all.iter().find(|(option, _)| option == OUT_OPTION).and_then(|(_, value)| value.as_deref());
        let out = format!("{}/{folder}", out.filter(|out| is_below(out)).unwrap_or(OUT));
        let kept = all.iter().filter(|(option, _)| is_kept(option)).map(|(option, value)| match value {
            Some(value) if option == "--anchor" => quoted(&format!("{option}={value}")).into_owned(),
            Some(value) if is_dashed(option, value) => quoted(&format!("{option}={value}")).into_owned(),
            Some(value) => format!("{option} {}", quoted(value)),
            None => option.clone(),
        });
        kept.chain([format!("{OUT_OPTION} {}", quoted(&out))]).collect::<Vec<_>>().join(" ")
    }

    /// Each option with its value.
    fn all(&self) -> Vec<(String, Option<String>)> {
        let mut words = words(&self.0).unwrap_or_default().into_iter().peekable();
        let mut all = Vec::new();
        while let Some(word) = words.next() {
            all.push(match word.split_once('=') {
                Some((option, value)) => (option.to_string(), Some(value.to_string())),
                None => (word, words.next_if(|word| !word.starts_with("--"))),
            });
        }
        all
    }
}

/// Whether the value would be taken for an option behind a blank.
fn is_dashed(option: &str, value: &str) -> bool {
    value.starts_with('-') && OF_TEXT.contains(&option)
}

/// Whether a folder is below the one in which the command is called.
fn is_below(folder: &str) -> bool {
    !folder.is_empty()
        && !folder.starts_with(['/', '\\', '~', '-'])
        && !folder.contains(':')
        && folder.split(['/', '\\']).all(|part| part != "..")
}

/// Whether a word is an option, with or without its value.
fn is_option(word: &str) -> bool {
    let (name, value) = word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
    name.len() > 2
        && name.starts_with("--")
        && is_plain(name, "")
        && value.is_none_or(|value| OF_TEXT.contains(&name) && is_text(value))
}

/// Whether a word may follow an option or a value.
fn is_safe(before: &str, word: &str) -> bool {
    if word.starts_with("--") && !before.ends_with("-build") {
        return is_option(word);
    }
    let name = word.trim_start_matches('-').split('=').next().unwrap_or_default();
    match before {
        "--base-build" | "--new-build" => {
            let is_one = word.starts_with('-') && word.matches('=').count() <= 1; // no flag within a flag
            FLAGS.contains(&name) && (is_one && is_plain(word, "=/") || is_of_compiler(word))
        }
        "--base-env" | "--new-env" => VARIABLES.contains(&name) && is_plain(word, "="),
        "--count" => is_plain(word, "="),
        OUT_OPTION => is_below(word) && is_text(word),
        before if OF_TEXT.contains(&before) => !word.starts_with('-') && is_text(word),
        _ => is_plain(word, ""),
    }
}

/// Whether a flag is `-gcflags` with flags of the compiler that do no harm: `-gcflags=all=-N -l`.
fn is_of_compiler(flag: &str) -> bool {
    let Some(flags) = flag.strip_prefix("-gcflags=") else { return false };
    let flags = flags.strip_prefix("all=").unwrap_or(flags);
    !flags.is_empty() && flags.split(' ').all(|it| COMPILER.contains(&it))
}

/// Whether it is one line of text, which quotes make harmless.
fn is_text(value: &str) -> bool {
    !value.is_empty() && !value.contains(|c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER)
}

/// Whether it consists of letters, digits and such characters as no shell interprets.
fn is_plain(word: &str, others: &str) -> bool {
    word.chars().all(|c| c.is_ascii_alphanumeric() || "-.,_".contains(c) || others.contains(c))
}

fn joined<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.map(quoted).collect::<Vec<_>>().join(" ")
}

/// A word as a shell reads it: in single quotes unless it is plain.
pub fn quoted(word: &str) -> Cow<'_, str> {
    if !word.is_empty() && is_plain(word, "/=:@+%") {
        return Cow::Borrowed(word);
    }
    Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
}

/// The words of a text as a shell reads them, where only single quotes and `\'` mean something; `None` if a quote is not closed, or
/// if a shell would interpret something that is not in quotes.
fn words(text: &str) -> Option<Vec<String>> {
    let (mut all, mut word, mut is_quoted) = (Vec::new(), None::<String>, false);
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '\'' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            _ if is_quoted => word.get_or_insert_default().push(c),
            ' ' => all.extend(word.take()),
            '\\' => word.get_or_insert_default().push(characters.next().filter(|&next| next == '\'')?),
            c if is_plain(c.encode_utf8(&mut [0; 4]), "/=:@+%") => word.get_or_insert_default().push(c),
            _ => return None,
        }
    }
    all.extend(word);
    (!is_quoted).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_that_a_shell_could_interpret_is_no_options() {
        assert!(RunOptions::new("--base 4bf2c5e0a1b2 --benchtime 0.1s --cpu 1,4").is_some());
        assert!(
            RunOptions::new("--base-env GOGC=50 --new-build -pgo=a/cpu.pprof --new-go go1.25.5").is_some()
        );
        assert!(RunOptions::new("--new-build '-gcflags=all=-N -l'").is_some());
        for text in [
            "--new-build -toolexec=/tmp/x",
            "--new-build --toolexec=/tmp/x",
            "--new-build -gcflags=-cpuprofile=x",
            "--new-build '-gcflags=all=-N -cpuprofile=x'",
            "--new-env GOFLAGS=-toolexec=x",
            "--new-env PATH=x",
            "--new-build=-toolexec=x",
            "--base /tmp/x",
            "--base a=b",
            "--base 'a b'",
            "--out /etc",
            "--out a/../../b",
            "--skip --new-build=-toolexec=x",
        ] {
            assert_eq!(RunOptions::new(text), None, "{text}");
        }
        for text in
            ["", "rm", "--base $(id)", "--base a;id", "--base a|b", "--base 'a", "--base a\tb", "--skip a|b"]
        {
            assert_eq!(RunOptions::new(text), None, "{text}");
        }
    }

    #[test]
    fn values_are_quoted_for_a_shell() {
        let of = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| word.to_string()).collect();
            RunOptions::of(&words).map(|it| it.as_str().to_string())
        };
        for (words, want) in [
            (&["--skip", "A|B$"][..], "--skip 'A|B$'"),
            (
                &["--policy", "my policy.toml", "--policy-from", "origin/main"],
                "--policy 'my policy.toml' --policy-from origin/main",
            ),
            (&["--policy", "it's.toml"], r"--policy 'it'\''s.toml'"),
            (&["--anchor=v1.2.0", "--skip=-x"], "--anchor=v1.2.0 --skip=-x"),
        ] {
            assert_eq!(of(words).as_deref(), Some(want));
        }
        assert_eq!(of(&["--policy", "a\nb"]), None);
    }

    #[test]
    fn results_of_another_command_go_to_another_folder() {
        for (text, want) in [
            ("--base c0ffee", "--base c0ffee --out .allocgate/again"),
            ("--out ci/out --skip 'a b'", "--skip 'a b' --out ci/out/again"),
            ("--anchor=v1 --rounds 5", "--anchor=v1 --rounds 5 --out .allocgate/again"),
            ("--skip=-x", "--skip=-x --out .allocgate/again"),
        ] {
            let options = RunOptions::new(text).map(|options| options.into_folder("again"));
            assert_eq!(options.as_deref(), Some(want), "{text}");
        }
    }

    #[test]
    fn rounds_are_left_out_with_their_numbers() {
        for (text, want) in [
            (
                "--base 4bf2c5e0a1b2 --rounds 5 --max-rounds 8 --benchtime 100ms",
                "--base 4bf2c5e0a1b2 --benchtime 100ms --out .allocgate/x",
            ),
            ("--max-rounds 8 --rounds 5", "--out .allocgate/x"),
            ("--base c0ffee --rounds", "--base c0ffee --out .allocgate/x"),
        ] {
            let options = RunOptions::new(text).map(|options| options.into_folder_without_rounds("x"));
            assert_eq!(options.as_deref(), Some(want), "{text}");
        }
        let have_variants = |text: &str| RunOptions::new(text).map(|it| it.have_variants());
        assert_eq!(have_variants("--base c0ffee --new-build -pgo=off"), Some(true));
        assert_eq!(have_variants("--base c0ffee --benchtime 1s"), Some(false));
        let of_revisions = |text: &str| RunOptions::new(text).map(|it| it.of_revisions());
        let text = "--base c0ffee --rounds 5 --unchanged --new HEAD --benchtime 1s";
        assert_eq!(of_revisions(text).as_deref(), Some("--base c0ffee --new HEAD"));
        assert_eq!(of_revisions("--anchor=v1.2.0").as_deref(), Some("--base v1.2.0"));
    }

    proptest! {
        #[test]
        fn what_is_quoted_is_read_again(skip in "[^-\\p{Cc}\u{FFFD}][^\\p{Cc}\u{FFFD}]{0,12}", policy in "[a-z' /]{1,9}") {
            let words = ["--skip", &skip, "--policy", &policy].map(String::from);
            let options = RunOptions::of(&words).expect("they are safe");
            prop_assert_eq!(RunOptions::new(options.as_str()), Some(options.clone()));
            prop_assert_eq!(super::words(options.as_str()), Some(words.to_vec()));
        }
    }
}
