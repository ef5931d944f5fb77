//! How much a package of a program grew.

/// A package of a program that is larger than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageGrowth {
    /// Its import path.
    pub package: String,
    /// How many bytes of code and data it has more.
    pub bytes: u64,
    /// Whether the program did not have it before.
    pub is_new: bool,
}
