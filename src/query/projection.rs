//! Projections: the keys of tables, rows and columns.

use super::lex::{Expect, Lexer, TokenKind, written, written_key};
use super::syntax::quote;
use super::{Key, SyntaxError, num};
use bstr::{BStr, BString, ByteSlice};
use std::cmp::Ordering;
use std::fmt;

/// A list of keys, each with the order of its values: `pkg,/size@num,.name@(Encode Decode)`.
///
/// ```text
/// expr  = [ field { [,] field } ]
/// field = key [ @ order ] | key @ ( word { word } )
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Projection {
    /// The keys in order.
    pub fields: Vec<Field>,
}

/// One key of a projection.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The key; never [`Key::Unit`].
    pub key: Key,
    /// The order of its values.
    pub order: Order,
}

/// The order of values.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    /// In order of first appearance.
    First,
    /// Byte by byte, `@alpha`.
    Alpha,
    /// As numbers, with or without a suffix such as `k` or `MiB`; other values come last. `@num`.
    Num,
    /// As listed, `@(a b)`. Results with other values are left out.
    Fixed(Vec<BString>),
}

impl Projection {
    /// Parses an expression.
    ///
    /// # Errors
    /// The first syntax error, with its position.
    pub fn parse(text: &str) -> Result<Projection, SyntaxError> {
        let mut at = Lexer::new(text);
        let mut written = Vec::new();
        loop {
            let (token, rest) = at.next(Expect::Key)?;
            match token.kind {
                TokenKind::End => break,
                TokenKind::Operator(',') if !written.is_empty() => at = rest,
                _ => {}
            }
            let (field, rest) = field(at)?;
            written.push(field);
            at = rest;
        }
        // Errors of fields are reported after syntax errors.
        let fields = written.into_iter().map(|field| field.checked(text)).collect::<Result<_, _>>()?;
        Ok(Projection { fields })
    }
}

impl Order {
    /// Which of two different values comes first. `Equal` if the order does not decide; always for [`Order::First`].
    pub fn compare(&self, a: &BStr, b: &BStr) -> Ordering {
        match self {
            Order::First => Ordering::Equal,
            Order::Alpha => a.cmp(b),
            Order::Num => num::compare(a, b),
            Order::Fixed(listed) => {
                let place = |value: &BStr| listed.iter().rposition(|it| it == value);
                place(a).cmp(&place(b))
            }
        }
    }
}

/// A field as written.
struct ParsedField {
    offset: usize,
    key: BString,
    order: ParsedOrder,
    order_offset: usize,
}

enum ParsedOrder {
    Named(BString),
    Listed(Vec<BString>),
}

fn field(at: Lexer) -> Result<(ParsedField, Lexer), SyntaxError> {
    let (token, at) = match at.next(Expect::Key)? {
        (token, rest) if matches!(token.kind, TokenKind::Word(_)) => (token, rest),
        (token, _) => return Err(at.error(token.offset, "expected key")),
    };
    let TokenKind::Word(key) = token.kind else { unreachable!("it has just been matched") };
    let (separator, rest) = at.next(Expect::Key)?;
    if separator.kind != TokenKind::Operator('@') {
        let order = ParsedOrder::Named("first".into());
        return Ok((ParsedField { offset: token.offset, key, order, order_offset: token.offset }, at));
    }
    let (order, rest) = rest.next(Expect::Key)?;
    let order_offset = order.offset;
    let (order, rest) = match order.kind {
        TokenKind::Word(name) => (ParsedOrder::Named(name), rest),
        TokenKind::Operator('(') => {
            let (listed, rest) = list(rest)?;
            (ParsedOrder::Listed(listed), rest)
        }
        _ => return Err(at.error(order_offset, "expected named sort order or parenthesized list")),
    };
    Ok((ParsedField { offset: token.offset, key, order, order_offset }, rest))
}

/// The words up to the closing parenthesis.
fn list(mut at: Lexer) -> Result<(Vec<BString>, Lexer), SyntaxError> {
    let mut listed = Vec::new();
    loop {
        let (token, rest) = at.next(Expect::Key)?;
        match token.kind {
            TokenKind::Word(word) => listed.push(word),
            TokenKind::Operator(')') if listed.is_empty() => {
                return Err(at.error(token.offset, "nothing to match"));
            }
            TokenKind::Operator(')') => return Ok((listed, rest)),
            _ => return Err(at.error(token.offset, "missing )")),
        }
        at = rest;
    }
}

