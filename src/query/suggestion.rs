//! Suggests names for a name that does not exist.

/// The names that are most similar to `wanted`: at most three, the most similar first. Ignores the wildcards of a pattern.
/// O(names × length²), but with very long names only the first ones count.
pub fn suggestions<'n>(wanted: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    const LEAST: f64 = 0.6;
    const MOST: usize = 3;
    const MOST_CELLS: usize = 2_000_000_000; // of the tables for edit distances, some seconds
    let literal = wanted.replace(['*', '?', '\\'], "");
    let mut cells = 0;
    let is_affordable = |name: &&str| {
        cells += literal.len() * name.len();
        cells <= MOST_CELLS
    };
    // The distance is at least the difference of the lengths.
    let is_alike = |name: &&str| {
        let (short, long) = (literal.len().min(name.len()), literal.len().max(name.len()));
        short * 4 >= long // a character can have four bytes
    };
    let mut scored: Vec<(f64, &str)> = names
        .into_iter()
        .filter(is_alike)
        .take_while(is_affordable)
        .map(|name| (strsim::normalized_damerau_levenshtein(&literal, name), name))
        .filter(|&(score, _)| score >= LEAST)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup_by_key(|&mut (_, name)| name);
    scored.into_iter().take(MOST).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similar_names_are_suggested() {
        let names = ["Tally", "Talon", "Encode/size=64", "Encode/size=1024", "Tally", "X"];
        assert_eq!(suggestions("Talley", names), ["Tally"]);
        assert_eq!(suggestions("Encode/size=*", names), ["Encode/size=64", "Encode/size=1024"]);
        assert!(suggestions("Zebra", names).is_empty());
        assert!(suggestions("", names).is_empty());
    }
}
