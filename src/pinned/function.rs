//! The functions of a tree with what the compiler decided about them.

use crate::cause::decision::{CallKind, Decisions, Function, Inlining, Package, Position, ValueKind};
use crate::cause::lines::{Kind, Line, Sources, Unit, is_word};
use std::collections::{BTreeMap, BTreeSet};

/// A value that moves to the heap, or a check of bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Spot {
    /// Its line.
    pub line: Line,
    /// The value as the compiler prints it; empty for a check.
    pub text: String,
}

/// A declared function with its closures, as compiled: what is inlined into it belongs to it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DecidedFunction {
    /// Its full name without type arguments: `example.com/hot/wire.(*Writer).Append`.
    pub name: String,
    /// Its declaration.
    pub unit: Unit,
    /// The line with the word `func`.
    pub line: Line,
    /// Whether it has type parameters: only its instances are compiled.
    pub is_generic: bool,
    /// Whether it is in a test file.
    pub is_test: bool,
    /// Whether it can be inlined; `None` if the compiler says nothing. Of several instances, one that cannot.
    pub inlining: Option<Inlining>,
    /// The values that move to the heap, in order. Constants are none, because boxing them needs no memory, and neither is what `append`
    /// makes: Go before 1.25 says nothing about it, and it is only needed if the capacity is too small.
    pub heap: Vec<Spot>,
    /// The checks of bounds that stay, in order.
    pub bounds_checks: Vec<Spot>,
}

impl DecidedFunction {
    /// Whether it can be inlined, in every instance.
    pub fn can_inline(&self) -> bool {
        matches!(self.inlining, Some(Inlining::Can { .. }))
    }

    /// Whether it has no body in Go, but in assembly: the compiler decides nothing about it.
    pub fn is_external(&self) -> bool {
        matches!(&self.inlining, Some(Inlining::Cannot { reason, .. }) if reason == NO_BODY)
    }

    /// Whether it was compiled.
    pub fn is_compiled(&self) -> bool {
        if self.is_external() {
            return false;
        }
        self.inlining.is_some() || !self.heap.is_empty() || !self.bounds_checks.is_empty()
    }
}

/// What the compiler says of a function that is only declared.
const NO_BODY: &str = "no function body";

/// The functions of a tree, in the order of files and lines.
#[derive(Debug, Default)]
pub struct Functions {
    /// All of them; those that were not compiled too.
    pub all: Vec<DecidedFunction>,
    /// The lines with a call that is inlined.
    pub(super) inlined: BTreeSet<Line>,
    by_unit: BTreeMap<Unit, usize>,
}

impl Functions {
    /// Finds the functions of a tree and what was decided about each in any compilation. Sources without modules have no full names.
    /// Time grows with the size of both.
    pub fn of(decisions: &Decisions, sources: &Sources) -> Functions {
        let mut collector = Collector::new(sources);
        for package in &decisions.packages {
            collector.package(package);
        }
        collector.finish()
    }

    /// The function of a declaration.
    pub fn get(&self, unit: Unit) -> Option<&DecidedFunction> {
        self.by_unit.get(&unit).and_then(|&at| self.all.get(at))
    }
}

/// The spots of a function by line, column and, where it is not generic, text: instances print the same value with different types.
type Spots = BTreeMap<(u32, u32, String), String>;

struct Collector<'s> {
    sources: &'s Sources,
    functions: Vec<DecidedFunction>,
    by_unit: BTreeMap<Unit, usize>,
    heap: Vec<Spots>,
    bounds_checks: Vec<Spots>,
    inlined: BTreeSet<Line>,
}

