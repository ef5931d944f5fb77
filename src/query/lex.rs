//! Splits expressions into tokens, for filters and projections.

use super::syntax::{SyntaxError, quote};
use super::{Key, Regexp};
use bstr::{BStr, BString, ByteSlice};

/// A position in an expression.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lexer<'q> {
    text: &'q str,
    at: usize,
    /// How many regular expressions there are before.
    regexps: usize,
}

/// The most regular expressions in an expression. Each takes time for every result.
const MOST_REGEXPS: usize = 100;

/// A token and its position in bytes.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) offset: usize,
    pub(super) kind: TokenKind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind {
    /// The end of the expression.
    End,
    /// `(`, `)`, `:`, `@` or `,`; also `-` or `*` at the beginning of a word.
    Operator(char),
    And,
    Or,
    /// Bare or quoted.
    Word(BString),
    /// `/…/`, if a value is expected.
    Regexp(Regexp),
}

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Expect {
    Key,
    Value,
}

impl<'q> Lexer<'q> {
    pub(super) fn new(text: &'q str) -> Lexer<'q> {
        Lexer { text, at: 0, regexps: 0 }
    }

    /// The next token, and the position after it.
    pub(super) fn next(mut self, expect: Expect) -> Result<(Token, Lexer<'q>), SyntaxError> {
        self.at = self.text.len() - self.rest().trim_start().len();
        match self.rest().chars().next() {
            None => Ok(self.token(TokenKind::End, self.at)),
            Some(c) if begins_as_operator(c) => Ok(self.token(TokenKind::Operator(c), self.at + 1)),
            Some('/') if expect == Expect::Value => self.regexp(),
            Some('"') => self.quoted(),
            Some(_) => Ok(self.bare()),
        }
    }

    /// An error at this position.
    pub(super) fn error(self, offset: usize, message: impl Into<String>) -> SyntaxError {
        SyntaxError::new(self.text, offset, message)
    }

    /// Fails if there is another token.
    pub(super) fn end(self) -> Result<(), SyntaxError> {
        let (token, _) = self.next(Expect::Key)?;
        match token.kind {
            TokenKind::End => Ok(()),
            kind => Err(self.error(token.offset, unexpected(&kind))),
        }
    }

    fn rest(self) -> &'q str {
        &self.text[self.at..]
    }

    fn token(self, kind: TokenKind, end: usize) -> (Token, Lexer<'q>) {
        let regexps = self.regexps + usize::from(matches!(kind, TokenKind::Regexp(_)));
        (Token { offset: self.at, kind }, Lexer { text: self.text, at: end, regexps })
    }

    /// A word up to white space or an operator. `-`, `*`, `"` and `/` are a part of it, except at its beginning.
    fn bare(self) -> (Token, Lexer<'q>) {
        let length = self.rest().find(|c: char| c.is_whitespace() || is_operator(c));
        let end = length.map_or(self.text.len(), |length| self.at + length);
        let kind = match &self.text[self.at..end] {
            "AND" => TokenKind::And,
            "OR" => TokenKind::Or,
            word => TokenKind::Word(word.into()),
        };
        self.token(kind, end)
    }

    /// A word up to the first quotation mark without a backslash before it. As in benchstat, `"a\\"` is not closed.
    fn quoted(self) -> Result<(Token, Lexer<'q>), SyntaxError> {
        let bytes = self.rest().as_bytes();
        let close = (1..bytes.len()).find(|&i| bytes[i] == b'"' && bytes[i - 1] != b'\\');
        let close = close.ok_or_else(|| self.error(self.at, "missing end quote"))?;
        let word = unescape(&bytes[1..close]).ok_or_else(|| self.error(self.at, "bad escape sequence"))?;
        Ok(self.token(TokenKind::Word(word), self.at + close + 1))
    }

