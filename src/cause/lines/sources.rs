//! The Go files of one tree, and which of their lines a position of the compiler or a profile means.

use super::directive::{Segment, segments};
use super::scan::{Declaration, Kind, Token, is_word, scan};
use crate::cause::explanation::Place;
use crate::model::hash::HashMap;
use crate::words::SharedText;

/// Larger files are not read: no person edits them, and the numbers of bytes must fit.
const MAX_FILE: usize = 16 << 20;

/// A Go file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The path relative to the root of the repository, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A Go module of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// The path that `go.mod` declares: `example.com/hot`.
    pub path: String,
    /// The folder of `go.mod` relative to the root of the repository, with `/`; empty for the root.
    pub folder: String,
}

/// A line of a file of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Line {
    /// The file, by its index.
    pub file: u32,
    /// The line in the file itself, from 1.
    pub number: u32,
}

/// A top-level declaration of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unit {
    /// The file, by its index.
    pub file: u32,
    /// The declaration, by its index in the file.
    pub index: u32,
}

/// The Go files of one tree.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<File>,
    modules: Vec<Module>,
    by_path: HashMap<String, u32>,
    by_base: HashMap<String, Vec<u32>>,
    renumbered: HashMap<String, Vec<(u32, Segment)>>,
}

#[derive(Debug)]
struct File {
    path: SharedText,
    text: String,
    /// Where each line starts, in bytes.
    starts: Vec<u32>,
    tokens: Vec<Token>,
    /// The first token of each line; one more than there are lines.
    first_tokens: Vec<u32>,
    declarations: Vec<Declaration>,
    segments: Vec<Segment>,
}

