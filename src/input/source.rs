//! Sources that the user names: files, directories, patterns, standard input.

use super::decode::decoded;
use super::{FileIdentity, InputError, InputLimits, Lines};
use std::collections::HashMap;
use std::convert::Infallible;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A source of benchmark output, as given on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    label: String,
    /// Whether the user gave the label.
    labelled: bool,
    location: Location,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Location {
    Stdin,
    File(PathBuf),
}

/// Parses `path`, `label=path`, and `-` for standard input. A path that exists is not split.
impl FromStr for Source {
    type Err = Infallible;

    fn from_str(argument: &str) -> Result<Source, Infallible> {
        // A label is a word: `shards/goos=linux*/new.txt` is a path.
        let is_label = |(label, _): &(&str, &str)| !label.contains(['/', '\\', '*', '?']);
        let labelled = argument.split_once('=').filter(is_label).filter(|_| !Path::new(argument).exists());
        let (label, path) = labelled.unwrap_or((argument, argument));
        let location = if path == "-" { Location::Stdin } else { Location::File(path.into()) };
        Ok(Source { label: label.to_string(), labelled: labelled.is_some(), location })
    }
}

impl Source {
    /// Makes the labels unique if a path is given several times without a label: `f` and `f` become `f#0` and `f#1`.
    pub fn tell_apart(sources: &mut [Source]) {
        let mut met: HashMap<String, (usize, usize)> = HashMap::new();
        for source in sources.iter().filter(|source| !source.labelled) {
            met.entry(source.label.clone()).or_default().0 += 1;
        }
        for source in sources.iter_mut().filter(|source| !source.labelled) {
            if let Some((_, before)) = met.get_mut(&source.label).filter(|(total, _)| *total > 1) {
                source.label = format!("{}#{before}", source.label);
                *before += 1;
            }
        }
    }

    /// Its name in tables: the label, else the path.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Its name in messages: the path, or `-` for standard input.
    pub fn file(&self) -> String {
        match &self.location {
            Location::Stdin => "-".to_string(),
            Location::File(path) => path.display().to_string(),
        }
    }

    /// Whether it is standard input, which can be read only once.
    pub fn is_stdin(&self) -> bool {
        self.location == Location::Stdin
    }

    /// Identifies the file, whatever name was given. `None` if it does not exist.
    pub fn identity(&self) -> Option<FileIdentity> {
        match &self.location {
            Location::Stdin => Some(FileIdentity::of_stdin()),
            Location::File(path) => FileIdentity::of(path),
        }
    }

    /// How large the file is; `None` if it is not a plain one.
    pub fn bytes(&self) -> Option<u64> {
        match &self.location {
            Location::Stdin => None,
            Location::File(path) => path.metadata().ok().filter(fs::Metadata::is_file).map(|it| it.len()),
        }
    }

    /// The files of the source, sorted by name. For a directory: its benchmark files, by their endings. For a pattern such as
    /// `shards/*/base.txt`: all matching files. Else the source itself. A path that exists is not a pattern.
    ///
    /// # Errors
    /// If a directory has no such file, or no file matches the pattern.
    pub fn expand(&self) -> Result<Vec<Source>, InputError> {
        let Location::File(path) = &self.location else { return Ok(vec![self.clone()]) };
        let files = if path.is_dir() {
            inside(path)?
        } else if is_pattern(path) && !path.exists() {
            matching(path)?
        } else {
            return Ok(vec![self.clone()]);
        };
        let named = |file| Source { location: Location::File(file), ..self.clone() };
        Ok(files.into_iter().map(named).collect())
    }

    /// Opens the file.
    ///
    /// # Errors
    /// If it does not exist or cannot be opened.
    pub fn open(&self, limits: InputLimits) -> Result<Lines<Box<dyn Read>>, InputError> {
        match &self.location {
            Location::Stdin => lines(self.file(), io::stdin(), limits),
            Location::File(path) => lines(self.file(), open(path)?, limits),
        }
    }
}