impl<'s> Collector<'s> {
    fn new(sources: &'s Sources) -> Collector<'s> {
        let functions: Vec<DecidedFunction> =
            sources.units().filter_map(|unit| declared(sources, unit)).collect();
        let by_unit = functions.iter().enumerate().map(|(at, it)| (it.unit, at)).collect();
        let none = vec![Spots::new(); functions.len()];
        Collector {
            sources,
            functions,
            by_unit,
            heap: none.clone(),
            bounds_checks: none,
            inlined: BTreeSet::new(),
        }
    }

    fn line(&self, package: &Package, position: &Position) -> Option<Line> {
        self.sources.locate(&package.path_of(position), position.line)
    }

    fn package(&mut self, package: &Package) {
        // An instance for types calls one for shapes, which is inlined at its name: the compiler wrote what stands there.
        let wrappers: BTreeSet<&Position> =
            package.functions.iter().filter(|it| it.name.contains('[')).map(|it| &it.position).collect();
        for function in package.functions.iter().filter(|it| !it.is_closure() && !is_wrapper(it)) {
            self.function(package, function);
        }
        for value in &package.values {
            let is_heap = matches!(value.kind, ValueKind::Moved | ValueKind::Heap);
            let is_left_out = value.is_constant() || value.expression == "append";
            if is_heap && !is_left_out && !wrappers.contains(&value.position) {
                self.spot(package, &value.position, &value.expression, |it| &mut it.heap);
            }
        }
        for position in package.bounds_checks.iter().filter(|it| !wrappers.contains(it)) {
            self.spot(package, position, "", |it| &mut it.bounds_checks);
        }
        for call in package.calls.iter().filter(|it| it.kind == CallKind::Inlined) {
            self.inlined.extend(self.line(package, &call.position));
        }
    }

    fn function(&mut self, package: &Package, function: &Function) {
        let Some(line) = self.line(package, &function.position) else { return };
        let name = last_name(&function.name);
        let is_named = |it: &&mut DecidedFunction| {
            let declaration = self.sources.declaration(it.unit);
            declaration.is_some_and(|it| it.name == name)
        };
        let Some(unit) = self.sources.unit(line) else { return };
        let Some(&at) = self.by_unit.get(&unit) else { return };
        let Some(found) = self.functions.get_mut(at).filter(is_named) else { return };
        let is_worse = match (&found.inlining, &function.inlining) {
            (None, _) => true,
            (Some(Inlining::Can { .. }), Inlining::Cannot { .. }) => true,
            (Some(_), _) => false,
        };
        if is_worse {
            found.inlining = Some(function.inlining.clone());
        }
    }

    fn spot(
        &mut self,
        package: &Package,
        position: &Position,
        text: &str,
        of: for<'c> fn(&'c mut Collector<'s>) -> &'c mut Vec<Spots>,
    ) {
        let Some(line) = self.line(package, position) else { return };
        let Some(&at) = self.sources.unit(line).and_then(|unit| self.by_unit.get(&unit)) else { return };
        let is_generic = self.functions.get(at).is_some_and(|it| it.is_generic);
        let key = if is_generic { String::new() } else { text.to_string() };
        if let Some(spots) = of(self).get_mut(at) {
            spots.entry((line.number, position.column, key)).or_insert_with(|| text.to_string());
        }
    }

    fn finish(mut self) -> Functions {
        let spots = |file: u32, spots: Spots| -> Vec<Spot> {
            let spot = |((number, ..), text): ((u32, u32, String), String)| Spot {
                line: Line { file, number },
                text,
            };
            spots.into_iter().map(spot).collect()
        };
        let found = self.heap.into_iter().zip(self.bounds_checks);
        for (function, (heap, bounds_checks)) in self.functions.iter_mut().zip(found) {
            function.heap = spots(function.unit.file, heap);
            function.bounds_checks = spots(function.unit.file, bounds_checks);
        }
        Functions { all: self.functions, inlined: self.inlined, by_unit: self.by_unit }
    }
}

/// A function as declared, before anything is known of its decisions.
fn declared(sources: &Sources, unit: Unit) -> Option<DecidedFunction> {
    let declaration = sources.declaration(unit).filter(|it| it.kind == Kind::Func && it.name != "_")?;
    let head = Head::read(sources, unit);
    let method = match (declaration.receiver.as_str(), head.is_pointer) {
        ("", _) => String::new(),
        (receiver, true) => format!("(*{receiver})."),
        (receiver, false) => format!("{receiver}."),
    };
    Some(DecidedFunction {
        name: format!("{}.{method}{}", import_path(sources, unit.file), declaration.name),
        unit,
        line: head.line.unwrap_or(Line { file: unit.file, number: declaration.first }),
        is_generic: head.is_generic,
        is_test: sources.path(unit.file).ends_with("_test.go"),
        inlining: None,
        heap: Vec::new(),
        bounds_checks: Vec::new(),
    })
}

/// The import path of the package of a file.
fn import_path(sources: &Sources, file: u32) -> String {
    let path =
        sources.position(Line { file, number: 1 }).map_or_else(|| sources.path(file).to_string(), |it| it.0);
    let folder = path.rsplit_once('/').map_or("", |it| it.0);
    let is_external = sources.path(file).ends_with("_test.go") && sources.package(file).ends_with("_test");
    format!("{folder}{}", if is_external { "_test" } else { "" })
}

/// What the beginning of a function shows.
#[derive(Default)]
struct Head {
    line: Option<Line>,
    is_pointer: bool,
    is_generic: bool,
}

impl Head {
    /// Reads `func (w *Writer[T]) Append[U any](`.
    fn read(sources: &Sources, unit: Unit) -> Head {
        let mut head = Head::default();
        let tokens = sources.lines(unit).flat_map(|line| sources.tokens(line).map(move |it| (line, it)));
        let mut tokens = tokens.skip_while(|(_, it)| *it != "func");
        head.line = tokens.next().map(|it| it.0);
        // The receiver, up to its closing bracket, if what follows is no name.
        let mut next = tokens.next();
        if next.is_some_and(|(_, it)| it == "(") {
            let mut depth = 1_usize;
            for (_, token) in tokens.by_ref() {
                match token {
                    "(" => depth += 1,
                    ")" => depth -= 1,
                    "*" if depth > 0 => head.is_pointer = true,
                    "[" => head.is_generic = true,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
            next = tokens.next();
        }
        let is_name = next.is_some_and(|(_, it)| is_word(it));
        head.is_generic |= is_name && tokens.next().is_some_and(|(_, it)| it == "[");
        head
    }
}

/// Whether a function is an instance for types that calls the one for their shapes.
fn is_wrapper(function: &Function) -> bool {
    function.name.contains('[') && !function.name.contains("go.shape.")
}

/// The name of a function or method as declared: that of `(*List[go.shape.int]).Push`, `wire.Map[go.shape.int]`, `init.0`.
fn last_name(name: &str) -> String {
    let mut depth = 0_usize;
    let mut plain = String::new();
    for c in name.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    let mut parts = plain.rsplit('.');
    let is_number = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let last = parts.next().unwrap_or_default();
    let last = if is_number(last) { parts.next().unwrap_or_default() } else { last };
    last.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cause::lines::{Module, SourceFile};

    #[test]
    fn a_function_without_a_body_is_not_compiled() {
        let text = "package p\n\nfunc load(p *int) int\n\nfunc Sum() {}\n";
        let file = SourceFile { path: "p/p.go".into(), text: text.into() };
        let sources = Sources::new(vec![file], vec![Module { path: "m".into(), folder: String::new() }]);
        let decided = "# m/p\nm/p/p.go:3:6: cannot inline load: no function body\nm/p/p.go:5:6: can inline Sum with cost 2 as: func() {  }\n";
        let functions = Functions::of(&Decisions::read(decided.as_bytes()), &sources);
        let states: Vec<(&str, bool, bool)> =
            functions.all.iter().map(|it| (it.name.as_str(), it.is_external(), it.is_compiled())).collect();
        assert_eq!(states, [("m/p.load", true, false), ("m/p.Sum", false, true)]);
    }

    #[test]
    fn names_are_those_of_declarations() {
        for (name, want) in [
            ("(*List[go.shape.struct { A.B int }]).Push", "Push"),
            ("wire.Map[go.shape.int]", "Map"),
            ("init.0", "init"),
            ("Writer.Append", "Append"),
            ("F", "F"),
            ("", ""),
        ] {
            assert_eq!(last_name(name), want, "{name}");
        }
    }
}
