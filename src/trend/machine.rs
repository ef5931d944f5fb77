//! The machine that results come from, as the name of a folder.

use crate::model::{Config, Dataset, Header, Name};
use bstr::ByteSlice;
use std::collections::BTreeMap;
use std::fmt;

/// What numbers must have in common to be compared over commits: system, architecture, processor, GOMAXPROCS and the minor version of Go.
/// Written as `linux-amd64-amd-epyc-7763-64-core-processor-4-go1.26`. Consists of lower-case letters, digits, dots and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MachineKey(String);

/// The most characters of the name of a processor.
const LONGEST: usize = 48;

/// What is not recorded.
const UNKNOWN: &str = "unknown";

impl MachineKey {
    /// The machine of results with this configuration. `procs` is their GOMAXPROCS.
    pub fn new(config: &Config, procs: u32) -> MachineKey {
        let value = |key: &str| config.get(key).map(|value| value.to_str_lossy()).unwrap_or_default();
        let part = |key: &str| slug(&value(key));
        let go = Header::go_version(config).map_or_else(|| format!("go-{UNKNOWN}"), minor);
        MachineKey(format!("{}-{}-{}-{procs}-{go}", part("goos"), part("goarch"), part("cpu")))
    }

    /// A machine by the name of its folder; `None` if no machine has that name.
    pub fn read(folder: &str) -> Option<MachineKey> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
        let has_parts = folder.matches('-').count() >= 4 && folder.contains("-go");
        (has_parts && folder.chars().all(is_plain)).then(|| MachineKey(folder.to_string()))
    }

    /// Whether the version of Go is in it.
    pub fn has_go(&self) -> bool {
        !self.0.ends_with(UNKNOWN)
    }

    /// The name of the folder.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MachineKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Lower-case letters and digits, with hyphens between. A text that loses more than blanks and punctuation, or is cut, gets a hash, so
/// that different ones stay different.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            'A'..='Z' => slug.push(c.to_ascii_lowercase()),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c.is_ascii_punctuation() || c == ' ';
    let is_whole = slug.len() <= LONGEST && text.chars().all(is_plain);
    slug.truncate(LONGEST);
    let slug = slug.trim_matches('-');
    match (text.trim().is_empty(), is_whole && !slug.is_empty()) {
        (true, _) => UNKNOWN.to_string(),
        (false, true) => slug.to_string(),
        (false, false) => {
            format!("{slug}-{:06x}", hash(text) & 0xff_ffff).trim_start_matches('-').to_string()
        }
    }
}

/// FNV-1a (Fowler, Noll & Vo), which is the same everywhere and for ever.
fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// `go1.26` of `1.26.8`, `go1.27rc1` and `go1.26`.
fn minor(version: &str) -> String {
    let number = version.trim_start_matches("go");
    let mut parts = number.split('.');
    let digits = |part: Option<&str>| -> String {
        part.unwrap_or_default().chars().take_while(char::is_ascii_digit).collect()
    };
    let (major, minor) = (digits(parts.next()), digits(parts.next()));
    if minor.is_empty() { format!("go{major}") } else { format!("go{major}.{minor}") }
}

/// GOMAXPROCS of results, from the suffixes of their names: the most frequent one, 1 if most names have none.
pub(super) fn procs(data: &Dataset) -> u32 {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for segment in data.segments() {
        *counts.entry(procs_of(Name::new(data.name(segment.name)))).or_default() += 1;
    }
    counts.into_iter().max_by_key(|&(procs, count)| (count, procs)).map_or(1, |(procs, _)| procs)
}

/// The suffix of a name; 1 if it has none.
pub(super) fn procs_of(name: Name<'_>) -> u32 {
    name.procs().and_then(|digits| digits.to_str().ok()?.parse().ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(goos: &str, cpu: &str, go: &str) -> String {
        let mut config = Config::default();
        for (key, value) in [("goos", goos), ("goarch", "amd64"), ("cpu", cpu), ("go", go)] {
            config.set(key.as_bytes(), value.as_bytes());
        }
        MachineKey::new(&config, 8).to_string()
    }

    #[test]
    fn a_machine_is_the_name_of_a_folder() {
        assert_eq!(
            key("linux", "Intel(R) Xeon(R) CPU @ 2.20GHz", "1.26.8"),
            "linux-amd64-intel-r-xeon-r-cpu-2-20ghz-8-go1.26"
        );
        assert_eq!(key("", "", "downloading x"), "unknown-amd64-unknown-8-go-unknown");
        assert_eq!(key("linux", "M1", "go1.27rc1"), "linux-amd64-m1-8-go1.27");
    }

    #[test]
    fn strange_names_are_harmless_and_different() {
        let strange = [
            "../../etc/passwd",
            "日本",
            "日本語",
            "é\u{202e}x",
            "a\nb",
            "con",
            "-",
            "~$(rm)",
            &"x".repeat(300),
        ];
        let mut all: Vec<String> = strange.iter().map(|cpu| key("linux", cpu, "1.26")).collect();
        for folder in &all {
            assert_eq!(MachineKey::read(folder).map(|it| it.to_string()).as_ref(), Some(folder));
            assert!(!folder.contains("..") && folder.len() < 120, "{folder}");
        }
        all.sort();
        all.dedup();
        assert_eq!(all.len(), strange.len(), "{all:?}");
    }

    #[test]
    fn other_folders_are_no_machines() {
        for folder in ["", "v1", "..", "Linux-amd64-x-8-go1.26", "a/b-c-d-e-go1", "README.md"] {
            assert_eq!(MachineKey::read(folder), None, "{folder}");
        }
    }
}
