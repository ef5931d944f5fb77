//! The layout of tables.

use crate::model::Name;
use crate::query::{Field, Filter, Key, Order, Projection, ResultView, SyntaxError};
use bstr::{BStr, BString, ByteSlice};
use std::borrow::Cow;

/// Which results to use, and which keys separate tables, rows and columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// Which measurements to use.
    pub filter: Filter,
    /// A table per distinct value of these keys, and per unit.
    pub table: Projection,
    /// A row per distinct value of these keys.
    pub row: Projection,
    /// A column per distinct value of these keys.
    pub col: Projection,
    /// Keys that are ignored.
    pub ignore: Projection,
}

/// A table per configuration, a row per benchmark, a column per file.
impl Default for Layout {
    fn default() -> Layout {
        let expression = |text| Projection::parse(text).expect("it is a projection");
        Layout {
            filter: Filter::EVERYTHING,
            table: expression(".config"),
            row: expression(".fullname"),
            col: expression(".file"),
            ignore: Projection::default(),
        }
    }
}

impl Layout {
    /// The same layout that also ignores these keys: `pkg`, `cpu`, …
    ///
    /// # Errors
    /// If one of them is not a key.
    pub fn ignoring(&self, keys: &[BString]) -> Result<Layout, SyntaxError> {
        let quoted: Vec<String> = keys.iter().map(|key| Key::setting(key.clone())).map(written).collect();
        let mut layout = self.clone();
        layout.ignore.fields.extend(Projection::parse(&quoted.join(","))?.fields);
        Ok(layout)
    }

    /// All its fields, in the order of benchstat's flags.
    pub(super) fn fields(&self) -> impl Iterator<Item = &Field> {
        [&self.table, &self.row, &self.col, &self.ignore].into_iter().flat_map(|it| &it.fields)
    }

    /// Whether a field has a fixed order, so that results with other values are left out.
    pub(super) fn has_lists(&self) -> bool {
        self.fields().any(|field| matches!(field.order, Order::Fixed(_)))
    }

    /// Whether a result has a listed value in every field with a fixed order.
    pub(super) fn lists(&self, result: &ResultView) -> bool {
        self.fields().all(|field| match &field.order {
            Order::Fixed(values) => values.iter().any(|value| value == field.key.of(result)),
            Order::First | Order::Alpha | Order::Num => true,
        })
    }
}

fn written(key: Key) -> String {
    Projection { fields: vec![Field { key, order: Order::First }] }.to_string()
}

/// The keys that a layout names. `.config` and `.fullname` are all other keys and parts.
#[derive(Debug)]
pub(super) struct NamedKeys<'l> {
    settings: Vec<&'l BStr>,
    /// With slash and `=`.
    parts: Vec<BString>,
    name: bool,
    procs: bool,
    pub(super) config: bool,
    pub(super) full_name: bool,
}

impl<'l> NamedKeys<'l> {
    pub(super) fn of(layout: &'l Layout) -> NamedKeys<'l> {
        let mut named = NamedKeys {
            settings: Vec::new(),
            parts: Vec::new(),
            name: false,
            procs: false,
            config: false,
            full_name: false,
        };
        for field in layout.fields() {
            match &field.key {
                Key::Config => named.config = true,
                Key::FullName => named.full_name = true,
                Key::Name => named.name = true,
                Key::Unit => {}
                Key::Part(key) => {
                    named.procs |= key == "/gomaxprocs";
                    named.parts.push([key.as_slice(), b"="].concat().into());
                }
                Key::Setting(key) => named.settings.push(key.as_bstr()),
            }
        }
        named
    }

    /// Whether the layout names this configuration key.
    pub(super) fn is_setting(&self, key: &BStr) -> bool {
        self.settings.contains(&key)
    }

    /// The rest of a name, without the parts that the layout names. If it names `.name`, that is replaced by `*`.
    pub(super) fn rest_of<'d>(&self, name: Name<'d>) -> Cow<'d, BStr> {
        let full = name.full();
        if !self.name && self.parts.is_empty() {
            return Cow::Borrowed(full);
        }
        let without_procs = name.without_procs();
        let mut pieces = without_procs.split_str("/");
        let base = pieces.next().unwrap_or_default();
        let mut rest = BString::from(if self.name { b"*" } else { base });
        for piece in pieces {
            let part = [b"/", piece].concat();
            if !self.parts.iter().any(|named| part.starts_with(named)) {
                rest.extend_from_slice(&part);
            }
        }
        if !self.procs {
            rest.extend_from_slice(&full[without_procs.len()..]);
        }
        Cow::Owned(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_parts_are_removed_from_the_name() {
        for (row, name, want) in [
            ("/a", "Foo/a=1/b=x-8", "Foo/b=x-8"),
            ("/gomaxprocs", "Foo/a=1-8", "Foo/a=1"),
            ("/gomaxprocs", "Foo/gomaxprocs=2/x-8", "Foo/x"),
            (".name", "Foo/a=1-8", "*/a=1-8"),
            (".name /a /gomaxprocs", "Foo/a=1/a=2-8", "*"),
            ("pkg", "Foo/a=1-8", "Foo/a=1-8"),
            ("/a", "Foo-8", "Foo-8"),
        ] {
            let row = Projection::parse(row).expect(row);
            let layout = Layout { row, ..Layout::default() };
            assert_eq!(*NamedKeys::of(&layout).rest_of(Name::new(name.as_bytes())), *want, "{name}");
        }
    }

    #[test]
    fn ignored_keys_are_added() {
        let layout = Layout::default().ignoring(&["cpu".into(), "odd key".into()]).expect("two keys");
        assert_eq!(layout.ignore.to_string(), "cpu,\"odd key\"");
    }
}
