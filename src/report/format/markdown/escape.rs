//! Untrusted text in GitHub Flavored Markdown: shown as it is, without links, mentions or markup.

use crate::words::capped;

/// A name as `code`: neither a mention nor a link, and within one table cell.
///
/// A code span has no escapes. A name with a character that would end the span or the cell is written in entities between HTML
/// tags instead. So is one with `<`: programs that search the text for `<!--`, the start of the hidden mark, find only ours.
pub(in crate::report) fn code(name: &str, most: usize) -> String {
    let name = capped(name, most);
    let is_literal = !name.contains(['`', '|', '\\', '<']) && name.trim() == name;
    match (name.is_empty(), is_literal) {
        (true, _) => name,
        (false, true) => format!("`{name}`"),
        (false, false) => format!("<code>{}</code>", entities(&name)),
    }
}

/// The text in entities, which are never syntax. An empty element after `@` and `:` keeps GitHub from making links of addresses.
fn entities(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '@' => out.push_str("&#64;<wbr>"),
            ':' => out.push_str("&#58;<wbr>"),
            c if c.is_ascii_alphanumeric() || !c.is_ascii() => out.push(c),
            c => out.push_str(&format!("&#{};", u32::from(c))),
        }
    }
    out
}

/// A sentence: plain words stay as they are, what is quoted in back-ticks becomes code, and so does every other word, without the
/// comma after it.
pub(in crate::report) fn prose(text: &str, most: usize) -> String {
    let text = capped(text, most);
    let mut parts = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.split_whitespace().next() {
        let (part, length) = match Quotation::at_start_of(rest) {
            Some(it) => (format!("{}{}{}", it.before, code(it.quoted, most), it.after), it.length),
            None => (word(first, most), first.len()),
        };
        parts.push(part);
        rest = rest[length..].trim_start();
    }
    parts.join(" ")
}

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::report) struct Piece {
    /// Whether it was quoted in back-ticks.
    pub is_code: bool,
    /// Without the back-ticks.
    pub text: String,
}

/// The parts of a sentence: what is quoted in back-ticks is code.
pub(in crate::report) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut plain, mut rest) = (String::new(), text);
    let mut put = |is_code: bool, text: &str| {
        if !text.is_empty() {
            pieces.push(Piece { is_code, text: text.to_string() });
        }
    };
    while !rest.is_empty() {
        if let Some(it) = Quotation::at_start_of(rest) {
            plain.push_str(it.before);
            put(false, &std::mem::take(&mut plain));
            put(true, it.quoted);
            plain.push_str(it.after);
            rest = &rest[it.length..];
        }
        // To the beginning of the next word.
        let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let next = word + rest[word..].find(|it: char| !it.is_whitespace()).unwrap_or(rest.len() - word);
        plain.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    put(false, &plain);
    pieces
}

fn word(word: &str, most: usize) -> String {
    let bare = word.strip_suffix([':', ',', ';']).unwrap_or(word);
    if is_plain(word) { word.to_string() } else { format!("{}{}", code(bare, most), &word[bare.len()..]) }
}

/// A text in back-ticks, such as a command in an error message.
struct Quotation<'t> {
    before: &'t str,
    quoted: &'t str,
    after: &'t str,
    length: usize,
}

impl Quotation<'_> {
    /// It begins and ends where words do; other back-ticks belong to a name. Its end may be missing if the text was cut.
    fn at_start_of(text: &str) -> Option<Quotation<'_>> {
        let inner = text.strip_prefix('(').unwrap_or(text).strip_prefix('`')?;
        let before = &text[..text.len() - inner.len() - 1];
        for (end, _) in inner.match_indices('`').filter(|&(end, _)| end > 0) {
            let after = &inner[end + 1..];
            let after = &after[..after.find(char::is_whitespace).unwrap_or(after.len())];
            if after.chars().all(|c| "),;:.".contains(c)) {
                let length = before.len() + 1 + end + 1 + after.len();
                return Some(Quotation { before, quoted: &inner[..end], after, length });
            }
        }
        let is_cut = inner.ends_with('…') && !inner.contains('`');
        is_cut.then_some(Quotation { before, quoted: inner, after: "", length: text.len() })
    }
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
            ("|a@b.c", "<code>&#124;a&#64;<wbr>b&#46;c</code>"),
            ("p<!-- x", "<code>p&#60;&#33;&#45;&#45;&#32;x</code>"),
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
                "2 samples, 10 per side are needed; run 10 times with -count=1",
                "2 samples, 10 per side are needed; run 10 times with -count=1",
            ),
            ("new.txt:87: torn", "`new.txt:87`: torn"),
            ("cc @me, see https://x.y", "cc `@me`, see `https://x.y`"),
            ("*b* _i_ <b> #1 gh-1", "`*b*` `_i_` <code>&#60;b&#62;</code> `#1` `gh-1`"),
            ("www.x.y deadbeef", "`www.x.y` `deadbeef`"),
            ("a | b", "a <code>&#124;</code> b"),
        ] {
            assert_eq!(prose(text, 99), want, "{text}");
        }
    }

    #[test]
    fn a_sentence_has_pieces_of_code() {
        let shown = |text: &str| -> Vec<String> {
            let show = |it: Piece| if it.is_code { format!("<{}>", it.text) } else { it.text };
            pieces(text).into_iter().map(show).collect()
        };
        assert_eq!(
            shown("`make([]int, n)` escapes: (`a b`), twice"),
            ["<make([]int, n)>", " escapes: (", "<a b>", "), twice"]
        );
        assert_eq!(shown("`a`"), ["<a>"]);
        assert_eq!(shown(" a`b c` d "), [" a`b c` d "]);
        assert!(shown("").is_empty());
    }

    #[test]
    fn a_quotation_is_one_piece_of_code() {
        for (text, want) in [
            (
                "expected `go test -bench .`, got ``",
                "expected `go test -bench .`, got <code>&#96;&#96;</code>",
            ),
            ("(`a b`) or `c|d`: x", "(`a b`) or <code>c&#124;d</code>: x"),
            ("set `better = \"lower\"` under `[unit.x]`", "set `better = \"lower\"` under `[unit.x]`"),
            ("`<!-- x -->`", "<code>&#60;&#33;&#45;&#45;&#32;x&#32;&#45;&#45;&#62;</code>"),
            ("a`b c`d", "<code>a&#96;b</code> <code>c&#96;d</code>"),
            ("a `b c`d", "a <code>&#96;b</code> <code>c&#96;d</code>"),
            ("use `a b", "use <code>&#96;a</code> b"),
        ] {
            assert_eq!(prose(text, 99), want, "{text}");
        }
        assert_eq!(prose("use `a b c d`", 10), "use `a b c…`");
    }
}
