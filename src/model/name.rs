//! Names of benchmarks, and their parts.

use bstr::{BStr, ByteSlice};
use std::fmt;

/// A name as Go prints it, without the `Benchmark` prefix: `Decode/size=64-8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name<'a>(&'a BStr);

impl<'a> Name<'a> {
    /// Any bytes are valid.
    pub fn new(name: &'a [u8]) -> Name<'a> {
        Name(name.as_bstr())
    }

    /// The whole name.
    pub fn full(self) -> &'a BStr {
        self.0
    }

    /// The trailing `-8`, which Go adds if GOMAXPROCS is not 1. A name can also end in a number itself (`size-32`); the text does
    /// not show the difference.
    pub fn procs(self) -> Option<&'a BStr> {
        let dash = self.0.rfind_byte(b'-')?;
        let digits = &self.0[dash + 1..];
        (!digits.is_empty() && digits.iter().all(u8::is_ascii_digit)).then_some(digits.as_bstr())
    }

    /// The name without the trailing `-8`.
    pub fn without_procs(self) -> &'a BStr {
        let suffix = self.procs().map_or(0, |digits| digits.len() + 1);
        self.0[..self.0.len() - suffix].as_bstr()
    }

    /// The part before the first `/`: the name of the Go function without `Benchmark`.
    pub fn function(self) -> &'a BStr {
        let name = self.without_procs();
        name.find_byte(b'/').map_or(name, |slash| name[..slash].as_bstr())
    }

    /// Whether it begins with a lower-case letter. Then `Benchmark` and this name are no function that `go test` runs (`go doc
    /// cmd/go`, "Testing functions"): most such text is prose, as in `Benchmarks are great`.
    pub fn begins_lowercase(self) -> bool {
        match self.0.first() {
            Some(0x80..) => self.0.chars().next().is_some_and(char::is_lowercase),
            Some(byte) => byte.is_ascii_lowercase(),
            None => false,
        }
    }

    /// The name of the Go function: `BenchmarkDecode`.
    pub fn go_function(self) -> String {
        format!("Benchmark{}", self.function())
    }
}

/// A benchmark: its package and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BenchmarkId<'d> {
    /// The import path; empty if the output does not name it.
    pub pkg: &'d BStr,
    /// The name, such as `Decode/size=64-8`.
    pub name: Name<'d>,
}

impl<'d> BenchmarkId<'d> {
    /// The benchmark of this package and name.
    pub fn new(pkg: &'d str, name: &'d str) -> BenchmarkId<'d> {
        BenchmarkId { pkg: pkg.into(), name: Name::new(name.as_bytes()) }
    }
}

impl fmt::Display for BenchmarkId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pkg.is_empty() {
            true => write!(f, "{}", self.name.full()),
            false => write!(f, "{} in {}", self.name.full(), self.pkg),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_go_does_not_begin_with_a_lowercase_letter() {
        for (name, want) in [
            ("s are great", true),
            ("éa", true),
            ("A", false),
            ("É", false),
            ("_a", false),
            ("8", false),
            ("", false),
        ] {
            assert_eq!(Name::new(name.as_bytes()).begins_lowercase(), want, "{name}");
        }
    }

    #[test]
    fn a_name_has_parts() {
        for (name, function, without, procs) in [
            ("Decode/size=64-8", "Decode", "Decode/size=64", Some("8")),
            ("Decode", "Decode", "Decode", None),
            ("Foo--8", "Foo-", "Foo-", Some("8")),
            ("A-b", "A-b", "A-b", None),
            ("A-", "A-", "A-", None),
            ("-8", "", "", Some("8")),
            ("", "", "", None),
        ] {
            let got = Name::new(name.as_bytes());
            assert_eq!(got.function(), function, "{name}");
            assert_eq!(got.go_function(), format!("Benchmark{function}"), "{name}");
            assert_eq!(got.without_procs(), without, "{name}");
            assert_eq!(got.procs().map(|p| p.to_string()), procs.map(String::from), "{name}");
        }
    }
}
