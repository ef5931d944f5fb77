//! Counts and lists.

use std::fmt::{self, Display};

/// `1 row`, `2 rows`: the number and the noun, which takes an `s` unless the number is 1.
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// The first `most` items, separated by commas, and how many more there are: `A, B and 3 more`.
pub fn list(items: impl IntoIterator<Item = impl Display>, most: usize) -> String {
    Listed::new(items, most).to_string()
}

/// The first items of a list, and how many there are in all. Written as [`list`] writes it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    /// How many items there are in all.
    pub count: usize,
    first: Vec<String>,
}

impl Listed {
    /// Keeps the first `most` items. O(items).
    pub fn new(items: impl IntoIterator<Item = impl Display>, most: usize) -> Listed {
        let mut listed = Listed::default();
        for item in items {
            listed.count += 1;
            if listed.first.len() < most {
                listed.first.push(item.to_string());
            }
        }
        listed
    }

    /// `None` if there are no items.
    pub fn some(self) -> Option<Listed> {
        (self.count > 0).then_some(self)
    }
}

impl Display for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.first.join(", "))?;
        match self.count - self.first.len() {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_noun_agrees_with_its_count() {
        let told = [0, 1, 2].map(|count| counted(count, "row"));
        assert_eq!(told, ["0 rows", "1 row", "2 rows"]);
    }

    #[test]
    fn a_list_is_cut_and_says_so() {
        assert_eq!(list(["a", "b"].iter(), 5), "a, b");
        assert_eq!(list(["a", "b", "c"].iter(), 1), "a and 2 more");
        assert_eq!(list(Vec::<&str>::new().iter(), 1), "");
    }
}