/// The lines of a file named `file`. Detects gzip and UTF-16 by the first bytes.
///
/// # Errors
/// If the first bytes cannot be read.
pub fn lines<'r>(
    file: String,
    bytes: impl Read + 'r,
    limits: InputLimits,
) -> Result<Lines<Box<dyn Read + 'r>>, InputError> {
    match decoded(bytes, limits.unpacked) {
        Ok(bytes) => Ok(Lines::new(file, BufReader::with_capacity(1 << 18, bytes), limits)),
        Err(error) => Err(InputError::Read { file, line: 0, error }),
    }
}

/// The endings of benchmark files in a directory.
const ENDINGS: [&str; 6] = [".txt", ".json", ".bench", ".txt.gz", ".json.gz", ".bench.gz"];

fn inside(folder: &Path) -> Result<Vec<PathBuf>, InputError> {
    let open = |error| InputError::Open { path: folder.into(), error };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(open)? {
        let file = entry.map_err(open)?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.starts_with('.') && ENDINGS.iter().any(|ending| name.ends_with(ending)) && file.is_file() {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(InputError::NothingInDirectory { folder: folder.into(), endings: ENDINGS.join(", ") });
    }
    files.sort();
    Ok(files)
}

fn is_pattern(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?', '['])
}

fn matching(pattern: &Path) -> Result<Vec<PathBuf>, InputError> {
    let pattern = pattern.to_string_lossy().into_owned();
    let paths = glob::glob(&pattern)
        .map_err(|error| InputError::Pattern { pattern: pattern.clone(), why: error.msg })?;
    let mut files = Vec::new();
    for path in paths {
        let path =
            path.map_err(|error| InputError::Open { path: error.path().into(), error: error.into() })?;
        if path.is_file() {
            files.push(path); // sorted already
        }
    }
    if files.is_empty() { Err(InputError::NothingMatches { pattern }) } else { Ok(files) }
}

fn open(path: &Path) -> Result<File, InputError> {
    File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => InputError::Missing(path.into()),
        _ => InputError::Open { path: path.into(), error },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(argument: &str) -> Source {
        let Ok(source) = argument.parse();
        source
    }

    #[test]
    fn a_path_can_contain_an_equals_sign() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("size=64.txt");
        fs::write(&path, "").expect("written");
        let path = path.display().to_string();
        assert_eq!(source(&path).file(), path);
    }

    #[test]
    fn directories_and_patterns_expand_to_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().display().to_string();
        for name in [
            "2/base.txt",
            "1/base.txt",
            "1/new.json.gz",
            "1/.hidden.txt",
            "1/cpu.pprof",
            "[x].txt",
            "e/none.md",
        ] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("in a folder")).expect("made");
            fs::write(path, "").expect("written");
        }
        let files = |path: &str| match source(&format!("{root}/{path}")).expand() {
            Ok(files) => {
                files.iter().map(|file| file.file().replace(&root, "")).collect::<Vec<_>>().join(" ")
            }
            Err(error) => error.to_string().replace(&root, ""),
        };
        assert_eq!(files("*/base.txt"), "/1/base.txt /2/base.txt");
        assert_eq!(files("1"), "/1/base.txt /1/new.json.gz");
        assert_eq!(files("[x].txt"), "/[x].txt");
        assert_eq!(files("none.txt"), "/none.txt");
        assert_eq!(files("*/nothing.txt"), "/*/nothing.txt: no file matches this pattern");
        assert!(files("e").contains("has no .txt, .json"), "{}", files("e"));
        assert!(files("***").contains("invalid pattern"), "{}", files("***"));
    }

    #[test]
    fn a_repeated_path_gets_unique_labels() {
        let mut sources = ["f", "g", "f", "f=f", "x=g"].map(source);
        Source::tell_apart(&mut sources);
        assert_eq!(sources.each_ref().map(Source::label), ["f#0", "g", "f#1", "f", "x"]);
    }

    #[test]
    fn a_label_is_before_the_first_equals_sign() {
        for (argument, label, file) in [
            ("base.txt", "base.txt", "base.txt"),
            ("old=base.txt", "old", "base.txt"),
            ("a=b=c", "a", "b=c"),
            ("-", "-", "-"),
            ("x=-", "x", "-"),
        ] {
            let source = source(argument);
            assert_eq!((source.label(), source.file().as_str()), (label, file), "{argument}");
        }
    }
}
