//! The same source, built or run in two ways.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

/// What a side is made from: a revision, the toolchain and the flags that build it, and the environment that it is built and run in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Variant {
    /// The revision. For base, `None` is the merge base of new with the default branch, or the source of new if the sides differ in
    /// other ways; for new, it is the working tree with its uncommitted changes.
    pub revision: Option<String>,
    /// The value of GOTOOLCHAIN; `None` for that of this process.
    pub toolchain: Option<String>,
    /// Environment variables for building and running, besides those of this process.
    pub environment: Vec<(String, String)>,
    /// Build flags, each as one word: `-pgo=cpu.pprof`.
    pub flags: Vec<String>,
}

impl Variant {
    /// Whether another one builds and runs the same source in the same way.
    pub(crate) fn is_like(&self, other: &Variant) -> bool {
        let Variant { revision: _, toolchain, environment, flags } = self;
        (toolchain, environment, flags) == (&other.toolchain, &other.environment, &other.flags)
    }

    /// What is special about it, besides the revision; `None` if nothing is.
    pub(crate) fn description(&self) -> Option<String> {
        Some(self.to_string()).filter(|text| !text.is_empty())
    }

    /// The options of `allocgate run` for it, besides the revision, as words; `side` is `base` or `new`.
    pub(crate) fn options(&self, side: impl fmt::Display) -> Vec<String> {
        let toolchain = self.toolchain.iter().map(|it| [format!("--{side}-go"), it.clone()]);
        let variable =
            |(name, value): &(String, String)| [format!("--{side}-env"), format!("{name}={value}")];
        let flags = self.flags.iter().map(|flag| [format!("--{side}-build"), flag.clone()]);
        toolchain.chain(self.environment.iter().map(variable)).chain(flags).flatten().collect()
    }
}

/// `go1.25.4 GOGC=50 -pgo=cpu.pprof`
impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let environment = self.environment.iter().map(|(name, value)| format!("{name}={value}"));
        let words: Vec<String> =
            self.toolchain.iter().cloned().chain(environment).chain(self.flags.iter().cloned()).collect();
        f.write_str(&words.join(" "))
    }
}

/// The flags as GOFLAGS has them, after those that it already has. Names of files are relative to `folder`, and are made absolute,
/// because base is built elsewhere.
pub(crate) fn goflags<'f>(before: &str, flags: impl Iterator<Item = &'f str>, folder: &Path) -> String {
    let mut all = vec![before.trim().to_string()];
    all.extend(flags.map(|flag| quoted(&with_absolute_file(flag, folder)).into_owned()));
    all.retain(|flag| !flag.is_empty());
    all.join(" ")
}

/// The flags whose value is the name of a file.
const OF_FILES: [&str; 3] = ["-pgo", "-overlay", "-modfile"];

fn with_absolute_file<'f>(flag: &'f str, folder: &Path) -> Cow<'f, str> {
    match flag.split_once('=') {
        Some((name, file)) if OF_FILES.contains(&name) && folder.join(file).is_file() => {
            Cow::Owned(format!("{name}={}", folder.join(file).display()))
        }
        Some(_) | None => Cow::Borrowed(flag),
    }
}

/// A flag as one entry of GOFLAGS, which has no escapes: in quotes that it does not contain.
fn quoted(flag: &str) -> Cow<'_, str> {
    if !flag.contains(char::is_whitespace) {
        return Cow::Borrowed(flag);
    }
    let quote = if flag.contains('\'') { '"' } else { '\'' };
    Cow::Owned(format!("{quote}{flag}{quote}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variant(toolchain: Option<&str>, environment: &[(&str, &str)], flags: &[&str]) -> Variant {
        let environment = environment.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        Variant {
            revision: None,
            toolchain: toolchain.map(String::from),
            environment: environment.collect(),
            flags: flags.iter().map(|flag| flag.to_string()).collect(),
        }
    }

    #[test]
    fn a_variant_is_described_by_what_is_special() {
        assert_eq!(Variant::default().description(), None);
        let special = variant(Some("go1.25.4"), &[("GOGC", "50")], &["-pgo=cpu.pprof", "-race"]);
        assert_eq!(special.description().as_deref(), Some("go1.25.4 GOGC=50 -pgo=cpu.pprof -race"));
        assert_eq!(
            special.options("new").join(" "),
            "--new-go go1.25.4 --new-env GOGC=50 --new-build -pgo=cpu.pprof --new-build -race"
        );
        let at_a_commit = Variant { revision: Some("HEAD".to_string()), ..special.clone() };
        assert!(special.is_like(&at_a_commit) && !special.is_like(&Variant::default()));
    }

    #[test]
    fn flags_follow_those_of_the_environment() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("cpu.pprof"), "profile").expect("written");
        let goflags =
            |before: &str, flags: &[&str]| super::goflags(before, flags.iter().copied(), folder.path());
        let file = folder.path().join("cpu.pprof").display().to_string();
        assert_eq!(goflags("-mod=mod", &["-pgo=cpu.pprof"]), format!("-mod=mod -pgo={file}"));
        assert_eq!(goflags("", &["-pgo=off", "-tags=a,b"]), "-pgo=off -tags=a,b");
        assert_eq!(goflags("", &["-gcflags=all=-N -l"]), "'-gcflags=all=-N -l'");
    }
}
