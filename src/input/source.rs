//! What the user named.

use super::{InputError, Lines};
use std::convert::Infallible;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A place to read benchmark output from, as named on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    label: String,
    place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Stdin,
    File(PathBuf),
}

/// Understands `path`, `label=path`, and `-` for standard input. A path that exists is a path, whatever its name.
impl FromStr for Source {
    type Err = Infallible;

    fn from_str(argument: &str) -> Result<Source, Infallible> {
        let labelled = argument.split_once('=').filter(|_| !Path::new(argument).exists());
        let (label, path) = labelled.unwrap_or((argument, argument));
        let place = if path == "-" { Place::Stdin } else { Place::File(path.into()) };
        Ok(Source { label: label.to_string(), place })
    }
}

impl Source {
    /// Tells the same path apart where it is named more than once without a label: `f` and `f` become `f#0` and `f#1`.
    pub fn tell_apart(sources: &mut [Source]) {
        let typed: Vec<String> = sources.iter().map(|source| source.label.clone()).collect();
        for (i, source) in sources.iter_mut().enumerate() {
            let same = |other: &&String| **other == typed[i];
            if source.label == source.path() && typed.iter().filter(same).count() > 1 {
                source.label = format!("{}#{}", typed[i], typed[..i].iter().filter(same).count());
            }
        }
    }

    /// The path as typed.
    fn path(&self) -> String {
        match &self.place {
            Place::Stdin => "-".to_string(),
            Place::File(path) => path.display().to_string(),
        }
    }

    /// What tables call it: the label, else the path as typed.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What messages call it: the path as typed.
    pub fn file(&self) -> String {
        match &self.place {
            Place::Stdin => "standard input".to_string(),
            Place::File(path) => path.display().to_string(),
        }
    }

    /// The files behind it: itself, or for a directory every `.txt` file directly inside it, by name.
    ///
    /// # Errors
    /// If the path does not exist, or is a directory without such a file.
    pub fn expand(&self) -> Result<Vec<Source>, InputError> {
        let Place::File(path) = &self.place else {
            return Ok(vec![self.clone()]);
        };
        if !path.is_dir() {
            return Ok(vec![self.clone()]);
        }
        let open = |error| InputError::Open { path: path.clone(), error };
        let mut files = Vec::new();
        for entry in fs::read_dir(path).map_err(open)? {
            let file = entry.map_err(open)?.path();
            if file.extension().is_some_and(|extension| extension == "txt") && file.is_file() {
                files.push(file);
            }
        }
        if files.is_empty() {
            return Err(InputError::NothingInDirectory(path.clone()));
        }
        files.sort();
        Ok(files
            .into_iter()
            .map(|file| Source { label: self.label.clone(), place: Place::File(file) })
            .collect())
    }

    /// Opens it.
    ///
    /// # Errors
    /// If the file does not exist or cannot be opened.
    pub fn open(&self) -> Result<Lines<Box<dyn Read>>, InputError> {
        let bytes: Box<dyn Read> = match &self.place {
            Place::Stdin => Box::new(io::stdin()),
            Place::File(path) => Box::new(open(path)?),
        };
        Ok(Lines::new(self.file(), BufReader::with_capacity(1 << 18, bytes)))
    }
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
    fn a_path_with_an_equals_sign_in_it_can_be_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("size=64.txt");
        fs::write(&path, "").expect("written");
        let path = path.display().to_string();
        assert_eq!(source(&path).file(), path);
    }

    #[test]
    fn the_same_path_twice_is_told_apart() {
        let mut sources = ["f", "g", "f", "f=f", "x=g"].map(source);
        Source::tell_apart(&mut sources);
        assert_eq!(sources.each_ref().map(Source::label), ["f#0", "g", "f#1", "f#2", "x"]);
    }

    #[test]
    fn a_label_stands_before_the_first_equals_sign() {
        for (argument, label, file) in [
            ("base.txt", "base.txt", "base.txt"),
            ("old=base.txt", "old", "base.txt"),
            ("a=b=c", "a", "b=c"),
            ("-", "-", "standard input"),
            ("x=-", "x", "standard input"),
        ] {
            let source = source(argument);
            assert_eq!((source.label(), source.file().as_str()), (label, file), "{argument}");
        }
    }
}
