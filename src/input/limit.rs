//! How much a source may hold before it is taken for something else than benchmark output.

/// Bounds on what reading takes in, in bytes. They keep a hostile file from taking the machine with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InputLimits {
    /// The longest line, without its end; of `go test -json`, all lines together that packages have begun and not ended.
    pub line: usize,
    /// What a compressed file may unpack to.
    pub unpacked: usize,
    /// How many packages `go test -json` may tell of.
    pub packages: usize,
}

impl Default for InputLimits {
    /// 1 MiB a line, 8 GiB a compressed file, 100,000 packages.
    fn default() -> InputLimits {
        let unpacked = usize::try_from(8_u64 << 30).unwrap_or(usize::MAX);
        InputLimits { line: 1 << 20, unpacked, packages: 100_000 }
    }
}
