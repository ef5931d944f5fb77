//! A policy file as a text that can be changed.

use super::{LoosenRequest, PlatformPattern, RatchetError};
use crate::model::{Name, Unit};
use crate::query::Glob;
use toml_edit::{DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

const BYTE_ORDER_MARK: char = '\u{feff}';

/// A policy file that keeps its comments and layout.
pub(super) struct Document(DocumentMut);

impl Document {
    pub(super) fn parse(text: &str) -> Result<Document, RatchetError> {
        text.parse()
            .map(Document)
            .map_err(|error: toml_edit::TomlError| RatchetError::Toml(error.message().to_string()))
    }

    /// The text again, with the byte order mark and the line ends of the old one, which TOML does not keep.
    pub(super) fn text(&self, old: &str) -> String {
        let text = self.0.to_string();
        let is_windows = old.find('\n').is_some_and(|end| old[..end].ends_with('\r'));
        let text = if is_windows { text.replace('\n', "\r\n") } else { text };
        if old.starts_with(BYTE_ORDER_MARK) { format!("{BYTE_ORDER_MARK}{text}") } else { text }
    }

    fn entry(&mut self, entry: usize) -> Result<&mut Table, RatchetError> {
        let budgets =
            self.0.get_mut("budget").and_then(Item::as_array_of_tables_mut).ok_or(RatchetError::Form)?;
        budgets.get_mut(entry).ok_or(RatchetError::Form)
    }

    /// A plain assignment would lose the comment behind the number.
    pub(super) fn set_max(&mut self, entry: usize, unit: &Unit, to: f64) -> Result<(), RatchetError> {
        let max =
            self.entry(entry)?.get_mut("max").and_then(Item::as_table_like_mut).ok_or(RatchetError::Form)?;
        let item = max.get_mut(unit.as_str()).and_then(Item::as_value_mut).ok_or(RatchetError::Form)?;
        let decor = item.decor().clone();
        *item = toml_number(to);
        *item.decor_mut() = decor;
        Ok(())
    }

    /// Adds a comment above an entry.
    pub(super) fn comment(&mut self, entry: usize, comment: &str) -> Result<(), RatchetError> {
        let decor = self.entry(entry)?.decor_mut();
        let above = decor.prefix().and_then(|prefix| prefix.as_str()).unwrap_or("\n").to_string();
        decor.set_prefix(above + comment);
        Ok(())
    }

    /// Adds an entry for one benchmark behind all others.
    pub(super) fn add(
        &mut self,
        how: &LoosenRequest<'_>,
        pkg: Option<&str>,
        place: &PlatformPattern,
        comment: &str,
    ) -> Result<(), RatchetError> {
        let budgets =
            self.0.get_mut("budget").and_then(Item::as_array_of_tables_mut).ok_or(RatchetError::Form)?;
        let mut entry = Table::new();
        let name = Name::new(how.name.as_bytes()).without_procs().to_string();
        entry.insert("bench", value(Glob::literal(&name)));
        if let Some(pkg) = how.pkg.map(Glob::literal).or(pkg.map(String::from)) {
            entry.insert("pkg", value(pkg));
        }
        for (key, is) in [("goos", &place.goos), ("goarch", &place.goarch), ("go", &place.go)] {
            if let Some(is) = is {
                entry.insert(key, value(is));
            }
        }
        let mut max = InlineTable::new();
        TableLike::insert(&mut max, how.unit.as_str(), Item::Value(toml_number(how.to)));
        max.fmt();
        entry.insert("max", value(max));
        entry.decor_mut().set_prefix(format!("\n{comment}"));
        budgets.push(entry);
        Ok(())
    }
}

/// Whole where it is whole.
fn toml_number(number: f64) -> Value {
    #[allow(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
    if number.fract() == 0.0 && number.abs() < 1e15 {
        Value::from(number as i64)
    } else {
        Value::from(number)
    }
}
