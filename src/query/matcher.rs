//! How a pattern is matched.

use globset::{GlobBuilder, GlobMatcher};
use regex_automata::Anchored;
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::{start, syntax};
use std::sync::Arc;

/// A pattern, prepared to be matched against many names.
#[derive(Debug, Clone)]
pub(super) enum Matcher {
    /// It matches only this text.
    Literal(Box<str>),
    /// It has a small automaton: every byte of a name takes one step.
    Automaton(Arc<Machine>),
    /// Its automaton is too large. A byte of a name can take as many steps as the pattern is long.
    Expression(Arc<GlobMatcher>),
}

/// An automaton with its first state.
#[derive(Debug)]
pub(super) struct Machine {
    automaton: dense::DFA<Vec<u32>>,
    start: StateID,
}

/// The most bytes of an automaton, and of the memory to make it. Ordinary patterns need less than 2 kB.
const MOST_BYTES: usize = 64 << 10;

/// A step of an expression costs about as much as so many steps of an automaton.
const STEPS_OF_EXPRESSION: u64 = 8;

impl Matcher {
    /// Prepares a pattern.
    ///
    /// # Errors
    /// If it is not valid.
    pub fn new(pattern: &str) -> Result<Matcher, globset::Error> {
        if let Some(text) = literal(pattern) {
            return Ok(Matcher::Literal(text.into()));
        }
        let glob = parsed(pattern)?;
        Ok(match Machine::new(glob.regex()) {
            Some(machine) => Matcher::Automaton(Arc::new(machine)),
            None => Matcher::Expression(Arc::new(glob.compile_matcher())),
        })
    }

    /// Whether the whole text matches. O(length), with the factor of [`Matcher::steps`].
    pub fn matches(&self, text: &str) -> bool {
        match self {
            Matcher::Literal(literal) => **literal == *text,
            Matcher::Automaton(machine) => machine.matches(text.as_bytes()),
            Matcher::Expression(glob) => glob.is_match(text),
        }
    }

    /// The most steps that a byte of a text takes, for a pattern of this length.
    pub fn steps(&self, length: usize) -> u64 {
        match self {
            Matcher::Literal(_) => 0,
            Matcher::Automaton(_) => 1,
            Matcher::Expression(_) => STEPS_OF_EXPRESSION * length as u64,
        }
    }
}

impl Machine {
    /// The automaton of an expression; `None` if it is too large.
    fn new(regex: &str) -> Option<Machine> {
        let config = dense::Config::new()
            .start_kind(StartKind::Anchored)
            .accelerate(false)
            .dfa_size_limit(Some(MOST_BYTES))
            .determinize_size_limit(Some(MOST_BYTES));
        let automaton = dense::Builder::new()
            .configure(config)
            .syntax(syntax::Config::new().utf8(false).dot_matches_new_line(true))
            .thompson(thompson::Config::new().utf8(false).nfa_size_limit(Some(MOST_BYTES)))
            .build(regex)
            .ok()?;
        let start = automaton.start_state(&start::Config::new().anchored(Anchored::Yes)).ok()?;
        Some(Machine { automaton, start })
    }

    fn matches(&self, text: &[u8]) -> bool {
        let mut state = self.start;
        for &byte in text {
            state = self.automaton.next_state(state, byte);
            if self.automaton.is_dead_state(state) {
                return false;
            }
        }
        self.automaton.is_match_state(self.automaton.next_eoi_state(state))
    }
}

/// The pattern in the syntax of the library.
pub(super) fn parsed(pattern: &str) -> Result<globset::Glob, globset::Error> {
    GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build()
}

/// The only text that a pattern matches, if it has no wildcard. `None` also if it is not valid.
fn literal(pattern: &str) -> Option<String> {
    let (text, rest) = beginning(pattern);
    let is_valid = !pattern.contains('}') || parsed(pattern).is_ok();
    (rest.is_empty() && is_valid).then_some(text)
}

/// The text with which everything that a pattern matches begins, and the rest of the pattern, which begins with a wildcard.
pub(super) fn beginning(pattern: &str) -> (String, &str) {
    let mut text = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        match c {
            '*' | '?' | '[' | '{' => break,
            '\\' => {
                let Some(escaped) = after.chars().next() else { break };
                text.push(escaped);
                rest = &after[escaped.len_utf8()..];
            }
            c => {
                text.push(c);
                rest = after;
            }
        }
    }
    (text, rest)
}
