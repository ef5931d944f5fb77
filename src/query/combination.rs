//! Which of several patterns can match one name together.

use super::Glob;
use super::automaton::{Combination, Dfa, Matched, automaton, first_state, matching, preferred_bytes};
use super::tree::{Tree, Walk};
use regex_automata::dfa::Automaton;
use std::collections::{HashSet, VecDeque};

/// The most combinations. Patterns such as `*a*`, `*b*` and so on have one for each of their subsets.
const MOST_COMBINATIONS: usize = 4096;

/// The most patterns for which one automaton is made. One of more patterns is too large, and takes long.
const MOST_PATTERNS: usize = 1000;

/// Every combination of the patterns that some name matches, also that of none of them; `None` if there are too many. Exact: the
/// states of an automaton for all patterns are all the cases there are. Of many patterns, those without a wildcard are a tree instead,
/// and time is linear in their length.
pub fn combinations(patterns: &[&Glob], matched: Matched) -> Option<Vec<Combination>> {
    if patterns.len() <= MOST_PATTERNS {
        return explore(&automaton(patterns, matched)?);
    }
    let (literals, others): (Vec<usize>, Vec<usize>) =
        (0..patterns.len()).partition(|&place| patterns[place].is_literal());
    let globs: Vec<&Glob> = others.iter().map(|&place| patterns[place]).collect();
    let tree = Tree::new(literals.iter().map(|&place| (place, patterns[place].beginning())), matched);
    Walk::new(&automaton(&globs, matched)?, &others, &tree)
        .combinations(MOST_COMBINATIONS + 2 * literals.len())
}

