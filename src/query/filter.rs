//! Filters: which measurements to use.

use super::lex::{Expect, Lexer, Token, TokenKind, unexpected, written, written_key};
use super::{Key, Regexp, ResultView, SyntaxError};
use bstr::{BString, ByteSlice};
use std::fmt;

/// A condition on a measurement: `pkg:encoding/json (.unit:ns/op OR .unit:B/op) -/size:/^1k$/`.
///
/// ```text
/// expr  = and { OR and }
/// and   = match { [AND] match }
/// match = ( expr ) | - match | * | key : value | key : ( value { OR value } )
/// ```
///
/// A key is `.name`, `.fullname`, `.unit`, `.file`, `/part`, or a configuration key. A value is a word, which must be equal, or a
/// regular expression in slashes, which must match a part.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// All of these filters. An empty list matches everything.
    All(Vec<Filter>),
    /// At least one of these filters.
    Any(Vec<Filter>),
    /// Not this filter.
    Not(Box<Filter>),
    /// A key has a value.
    Match(Key, Pattern),
}

/// What a value must be.
#[derive(Debug, Clone, PartialEq)]
pub enum Pattern {
    /// This text.
    Literal(BString),
    /// A text in which the expression matches a part.
    Regexp(Regexp),
}

impl Filter {
    /// The filter that matches everything, `*`.
    pub const EVERYTHING: Filter = Filter::All(Vec::new());

    /// Parses an expression.
    ///
    /// # Errors
    /// The first syntax error, with its position.
    pub fn parse(text: &str) -> Result<Filter, SyntaxError> {
        let (parsed, rest) = expression(Lexer::new(text), 0)?;
        rest.end()?;
        check(&parsed, text)?;
        Ok(parsed.into())
    }

    /// Whether a measurement matches. `units` are its unit as printed and its base unit.
    pub fn matches(&self, result: &ResultView, units: [&str; 2]) -> bool {
        match self {
            Filter::All(terms) => terms.iter().all(|term| term.matches(result, units)),
            Filter::Any(terms) => terms.iter().any(|term| term.matches(result, units)),
            Filter::Not(term) => !term.matches(result, units),
            Filter::Match(Key::Unit, pattern) => units.iter().any(|unit| pattern.matches(unit.as_bytes())),
            Filter::Match(key, pattern) => pattern.matches(key.of(result)),
        }
    }
}

impl Pattern {
    fn matches(&self, value: &[u8]) -> bool {
        match self {
            Pattern::Literal(literal) => literal == value,
            Pattern::Regexp(regexp) => regexp.is_found_in(value),
        }
    }
}

/// A filter with the positions of its keys. Errors of keys are reported after syntax errors.
enum Parsed {
    All(Vec<Parsed>),
    Any(Vec<Parsed>),
    Not(Box<Parsed>),
    Match { offset: usize, key: Key, pattern: Pattern },
}

impl From<Parsed> for Filter {
    fn from(parsed: Parsed) -> Filter {
        let all = |terms: Vec<Parsed>| terms.into_iter().map(Filter::from).collect();
        match parsed {
            Parsed::All(terms) => Filter::All(all(terms)),
            Parsed::Any(terms) => Filter::Any(all(terms)),
            Parsed::Not(term) => Filter::Not(Box::new((*term).into())),
            Parsed::Match { key, pattern, .. } => Filter::Match(key, pattern),
        }
    }
}

fn check(parsed: &Parsed, text: &str) -> Result<(), SyntaxError> {
    match parsed {
        Parsed::All(terms) | Parsed::Any(terms) => terms.iter().try_for_each(|term| check(term, text)),
        Parsed::Not(term) => check(term, text),
        Parsed::Match { key: Key::Config, offset, .. } => {
            Err(SyntaxError::new(text, *offset, ".config is only allowed in projections"))
        }
        Parsed::Match { key, offset, .. } if key.as_bstr().is_empty() => {
            Err(SyntaxError::new(text, *offset, "key must not be empty"))
        }
        Parsed::Match { .. } => Ok(()),
    }
}

type Step<'q> = Result<(Parsed, Lexer<'q>), SyntaxError>;

/// The deepest nesting of parentheses and minus signs, because each uses the stack.
const MOST_DEPTH: usize = 100;

fn expression(mut at: Lexer, depth: usize) -> Step {
    let mut terms = Vec::new();
    loop {
        let (term, rest) = conjunction(at, depth)?;
        terms.push(term);
        let (token, after) = rest.next(Expect::Key)?;
        if token.kind != TokenKind::Or {
            return Ok((single_or(terms, Parsed::Any), rest));
        }
        at = after;
    }
}

