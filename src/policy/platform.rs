//! Platforms: where results were measured, and where a budget applies.

use std::fmt;

/// Where a benchmark was measured, as far as its results record it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Platform {
    /// `goos:`, such as `linux`.
    pub goos: Option<String>,
    /// `goarch:`, such as `amd64`.
    pub goarch: Option<String>,
    /// The Go version, such as `1.26.8` or `go1.26.8`.
    pub go: Option<String>,
}

/// The platforms on which a budget applies. A key that is `None` matches every platform.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlatformPattern {
    /// The operating system.
    pub goos: Option<String>,
    /// The architecture.
    pub goarch: Option<String>,
    /// The Go version: `1.26` matches `1.26.8` as well.
    pub go: Option<String>,
}

/// A key of a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum PlatformKey {
    /// The operating system.
    Goos,
    /// The architecture.
    Goarch,
    /// The Go version.
    Go,
}

impl PlatformKey {
    /// How a command can get the key if the results do not record it, as the end of a message.
    pub fn help(self) -> &'static str {
        match self {
            PlatformKey::Go => "; pass --go VERSION",
            PlatformKey::Goos | PlatformKey::Goarch => "",
        }
    }
}

impl PlatformPattern {
    /// Whether the platform matches.
    ///
    /// # Errors
    /// If it depends on a key that the platform does not have.
    pub fn matches(&self, platform: &Platform) -> Result<bool, PlatformKey> {
        let same = |wanted: &str, is: &str| wanted == is;
        let keys = [
            (PlatformKey::Goos, &self.goos, &platform.goos, same as fn(&str, &str) -> bool),
            (PlatformKey::Goarch, &self.goarch, &platform.goarch, same),
            (PlatformKey::Go, &self.go, &platform.go, is_version),
        ];
        let mut unknown = None;
        for (key, wanted, is, matches) in keys {
            match (wanted, is) {
                (None, _) => {}
                (Some(_), None) => unknown = unknown.or(Some(key)),
                (Some(wanted), Some(is)) if matches(wanted, is) => {}
                // It does not match, whatever the unknown keys are.
                (Some(_), Some(_)) => return Ok(false),
            }
        }
        unknown.map_or(Ok(true), Err)
    }

    /// Whether it matches every platform.
    pub fn matches_all(&self) -> bool {
        *self == PlatformPattern::default()
    }
}

/// Whether a version matches: `1.26.8` matches `1.26`.
fn is_version(wanted: &str, is: &str) -> bool {
    let number = |version: &str| version.trim_start_matches("go").to_string();
    let (wanted, is) = (number(wanted), number(is));
    is.strip_prefix(&wanted)
        .is_some_and(|rest| rest.is_empty() || !rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// `goos linux, go 1.26`
impl fmt::Display for PlatformPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = [("goos", &self.goos), ("goarch", &self.goarch), ("go", &self.go)];
        let written: Vec<String> =
            keys.into_iter().filter_map(|(key, it)| Some(format!("{key} {}", it.as_ref()?))).collect();
        f.write_str(&written.join(", "))
    }
}

/// The values of `GOOS` in `internal/syslist` of Go 1.26, including former and reserved ones.
pub(super) const SYSTEMS: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
    "zos",
];

/// The values of `GOARCH` in the same list.
pub(super) const ARCHITECTURES: &[&str] = &[
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "armbe",
    "arm64",
    "arm64be",
    "loong64",
    "mips",
    "mipsle",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_if_all_its_keys_match() {
        let some = |text: &str| Some(text.to_string());
        let here = Platform { goos: some("linux"), goarch: some("amd64"), go: some("go1.26.8") };
        let pattern = |goos: &str, go: &str| PlatformPattern {
            goos: some(goos).filter(|it| !it.is_empty()),
            goarch: None,
            go: some(go).filter(|it| !it.is_empty()),
        };
        for (pattern, want) in [
            (pattern("", ""), Ok(true)),
            (pattern("linux", ""), Ok(true)),
            (pattern("darwin", ""), Ok(false)),
            (pattern("", "1.26"), Ok(true)),
            (pattern("", "go1.26.8"), Ok(true)),
            (pattern("", "1.2"), Ok(false)),
            (pattern("", "1.27"), Ok(false)),
            (pattern("linux", "1.27"), Ok(false)),
        ] {
            assert_eq!(pattern.matches(&here), want, "{pattern}");
        }
        let somewhere = Platform { go: None, ..here };
        assert_eq!(pattern("linux", "1.26").matches(&somewhere), Err(PlatformKey::Go));
        assert_eq!(pattern("darwin", "1.26").matches(&somewhere), Ok(false));
        let on = |goarch: &str| PlatformPattern { goos: some("linux"), goarch: some(goarch), go: None };
        let amd = Platform { goos: None, goarch: some("amd64"), go: None };
        assert_eq!(on("amd64").matches(&amd), Err(PlatformKey::Goos));
        assert_eq!(on("arm64").matches(&amd), Ok(false), "whatever its goos is");
        assert!(is_version("1.27", "1.27rc1"));
    }
}
