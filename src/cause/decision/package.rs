//! The decisions about one compilation of a package.

use super::call::Call;
use super::function::Function;
use super::position::Position;
use super::value::{Parameter, Value};
use crate::words::SharedText;
use std::ops::Range;

/// Which compilation of a package it is. A package that is tested is compiled twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Variant {
    /// For everybody: `# example.com/hot/wire`.
    Plain,
    /// For the test binary of this package: `# example.com/hot/wire [example.com/hot/wire.test]`. The path is without `.test`.
    Test(SharedText),
}

/// The decisions about one compilation of a package. Every list is sorted by file, line and column, and has what was printed twice
/// only once.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Package {
    /// The import path. That of an external test ends in `_test`.
    pub path: SharedText,
    /// Which compilation.
    pub variant: Variant,
    /// Its functions and closures, and the generic ones of others that are instantiated in it.
    pub functions: Vec<Function>,
    /// What was decided about calls.
    pub calls: Vec<Call>,
    /// What was decided about values.
    pub values: Vec<Value>,
    /// What was decided about parameters.
    pub parameters: Vec<Parameter>,
    /// Where an index or a slice is checked. Only with `-d=ssa/check_bce`, which prints it beside `-m=2`.
    pub bounds_checks: Vec<Position>,
    /// The folders of its files as printed.
    pub(super) folders: Folders,
}

/// The folder of each file, sorted by file. Two are always equal: folders depend on where a build was started, which decides nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Folders(pub(super) Vec<(SharedText, SharedText)>);

impl PartialEq for Folders {
    fn eq(&self, _: &Folders) -> bool {
        true
    }
}

impl Package {
    /// The path of a position as printed. With `-trimpath` it begins with the path of the module.
    pub fn path_of(&self, position: &Position) -> String {
        let Folders(folders) = &self.folders;
        let at = folders.binary_search_by(|(file, _)| file.as_str().cmp(&position.file));
        match at.ok().and_then(|at| folders.get(at)) {
            Some((file, folder)) if folder.as_str() != "." => format!("{folder}/{file}"),
            _ => position.file.to_string(),
        }
    }

    /// What was decided about the values at a line. The file is a name without folders.
    pub fn values_at(&self, file: &str, line: u32) -> &[Value] {
        at(&self.values, |it| &it.position, file, line)
    }

    /// What was decided about the calls at a line.
    pub fn calls_at(&self, file: &str, line: u32) -> &[Call] {
        at(&self.calls, |it| &it.position, file, line)
    }

    /// The functions that begin at a line, as a profile gives it in `start_line`. Several are instances of a generic one, or closures.
    pub fn functions_at(&self, file: &str, line: u32) -> &[Function] {
        at(&self.functions, |it| &it.position, file, line)
    }

    /// The function that has a line: the last one that begins there or before. Closures are not considered, because it is not known
    /// where they end.
    pub fn function_around(&self, file: &str, line: u32) -> Option<&Function> {
        let end = self.functions.partition_point(|it| it.position.key() <= (file, line));
        let before = self.functions.get(..end)?.iter().rev();
        before.take_while(|it| it.position.file == file).find(|it| !it.is_closure())
    }

    /// The lines of a function, closures included: from where it begins to where the next one begins, which is not in it. `u32::MAX` for
    /// the last of its file.
    pub fn lines_of(&self, function: &Function) -> Range<u32> {
        let Position { file, line, .. } = &function.position;
        let behind = self.functions.partition_point(|it| it.position.key() <= (file, *line));
        let rest = self.functions.get(behind..).unwrap_or_default().iter();
        let next = rest.take_while(|it| it.position.file == *file).find(|it| !it.is_closure());
        *line..next.map_or(u32::MAX, |it| it.position.line)
    }

    /// What was decided about the values of a function, in its closures too.
    pub fn values_of(&self, function: &Function) -> &[Value] {
        within(&self.values, |it| &it.position, &function.position.file, self.lines_of(function))
    }

    /// What was decided about the calls in a function, in its closures too.
    pub fn calls_of(&self, function: &Function) -> &[Call] {
        within(&self.calls, |it| &it.position, &function.position.file, self.lines_of(function))
    }

    /// Where a function checks an index or a slice, in its closures too.
    pub fn bounds_checks_of(&self, function: &Function) -> &[Position] {
        within(&self.bounds_checks, |it| it, &function.position.file, self.lines_of(function))
    }

    /// The parameters of a function that leak, its receiver too. One that is not there does not leak, or has nothing to leak.
    pub fn parameters_of(&self, function: &Function) -> Vec<&Parameter> {
        let Range { start, end } = self.lines_of(function);
        let near = within(&self.parameters, |it| &it.position, &function.position.file, start..end);
        near.iter().filter(|it| self.declares(&it.position) == Some(&function.position)).collect()
    }

    /// Where the function is that has a parameter. A receiver stands before the name of its function, other parameters behind it.
    fn declares(&self, parameter: &Position) -> Option<&Position> {
        let here = self.functions_at(&parameter.file, parameter.line);
        let named = here.iter().rev().find(|it| it.position.column <= parameter.column);
        let received = || here.iter().find(|it| it.is_method() && !it.is_closure());
        let above = || {
            let end = self.functions.partition_point(|it| it.position <= *parameter);
            let last = self.functions.get(..end)?.last();
            last.filter(|it| it.position.file == parameter.file)
        };
        named.or_else(received).or_else(above).map(|it| &it.position)
    }
}

/// The part of a sorted list in some lines of a file.
fn within<'l, T>(
    list: &'l [T],
    position: impl Fn(&T) -> &Position,
    file: &str,
    lines: Range<u32>,
) -> &'l [T] {
    let begin = list.partition_point(|it| position(it).key() < (file, lines.start));
    let end = list.partition_point(|it| position(it).key() < (file, lines.end));
    list.get(begin..end).unwrap_or_default()
}

/// The part of a sorted list at a line.
fn at<'l, T>(list: &'l [T], position: impl Fn(&T) -> &Position, file: &str, line: u32) -> &'l [T] {
    within(list, position, file, line..line.saturating_add(1))
}
