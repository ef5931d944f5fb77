//! Untrusted text in GitHub Flavored Markdown: shown as it is, without links, mentions or markup.

use crate::words::capped;

/// A name as `code`: neither a mention nor a link, and within one table cell.
///
/// A code span has no escapes. A name with a character that would end the span or the cell is written in entities between HTML
/// tags instead.
pub(super) fn code(name: &str, most: usize) -> String {
    let name = capped(name, most);
    let is_literal = !name.contains(['`', '|', '\\']) && name.trim() == name;
    match (name.is_empty(), is_literal) {
        (true, _) => name,
        (false, true) => format!("`{name}`"),
        (false, false) => format!("<code>{}</code>", entities(&name)),
    }
}

/// The text in entities, which are never syntax. A comment after `@` and `:` keeps GitHub from making links of addresses.
fn entities(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '@' => out.push_str("&#64;<!-- -->"),
            ':' => out.push_str("&#58;<!-- -->"),
            c if c.is_ascii_alphanumeric() || !c.is_ascii() => out.push(c),
            c => out.push_str(&format!("&#{};", u32::from(c))),
        }
    }
    out
}

/// A sentence: plain words stay as they are, every other word becomes code, without the comma after it.
pub(super) fn prose(text: &str, most: usize) -> String {
    let text = capped(text, most);
    let escaped = |word: &str| {
        let bare = word.strip_suffix([':', ',', ';']).unwrap_or(word);
        if is_plain(word) { word.to_string() } else { format!("{}{}", code(bare, most), &word[bare.len()..]) }
    };
    text.split_whitespace().map(escaped).collect::<Vec<_>>().join(" ")
}

/// Whether a word is not Markdown syntax, and not something that GitHub makes a link or a picture of: a mention, an issue, a commit,
/// an address, an `:emoji:`.
fn is_plain(word: &str) -> bool {
    let bare = word.strip_suffix(':').unwrap_or(word);
    let is_safe = |c: char| c.is_alphanumeric() || ",;()%+/=.→…±-'?".contains(c);
    let lower = bare.to_ascii_lowercase();
    let is_commit = bare.len() >= 7
        && bare.chars().all(|c| c.is_ascii_hexdigit())
        && bare.contains(|c: char| c.is_ascii_alphabetic());
    bare.chars().all(is_safe) && !lower.contains("www.") && !lower.contains("gh-") && !is_commit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_code_whatever_is_in_it() {
        for (name, want) in [
            ("Tally-2", "`Tally-2`"),
            ("Get/@me/#1", "`Get/@me/#1`"),
            ("a|b", "<code>a&#124;b</code>"),
            ("a`b", "<code>a&#96;b</code>"),
            (r"a\|b", "<code>a&#92;&#124;b</code>"),
            (" a", "<code>&#32;a</code>"),
            ("a\nb", "`a\u{fffd}b`"),
            ("|a@b.c", "<code>&#124;a&#64;<!-- -->b&#46;c</code>"),
            ("", ""),
        ] {
            assert_eq!(code(name, 99), want, "{name}");
        }
        assert_eq!(code("abcdef", 3), "`abc…`");
    }

    #[test]
    fn a_word_that_could_be_syntax_is_code() {
        for (text, want) in [
            (
                "2 samples, 10 per side are needed; run with -count=10",
                "2 samples, 10 per side are needed; run with -count=10",
            ),
            ("new.txt:87: torn", "`new.txt:87`: torn"),
            ("cc @me, see https://x.y", "cc `@me`, see `https://x.y`"),
            ("*b* _i_ <b> #1 gh-1 www.x.y deadbeef", "`*b*` `_i_` `<b>` `#1` `gh-1` `www.x.y` `deadbeef`"),
            ("a | b", "a <code>&#124;</code> b"),
        ] {
            assert_eq!(prose(text, 99), want, "{text}");
        }
    }
}
