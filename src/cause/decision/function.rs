//! What was decided about functions.

use super::position::Position;
use crate::words::SharedText;

/// A function or closure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Function {
    /// Where its name stands, or the word `func` of a closure: the line where it begins.
    pub position: Position,
    /// Its name without the package: `Parse`, `(*Writer).Append`, `Parse.func1`, `init.0`. A name of another package, instantiated here,
    /// begins with the name of that package.
    pub name: SharedText,
    /// Whether it can be inlined.
    pub inlining: Inlining,
    /// Whether it is so big that only very small functions are inlined into it.
    pub is_big: bool,
}

/// Whether a function can be inlined.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Inlining {
    /// It can.
    Can {
        /// What that costs; `None` in text of the first level. More than the budget of 80 for a closure, or if a profile (PGO) says
        /// that it is called often.
        cost: Option<u32>,
    },
    /// It cannot.
    Cannot {
        /// Why, as printed: `function too complex: cost 93 exceeds budget 80`, `unhandled op DEFER`, `marked go:noinline`.
        reason: SharedText,
        /// Its cost, if that is the reason.
        cost: Option<u32>,
        /// What it may cost, if that is the reason.
        budget: Option<u32>,
    },
}

impl Function {
    /// Whether it has a receiver.
    pub(super) fn is_method(&self) -> bool {
        self.name.contains('.')
    }

    /// Whether it is a closure, or a part of a function that the compiler makes one.
    pub fn is_closure(&self) -> bool {
        let part = |it: &str| ["func", "gowrap", "deferwrap"].iter().any(|word| is_numbered(it, word));
        self.name
            .rsplit(['.', '-'])
            .take_while(|it| !it.contains([')', ']']))
            .any(|it| part(it) || is_numbered(it, "range"))
    }
}

/// Whether a text is a word with a number behind it.
fn is_numbered(text: &str, word: &str) -> bool {
    let number = text.strip_prefix(word).unwrap_or_default();
    !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit())
}