impl Sources {
    /// Reads files in time linear in their size. Files of more than 16 MiB are left out, and `modules` may be empty: then positions
    /// are found by the ends of their paths.
    pub fn new(mut files: Vec<SourceFile>, mut modules: Vec<Module>) -> Sources {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|a, b| a.path == b.path);
        modules.sort_by(|a, b| b.path.len().cmp(&a.path.len()).then_with(|| a.path.cmp(&b.path)));
        let mut sources = Sources { modules, ..Sources::default() };
        for file in files.into_iter().filter(|it| it.text.len() <= MAX_FILE) {
            let Ok(index) = u32::try_from(sources.files.len()) else { break };
            let mut file = File::new(file);
            // A directive that leads out of the repository names nothing that a reader could open.
            file.segments.retain(|it| !leads_out(&join(folder(&file.path), &it.file)));
            for segment in &file.segments {
                let path = join(folder(&file.path), &segment.file);
                sources.renumbered.entry(path).or_default().push((index, segment.clone()));
            }
            sources.by_base.entry(base_name(&file.path).to_string()).or_default().push(index);
            sources.by_path.insert(file.path.to_string(), index);
            sources.files.push(file);
        }
        sources
    }

    /// Whether there are no files.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// As [`Sources::locate`], for a position of code of this package: the file of a `//line` directive may be written without its folder.
    pub fn locate_in(&self, package: &str, path: &str, line: u32) -> Option<Line> {
        let own = || self.locate(&format!("{package}/{path}"), line);
        let is_bare = !package.is_empty() && !path.contains(['/', '\\']);
        is_bare.then(own).flatten().or_else(|| self.locate(path, line))
    }

    /// The line that a position means. `path` is as the compiler or a profile writes it: starting with the import path
    /// (`-trimpath`), absolute, or relative to the root.
    pub fn locate(&self, path: &str, line: u32) -> Option<Line> {
        let candidates = self.relative(path);
        let given = |it: &String| {
            self.renumbered.get(it).or_else(|| self.renumbered.get(path)).and_then(|segments| {
                segments.iter().find_map(|(file, segment)| {
                    let offset = line.checked_sub(segment.given).filter(|it| *it < segment.count)?;
                    Some(Line { file: *file, number: segment.physical + offset })
                })
            })
        };
        if let Some(line) = candidates.iter().find_map(given) {
            return Some(line);
        }
        let file = candidates.iter().find_map(|it| self.by_path.get(it).copied());
        let file = file.or_else(|| self.by_end(path))?;
        (line > 0 && line <= self.line_count(file)).then_some(Line { file, number: line })
    }

    /// Paths relative to the root that `path` may mean, the likeliest first.
    fn relative(&self, path: &str) -> Vec<String> {
        let inside = |module: &Module| {
            let rest = path.strip_prefix(module.path.as_str())?;
            // A module that is replaced by a folder keeps its version: `example.com/l@v0.0.0/l.go`.
            let rest = rest.strip_prefix('/').or_else(|| Some(rest.strip_prefix('@')?.split_once('/')?.1))?;
            Some(join(&module.folder, rest))
        };
        let mut paths: Vec<String> = self.modules.iter().filter_map(inside).collect();
        paths.push(path.trim_start_matches("./").to_string());
        paths
    }

    /// The file whose whole path is the longest end of an absolute path; of any path where no module is known.
    fn by_end(&self, path: &str) -> Option<u32> {
        let is_absolute = path.starts_with('/') || path.get(1..2) == Some(":");
        if !is_absolute && !self.modules.is_empty() {
            return None;
        }
        let path = path.replace('\\', "/");
        let ends = |file: &&u32| {
            let own = self.path(**file);
            path.strip_suffix(own).is_some_and(|before| before.is_empty() || before.ends_with('/'))
        };
        let candidates = self.by_base.get(base_name(&path))?;
        candidates.iter().filter(ends).max_by_key(|file| self.path(**file).len()).copied()
    }

    /// The import path and the name that `-trimpath` gives the file of a line, and the line's number there; `None` if the file is
    /// in no known module.
    pub fn position(&self, line: Line) -> Option<(String, u32)> {
        let (path, number) = self.given(line)?;
        let module = self
            .modules
            .iter()
            .filter(|it| {
                it.folder.is_empty()
                    || path.strip_prefix(&it.folder).is_some_and(|rest| rest.starts_with('/'))
            })
            .max_by_key(|it| it.folder.len())?;
        let rest = path.strip_prefix(&module.folder).unwrap_or(&path).trim_start_matches('/');
        Some((join(&module.path, rest), number))
    }

    /// The path and number that a line has for a reader: those of its `//line` directive if there is one.
    fn given(&self, line: Line) -> Option<(String, u32)> {
        let file = self.file(line.file)?;
        let holds =
            |it: &&Segment| line.number.checked_sub(it.physical).is_some_and(|offset| offset < it.count);
        Some(match file.segments.iter().find(holds) {
            Some(it) => {
                (join(folder(&file.path), &it.file), it.given.saturating_add(line.number - it.physical))
            }
            None => (file.path.to_string(), line.number),
        })
    }

    /// A line as it is shown.
    pub fn place(&self, line: Line) -> Place {
        let (file, number) = self.given(line).unwrap_or_default();
        Place { file: SharedText::from(file), line: number, text: SharedText::from(self.text(line)) }
    }

    /// The text of a line without blanks around it; empty for a line that does not exist.
    pub fn text(&self, line: Line) -> &str {
        let text = || {
            let file = self.file(line.file)?;
            let start = *file.starts.get(line.number.checked_sub(1)? as usize)? as usize;
            let end = file.starts.get(line.number as usize).map_or(file.text.len(), |it| *it as usize);
            Some(file.text.get(start..end)?.trim())
        };
        text().unwrap_or("")
    }

    /// The path of a file relative to the root; empty for a file that does not exist.
    pub fn path(&self, file: u32) -> &str {
        self.file(file).map_or("", |it| &it.path)
    }

    /// The tokens of a line.
    pub fn tokens(&self, line: Line) -> impl Iterator<Item = &str> {
        let file = self.file(line.file);
        let range = file.and_then(|it| {
            let start = *it.first_tokens.get(line.number.checked_sub(1)? as usize)? as usize;
            let end = *it.first_tokens.get(line.number as usize)? as usize;
            it.tokens.get(start..end)
        });
        let text = file.map_or("", |it| it.text.as_str());
        range.unwrap_or_default().iter().filter_map(|it| text.get(it.start as usize..it.end as usize))
    }

    /// Whether a line has a name or a literal, and not brackets alone.
    pub fn is_significant(&self, line: Line) -> bool {
        self.tokens(line).any(is_word)
    }

    /// The declaration that has a line.
    pub fn unit(&self, line: Line) -> Option<Unit> {
        let declarations = &self.file(line.file)?.declarations;
        let index = declarations.partition_point(|it| it.last < line.number);
        let found = declarations.get(index).filter(|it| it.first <= line.number)?;
        (found.kind != Kind::Header).then_some(Unit { file: line.file, index: index as u32 })
    }

    /// The declarations that are code, in order of file and line.
    pub fn units(&self) -> impl Iterator<Item = Unit> {
        self.files.iter().zip(0u32..).flat_map(|(file, index)| {
            let code = move |(it, at): (&Declaration, u32)| {
                (it.kind != Kind::Header).then_some(Unit { file: index, index: at })
            };
            file.declarations.iter().zip(0u32..).filter_map(code)
        })
    }

    /// A declaration.
    pub fn declaration(&self, unit: Unit) -> Option<&Declaration> {
        self.file(unit.file)?.declarations.get(unit.index as usize)
    }

    /// The lines of a declaration.
    pub fn lines(&self, unit: Unit) -> impl Iterator<Item = Line> + use<> {
        let range = self.declaration(unit).map(|it| it.first..=it.last);
        range.into_iter().flatten().map(move |number| Line { file: unit.file, number })
    }

    /// The folder of a file: what makes a package, besides the name in its clause.
    pub fn folder(&self, file: u32) -> &str {
        folder(self.path(file))
    }

    /// The name in the package clause of a file.
    pub fn package(&self, file: u32) -> &str {
        let header = self.file(file).and_then(|it| it.declarations.first());
        header.filter(|it| it.kind == Kind::Header).map_or("", |it| it.name.as_str())
    }

    /// How many files there are.
    pub fn file_count(&self) -> u32 {
        self.files.len() as u32 // `new` stops at the largest u32
    }

    /// How many lines a file has.
    pub fn line_count(&self, file: u32) -> u32 {
        self.file(file).map_or(0, |it| it.starts.len() as u32)
    }

    fn file(&self, file: u32) -> Option<&File> {
        self.files.get(file as usize)
    }
}