fn conjunction(at: Lexer, depth: usize) -> Step {
    let (first, mut at) = condition(at, depth)?;
    let mut terms = vec![first];
    loop {
        let (token, after) = at.next(Expect::Key)?;
        match token.kind {
            TokenKind::And => at = after,
            TokenKind::Operator('(' | '-' | '*') | TokenKind::Word(_) => {
                let (term, rest) = condition(at, depth)?;
                terms.push(term);
                at = rest;
            }
            TokenKind::Operator(')') | TokenKind::Or | TokenKind::End => {
                return Ok((single_or(terms, Parsed::All), at));
            }
            kind @ (TokenKind::Operator(_) | TokenKind::Regexp(_)) => {
                return Err(at.error(token.offset, unexpected(&kind)));
            }
        }
    }
}

fn single_or(mut terms: Vec<Parsed>, several: fn(Vec<Parsed>) -> Parsed) -> Parsed {
    match terms.pop() {
        Some(only) if terms.is_empty() => only,
        last => {
            terms.extend(last);
            several(terms)
        }
    }
}

fn condition(at: Lexer, depth: usize) -> Step {
    let (token, rest) = at.next(Expect::Key)?;
    match token.kind {
        TokenKind::Operator('(' | '-') if depth == MOST_DEPTH => {
            Err(at.error(token.offset, "too many parentheses and minus signs inside one another"))
        }
        TokenKind::Operator('(') => {
            let (inner, rest) = expression(rest, depth + 1)?;
            match rest.next(Expect::Key)? {
                (Token { kind: TokenKind::Operator(')'), .. }, rest) => Ok((inner, rest)),
                (token, _) => Err(at.error(token.offset, "missing \")\"")),
            }
        }
        TokenKind::Operator('-') => {
            let (term, rest) = condition(rest, depth + 1)?;
            Ok((Parsed::Not(Box::new(term)), rest))
        }
        TokenKind::Operator('*') => Ok((Parsed::All(Vec::new()), rest)),
        TokenKind::Word(key) => match rest.next(Expect::Key)? {
            (Token { kind: TokenKind::Operator(':'), .. }, rest) => {
                values(at, token.offset, Key::new(key), rest)
            }
            _ => Err(at.error(token.offset, "expected key:value")),
        },
        _ => Err(at.error(token.offset, "expected key:value or subexpression")),
    }
}

/// Parses the values after `key:`.
fn values<'q>(at: Lexer<'q>, offset: usize, key: Key, rest: Lexer<'q>) -> Step<'q> {
    let (token, mut rest) = rest.next(Expect::Value)?;
    if token.kind != TokenKind::Operator('(') {
        let pattern = pattern(token.kind).ok_or_else(|| at.error(offset, "expected key:value"))?;
        return Ok((Parsed::Match { offset, key, pattern }, rest));
    }
    let mut terms = Vec::new();
    loop {
        let (token, after) = rest.next(Expect::Value)?;
        let pattern = pattern(token.kind).ok_or_else(|| at.error(token.offset, "expected value"))?;
        terms.push(Parsed::Match { offset, key: key.clone(), pattern });
        let (token, after) = after.next(Expect::Value)?;
        match token.kind {
            TokenKind::Operator(')') => return Ok((Parsed::Any(terms), after)),
            TokenKind::Or => rest = after,
            _ => return Err(at.error(token.offset, "value list must be separated by OR")),
        }
    }
}

fn pattern(kind: TokenKind) -> Option<Pattern> {
    match kind {
        TokenKind::Word(word) => Some(Pattern::Literal(word)),
        TokenKind::Regexp(regexp) => Some(Pattern::Regexp(regexp)),
        TokenKind::End | TokenKind::Operator(_) | TokenKind::And | TokenKind::Or => None,
    }
}

/// The expression. Parsing it gives the same filter.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Filter::All(terms) if terms.is_empty() => f.write_str("*"),
            Filter::All(terms) => join(f, terms, " "),
            Filter::Any(terms) => match terms.as_slice() {
                [Filter::Match(key, pattern)] => write!(f, "{}:({pattern})", written_key(key)),
                terms => join(f, terms, " OR "),
            },
            Filter::Not(term) => write!(f, "-{}", Operand(term)),
            Filter::Match(key, pattern) => write!(f, "{}:{pattern}", written_key(key)),
        }
    }
}

fn join(f: &mut fmt::Formatter<'_>, terms: &[Filter], between: &str) -> fmt::Result {
    for (i, term) in terms.iter().enumerate() {
        write!(f, "{}{}", if i > 0 { between } else { "" }, Operand(term))?;
    }
    Ok(())
}

/// A filter as a part of another filter.
struct Operand<'f>(&'f Filter);

impl fmt::Display for Operand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Filter::All(terms) | Filter::Any(terms) if terms.len() > 1 => write!(f, "({})", self.0),
            filter => write!(f, "{filter}"),
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pattern::Literal(word) => f.write_str(&written(word.as_bstr(), Expect::Value)),
            Pattern::Regexp(regexp) => write!(f, "/{}/", regexp.source()),
        }
    }
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
