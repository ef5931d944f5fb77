//! The state of a stream of output.

use super::Config;
use bstr::BString;

/// The state of a stream of output, for its next result.
#[derive(Debug, Clone, Default)]
pub struct StreamState {
    pub(super) config: Config,
    /// The current run of a test binary; `None` after a header, which starts a new run.
    pub(super) run: Option<usize>,
    /// The current process, if no header names its package.
    pub(super) process: Option<usize>,
    /// Whether that process has ended.
    pub(super) has_ended: bool,
    /// The package of the whole stream; empty if it is not known.
    pub(super) package: BString,
    header: HeaderLines,
}

/// Configuration lines without other lines between them.
#[derive(Debug, Clone, Default)]
struct HeaderLines {
    last: usize,
    /// Whether a key of Go is among them.
    is_header: bool,
    /// The other keys before that.
    keys: Vec<BString>,
}

/// At most so many keys before those of Go are remembered, and none that is longer.
const MOST_KEYS: usize = 100;
const LONGEST_KEY: usize = 100;

impl StreamState {
    /// Adds a configuration line. Returns the keys that are now known to be in a header: next to a key that Go prints.
    pub(super) fn header_keys(&mut self, line: usize, key: &[u8]) -> Vec<BString> {
        let HeaderLines { last, is_header, keys } = &mut self.header;
        if line != *last + 1 {
            (*is_header, *keys) = (false, Vec::new());
        }
        *last = line;
        match key {
            b"goos" | b"goarch" | b"pkg" | b"cpu" => *is_header = true,
            _ if key.len() <= LONGEST_KEY && keys.len() < MOST_KEYS => keys.push(key.into()),
            _ => {}
        }
        if *is_header { std::mem::take(keys) } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_next_to_those_of_go_are_in_a_header() {
        let mut state = StreamState::default();
        let lines = [(1, "a"), (2, "goos"), (3, "b"), (5, "c"), (7, "pkg"), (8, "d"), (9, "e")];
        let keys: Vec<BString> =
            lines.into_iter().flat_map(|(line, key)| state.header_keys(line, key.as_bytes())).collect();
        assert_eq!(keys, ["a", "b", "d", "e"]);
    }
}
