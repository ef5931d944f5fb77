//! Compares decisions with the entries of a policy and with comments.

use super::broken::{Break, Broken};
use super::comment::{Directive, DirectiveComment, comments};
use super::function::{DecidedFunction, Functions, Spot};
use crate::cause::decision::Inlining;
use crate::cause::lines::{Line, Sources};
use crate::policy::{DecisionEntry, DecisionRule, Level, Origin, Pinned, Policy};
use crate::query::suggestions;
use std::fmt;

/// What came of the entries and comments.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Held {
    /// How many decisions were looked at: one for each key of each function, and each word of a comment.
    pub checked: usize,
    /// Those that do not hold, in the order of files and lines.
    pub broken: Vec<Broken>,
    /// Entries and comments that say nothing about what was compiled.
    pub unheld: Vec<Unheld>,
}

impl Held {
    /// How many do not hold at a level.
    pub fn broken_at(&self, level: Level) -> usize {
        self.broken.iter().filter(|it| it.level == level).count()
    }
}

/// An entry or comment that says nothing about what was compiled.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Unheld {
    /// A pattern that no function matches.
    NoFunction {
        /// The pattern.
        func: String,
        /// The entry.
        origin: Origin,
        /// Names that are like it.
        near: Vec<String>,
    },
    /// Functions match, but the compiler says nothing about any.
    NotCompiled {
        /// The pattern.
        func: String,
        /// The entry.
        origin: Origin,
        /// Whether the first function is generic.
        is_generic: bool,
    },
    /// Functions match, but none has a body in Go.
    NoBody {
        /// The pattern.
        func: String,
        /// The entry.
        origin: Origin,
    },
    /// A word in a comment that is none of gcassert.
    UnknownDirective {
        /// The word.
        word: String,
        /// The comment.
        origin: Origin,
    },
}

/// `allocgate.toml:3: no function matches `m.Sum`; did you mean m.Sums?`
impl fmt::Display for Unheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unheld::NoFunction { func, origin, near } => {
                write!(f, "{origin}: no function matches `{func}`")?;
                if near.is_empty() { Ok(()) } else { write!(f, "; did you mean {}?", near.join(" or ")) }
            }
            Unheld::NotCompiled { func, origin, is_generic: true } => write!(
                f,
                "{origin}: `{func}` is generic, and these packages have no instance of it, so that nothing is decided"
            ),
            Unheld::NotCompiled { func, origin, is_generic: false } => {
                write!(
                    f,
                    "{origin}: the compiler says nothing about `{func}`; does GOFLAGS have -gcflags=-l?"
                )
            }
            Unheld::NoBody { func, origin } => {
                write!(f, "{origin}: `{func}` has no body in Go on this system, so that nothing is decided")
            }
            Unheld::UnknownDirective { word, origin } => {
                write!(f, "{origin}: unknown word `{word}` for gcassert; expected inline, noescape or bce")
            }
        }
    }
}

/// Holds the entries of a policy, and the comments of the sources. Entries at level ignore are left out. `could_inline` tells whether
/// a function could be inlined in base. One look-up per function.
pub fn hold(
    policy: &Policy,
    functions: &Functions,
    sources: &Sources,
    could_inline: &dyn Fn(&DecidedFunction) -> bool,
) -> Held {
    let mut holder = Holder { sources, could_inline, held: Held::default() };
    for function in functions.all.iter().filter(|it| it.is_compiled()) {
        holder.function(function, &policy.decision_rule(&function.name, function.is_test));
    }
    let mut matching: Vec<Vec<&DecidedFunction>> = vec![Vec::new(); policy.decisions.len()];
    for function in &functions.all {
        for place in policy.decision_places(&function.name, function.is_test) {
            matching[place].push(function);
        }
    }
    let is_silent = functions.all.iter().all(|it| it.inlining.is_none());
    for (entry, matching) in policy.decisions.iter().zip(&matching) {
        if entry.level.value != Level::Ignore {
            holder.held.unheld.extend(unheld(entry, matching, is_silent, functions));
        }
    }
    for comment in comments(sources) {
        holder.comment(&comment, functions);
    }
    let mut held = holder.held;
    held.broken.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    held
}

/// Why an entry for these functions says nothing, if it does not. `is_silent` says that there is no word on inlining at all.
fn unheld(
    entry: &DecisionEntry,
    matching: &[&DecidedFunction],
    is_silent: bool,
    functions: &Functions,
) -> Option<Unheld> {
    let (func, origin) = (entry.func.pattern().to_string(), entry.origin.clone());
    let Some(first) = matching.first() else {
        let near = near(&func, functions);
        return Some(Unheld::NoFunction { near, func, origin });
    };
    if matching.iter().all(|it| it.is_external()) {
        return Some(Unheld::NoBody { func, origin });
    }
    let is_generic = first.is_generic && !is_silent;
    // Without any word on inlining, that key cannot hold.
    let says = |it: &DecidedFunction| it.is_compiled() && (entry.inline.is_none() || it.inlining.is_some());
    (!matching.iter().any(|it| says(it))).then_some(Unheld::NotCompiled { func, origin, is_generic })
}

