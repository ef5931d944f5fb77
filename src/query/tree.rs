//! Which patterns match one name together, where most of them have no wildcard.

use super::automaton::{Combination, Dfa, Matched, first_state, matching, preferred_bytes};
use crate::model::hash::{HashMap, HashSet};
use regex_automata::dfa::Automaton;
use regex_automata::util::primitives::StateID;
use std::collections::VecDeque;

/// Patterns without a wildcard, byte by byte.
pub(super) struct Tree {
    nodes: Vec<Node>,
    has_suffix: bool,
}

#[derive(Default)]
struct Node {
    children: Vec<(u8, usize)>,
    /// The pattern that ends here.
    pattern: Option<usize>,
}

impl Tree {
    /// A tree of texts. Each has the index of its pattern; no two are equal.
    pub fn new(texts: impl Iterator<Item = (usize, String)>, matched: Matched) -> Tree {
        let mut tree = Tree { nodes: vec![Node::default()], has_suffix: matched == Matched::Names };
        for (pattern, text) in texts {
            let end = text.bytes().fold(0, |node, byte| tree.grown(node, byte));
            tree.nodes[end].pattern = Some(pattern);
        }
        tree
    }

    fn child(&self, node: usize, byte: u8) -> Option<usize> {
        self.nodes[node].children.iter().find(|it| it.0 == byte).map(|it| it.1)
    }

    fn grown(&mut self, node: usize, byte: u8) -> usize {
        self.child(node, byte).unwrap_or_else(|| {
            let next = self.nodes.len();
            self.nodes.push(Node::default());
            self.nodes[node].children.push((byte, next));
            next
        })
    }

    /// Where a name is after another byte.
    fn step(&self, at: Place, byte: u8) -> Place {
        let ended = at.node.and_then(|node| self.nodes[node].pattern);
        let suffix = match (byte, at.suffix) {
            (b'-', _) => {
                ended.filter(|_| self.has_suffix).map(|pattern| Suffix { pattern, has_digits: false })
            }
            (b'0'..=b'9', Some(suffix)) => Some(Suffix { has_digits: true, ..suffix }),
            _ => None,
        };
        Place { node: at.node.and_then(|node| self.child(node, byte)), suffix }
    }

    /// The patterns of the tree that match a name that ends here.
    fn matching(&self, at: Place) -> impl Iterator<Item = usize> {
        let whole = at.node.and_then(|node| self.nodes[node].pattern);
        let without_suffix = at.suffix.filter(|it| it.has_digits).map(|it| it.pattern);
        whole.into_iter().chain(without_suffix)
    }
}

/// How a name goes on from the texts of a tree.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    /// The node, while some text begins like the name.
    node: Option<usize>,
    suffix: Option<Suffix>,
}

/// The beginning of a `-N` behind a text of the tree.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Suffix {
    pattern: usize,
    has_digits: bool,
}

/// Visits all names that are different for the tree, or for an automaton of the other patterns, by a shortest one.
pub(super) struct Walk<'w> {
    automaton: &'w Dfa,
    /// The indices of the patterns of the automaton.
    others: &'w [usize],
    tree: &'w Tree,
    /// Bytes that are the same for the automaton, and for suffixes.
    alike: Vec<Vec<u8>>,
    /// The last byte of each name, and the place of the name before it.
    names: Vec<(usize, u8)>,
    visited: HashSet<(StateID, Place)>,
    queue: VecDeque<(StateID, Place, usize)>,
}

impl<'w> Walk<'w> {
    pub fn new(automaton: &'w Dfa, others: &'w [usize], tree: &'w Tree) -> Walk<'w> {
        let classes = automaton.byte_classes();
        let mut alike: Vec<Vec<u8>> = Vec::new();
        let mut known: HashMap<(u8, bool, bool), usize> = HashMap::default();
        for byte in preferred_bytes() {
            let key = (classes.get(byte), byte == b'-', byte.is_ascii_digit());
            let class = *known.entry(key).or_insert_with(|| {
                alike.push(Vec::new());
                alike.len() - 1
            });
            alike[class].push(byte);
        }
        let (names, visited, queue) = (Vec::new(), HashSet::default(), VecDeque::new());
        Walk { automaton, others, tree, alike, names, visited, queue }
    }

    /// The combinations of the names; `None` if there are more than `most`.
    pub fn combinations(mut self, most: usize) -> Option<Vec<Combination>> {
        let start = first_state(self.automaton)?;
        self.names.push((0, 0)); // the empty name
        self.visit(start, Place { node: Some(0), suffix: None }, 0);
        let (mut found, mut known) = (Vec::new(), HashSet::default());
        while let Some((state, place, name)) = self.queue.pop_front() {
            let of_automaton = matching(self.automaton, state).into_iter().map(|index| self.others[index]);
            let mut patterns: Vec<usize> = of_automaton.chain(self.tree.matching(place)).collect();
            patterns.sort_unstable();
            patterns.dedup();
            if known.insert(patterns.clone()) {
                if found.len() == most {
                    return None;
                }
                found.push(Combination { patterns, example: self.example(name) });
            }
            self.go_on(state, place, name);
        }
        Some(found)
    }

    /// Visits every name with one more byte: those of the tree, and one of each kind of other bytes.
    fn go_on(&mut self, state: StateID, place: Place, name: usize) {
        let children: &'w [(u8, usize)] = place.node.map_or(&[], |node| &self.tree.nodes[node].children);
        let is_child = |byte: &u8| children.iter().any(|it| it.0 == *byte);
        let others = self.alike.iter().filter_map(|class| class.iter().find(|byte| !is_child(byte)));
        let bytes: Vec<u8> = children.iter().map(|it| it.0).chain(others.copied()).collect();
        for byte in bytes {
            let next = self.automaton.next_state(state, byte);
            let place = self.tree.step(place, byte);
            if !self.visited.contains(&(next, place)) {
                self.names.push((name, byte));
                self.visit(next, place, self.names.len() - 1);
            }
        }
    }

    fn visit(&mut self, state: StateID, place: Place, name: usize) {
        self.visited.insert((state, place));
        self.queue.push_back((state, place, name));
    }

    fn example(&self, mut name: usize) -> String {
        let mut bytes = Vec::new();
        while name > 0 {
            let (before, byte) = self.names[name];
            bytes.push(byte);
            name = before;
        }
        bytes.reverse();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