    fn regexp(self) -> Result<(Token, Lexer<'q>), SyntaxError> {
        if self.regexps == MOST_REGEXPS {
            let message = format!("too many regular expressions (limit {MOST_REGEXPS}); join them with |");
            return Err(self.error(self.at, message));
        }
        let inside = &self.rest()[1..];
        let close =
            closing_slash(inside.as_bytes()).ok_or_else(|| self.error(self.at, "missing close \"/\""))?;
        let regexp = Regexp::new(&inside[..close]).map_err(|message| self.error(self.at, message))?;
        let end = self.at + close + 2;
        // Go checks one byte here, not a character.
        match self.text.as_bytes().get(end).map(|&byte| char::from(byte)) {
            Some(c) if !c.is_whitespace() && !begins_as_operator(c) => {
                let message = "regexp must be followed by space or an operator (unescaped \"/\"?)";
                Err(self.error(end, message))
            }
            _ => Ok(self.token(TokenKind::Regexp(regexp), end)),
        }
    }
}

/// `unexpected ")"`.
pub(super) fn unexpected(kind: &TokenKind) -> String {
    let text = match kind {
        TokenKind::End => BString::default(),
        TokenKind::Operator(c) => c.to_string().into(),
        TokenKind::And => "AND".into(),
        TokenKind::Or => "OR".into(),
        TokenKind::Word(word) => word.clone(),
        TokenKind::Regexp(regexp) => regexp.source().into(),
    };
    format!("unexpected {}", quote(text.as_bstr()))
}

fn is_operator(c: char) -> bool {
    matches!(c, '(' | ')' | ':' | '@' | ',')
}

fn begins_as_operator(c: char) -> bool {
    is_operator(c) || matches!(c, '-' | '*')
}

/// The first slash outside brackets and parentheses.
fn closing_slash(text: &[u8]) -> Option<usize> {
    let (mut brackets, mut parentheses) = (0usize, 0i32);
    let mut i = 0;
    while i < text.len() {
        match text[i] {
            b'/' if brackets == 0 && parentheses == 0 => return Some(i),
            b'[' => brackets += 1,
            b']' => brackets = brackets.saturating_sub(1),
            b'(' if brackets == 0 => parentheses += 1,
            b')' if brackets == 0 => parentheses -= 1,
            b'\\' => i += 1,
            _ => {}
        }
        i += 1;
    }
    None
}

/// Replaces the escapes of a Go string. `None` for other escapes, and for a plain quotation mark or line end.
fn unescape(text: &[u8]) -> Option<BString> {
    let mut word = BString::default();
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'"' | b'\n' => return None,
            b'\\' => {
                let (&escape, after) = rest.split_first()?;
                rest = after;
                match escape {
                    b'x' => word.push(u8::try_from(digits(&mut rest, 2, 16)?).ok()?),
                    b'u' => word.extend_from_slice(character(digits(&mut rest, 4, 16)?)?.as_bytes()),
                    b'U' => word.extend_from_slice(character(digits(&mut rest, 8, 16)?)?.as_bytes()),
                    b'0'..=b'7' => {
                        rest = &text[text.len() - rest.len() - 1..];
                        word.push(u8::try_from(digits(&mut rest, 3, 8)?).ok()?);
                    }
                    escape => word.push(simple_escape(escape)?),
                }
            }
            byte => word.push(byte),
        }
    }
    Some(word)
}

fn simple_escape(letter: u8) -> Option<u8> {
    Some(match letter {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' | b'"' => letter,
        _ => return None,
    })
}

fn digits(rest: &mut &[u8], count: usize, base: u32) -> Option<u32> {
    let (digits, after) = rest.split_at_checked(count)?;
    *rest = after;
    digits
        .iter()
        .try_fold(0u32, |sum, &digit| sum.checked_mul(base)?.checked_add(char::from(digit).to_digit(base)?))
}

fn character(code: u32) -> Option<String> {
    char::from_u32(code).map(String::from)
}