/// Full names that are like a pattern behind the package. The whole names would all be alike, because they begin so.
fn near(func: &str, functions: &Functions) -> Vec<String> {
    let behind = |it: &'_ str| {
        let name = it.rsplit_once('/').map_or(it, |it| it.1);
        name.split_once('.').map_or(name, |it| it.1).to_string()
    };
    let names: Vec<(String, &str)> = functions
        .all
        .iter()
        .filter(|it| !it.is_test)
        .map(|it| (behind(&it.name), it.name.as_str()))
        .collect();
    let wanted = behind(func);
    let like = suggestions(&wanted, names.iter().map(|it| it.0.as_str()));
    let full = |like: &str| names.iter().find(|it| it.0 == like).map(|it| it.1.to_string());
    like.into_iter().filter_map(full).collect()
}

struct Holder<'h> {
    sources: &'h Sources,
    could_inline: &'h dyn Fn(&DecidedFunction) -> bool,
    held: Held,
}

impl Holder<'_> {
    fn function(&mut self, function: &DecidedFunction, rule: &DecisionRule) {
        let DecisionRule { inline, heap, bounds_checks } = rule;
        if let Some(pinned) = checked(inline)
            && let Some(inlining) = &function.inlining
        {
            let broken = self.inlining(function, inlining, pinned.value);
            self.put(function, function.line, broken, pinned);
        }
        let is_over = |spots: &[Spot], most: u32| spots.len() > most as usize;
        if let Some(pinned) = checked(heap) {
            let (spots, most) = (&function.heap, pinned.value);
            let broken = is_over(spots, most).then(|| Break::Heap { spots: spots.clone(), most });
            self.put(function, first(spots, function), broken, pinned);
        }
        if let Some(pinned) = checked(bounds_checks) {
            let (spots, most) = (&function.bounds_checks, pinned.value);
            let broken = is_over(spots, most).then(|| Break::BoundsChecks { spots: spots.clone(), most });
            self.put(function, first(spots, function), broken, pinned);
        }
    }

    fn inlining(&self, function: &DecidedFunction, inlining: &Inlining, want: bool) -> Option<Break> {
        match (inlining, want) {
            (Inlining::Can { cost }, false) => Some(Break::Inlined { cost: *cost }),
            (Inlining::Cannot { reason, .. }, true) => {
                let could_before = (self.could_inline)(function);
                Some(Break::NotInlined { reason: reason.to_string(), could_before })
            }
            _ => None,
        }
    }

    fn put<T>(&mut self, function: &DecidedFunction, line: Line, broken: Option<Break>, pinned: &Pinned<T>) {
        self.held.checked += 1;
        if let Some(what) = broken {
            self.held.broken.push(Broken {
                file: self.sources.path(line.file).to_string(),
                line: line.number,
                function: function.name.clone(),
                what,
                level: pinned.level,
                origin: pinned.origin.clone(),
            });
        }
    }

    fn comment(&mut self, comment: &DirectiveComment, functions: &Functions) {
        let file = self.sources.path(comment.at.file);
        let origin = Origin { source: file.into(), line: Some(comment.at.number as usize) };
        let unit = self.sources.unit(comment.about);
        let function = unit.and_then(|unit| functions.get(unit));
        // What is not compiled, such as tests of other packages, decides nothing.
        let is_compiled = function.is_none_or(DecidedFunction::is_compiled);
        for demand in &comment.demands {
            match demand {
                Err(word) => {
                    let (word, origin) = (word.clone(), origin.clone());
                    self.held.unheld.push(Unheld::UnknownDirective { word, origin });
                }
                Ok(directive) if is_compiled => {
                    let broken = self.directive(*directive, comment.about, function, functions);
                    self.held.checked += 1;
                    if let Some(what) = broken {
                        self.held.broken.push(Broken {
                            file: file.to_string(),
                            line: comment.about.number,
                            function: function.map(|it| it.name.clone()).unwrap_or_default(),
                            what,
                            level: Level::Fail,
                            origin: origin.clone(),
                        });
                    }
                }
                Ok(_) => {}
            }
        }
    }

    fn directive(
        &self,
        directive: Directive,
        line: Line,
        function: Option<&DecidedFunction>,
        functions: &Functions,
    ) -> Option<Break> {
        let declared = function.filter(|it| it.line == line);
        let here =
            |spots: &[Spot]| -> Vec<Spot> { spots.iter().filter(|it| it.line == line).cloned().collect() };
        match (directive, declared) {
            (Directive::Inline, Some(function)) => self.inlining(function, function.inlining.as_ref()?, true),
            (Directive::Inline, None) => (!functions.inlined.contains(&line)).then_some(Break::NoInlinedCall),
            (Directive::NoEscape, _) => {
                let spots = here(&function?.heap);
                (!spots.is_empty()).then_some(Break::LineEscapes(spots))
            }
            (Directive::Bce, _) => {
                let spots = here(&function?.bounds_checks);
                (!spots.is_empty()).then_some(Break::LineChecks(spots))
            }
        }
    }
}

/// What must hold, if it is not ignored.
fn checked<T>(pinned: &Option<Pinned<T>>) -> Option<&Pinned<T>> {
    pinned.as_ref().filter(|it| it.level != Level::Ignore)
}

fn first(spots: &[Spot], function: &DecidedFunction) -> Line {
    spots.first().map_or(function.line, |it| it.line)
}
