//! What was decided about values and parameters.

use super::position::Position;
use crate::words::SharedText;

/// A decision about a value: a variable or an expression that may need memory.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Value {
    /// Where: the declaration of a variable that is moved, else the expression.
    pub position: Position,
    /// The text as printed: `num`, `&Cursor{...}`, `make([]int, n)`, `append`, `... argument`. May be a name that the compiler made,
    /// like `~r0`, and may begin with the name of the package whose body was inlined.
    pub expression: SharedText,
    /// What was decided.
    pub kind: ValueKind,
    /// How it gets to the heap, each way once; empty for the first level, and for what stays on the stack.
    pub flows: Vec<Flow>,
}

impl Value {
    /// Whether it is a constant, which needs no memory: what the compiler says of it means nothing.
    pub fn is_constant(&self) -> bool {
        is_constant(&self.expression)
    }
}

/// Whether an expression is a constant: a literal, as the compiler prints constants. Their values are in the program, so that an
/// interface can have them without an allocation.
fn is_constant(expression: &str) -> bool {
    let inside = |quote: char| {
        let mut is_escaped = false;
        let rest = expression.strip_prefix(quote).and_then(|it| it.strip_suffix(quote));
        rest.is_some_and(|rest| {
            rest.chars().all(|c| {
                let is_end = c == quote && !is_escaped;
                is_escaped = c == '\\' && !is_escaped && quote != '`';
                !is_end
            })
        })
    };
    let digits = expression.strip_prefix('-').unwrap_or(expression);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '+' | '-'));
    inside('"') || inside('\'') || inside('`') || is_number || matches!(expression, "true" | "false")
}

/// What was decided about a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ValueKind {
    /// A named variable is on the heap: `moved to heap: x`.
    Moved,
    /// An expression is on the heap: `x escapes to heap`.
    Heap,
    /// It may be on the stack: `x does not escape`. A growing slice or map and a string over 32 bytes are still allocated.
    Stack,
    /// A string is used as bytes without a copy.
    ZeroCopy,
}

/// A decision about a parameter or receiver of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// Where it is declared.
    pub position: Position,
    /// Its name.
    pub name: SharedText,
    /// How far what it points to gets; the furthest, where there are several.
    pub leak: Leak,
    /// How it gets there, each way once.
    pub flows: Vec<Flow>,
}

/// How far a parameter gets, the least first. More in a callee puts values of its callers on the heap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::Display)]
#[strum(serialize_all = "kebab-case")]
pub enum Leak {
    /// `p does not escape`.
    None,
    /// To a result: the caller decides.
    Result,
    /// What it points to is kept, not itself.
    Content,
    /// It is kept.
    Heap,
}

/// A way of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Flow {
    /// The function as printed (`F` of ` in F`, ` for F`); `None` before Go 1.25.
    pub function: Option<SharedText>,
    /// Where the way ends: `{heap}`, or a result of a parameter's function: `~r0`.
    pub target: SharedText,
    /// The steps, from the value to the end. The last one is what needs the heap.
    pub steps: Vec<Step>,
}

/// A step of a value on its way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Step {
    /// What it flows into: `{heap}`, `~r0`, the name of a variable.
    pub into: SharedText,
    /// The expression: `return &token`, `w.Write(scratch[:0])`.
    pub expression: SharedText,
    /// Why, as printed: `return`, `call parameter`, `interface-converted`, `too large for stack`.
    pub why: SharedText,
    /// Where. Line 0 and no file if the compiler does not say, as for variables that it made itself.
    pub position: Position,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_told_from_other_expressions() {
        for (expression, want) in [
            ("\"negative\"", true),
            ("\"a \\\" b\"", true),
            ("\"a\" + x + \"b\"", false),
            ("77", true),
            ("-1.5e+10", true),
            ("1 + n", false),
            ("'x'", true),
            ("true", true),
            ("n", false),
            ("&T{...}", false),
            ("\"", false),
            ("", false),
            ("0x10", true),
        ] {
            assert_eq!(is_constant(expression), want, "{expression}");
        }
    }
}
