//! Edits the text of a policy file and keeps its comments and layout.

use super::{Origin, PlatformKey, PlatformPattern};
use crate::model::Unit;
use toml_edit::{DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Why a policy file cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RatchetError {
    /// The text is not TOML.
    #[error("{0}")]
    Toml(String),
    /// The budgets are not written as `[[budget]]` entries.
    #[error("only budgets that are written as [[budget]] entries can be changed")]
    Form,
    /// No budget has a maximum for the benchmark.
    #[error("no budget has a maximum of {unit} for `{name}`; there is nothing to loosen")]
    NoBudget {
        /// The benchmark.
        name: String,
        /// The unit.
        unit: Unit,
    },
    /// The new maximum is not above the old one.
    #[error(
        "the new maximum must be above {from} {unit} ({origin}), got {to}; to lower it, use `allocgate budget tighten`"
    )]
    NotLooser {
        /// The unit.
        unit: Unit,
        /// The old maximum.
        from: String,
        /// The requested maximum.
        to: String,
        /// The line of the old maximum.
        origin: Origin,
    },
    /// A budget depends on the platform, and the results do not record it.
    #[error("budget {budget} is for some `{key}` only, but the results do not record it{}", key.help())]
    UnknownPlatform {
        /// The patterns of the budget.
        budget: String,
        /// The missing key.
        key: PlatformKey,
    },
    /// No budget has a maximum for any of the results.
    #[error("no budget has a maximum for these results; there is nothing to tighten")]
    NothingToTighten,
    /// The names and patterns are too long.
    #[error(
        "matching the names of these results takes too long; limit the alternatives and wildcards of the patterns"
    )]
    TooManySteps,
    /// Budgets for several platforms match the name.
    #[error("`{0}` has budgets for several platforms; change the right one in the file")]
    SeveralPlatforms(String),
    /// Budgets for several packages match the name.
    #[error("`{0}` has budgets in several packages; choose one with --pkg")]
    SeveralPackages(String),
}

/// The text of a policy file.
pub(super) struct Document(DocumentMut);

impl Document {
    pub(super) fn parse(text: &str) -> Result<Document, RatchetError> {
        text.parse()
            .map(Document)
            .map_err(|error: toml_edit::TomlError| RatchetError::Toml(error.message().to_string()))
    }

    /// The new text, with the byte order mark and the line ends of the old one. The TOML editor does not keep them.
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

    /// Changes a maximum. Keeps the comment after the number, which a plain assignment would remove.
    pub(super) fn set_max(&mut self, entry: usize, unit: &Unit, to: f64) -> Result<(), RatchetError> {
        let max =
            self.entry(entry)?.get_mut("max").and_then(Item::as_table_like_mut).ok_or(RatchetError::Form)?;
        let item = max.get_mut(unit.as_str()).and_then(Item::as_value_mut).ok_or(RatchetError::Form)?;
        let decor = item.decor().clone();
        *item = number(to);
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

    /// Appends an entry.
    pub(super) fn add(&mut self, budget: &NewBudget<'_>, comment: &str) -> Result<(), RatchetError> {
        let budgets =
            self.0.get_mut("budget").and_then(Item::as_array_of_tables_mut).ok_or(RatchetError::Form)?;
        let mut entry = Table::new();
        entry.insert("bench", value(&budget.bench));
        if let Some(pkg) = &budget.pkg {
            entry.insert("pkg", value(pkg));
        }
        let PlatformPattern { goos, goarch, go } = budget.platform;
        for (key, pattern) in [("goos", goos), ("goarch", goarch), ("go", go)] {
            if let Some(pattern) = pattern {
                entry.insert(key, value(pattern));
            }
        }
        let mut max = InlineTable::new();
        TableLike::insert(&mut max, budget.unit.as_str(), Item::Value(number(budget.max)));
        max.fmt();
        entry.insert("max", value(max));
        entry.decor_mut().set_prefix(format!("\n{comment}"));
        budgets.push(entry);
        Ok(())
    }
}

/// An entry to add.
pub(super) struct NewBudget<'a> {
    /// The pattern for the benchmark.
    pub bench: String,
    /// The pattern for the package.
    pub pkg: Option<String>,
    /// The platforms on which it holds.
    pub platform: &'a PlatformPattern,
    /// The unit of the maximum.
    pub unit: &'a Unit,
    /// The maximum.
    pub max: f64,
}

/// A TOML value: an integer where the number is whole.
fn number(number: f64) -> Value {
    #[allow(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
    if number.fract() == 0.0 && number.abs() < 1e15 {
        Value::from(number as i64)
    } else {
        Value::from(number)
    }
}
