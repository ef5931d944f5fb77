//! Where results were measured, and entries of a policy that hold for some places only.

use super::check::Checker;
use crate::query::suggestions;
use std::fmt;
use toml::Spanned;

/// Where a benchmark was measured, as far as its results say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Platform {
    /// `goos:`, such as `linux`.
    pub goos: Option<String>,
    /// `goarch:`, such as `amd64`.
    pub goarch: Option<String>,
    /// The Go version, such as `1.26.8`, with or without `go` before it.
    pub go: Option<String>,
}

/// The places for which an entry holds; what it does not name may be anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlatformPattern {
    /// The operating system.
    pub goos: Option<String>,
    /// The architecture.
    pub goarch: Option<String>,
    /// The Go version: `1.26` holds for `1.26.8` as well.
    pub go: Option<String>,
}

/// A question about a place that the results do not answer: the key that they lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unknown(pub &'static str);

impl PlatformPattern {
    /// Whether the entry holds on a platform.
    ///
    /// # Errors
    /// If the platform does not say.
    pub fn holds(&self, platform: &Platform) -> Result<bool, Unknown> {
        let same = |wanted: &str, is: &str| wanted == is;
        let keys = [
            ("goos", &self.goos, &platform.goos, same as fn(&str, &str) -> bool),
            ("goarch", &self.goarch, &platform.goarch, same),
            ("go", &self.go, &platform.go, is_version),
        ];
        let mut unknown = None;
        for (key, wanted, is, holds) in keys {
            match (wanted, is) {
                (None, _) => {}
                (Some(_), None) => unknown = unknown.or(Some(Unknown(key))),
                (Some(wanted), Some(is)) if holds(wanted, is) => {}
                // Elsewhere, whatever else is not known.
                (Some(_), Some(_)) => return Ok(false),
            }
        }
        unknown.map_or(Ok(true), Err)
    }

    /// Whether the entry holds everywhere.
    pub fn is_anywhere(&self) -> bool {
        *self == PlatformPattern::default()
    }
}

impl Checker {
    /// A key of a place. What no platform can say would make an entry that never holds, and says nothing of it.
    pub(super) fn platform_key(&mut self, key: &str, written: Option<Spanned<String>>) -> Option<String> {
        let written = written?;
        let value = written.get_ref();
        let known = match key {
            "goos" => SYSTEMS,
            "goarch" => ARCHITECTURES,
            _ => &[],
        };
        let is_known =
            if known.is_empty() { !value.trim().is_empty() } else { known.contains(&value.as_str()) };
        if !is_known {
            let help = match suggestions(value, known.iter().copied()).first() {
                Some(name) => format!("did you mean {name}?"),
                None if known.is_empty() => "write it as `go env GOVERSION` does, such as 1.26".to_string(),
                None => format!("there are {}", known.join(", ")),
            };
            self.problem("place", written.span(), format!("`{value}` is no {key}"), help);
        }
        Some(written.into_inner())
    }
}

/// What `GOOS` may be, by `internal/syslist` of Go 1.26, which also has names that are past or reserved.
const SYSTEMS: &[&str] = &[
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

/// What `GOARCH` may be, likewise.
const ARCHITECTURES: &[&str] = &[
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

/// Whether `1.26.8` is a `1.26`.
fn is_version(wanted: &str, is: &str) -> bool {
    let number = |version: &str| version.trim_start_matches("go").to_string();
    let (wanted, is) = (number(wanted), number(is));
    is.strip_prefix(&wanted)
        .is_some_and(|rest| rest.is_empty() || !rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// As it stands in a policy.
impl fmt::Display for PlatformPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = [("goos", &self.goos), ("goarch", &self.goarch), ("go", &self.go)];
        let written: Vec<String> =
            keys.into_iter().filter_map(|(key, it)| Some(format!("{key} {}", it.as_ref()?))).collect();
        f.write_str(&written.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_holds_where_everything_that_it_names_is_so() {
        let some = |text: &str| Some(text.to_string());
        let here = Platform { goos: some("linux"), goarch: some("amd64"), go: some("go1.26.8") };
        let place = |goos: &str, go: &str| PlatformPattern {
            goos: some(goos).filter(|it| !it.is_empty()),
            goarch: None,
            go: some(go).filter(|it| !it.is_empty()),
        };
        for (place, want) in [
            (place("", ""), Ok(true)),
            (place("linux", ""), Ok(true)),
            (place("darwin", ""), Ok(false)),
            (place("", "1.26"), Ok(true)),
            (place("", "go1.26.8"), Ok(true)),
            (place("", "1.2"), Ok(false)),
            (place("", "1.27"), Ok(false)),
            (place("linux", "1.27"), Ok(false)),
        ] {
            assert_eq!(place.holds(&here), want, "{place}");
        }
        let somewhere = Platform { go: None, ..here };
        assert_eq!(place("linux", "1.26").holds(&somewhere), Err(Unknown("go")));
        assert_eq!(place("darwin", "1.26").holds(&somewhere), Ok(false));
        let on = |goarch: &str| PlatformPattern { goos: some("linux"), goarch: some(goarch), go: None };
        let amd = Platform { goos: None, goarch: some("amd64"), go: None };
        assert_eq!(on("amd64").holds(&amd), Err(Unknown("goos")));
        assert_eq!(on("arm64").holds(&amd), Ok(false), "elsewhere, wherever that is");
        assert!(is_version("1.27", "1.27rc1"));
    }
}