/// A word as text that parses to the same word, in quotation marks if necessary.
pub(super) fn written(word: &BStr, expect: Expect) -> String {
    let plain = word.to_str().ok().filter(|word| {
        let first = word.chars().next();
        let bare = |c: char| !c.is_whitespace() && !c.is_control() && !is_operator(c) && c != '"';
        first.is_some_and(|c| !(begins_as_operator(c) || c == '/' && expect == Expect::Value))
            && word.chars().all(bare)
            && !matches!(*word, "AND" | "OR")
    });
    // A backslash before the closing mark would escape it.
    plain.map_or_else(|| quote(word).replace("\\\\", "\\x5c"), String::from)
}

/// A key as text in an expression.
pub(super) fn written_key(key: &Key) -> String {
    written(key.as_bstr(), Expect::Key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str, expect: Expect) -> Result<TokenKind, SyntaxError> {
        Lexer::new(text).next(expect).map(|(token, _)| token.kind)
    }

    #[test]
    fn escapes_are_as_in_go() {
        for (text, want) in [
            (r#""a b""#, "a b"),
            (r#""\a\b\f\n\r\t\v""#, "\x07\x08\x0c\n\r\t\x0b"),
            (r#""\"\\ \101\x41\u0041\U00000041""#, "\"\\ AAAA"),
            (r#""""#, ""),
            (r#"a"b-*c/d x"#, "a\"b-*c/d"),
        ] {
            assert_eq!(read(text, Expect::Key), Ok(TokenKind::Word(want.into())), "{text}");
        }
        assert_eq!(read(r#""\xff""#, Expect::Key), Ok(TokenKind::Word(b"\xff".into())));
        for text in [r#""\'""#, r#""\400""#, r#""\ud800""#, r#""\x4""#, "\"a\nb\"", r#""a\\" ""#] {
            let error = read(text, Expect::Key).expect_err(text);
            assert_eq!((error.offset, error.message.as_str()), (0, "bad escape sequence"), "{text}");
        }
    }

    #[test]
    fn a_regexp_ends_at_a_slash_outside_brackets() {
        for (text, want) in [("/a/", "a"), ("/[/]b/ c", "[/]b"), (r"/a\/b/", r"a\/b"), ("/(a/b)/-x", "(a/b)")]
        {
            match read(text, Expect::Value) {
                Ok(TokenKind::Regexp(regexp)) => assert_eq!(regexp.source(), want, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
            assert!(matches!(read(text, Expect::Key), Ok(TokenKind::Word(_))), "{text}");
        }
        assert_eq!(read("/a/b", Expect::Value).expect_err("not followed by space").offset, 3);
        assert_eq!(read(" /a", Expect::Value).expect_err("not closed").offset, 1);
    }

    #[test]
    fn regular_expressions_are_limited() {
        use crate::query::Filter;
        let anded = |count: usize| vec![".name:/a.*b/"; count].join(" AND ");
        assert!(Filter::parse(&anded(MOST_REGEXPS)).is_ok());
        for text in [anded(2000), format!(".name:({})", vec!["/a/"; 2000].join(" OR "))] {
            let error = Filter::parse(&text).expect_err("too many").to_string();
            assert!(error.contains("too many regular expressions (limit 100)"), "{error}");
        }
        let error = Filter::parse(r".name:/(\pL{100}){100}/").expect_err("too large").to_string();
        assert!(error.contains("size limit"), "{error}");
    }

    proptest! {
        #[test]
        fn a_written_word_parses_to_the_same_word(bytes in proptest::collection::vec(any::<u8>(), 0..12), text in "\\PC{0,12}") {
            for word in [bytes.as_bstr(), text.as_bytes().as_bstr()] {
                for expect in [Expect::Key, Expect::Value] {
                    let text = written(word, expect);
                    prop_assert_eq!(read(&text, expect), Ok(TokenKind::Word(word.into())), "{}", text);
                }
            }
        }
    }
}
