//! What each file of `src/` uses: paths as they are written, followed through `use` to the file that defines the name.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};

pub type Path = Vec<String>;

/// What a path leads to.
#[derive(Debug, PartialEq)]
pub enum Target {
    /// A file, by its index.
    File(usize),
    /// A module as such. What is used of it stands in another path.
    Module,
    /// Something of another crate, or nothing that an import names.
    Other(Path),
}

struct Use {
    path: Path,
    name: String,
    is_public: bool,
}

/// A source file: its module, its `use` items, and every other path in it, without what is compiled for tests only.
pub struct File {
    pub path: String,
    module: Path,
    uses: Vec<Use>,
    paths: BTreeSet<Path>,
    children: BTreeSet<String>,
}

/// The files of a crate, the library and the binary together.
pub struct Sources {
    pub files: Vec<File>,
    modules: BTreeMap<Path, usize>,
}

impl File {
    fn new(path: &str, text: &str) -> File {
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
        let inside = path.trim_start_matches("src/").trim_end_matches(".rs");
        let mut module: Path = inside.split('/').map(String::from).collect();
        if module.last().is_some_and(|name| matches!(name.as_str(), "mod" | "lib" | "main")) {
            module.pop();
        }
        let mut file = File {
            path: path.to_string(),
            module,
            uses: Vec::new(),
            paths: BTreeSet::new(),
            children: BTreeSet::new(),
        };
        file.read(tokens);
        file
    }

    fn read(&mut self, tokens: TokenStream) {
        let tokens = without_tests(tokens);
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Ident(word) if *word == "use" && !is_punct(tokens.get(at + 1), '<') => {
                    let is_public = is_public(&tokens[..at]);
                    let end =
                        (at..tokens.len()).find(|&i| is_punct(tokens.get(i), ';')).unwrap_or(tokens.len());
                    for (path, name) in use_tree(&tokens[at + 1..end], &[]) {
                        self.uses.push(Use { path, name, is_public });
                    }
                    at = end;
                }
                TokenTree::Ident(word) if *word == "mod" && is_punct(tokens.get(at + 2), ';') => {
                    self.children.insert(tokens[at + 1].to_string());
                    at += 2;
                }
                TokenTree::Ident(_) if !is_punct(before(&tokens, at), '.') => {
                    let (path, next) = path_at(&tokens, at);
                    self.paths.insert(path);
                    at = next;
                    continue;
                }
                TokenTree::Group(group) => self.read(group.stream()),
                _ => {}
            }
            at += 1;
        }
    }

    /// The folder or file directly in `src/`.
    pub fn top(&self) -> &str {
        let inside = self.path.trim_start_matches("src/");
        inside.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }
}

impl Sources {
    /// Reads these files, paths with texts. What its folder has for its tests only is left out.
    pub fn new<'s>(texts: impl IntoIterator<Item = (&'s str, &'s str)>) -> Sources {
        let mut files: Vec<File> = texts.into_iter().map(|(path, text)| File::new(path, text)).collect();
        let children: BTreeMap<Path, BTreeSet<String>> =
            files.iter().map(|file| (file.module.clone(), file.children.clone())).collect();
        files.retain(|file| match file.module.split_last() {
            Some((name, above)) if !above.is_empty() => {
                children.get(above).is_none_or(|children| children.contains(name))
            }
            _ => true,
        });
        let modules = files.iter().enumerate().map(|(index, file)| (file.module.clone(), index));
        // The library and the binary have the same root; it is the library that others name.
        let modules = modules.filter(|&(_, index)| files[index].path != "src/main.rs").collect();
        Sources { files, modules }
    }

    /// What a file uses, each with the path that says so.
    pub fn used_by<'f>(&'f self, file: &'f File) -> impl Iterator<Item = (Target, String)> + 'f {
        let imported = file.uses.iter().filter(|import| !import.is_public);
        let imported = imported.map(|import| (self.target(file, &import.path, 0), import.path.join("::")));
        let written = file.paths.iter().filter_map(|path| {
            let known = path.len() > 1 || file.uses.iter().any(|import| import.name == path[0]);
            let known = known || path[0].ends_with('!');
            known.then(|| (self.target(file, path, 0), path.join("::")))
        });
        imported.chain(written)
    }

    /// The files that each file uses, with what is used of them.
    pub fn graph(&self) -> Vec<BTreeMap<usize, BTreeSet<String>>> {
        let mut graph = Vec::new();
        for (index, file) in self.files.iter().enumerate() {
            let mut used: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
            for (target, path) in self.used_by(file) {
                if let Target::File(other) = target
                    && other != index
                {
                    used.entry(other).or_default().insert(path);
                }
            }
            graph.push(used);
        }
        graph
    }

    fn target(&self, file: &File, path: &[String], depth: usize) -> Target {
        assert!(depth < 20, "{}: {} goes in a circle", file.path, path.join("::"));
        let rest = &path[1..];
        match path[0].as_str() {
            // The hidden module has the modules of the crate, as they are inside.
            "allocgate" if rest.first().is_some_and(|name| name == "internals") => {
                self.walk(Vec::new(), &rest[1..], depth)
            }
            "crate" | "allocgate" => self.walk(Vec::new(), rest, depth),
            "self" => self.walk(file.module.clone(), rest, depth),
            "super" => {
                let ups = path.iter().take_while(|name| *name == "super").count();
                let above = file.module.len().saturating_sub(ups);
                self.walk(file.module[..above].to_vec(), &path[ups..], depth)
            }
            _ => self.local(file, path, depth).unwrap_or_else(|| Target::Other(path.to_vec())),
        }
    }

    /// A path that begins with a name of the file itself: a `use` or a module below.
    fn local(&self, file: &File, path: &[String], depth: usize) -> Option<Target> {
        let is_child = file.children.contains(&path[0]);
        if is_child && path.len() > 1 {
            return Some(self.walk(file.module.clone(), path, depth));
        }
        if let Some(import) = file.uses.iter().find(|import| import.name == path[0]) {
            let shadows = import.path[0] == import.name && !is_child;
            let whole = [import.path.as_slice(), &path[1..]].concat();
            return Some(if shadows { Target::Other(whole) } else { self.target(file, &whole, depth + 1) });
        }
        None
    }

    /// Goes down from a module, along its modules first.
    fn walk(&self, mut module: Path, rest: &[String], depth: usize) -> Target {
        let Some((name, below)) = rest.split_first() else { return Target::Module };
        let index = self.modules.get(&module).copied();
        let file = index.map(|index| &self.files[index]);
        let import = file.and_then(|file| file.uses.iter().find(|import| import.name == *name));
        module.push(name.clone());
        if self.modules.contains_key(&module) && (import.is_none() || !below.is_empty()) {
            return self.walk(module, below, depth);
        }
        match (file, import, index) {
            (Some(file), Some(import), _) => {
                self.target(file, &[import.path.as_slice(), below].concat(), depth + 1)
            }
            (.., Some(index)) => Target::File(index),
            _ => Target::Other(module),
        }
    }
}

