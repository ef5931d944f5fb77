//! Results of some of the benchmarks only.

use super::Side;
use bstr::ByteSlice;
use std::collections::BTreeSet;
use std::fmt;

/// A portion of the benchmarks, as the configuration of results records it: `portion: --bench Tally ./index`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Portion<'s>(&'s str);

impl<'s> Portion<'s> {
    /// What `-bench` was, where that is what made it a portion.
    pub fn bench(self) -> Option<&'s str> {
        self.0.strip_prefix("--bench ")?.split(' ').next()
    }

    /// Whether some packages were measured only.
    pub fn is_of_packages(self) -> bool {
        self.0.strip_prefix("--bench ").is_none_or(|rest| rest.trim().contains(' '))
    }
}

impl fmt::Display for Portion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// The portions of which the results are, if all of both sides say so; none if some do not, for what is whole has every benchmark.
/// O(configurations).
pub fn portions<'s>(base: Option<&Side<'s>>, new: &Side<'s>) -> BTreeSet<Portion<'s>> {
    let sides = base.into_iter().chain([new]);
    let named = |side: &Side<'s>| {
        side.dataset().configs().map(|config| Some(Portion(config.get("portion")?.to_str().ok()?)))
    };
    sides.flat_map(named).collect::<Option<_>>().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portion_is_of_names_or_of_packages_or_of_both() {
        for (text, bench, of_packages) in [
            ("--bench Tally", Some("Tally"), false),
            ("--bench Tally ./index ./wire", Some("Tally"), true),
            ("./index", None, true),
            ("", None, true),
        ] {
            let portion = Portion(text);
            assert_eq!((portion.bench(), portion.is_of_packages()), (bench, of_packages), "{text}");
        }
    }
}
