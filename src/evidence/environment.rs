//! How the environments of base and new differ.

use super::NAMES;
use crate::group::{Difference, DifferenceKey};
use crate::policy::ConditionKind;
use crate::words::{Listed, list};
use std::collections::BTreeSet;
use std::fmt;

/// Differences between the environments of base and new, of one kind.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Environment {
    /// The first key that differs; it decides the kind.
    key: DifferenceKey,
    /// `cpu: A in base, B in new (p, q)`, each.
    differences: Listed,
}

/// The keys that share a condition.
const KINDS: [(&[DifferenceKey], ConditionKind); 5] = [
    (&[DifferenceKey::Cpu], ConditionKind::DifferentCpu),
    (&[DifferenceKey::Goos, DifferenceKey::Goarch], ConditionKind::DifferentPlatform),
    (&[DifferenceKey::Counter], ConditionKind::DifferentCounter),
    (&[DifferenceKey::Procs], ConditionKind::DifferentProcs),
    (&[DifferenceKey::Package], ConditionKind::RenamedPackage),
];

impl Environment {
    /// One per kind of difference.
    pub(super) fn of(differences: &[Difference]) -> Vec<Environment> {
        let of_kind = |(keys, _): &(&[DifferenceKey], ConditionKind)| {
            let found: Vec<&Difference> = differences.iter().filter(|it| keys.contains(&it.key)).collect();
            let key = found.first()?.key;
            Some(Environment { key, differences: Listed::new(found.into_iter().flat_map(described), NAMES) })
        };
        KINDS.iter().filter_map(of_kind).collect()
    }

    pub(super) fn kind(&self) -> ConditionKind {
        match self.key {
            DifferenceKey::Cpu => ConditionKind::DifferentCpu,
            DifferenceKey::Goos | DifferenceKey::Goarch => ConditionKind::DifferentPlatform,
            DifferenceKey::Counter => ConditionKind::DifferentCounter,
            DifferenceKey::Procs => ConditionKind::DifferentProcs,
            DifferenceKey::Package => ConditionKind::RenamedPackage,
        }
    }

    pub(super) fn title(&self) -> &'static str {
        match self.key {
            DifferenceKey::Cpu => "different CPU",
            DifferenceKey::Goos | DifferenceKey::Goarch => "different platform",
            DifferenceKey::Counter => "different counter",
            DifferenceKey::Procs => "different GOMAXPROCS",
            DifferenceKey::Package => "renamed package",
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let advice = match self.key {
            DifferenceKey::Package => "compared under the new name",
            DifferenceKey::Counter => {
                "instructions/op is not judged; run both sides with the same counter: --count instructions=valgrind"
            }
            DifferenceKey::Procs => "time-like rows are not judged; run both sides with the same -cpu",
            DifferenceKey::Goos | DifferenceKey::Goarch | DifferenceKey::Cpu => {
                "time-like rows are not judged; run both sides on one machine"
            }
        };
        write!(f, "{}; {advice}", self.differences)
    }
}

fn described<'a>(difference: &'a Difference) -> impl Iterator<Item = String> + 'a {
    difference.values.iter().map(|((base, new), benchmarks)| {
        let packages: BTreeSet<String> = benchmarks.iter().map(|it| it.pkg.to_string()).collect();
        let named: Vec<&String> = packages.iter().filter(|pkg| !pkg.is_empty()).collect();
        let packages = match named.as_slice() {
            [] => String::new(),
            _ if difference.key == DifferenceKey::Package => String::new(),
            named => format!(" ({})", list(named, NAMES)),
        };
        let key = match difference.key {
            key @ (DifferenceKey::Goos | DifferenceKey::Goarch | DifferenceKey::Cpu) => {
                format!("{}: ", key.as_str())
            }
            DifferenceKey::Counter | DifferenceKey::Procs | DifferenceKey::Package => String::new(), // the title names it
        };
        format!("{key}{base} in base, {new} in new{packages}")
    })
}