impl File {
    fn new(file: SourceFile) -> File {
        let scanned = scan(&file.text);
        let newlines = memchr::memchr_iter(b'\n', file.text.as_bytes()).map(|at| at as u32 + 1);
        let starts: Vec<u32> = std::iter::once(0).chain(newlines).collect();
        let mut first_tokens = Vec::with_capacity(starts.len() + 1);
        let mut at = 0;
        for line in 1..=starts.len() as u32 + 1 {
            while scanned.tokens.get(at).is_some_and(|it| it.line < line) {
                at += 1;
            }
            first_tokens.push(at as u32);
        }
        File {
            path: SharedText::from(file.path),
            segments: segments(&file.text),
            text: file.text,
            starts,
            tokens: scanned.tokens,
            first_tokens,
            declarations: scanned.declarations,
        }
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |it| it.0)
}

/// Whether a path is absolute, or leads above its root.
fn leads_out(path: &str) -> bool {
    let mut depth = 0i64;
    for part in path.split('/') {
        depth += match part {
            ".." => -1,
            "." | "" => 0,
            _ => 1,
        };
        if depth < 0 {
            return true;
        }
    }
    path.starts_with('/')
}

fn base_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |it| it.1)
}

fn join(folder: &str, rest: &str) -> String {
    if folder.is_empty() || rest.starts_with('/') { rest.to_string() } else { format!("{folder}/{rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(files: &[(&str, &str)], modules: &[(&str, &str)]) -> Sources {
        let file =
            |(path, text): &(&str, &str)| SourceFile { path: path.to_string(), text: text.to_string() };
        let module =
            |(path, folder): &(&str, &str)| Module { path: path.to_string(), folder: folder.to_string() };
        Sources::new(files.iter().map(file).collect(), modules.iter().map(module).collect())
    }

    #[test]
    fn positions_are_found_by_module_absolute_path_and_end() {
        let files = [("tools/wire/a.go", "package wire\nvar x = 1\n"), ("sort.go", "package hot\n")];
        let known = sources(&files, &[("example.com/hot", ""), ("example.com/hot/tools", "tools")]);
        let line = Line { file: 1, number: 2 };
        for path in ["example.com/hot/tools/wire/a.go", "/home/me/hot/tools/wire/a.go", "tools/wire/a.go"] {
            assert_eq!(known.locate(path, 2), Some(line), "{path}");
        }
        assert_eq!(known.position(line), Some(("example.com/hot/tools/wire/a.go".into(), 2)));
        assert_eq!(known.locate("sort/sort.go", 1), None, "the standard library is no file of ours");
        assert_eq!(known.locate("example.com/hot/tools/wire/a.go", 99), None);
        assert_eq!(sources(&files, &[]).locate("x.com/tools/wire/a.go", 2), Some(line));
    }

    #[test]
    fn a_directive_gives_lines_another_place() {
        let text = "package p\n//line y/grammar.y:100\nfunc act() {\n\tcall()\n}\n";
        let known = sources(&[("g/out.go", text)], &[("m", "")]);
        let line = Line { file: 0, number: 4 };
        assert_eq!(known.locate("m/g/y/grammar.y", 101), Some(line));
        let bare = text.replace("y/grammar.y", "grammar.y");
        let two = sources(&[("g/out.go", &bare), ("out.go", &bare)], &[("m", "")]);
        assert_eq!(two.locate_in("m/g", "grammar.y", 101), Some(line));
        assert_eq!(two.locate_in("m", "grammar.y", 101), Some(Line { file: 1, number: 4 }));
        let outside = sources(&[("g/out.go", &text.replace("y/", "../../etc/"))], &[("m", "")]);
        assert_eq!(&*outside.place(line).file, "g/out.go");
        assert_eq!(known.locate("m@v0.0.0/g/y/grammar.y", 101), Some(line));
        assert_eq!(known.position(line), Some(("m/g/y/grammar.y".into(), 101)));
        let place = known.place(line);
        assert_eq!((&*place.file, place.line, &*place.text), ("g/y/grammar.y", 101, "call()"));
    }
}
