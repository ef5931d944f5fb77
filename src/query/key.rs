//! Keys: the properties of a result in expressions.

use crate::model::{Config, Name};
use bstr::{BStr, BString, ByteSlice};

/// A property of a result.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// `.config`: the configuration without keys that are named elsewhere.
    Config,
    /// `.fullname`: the name without parts that are named elsewhere.
    FullName,
    /// `.name`: the name up to the first slash.
    Name,
    /// `.unit`.
    Unit,
    /// `/size`: the value after `/size=` in the name. Includes the slash.
    Part(BString),
    /// `.file`, or a configuration key. The value is empty if the key is not set.
    Setting(BString),
}

/// The properties of a result for expressions.
#[derive(Debug, Clone, Copy)]
pub struct ResultView<'d> {
    /// The name.
    pub name: Name<'d>,
    /// The configuration.
    pub config: &'d Config,
    /// The label of its file.
    pub file: &'d BStr,
}

impl Key {
    pub(super) fn new(word: BString) -> Key {
        match word.as_slice() {
            b".config" => Key::Config,
            b".fullname" => Key::FullName,
            b".name" => Key::Name,
            b".unit" => Key::Unit,
            [b'/', ..] => Key::Part(word),
            _ => Key::Setting(word),
        }
    }

    /// A configuration key.
    pub fn setting(key: BString) -> Key {
        Key::Setting(key)
    }

    /// The key as it is written.
    pub fn as_bstr(&self) -> &BStr {
        match self {
            Key::Config => b".config".as_bstr(),
            Key::FullName => b".fullname".as_bstr(),
            Key::Name => b".name".as_bstr(),
            Key::Unit => b".unit".as_bstr(),
            Key::Part(key) | Key::Setting(key) => key.as_bstr(),
        }
    }

    /// The value of this key in a result. Empty if there is none, and for `.config` and `.unit`, which are not one value of a
    /// result.
    pub fn of<'d>(&self, result: &ResultView<'d>) -> &'d BStr {
        match self {
            Key::Config | Key::Unit => b"".as_bstr(),
            Key::FullName => result.name.full(),
            Key::Name => result.name.function(),
            Key::Part(key) => part(result.name, &key[1..]),
            Key::Setting(key) if key == ".file" => result.file,
            Key::Setting(key) => setting(result.config, key.as_bstr()),
        }
    }
}

fn setting<'d>(config: &'d Config, key: &BStr) -> &'d BStr {
    config.iter().find(|&(known, _)| known == key).map_or(b"".as_bstr(), |(_, value)| value)
}

/// The value of the first part with this key. GOMAXPROCS is at the end of the name.
fn part<'d>(name: Name<'d>, key: &[u8]) -> &'d BStr {
    if let Some(procs) = name.procs().filter(|_| key == b"gomaxprocs") {
        return procs;
    }
    let parts = name.without_procs().split_str("/").skip(1);
    let mut values = parts.filter_map(|part| part.strip_prefix(key)?.strip_prefix(b"="));
    values.next().unwrap_or_default().as_bstr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_select_parts_of_a_name() {
        for (name, key, want) in [
            ("Sort/n=10/m=2-8", "/n", "10"),
            ("Sort/n=10/m=2-8", "/m", "2"),
            ("Sort/n=10/m=2-8", "/gomaxprocs", "8"),
            ("Sort/gomaxprocs=4", "/gomaxprocs", "4"),
            ("Sort/gomaxprocs=4-2", "/gomaxprocs", "2"),
            ("Sort/n=1/n=2", "/n", "1"),
            ("Sort/n", "/n", ""),
            ("X/s=-5", "/s", ""),
            ("Bar-16/c", ".name", "Bar-16"),
            ("Bar-16", ".name", "Bar"),
            ("Bar-16/c", ".fullname", "Bar-16/c"),
            ("A", ".file", "f"),
            ("A", "pkg", "p"),
            ("A", "nosuch", ""),
        ] {
            let mut config = Config::default();
            config.set(b"pkg", b"p");
            let result =
                ResultView { name: Name::new(name.as_bytes()), config: &config, file: b"f".as_bstr() };
            assert_eq!(Key::new(key.into()).of(&result), want, "{name} {key}");
        }
    }
}