/// The tokens of one level, without items under `#[cfg(test)]`.
fn without_tests(tokens: TokenStream) -> Vec<TokenTree> {
    let mut kept = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_test = matches!(&token, TokenTree::Punct(it) if it.as_char() == '#')
            && matches!(tokens.peek(), Some(TokenTree::Group(attribute)) if is_cfg_test(&attribute.stream()));
        if !is_test {
            kept.push(token);
            continue;
        }
        tokens.next();
        for token in tokens.by_ref() {
            let ends = match &token {
                TokenTree::Punct(it) => it.as_char() == ';',
                TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                _ => false,
            };
            if ends {
                break;
            }
        }
    }
    kept
}

/// `cfg(test)` or `cfg(all(test, …))`.
fn is_cfg_test(attribute: &TokenStream) -> bool {
    let text: String = attribute.to_string().split_whitespace().collect();
    let condition = text.strip_prefix("cfg(").map(|rest| rest.strip_prefix("all(").unwrap_or(rest));
    condition.is_some_and(|rest| rest.starts_with("test,") || rest.starts_with("test)"))
}

fn is_punct(token: Option<&TokenTree>, char: char) -> bool {
    matches!(token, Some(TokenTree::Punct(it)) if it.as_char() == char)
}

fn before(tokens: &[TokenTree], at: usize) -> Option<&TokenTree> {
    at.checked_sub(1).and_then(|at| tokens.get(at))
}

/// Whether an item behind these tokens is `pub`, or `pub(…)`.
fn is_public(tokens: &[TokenTree]) -> bool {
    let is_pub = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Ident(it)) if *it == "pub");
    let last = tokens.len();
    is_pub(before(tokens, last))
        || matches!(before(tokens, last), Some(TokenTree::Group(_))) && is_pub(before(tokens, last - 1))
}

/// Every path of a `use`, with the name that it gets here.
fn use_tree(tokens: &[TokenTree], prefix: &[String]) -> Vec<(Path, String)> {
    let mut path = prefix.to_vec();
    let mut name = None;
    let mut tokens = tokens.iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if *word == "as" => name = tokens.next().map(ToString::to_string),
            TokenTree::Ident(word) if *word == "self" && !path.is_empty() => {}
            TokenTree::Ident(word) => path.push(word.to_string()),
            TokenTree::Group(group) => {
                let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                let parts = inside.split(|token| is_punct(Some(token), ','));
                return parts.filter(|it| !it.is_empty()).flat_map(|part| use_tree(part, &path)).collect();
            }
            TokenTree::Punct(it) if it.as_char() == '*' => path.push("*".to_string()),
            _ => {}
        }
    }
    let name = name.or_else(|| path.last().cloned()).unwrap_or_default();
    vec![(path, name)]
}

/// The path that begins here, `name!` for a macro, and where it ends.
fn path_at(tokens: &[TokenTree], mut at: usize) -> (Path, usize) {
    let mut path = vec![tokens[at].to_string()];
    at += 1;
    while is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':') {
        let Some(TokenTree::Ident(word)) = tokens.get(at + 2) else { break };
        path.push(word.to_string());
        at += 3;
    }
    let is_macro = is_punct(tokens.get(at), '!') && matches!(tokens.get(at + 1), Some(TokenTree::Group(_)));
    if let Some(last) = path.last_mut().filter(|_| is_macro) {
        last.push('!');
    }
    (path, at)
}
