//! Counts and lists.

use std::fmt::Display;

/// `1 row`, `2 rows`: the number and the noun, which takes an `s` unless the number is 1.
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// The first `most` items, separated by commas, and how many more there are: `A, B and 3 more`.
pub fn list(items: impl ExactSizeIterator<Item = impl Display>, most: usize) -> String {
    let more = items.len().saturating_sub(most);
    let shown: Vec<String> = items.take(most).map(|item| item.to_string()).collect();
    let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
    shown.join(", ") + &tail
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
