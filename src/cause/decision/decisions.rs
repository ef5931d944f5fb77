//! The decisions about all packages of an output.

use super::package::{Package, Variant};
use crate::words::SharedText;

/// What the compiler decided, package by package.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Decisions {
    /// The packages in the order of their paths.
    pub packages: Vec<Package>,
    /// How much the text says; `None` if nothing shows it.
    pub level: Option<Level>,
    /// How the text is written, which tells old compilers from new ones; `None` if nothing shows it.
    pub style: Option<Style>,
    /// How many lines say what is not understood. They are left out.
    pub unknown_lines: usize,
    /// The first of them, shortened.
    pub unknown: Vec<SharedText>,
    /// How many lines are left out because there are too many.
    pub left_out: usize,
}

/// How much a text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// `-m`: no costs, no reasons, no flows.
    Decisions,
    /// `-m=2`.
    Reasons,
}

/// How flows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Style {
    /// `flow: a = b`, and no functions: Go 1.24 or older.
    Equals,
    /// `flow: a ← b`, with functions: Go 1.25 or newer.
    Arrow,
}

impl Decisions {
    /// The compilation of a package that is in the test binary of another: the one for that binary, else the plain one, else the one
    /// for its own tests, else any.
    pub fn package(&self, path: &str, binary: &str) -> Option<&Package> {
        let rank = |it: &Package| match &it.variant {
            Variant::Test(of) if *of == binary => 0,
            Variant::Plain => 1,
            Variant::Test(of) if *of == path => 2,
            Variant::Test(_) => 3,
        };
        self.compilations(path).iter().min_by_key(|it| rank(it))
    }

    /// Every compilation of a package.
    pub fn compilations(&self, path: &str) -> &[Package] {
        let begin = self.packages.partition_point(|it| it.path.as_str() < path);
        let end = self.packages.partition_point(|it| it.path.as_str() <= path);
        self.packages.get(begin..end).unwrap_or_default()
    }

    /// Whether any package was compiled for tests. Without that, the decisions may not be those of the code that ran.
    pub fn has_tests(&self) -> bool {
        self.packages.iter().any(|it| matches!(it.variant, Variant::Test(_)))
    }
}
