//! Automata for several patterns together.

use super::Glob;
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::{start, syntax};
use regex_automata::{Anchored, MatchKind};

/// An automaton whose states say which of the patterns match.
pub(super) type Dfa = dense::DFA<Vec<u32>>;

/// Patterns that match one name together, while all others do not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Combination {
    /// The indices of the patterns, ascending.
    pub patterns: Vec<usize>,
    /// A shortest name that they match.
    pub example: String,
}

/// What the patterns are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matched {
    /// Names of benchmarks, which match with or without the `-N` suffix that Go adds.
    Names,
    /// Import paths, which match as a whole.
    Packages,
}

/// The most bytes of the automaton, and of the memory to make it.
const MOST_BYTES: usize = 8 << 20;

/// One automaton for all these patterns.
pub(super) fn automaton(patterns: &[&Glob], matched: Matched) -> Option<Dfa> {
    let expressions: Vec<String> =
        patterns.iter().map(|it| expression(&it.regex(), matched)).collect::<Option<_>>()?;
    let config = dense::Config::new()
        .match_kind(MatchKind::All)
        .start_kind(StartKind::Anchored)
        .dfa_size_limit(Some(MOST_BYTES))
        .determinize_size_limit(Some(MOST_BYTES));
    dense::Builder::new()
        .configure(config)
        .syntax(syntax::Config::new().utf8(false).dot_matches_new_line(true))
        .thompson(thompson::Config::new().utf8(false).nfa_size_limit(Some(MOST_BYTES)))
        .build_many(&expressions)
        .ok()
}

/// The state before any byte of a name.
pub(super) fn first_state(automaton: &Dfa) -> Option<StateID> {
    automaton.start_state(&start::Config::new().anchored(Anchored::Yes)).ok()
}

/// The whole expression of a pattern, with the suffix of names. Patterns are compiled to `(?-u)^…$`.
fn expression(regex: &str, matched: Matched) -> Option<String> {
    let body = regex.strip_prefix("(?-u)^")?.strip_suffix('$')?;
    let suffix = if matched == Matched::Names { "(?:-[0-9]+)?" } else { "" };
    Some(format!("(?-u)^(?:{body}){suffix}$"))
}

/// The patterns that match a name that ends in this state, ascending.
pub(super) fn matching(automaton: &Dfa, state: StateID) -> Vec<usize> {
    let end = automaton.next_eoi_state(state);
    let count = if automaton.is_match_state(end) { automaton.match_len(end) } else { 0 };
    let mut patterns: Vec<usize> =
        (0..count).map(|index| automaton.match_pattern(end, index).as_usize()).collect();
    patterns.sort_unstable();
    patterns
}

/// All bytes but the end of a line, letters first, so that examples can be read.
pub(super) fn preferred_bytes() -> impl Iterator<Item = u8> {
    let letters = (b'x'..=b'z').chain(b'a'..=b'w').chain(b'A'..=b'Z').chain(b'0'..=b'9');
    let others = (b'!'..=b'~').filter(|byte| !byte.is_ascii_alphanumeric());
    let rest = (0x80..=0xff).chain(0..=b' ').chain([0x7f]).filter(|&byte| byte != b'\n');
    letters.chain(others).chain(rest)
}