/// Visits every state by a shortest name.
fn explore(automaton: &Dfa) -> Option<Vec<Combination>> {
    let start = first_state(automaton)?;
    let bytes: Vec<u8> = preferred_bytes().collect();
    let (mut found, mut known) = (Vec::new(), HashSet::new());
    let mut visited = HashSet::from([start]);
    let mut queue = VecDeque::from([(start, Vec::new())]);
    while let Some((state, name)) = queue.pop_front() {
        let patterns = matching(automaton, state);
        if known.insert(patterns.clone()) {
            if found.len() == MOST_COMBINATIONS {
                return None;
            }
            found.push(Combination { patterns, example: String::from_utf8_lossy(&name).into_owned() });
        }
        for &byte in &bytes {
            let next = automaton.next_state(state, byte);
            if visited.insert(next) {
                queue.push_back((next, [&name[..], &[byte]].concat()));
            }
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Name;

    fn globs(patterns: &[&str]) -> Vec<Glob> {
        patterns.iter().map(|it| Glob::new(it).unwrap_or_else(|error| panic!("{it}: {error}"))).collect()
    }

    fn found(patterns: &[&str], matched: Matched) -> Vec<Combination> {
        let globs = globs(patterns);
        combinations(&globs.iter().collect::<Vec<_>>(), matched).expect("few")
    }

    #[test]
    fn overlaps_are_found_with_a_name() {
        for (patterns, together) in [
            (&["A/*", "*/b"][..], Some("A/b")),
            (&["A/**", "**/b/c"], Some("A/b/c")),
            (&["A/*", "A/*/*"], None),
            (&["[ab]x", "[bc]x"], Some("bx")),
            (&["[!a]", "[!b]"], Some("x")),
            (&["{A,B}/x", "{B,C}/?"], Some("B/x")),
            (&["A", "A-8"], Some("A-8")),
            (&["A-8", "A-4"], None),
            (&["é", "*"], Some("é")),
        ] {
            let both = found(patterns, Matched::Names).into_iter().find(|it| it.patterns == [0, 1]);
            assert_eq!(both.as_ref().map(|it| it.example.as_str()), together, "{patterns:?}");
        }
        let packages = found(&["a", "a-8"], Matched::Packages);
        assert!(packages.iter().all(|it| it.patterns.len() < 2), "{packages:?}");
    }

    /// Every name over a small alphabet, up to a length.
    fn names(most: usize) -> Vec<String> {
        let mut names = vec![String::new()];
        let mut last = names.clone();
        for _ in 0..most {
            let longer = |name: &String| ["A", "b", "/", "-8"].map(|it| format!("{name}{it}"));
            last = last.iter().flat_map(longer).collect();
            names.extend(last.clone());
        }
        names
    }

    #[test]
    fn the_combinations_are_exactly_those_of_names() {
        let pieces = ["A", "b", "/", "*", "?", "**", "A/", "/b", "/**", "**/", "{A,b}", "[Ab]", "[!A]", "-8"];
        let mut state = 7_usize;
        let mut random = |most: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % most
        };
        let names = names(5);
        let mut together = 0;
        for _ in 0..200 {
            let count = 2 + random(3);
            let patterns: Vec<String> = (0..count)
                .map(|_| (0..1 + random(4)).map(|_| pieces[random(pieces.len())]).collect())
                .collect();
            let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
            let globs = globs(&patterns);
            let found = found(&patterns, Matched::Names);
            let matching = |name: &str| -> Vec<usize> {
                let matches = |&i: &usize| globs[i].matches_name(Name::new(name.as_bytes()));
                (0..globs.len()).filter(matches).collect()
            };
            for it in &found {
                assert_eq!(matching(&it.example), it.patterns, "{patterns:?}: {}", it.example);
            }
            let known: HashSet<&Vec<usize>> = found.iter().map(|it| &it.patterns).collect();
            for name in &names {
                assert!(known.contains(&matching(name)), "{patterns:?}: {name}");
            }
            together += usize::from(found.iter().any(|it| it.patterns.len() > 1));
        }
        assert!(together > 50, "{together}");
    }

    #[test]
    fn too_many_combinations_are_not_listed() {
        let letters: Vec<Glob> = ('a'..='m').map(|c| Glob::new(&format!("*{c}*")).expect("valid")).collect();
        let of =
            |count: usize| combinations(&letters.iter().take(count).collect::<Vec<_>>(), Matched::Packages);
        assert_eq!(of(5).expect("few").len(), 32);
        assert_eq!(of(13), None);
    }

    #[test]
    fn a_tree_of_names_gives_the_same_as_an_automaton() {
        for (literals, others) in [
            (&["A", "A-8", "A/b", "A/b-4", "B"][..], &["A/*", "*", "{A,B}", "A-?", "**/b", "?-[0-7]"][..]),
            (&["A", "é/x"], &[]),
            (&["", "-8", "A-8-4", "A-8-x"], &["A-8*", "*-8"]),
            (&["A", "B", "C"], &["[A]", "{B,C}", "*-1"]),
        ] {
            let all = globs(&[literals, others].concat());
            let all: Vec<&Glob> = all.iter().collect();
            for matched in [Matched::Names, Matched::Packages] {
                let tree =
                    Tree::new((0..literals.len()).map(|place| (place, literals[place].to_string())), matched);
                let rest: Vec<usize> = (literals.len()..all.len()).collect();
                let machine = automaton(&all[literals.len()..], matched).expect("small");
                let walked = Walk::new(&machine, &rest, &tree).combinations(1000).expect("few");
                let sets =
                    |of: &[Combination]| of.iter().map(|it| it.patterns.clone()).collect::<HashSet<_>>();
                let together = combinations(&all, matched).expect("few");
                assert_eq!(sets(&walked), sets(&together), "{literals:?} {others:?} {matched:?}");
                for it in &walked {
                    let name = Name::new(it.example.as_bytes());
                    let matches = |place: &usize| match matched {
                        Matched::Names => all[*place].matches_name(name),
                        Matched::Packages => all[*place].matches(name.full()),
                    };
                    let want: Vec<usize> = (0..all.len()).filter(matches).collect();
                    assert_eq!(it.patterns, want, "{}", it.example);
                }
            }
        }
    }

    #[test]
    fn many_names_are_compared_with_few_patterns() {
        let mut many: Vec<Glob> =
            (0..3000).map(|i| Glob::new(&format!("Parse/size={i}/kind")).expect("valid")).collect();
        many.extend(globs(&["Parse/size=7/*", "**/kind"]));
        let found = combinations(&many.iter().collect::<Vec<_>>(), Matched::Names).expect("few");
        let of = |places: &[usize]| found.iter().any(|it| it.patterns == places);
        assert!(of(&[7, 3000, 3001]) && of(&[8, 3001]) && of(&[3000]) && of(&[3001]) && of(&[]));
        assert_eq!(
            found.len(),
            3000 + 3,
            "each name, and each set of the two others but both: that is a name"
        );
    }

    #[test]
    fn a_thousand_names_are_few_combinations() {
        let many: Vec<Glob> =
            (0..1000).map(|i| Glob::new(&format!("Parse/size={i}/kind")).expect("valid")).collect();
        let found = combinations(&many.iter().collect::<Vec<_>>(), Matched::Names).expect("few");
        assert_eq!(found.len(), 1001);
    }
}
