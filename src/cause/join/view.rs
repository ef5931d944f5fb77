//! Decisions and functions of both trees, found by line.

use super::capture::Captured;
use crate::cause::decision::{Call, Decisions, Function, Package, Parameter, Position, Value};
use crate::cause::lines::{Kind, Line, LineMap, Sources, Unit};
use crate::cause::profile::Frame;
use crate::model::hash::HashMap;

/// One tree with what the compiler decided about it.
pub struct Tree<'a> {
    pub sources: &'a Sources,
    pub decisions: Option<&'a Decisions>,
    package: &'a str,
}

/// Both trees.
pub struct View<'a> {
    pub map: &'a LineMap,
    pub base: Tree<'a>,
    pub new: Tree<'a>,
    /// Whether texts of expressions can be compared: both sides were built by the same compiler.
    pub same_compiler: bool,
    /// Declarations of new by name.
    by_name: HashMap<&'a str, Vec<Unit>>,
}

impl<'a> View<'a> {
    pub fn new(map: &'a LineMap, base: &Captured<'a>, new: &Captured<'a>, same_compiler: bool) -> View<'a> {
        let mut by_name: HashMap<&str, Vec<Unit>> = HashMap::default();
        for unit in map.new.units() {
            if let Some(it) = map.new.declaration(unit) {
                by_name.entry(it.name.as_str()).or_default().push(unit);
            }
        }
        let tree =
            |sources, side: &Captured<'a>| Tree { sources, decisions: side.decisions, package: side.package };
        View { map, base: tree(&map.base, base), new: tree(&map.new, new), same_compiler, by_name }
    }

    /// The line of new that a frame of its profile is at.
    pub fn locate(&self, frame: &Frame) -> Option<Line> {
        self.new.sources.locate_in(&frame.code_package(), &frame.file, frame.line)
    }

    /// The line of base that a line of new was.
    pub fn base_line(&self, line: Line) -> Option<Line> {
        self.map.to_base(line).line()
    }

    /// Functions of new that a call may mean, as the compiler or the source writes it: `codec.AppendInt`, `(*Buffer).Append`, `b.Grow`.
    /// Those of the package that calls come first; the receiver's type and the package must fit where the text names them.
    pub fn callees(&self, text: &str, caller: Line) -> Vec<Unit> {
        let callee = Callee::new(text);
        let folder = self.new.sources.folder(caller.file);
        let mut units: Vec<(bool, Unit)> = Vec::new();
        for &unit in self.by_name.get(callee.name).into_iter().flatten() {
            let Some(it) = self.new.sources.declaration(unit) else { continue };
            let own = self.new.sources.folder(unit.file);
            let is_local = own == folder;
            let fits = match callee.qualifier {
                "" => it.receiver.is_empty() && is_local,
                name if it.receiver.is_empty() => name == self.new.sources.package(unit.file),
                name if callee.is_type => name == it.receiver,
                _ => true,
            };
            if it.kind == Kind::Func && fits {
                units.push((!is_local, unit));
            }
        }
        units.sort_unstable();
        units.into_iter().map(|it| it.1).collect()
    }

    /// The types of this name in any package.
    pub fn types(&self, name: &str) -> impl Iterator<Item = Unit> + use<'_, 'a> {
        let units = self.by_name.get(name).into_iter().flatten().copied();
        units.filter(|it| self.new.sources.declaration(*it).is_some_and(|it| it.kind == Kind::Type))
    }

    /// Declarations of a name in the package of a line.
    pub fn declared(&self, name: &str, at: Line) -> impl Iterator<Item = Unit> + use<'_, 'a> {
        let folder = self.new.sources.folder(at.file);
        let units = self.by_name.get(name).into_iter().flatten().copied();
        units.filter(move |unit| self.new.sources.folder(unit.file) == folder)
    }
}

/// The parts of a callee's text.
struct Callee<'t> {
    name: &'t str,
    /// The package, the type of the receiver or a variable; empty for a plain name.
    qualifier: &'t str,
    is_type: bool,
}

impl Callee<'_> {
    fn new(text: &str) -> Callee<'_> {
        let text = text.strip_prefix("go.").unwrap_or(text);
        let (before, name) = match without_instance(text).rsplit_once('.') {
            Some((before, name)) => (before, name),
            None => ("", without_instance(text)),
        };
        let is_type = before.ends_with(')');
        let plain = without_instance(before.trim_end_matches(')'));
        let qualifier = plain.rsplit(['.', '*', '(']).next().unwrap_or(plain);
        Callee { name, qualifier, is_type }
    }
}

/// A text without the type arguments at its end: `Put` of `Put[go.shape.int,go.shape.int]`.
fn without_instance(text: &str) -> &str {
    match text.find('[') {
        Some(at) if text.ends_with(']') => text.get(..at).unwrap_or(text),
        _ => text,
    }
}

impl<'a> Tree<'a> {
    /// The compilations that may have decided about a line, with the name that decisions give its file, and its number there.
    fn packages(&self, line: Line) -> (Vec<&'a Package>, String, u32) {
        let Some((path, number)) = self.sources.position(line) else { return Default::default() };
        let (package, file) = path.rsplit_once('/').unwrap_or(("", &path));
        let found = |path: &str| self.decisions.and_then(|it| it.package(path, self.package));
        let external = if file.ends_with("_test.go") { found(&format!("{package}_test")) } else { None };
        (found(package).into_iter().chain(external).collect(), file.to_string(), number)
    }

    /// What was decided about the values at a line.
    pub fn values(&self, line: Line) -> Vec<&'a Value> {
        let (packages, file, number) = self.packages(line);
        packages.into_iter().flat_map(|it| it.values_at(&file, number)).collect()
    }

    /// What was decided about the calls at a line.
    pub fn calls(&self, line: Line) -> Vec<&'a Call> {
        let (packages, file, number) = self.packages(line);
        packages.into_iter().flat_map(|it| it.calls_at(&file, number)).collect()
    }

    /// What was decided about a function and the closures in it.
    pub fn functions(&self, unit: Unit) -> Vec<&'a Function> {
        let at = |line| {
            let (packages, file, number) = self.packages(line);
            packages.into_iter().flat_map(|it| it.functions_at(&file, number)).collect::<Vec<_>>()
        };
        self.sources.lines(unit).flat_map(at).collect()
    }

    /// What was decided about the parameters of a function and of the closures in it.
    pub fn parameters(&self, unit: Unit) -> Vec<&'a Parameter> {
        let Some(first) = self.sources.lines(unit).next() else { return Vec::new() };
        let Some(last) = self.sources.lines(unit).last() else { return Vec::new() };
        let (packages, file, from) = self.packages(first);
        let upto = from.saturating_add(last.number - first.number);
        let inside =
            |it: &&Parameter| it.position.file == file.as_str() && (from..=upto).contains(&it.position.line);
        packages.into_iter().flat_map(|it| &it.parameters).filter(inside).collect()
    }

    /// The line of a position that the compiler printed about the package of another line.
    pub fn line(&self, position: &Position, near: Line) -> Option<Line> {
        let (path, _) = self.sources.position(near)?;
        let folder = path.rsplit_once('/').map_or("", |it| it.0);
        self.sources.locate(&format!("{folder}/{}", position.file), position.line)
    }
}
