//! How much a source may hold before it is taken for something else than benchmark output.

/// Bounds on what reading takes in, in bytes. They keep a hostile file from taking the machine with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest line, without its end.
    pub line: usize,
    /// What a compressed file may unpack to.
    pub unpacked: u64,
}

impl Default for Limits {
    /// 16 MiB a line, 8 GiB a compressed file.
    fn default() -> Limits {
        Limits { line: 16 << 20, unpacked: 8 << 30 }
    }
}
