//! The calls that lead to an allocation.

use crate::words::SharedText;
use std::borrow::Cow;
use std::sync::Arc;

/// A call on a stack.
///
/// Names are as a person writes them: `example.com/zoo/names.v2.(*Names[...]).Add`, where profiles escape the dots of the path's last
/// element.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Frame {
    /// The import path of the package that the compiler made the function in. That of an external test ends in `_test`. Empty if the
    /// name has none. A closure of a function that was inlined belongs to the caller's package, although its code stands elsewhere.
    pub package: SharedText,
    /// The function with its package: `example.com/hot/wire.(*Writer).Append`, `example.com/hot/wire.Parse.func1`. What stands in the
    /// brackets of a generic function is `...`.
    pub function: SharedText,
    /// The file as the compiler names it: absolute, or beginning with the import path if built with `-trimpath`; what `//line`
    /// says where the file has that.
    pub file: SharedText,
    /// The line of the call, or of the allocation in the first frame. 0 if unknown.
    pub line: u32,
    /// The line where the function begins. 0 if unknown.
    pub start_line: u32,
    /// Whether the function was inlined into the next frame.
    pub inlined: bool,
}

impl Frame {
    /// The name of the file without folders.
    pub fn base(&self) -> &str {
        self.file.rsplit(['/', '\\']).next().unwrap_or(&self.file)
    }

    /// The import path of the package that has the code, external tests without `_test`: of the file if that was built with `-trimpath`,
    /// else as the name says. A site is looked for by this one, decisions by [`Frame::package`].
    pub fn code_package(&self) -> Cow<'_, str> {
        let is_absolute = self.file.starts_with(['/', '\\']) || self.file.get(1..2) == Some(":");
        match self.file.rsplit_once('/') {
            Some((folder, _)) if !is_absolute => without_version(folder),
            _ => Cow::Borrowed(self.package.strip_suffix("_test").unwrap_or(&self.package)),
        }
    }

    /// Whether the file is one of tests.
    pub fn is_test(&self) -> bool {
        self.base().ends_with("_test.go")
    }

    /// The function without its package: `(*Writer).Append`.
    pub fn name(&self) -> &str {
        let name = self.function.strip_prefix(self.package.as_str()).unwrap_or(&self.function);
        name.strip_prefix('.').unwrap_or(name)
    }
}

/// A folder of a module as a path of a package: `golang.org/x/net@v0.1.0/dns` is `golang.org/x/net/dns`.
fn without_version(folder: &str) -> Cow<'_, str> {
    let Some((module, rest)) = folder.split_once('@') else { return Cow::Borrowed(folder) };
    let inside = rest.find('/').map_or("", |at| &rest[at..]);
    Cow::Owned(format!("{module}{inside}"))
}

/// The calls that lead to an allocation, the innermost first. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stack(Arc<[Frame]>);

impl Stack {
    /// The calls, the innermost first: the line that allocates.
    pub fn frames(&self) -> &[Frame] {
        &self.0
    }

    /// The frames that share a function of the machine code with this one: a frame, what is inlined into it, and into what it is
    /// inlined. Decisions of the compiler stand at any of their lines. Empty if there is no such frame.
    pub fn inline_group(&self, index: usize) -> &[Frame] {
        let (Some(inner), Some(outer)) = (self.0.get(..index), self.0.get(index..)) else { return &[] };
        let first = inner.iter().rposition(|frame| !frame.inlined).map_or(0, |before| before + 1);
        // Without a last one the stack is cut.
        let last = outer.iter().position(|frame| !frame.inlined).map_or(self.0.len(), |at| index + at + 1);
        if outer.is_empty() { &[] } else { self.0.get(first..last).unwrap_or_default() }
    }
}

impl FromIterator<Frame> for Stack {
    fn from_iter<I: IntoIterator<Item = Frame>>(frames: I) -> Stack {
        Stack(frames.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(function: &str, package: &str, file: &str, inlined: bool) -> Frame {
        let (package, function, file) = (package.into(), function.into(), file.into());
        Frame { package, function, file, line: 1, start_line: 1, inlined }
    }

    #[test]
    fn the_file_tells_whose_code_it_is() {
        for (package, file, want) in [
            ("a/b", "a/b/c.go", "a/b"),
            ("a/b_test", "slices/iter.go", "slices"),
            ("a/b_test", "a/b/c_test.go", "a/b"),
            ("a/b_test", "/tmp/b/c_test.go", "a/b"),
            ("a/b", r"C:\b\c.go", "a/b"),
            ("a/b", "C:/b/c.go", "a/b"),
            ("a/b", "grammar.y", "a/b"),
            ("x/net/dns", "x/net@v0.1.0/dns/a.go", "x/net/dns"),
            ("x/net", "x/net@v0.1.0/a.go", "x/net"),
        ] {
            assert_eq!(frame("f", package, file, false).code_package(), want, "{package} {file}");
        }
    }

    #[test]
    fn names_have_no_package_and_files_no_folder() {
        let it = frame("a/b.(*T).M", "a/b", "a/b/c.go", false);
        assert_eq!((it.name(), it.base()), ("(*T).M", "c.go"));
        assert_eq!(frame("x", "", r"C:\b\c.go", false).base(), "c.go");
    }

    #[test]
    fn a_group_is_what_is_inlined_into_one_function() {
        let inlined = [true, true, false, false, true, false, true];
        let stack: Stack = inlined.iter().map(|it| frame("f", "", "", *it)).collect();
        let sizes: Vec<usize> = (0..9).map(|at| stack.inline_group(at).len()).collect();
        // The last frame is cut from what it was inlined into.
        assert_eq!(sizes, [3, 3, 3, 1, 2, 2, 1, 0, 0]);
    }
}
