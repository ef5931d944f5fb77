//! What a result says about where it was measured.

use super::DatasetLimits;
use bstr::{BStr, BString, ByteSlice};

/// The configuration in force for a run of results: `goos: linux`, `cpu: …`, in the order in which keys were first set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Config(Vec<(BString, BString)>);

impl Config {
    /// Sets a key, in place if it is there already. An empty value removes it: the last key takes its place, as in
    /// Go's own reader.
    pub fn set(&mut self, key: &[u8], value: &[u8]) {
        match self.0.iter().position(|(k, _)| k == key) {
            Some(at) if value.is_empty() => drop(self.0.swap_remove(at)),
            Some(at) => self.0[at].1 = value.into(),
            None if value.is_empty() => {}
            None => self.0.push((key.into(), value.into())),
        }
    }

    /// How many bytes its entry for a key holds.
    pub(super) fn held(&self, key: &[u8]) -> usize {
        let entry = self.0.iter().find(|(k, _)| k == key);
        entry.map_or(0, |(key, value)| key.len() + value.len() + DatasetLimits::ENTRY)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&BStr> {
        self.0.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_bstr())
    }

    /// All keys with their values.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&BStr, &BStr)> {
        self.0.iter().map(|(key, value)| (key.as_bstr(), value.as_bstr()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn setting_replaces_in_place_and_an_empty_value_removes() {
        let mut config = Config::default();
        for (key, value) in [("a", "1"), ("b", "2"), ("c", "3"), ("a", "4"), ("b", ""), ("d", "")] {
            config.set(key.as_bytes(), value.as_bytes());
        }
        let pairs: Vec<String> = config.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(pairs, ["a=4", "c=3"]);
        assert_eq!(config.get("b"), None);
    }
}
