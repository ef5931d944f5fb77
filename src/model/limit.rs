//! Limits on the size of a dataset.

/// Limits on what is kept of a file, so that a hostile file cannot use all memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatasetLimits {
    /// Distinct benchmark names.
    pub names: usize,
    /// Results.
    pub results: usize,
    /// Measured values of all results together.
    pub values: usize,
    /// Measured values of one result.
    pub measurements: usize,
    /// Blocks: how often the configuration changes.
    pub blocks: usize,
    /// Lost results and other problems with lines.
    pub problems: usize,
    /// Configuration keys in force at the same time, and units.
    pub keys: usize,
    /// Values of configuration keys, over all distinct configurations.
    pub settings: usize,
    /// Bytes of all distinct names, units and configurations together, and of the messages about lines. Each text counts
    /// [`DatasetLimits::ENTRY`] more.
    pub text: usize,
}

impl DatasetLimits {
    /// No limits.
    pub const NONE: DatasetLimits = DatasetLimits {
        names: usize::MAX,
        results: usize::MAX,
        values: usize::MAX,
        measurements: usize::MAX,
        blocks: usize::MAX,
        problems: usize::MAX,
        keys: usize::MAX,
        settings: usize::MAX,
        text: usize::MAX,
    };

    /// The memory of a text besides its bytes: its length, its table entry and the overhead of the allocator.
    pub const ENTRY: usize = 64;
}

impl Default for DatasetLimits {
    /// 1 million names, 20 million results of 1,000 values each and 30 million in all, 2 million blocks, 1 million
    /// problems, 1,000 keys with 1 million settings, 512 MiB of text.
    fn default() -> DatasetLimits {
        DatasetLimits {
            names: 1_000_000,
            results: 20_000_000,
            values: 30_000_000,
            measurements: 1000,
            blocks: 2_000_000,
            problems: 1_000_000,
            keys: 1000,
            settings: 1_000_000,
            text: 512 << 20,
        }
    }
}

/// A file that exceeds a limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: more than {limit} {}; raise the limit with --limit {what}=N", noun(.what))]
pub struct LimitExceeded {
    /// The path of the file as the user gave it.
    pub file: String,
    /// The line that exceeds the limit, from 1.
    pub line: usize,
    /// The limit.
    pub limit: usize,
    /// The name of the limit.
    pub what: &'static str,
}

fn noun(limit: &'static str) -> &'static str {
    if limit == "text" { "bytes of text" } else { limit }
}
