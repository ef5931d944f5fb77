//! How much a dataset may hold before its source is taken for something else than benchmark output.

/// Bounds on what is kept of a file. They keep a hostile one from taking the machine with it.
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
    /// Blocks: how often another configuration begins to hold.
    pub blocks: usize,
    /// Results that could not be used, and whatever else there is to say about lines.
    pub problems: usize,
    /// Configuration keys in force at one time, and units.
    pub keys: usize,
    /// Values of configuration keys, over all distinct configurations.
    pub settings: usize,
    /// Bytes of all distinct names, units and configurations together, and of what there is to say about lines; each text
    /// counts [`DatasetLimits::ENTRY`] more.
    pub text: usize,
}

impl DatasetLimits {
    /// No limit at all.
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

    /// What a text takes besides its bytes: its length, its place in a table, what the allocator adds.
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

/// A file that holds more than is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{file}:{line}: more than {limit} {what}; if they are meant to be there, raise the limit with --limit {what}=N"
)]
pub struct LimitExceeded {
    /// The file as it was named.
    pub file: String,
    /// The line that is too much, from 1.
    pub line: usize,
    /// The limit.
    pub limit: usize,
    /// What there is too much of: the name of the limit.
    pub what: &'static str,
}