impl ParsedField {
    fn checked(self, text: &str) -> Result<Field, SyntaxError> {
        let order = match self.order {
            ParsedOrder::Listed(listed) => Order::Fixed(listed),
            ParsedOrder::Named(name) => match name.as_slice() {
                b"first" => Order::First,
                b"alpha" => Order::Alpha,
                b"num" => Order::Num,
                // An empty list, as in benchstat: no value matches.
                b"fixed" => Order::Fixed(Vec::new()),
                _ => {
                    let message = format!("unknown order {}", quote(name.as_bstr()));
                    return Err(SyntaxError::new(text, self.order_offset, message));
                }
            },
        };
        match (Key::new(self.key), &order) {
            (Key::Config, Order::Fixed(_)) => {
                Err(SyntaxError::new(text, self.order_offset, "fixed order not allowed for .config"))
            }
            (Key::Unit, _) => Err(SyntaxError::new(text, self.offset, ".unit is only allowed in filters")),
            (key, _) if key.as_bstr().is_empty() => {
                Err(SyntaxError::new(text, self.offset, "key must not be empty"))
            }
            (key, _) => Ok(Field { key, order }),
        }
    }
}

/// The expression. Parsing it gives the same projection.
impl fmt::Display for Projection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, Field { key, order }) in self.fields.iter().enumerate() {
            f.write_str(if i > 0 { "," } else { "" })?;
            f.write_str(&written_key(key))?;
            match order {
                Order::First => {}
                Order::Alpha => f.write_str("@alpha")?,
                Order::Num => f.write_str("@num")?,
                Order::Fixed(listed) if listed.is_empty() => f.write_str("@fixed")?,
                Order::Fixed(listed) => {
                    let words: Vec<String> =
                        listed.iter().map(|word| written(word.as_bstr(), Expect::Key)).collect();
                    write!(f, "@({})", words.join(" "))?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_error_has_its_position() {
        for (text, message, offset) in [
            (",a", "expected key", 0),
            ("a,,b", "expected key", 2),
            ("a,", "expected key", 2),
            ("a@", "expected named sort order or parenthesized list", 2),
            ("a@ ,b", "expected named sort order or parenthesized list", 3),
            ("a@x", "unknown order \"x\"", 2),
            ("a@()", "nothing to match", 3),
            ("a@(b,c)", "missing )", 4),
            (".config@(a)", "fixed order not allowed for .config", 8),
            ("a .unit", ".unit is only allowed in filters", 2),
            ("\"\"", "key must not be empty", 0),
            (".unit a@x )", "expected key", 10),
        ] {
            let error = Projection::parse(text).expect_err(text);
            assert_eq!((error.message.as_str(), error.offset), (message, offset), "{text}");
        }
    }

    #[test]
    fn commas_and_spaces_separate_fields() {
        let spaced = Projection::parse("a b@alpha .name@(x y)");
        assert_eq!(spaced, Projection::parse("a,b@alpha,.name@(x y)"));
        assert_eq!(spaced.map(|it| it.to_string()), Ok("a,b@alpha,.name@(x y)".to_string()));
        assert_eq!(Projection::parse(""), Ok(Projection::default()));
    }

    fn fields() -> impl Strategy<Value = Field> {
        let key =
            prop_oneof!["[a-z/.*-]{1,4}", "\\PC{1,4}", Just(".config".to_string()), Just("OR".to_string())];
        let order = prop_oneof![
            Just(Order::First),
            Just(Order::Alpha),
            Just(Order::Num),
            proptest::collection::vec("[a-z/*-]{1,4}|\\PC{0,4}", 0..4)
                .prop_map(|listed| Order::Fixed(listed.into_iter().map(BString::from).collect())),
        ];
        (key, order).prop_map(|(key, order)| Field { key: Key::new(key.into()), order }).prop_filter(
            ".config takes no list",
            |field| {
                !matches!(
                    field,
                    Field { key: Key::Config, order: Order::Fixed(_) } | Field { key: Key::Unit, .. }
                )
            },
        )
    }

    proptest! {
        #[test]
        fn a_printed_projection_parses_to_the_same_one(fields in proptest::collection::vec(fields(), 0..4)) {
            let projection = Projection { fields };
            let text = projection.to_string();
            prop_assert_eq!(Projection::parse(&text), Ok(projection), "{}", text);
        }

        #[test]
        fn every_text_is_a_projection_or_an_error_with_a_position(text in "[ab :()@,*\"/\\\\.-]{0,12}|\\PC{0,12}") {
            match Projection::parse(&text) {
                Ok(projection) => prop_assert_eq!(Projection::parse(&projection.to_string()), Ok(projection)),
                Err(error) => prop_assert!(text.is_char_boundary(error.offset), "{:?}", error),
            }
        }
    }
}
