//! Syntax errors of expressions.

use std::fmt;

/// A syntax error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The expression.
    pub text: String,
    /// The position of the problem, in bytes.
    pub offset: usize,
    /// What is wrong.
    pub message: String,
}

impl SyntaxError {
    pub(super) fn new(text: &str, offset: usize, message: impl Into<String>) -> SyntaxError {
        SyntaxError { text: text.to_string(), offset, message: message.into() }
    }
}

/// The message, the expression, and a caret under the problem.
impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As in Go, a tab does not count as a column.
        let before = self.text.get(..self.offset).unwrap_or(&self.text);
        let column = before.chars().filter(|c| !c.is_control()).count();
        write!(f, "syntax error: {}\n\t{}\n\t{:column$}^", self.message, self.text, "")
    }
}

impl std::error::Error for SyntaxError {}

/// A text in double quotes, like Go's `strconv.Quote` for common characters.
pub(super) fn quote(text: &bstr::BStr) -> String {
    let mut quoted = String::from("\"");
    for (start, end, c) in bstr::ByteSlice::char_indices(&**text) {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{b}' => quoted.push_str("\\v"),
            char::REPLACEMENT_CHARACTER if text[start..end] != *"\u{fffd}".as_bytes() => {
                text[start..end].iter().for_each(|byte| quoted.push_str(&format!("\\x{byte:02x}")));
            }
            c if c.is_ascii_control() => quoted.push_str(&format!("\\x{:02x}", u32::from(c))),
            c if c.is_control() || c.is_whitespace() && c != ' ' => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
