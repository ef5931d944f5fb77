//! What was captured of one side.

use crate::cause::decision::Decisions;
use crate::cause::manifest::Dependency;
use crate::cause::profile::StackCost;

/// What was captured of one side of a comparison, for one benchmark. The sources are in the line map.
#[derive(Debug, Clone, Copy, Default)]
pub struct Captured<'a> {
    /// What each stack allocates per operation; `None` if there is no profile.
    pub costs: Option<&'a [StackCost]>,
    /// What the compiler decided; `None` if its output is missing.
    pub decisions: Option<&'a Decisions>,
    /// The modules of others that are built in, with their versions, in the order of their paths.
    pub dependencies: &'a [Dependency],
    /// The import path of the package whose test binary ran.
    pub package: &'a str,
    /// The version of Go that built it, as `go version -m` prints it; `None` if unknown.
    pub toolchain: Option<&'a str>,
}

/// How much more a benchmark allocates per operation than in base.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Growth {
    /// B/op.
    pub bytes: f64,
    /// allocs/op.
    pub objects: f64,
}
