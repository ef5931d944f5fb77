//! A store in a folder.

use super::StoreError;
use super::file::{Added, StoredFile, number};
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// A folder, which may be that of a mounted bucket.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    pub fn new(root: &Path) -> Folder {
        Folder { root: root.to_path_buf() }
    }

    /// All files below the folder but those that are being written.
    pub fn read(&self) -> Result<Vec<StoredFile>, StoreError> {
        if !self.root.is_dir() {
            return Err(StoreError::NoFolder(self.root.clone()));
        }
        let mut files = Vec::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            let failed = || StoreError::file(&folder, "read");
            for entry in fs::read_dir(&folder).map_err(failed())? {
                let entry = entry.map_err(failed())?;
                let (path, kind) = (entry.path(), entry.file_type().map_err(failed())?);
                let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
                match kind.is_dir() {
                    _ if is_hidden => {}
                    true => folders.push(path),
                    false => files.push(StoredFile {
                        text: fs::read(&path).map_err(StoreError::file(&path, "read"))?,
                        path: self.name(&path),
                    }),
                }
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    /// The path in the store, with slashes.
    fn name(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
    }

    pub fn add(&self, files: &[StoredFile]) -> Result<Added, StoreError> {
        let mut added = 0;
        for file in files {
            added += usize::from(self.add_one(file)?);
        }
        Ok(Added { added, known: files.len() - added })
    }

    /// Writes a file under the next free number, unless one of its commit has the same content. It appears whole or not at all.
    fn add_one(&self, file: &StoredFile) -> Result<bool, StoreError> {
        let stem = number::stem(&file.path);
        loop {
            let is_taken = |path: &str| self.root.join(path).exists();
            let free = number::free(stem, is_taken);
            let before = (1..).map(|number| self.root.join(format!("{stem}{number}.txt")));
            let mut before = before.take_while(|path| *path != self.root.join(&free));
            if before.any(|path| fs::read(path).is_ok_and(|text| text == file.text)) {
                return Ok(false);
            }
            let path = self.root.join(&free);
            let folder = path.parent().unwrap_or(&self.root);
            fs::create_dir_all(folder).map_err(StoreError::file(folder, "created"))?;
            let failed = || StoreError::file(&path, "written");
            let mut temporary =
                tempfile::Builder::new().prefix(".part-").tempfile_in(folder).map_err(failed())?;
            temporary.write_all(&file.text).map_err(failed())?;
            temporary.as_file().sync_all().map_err(failed())?;
            match temporary.persist_noclobber(&path) {
                Ok(_) => return Ok(true),
                // Another process was faster.
                Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {}
                // A mounted bucket cannot rename without replacing. Its last line shows whether a file is whole.
                Err(_) => {
                    let created = File::options().write(true).create_new(true).open(&path);
                    match created.and_then(|mut it| it.write_all(&file.text)) {
                        Ok(()) => return Ok(true),
                        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                        Err(error) => return Err(failed()(error)),
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> StoredFile {
        StoredFile { path: "v1/m/ab/abcdefg-1.txt".to_string(), text: text.into() }
    }

    #[test]
    fn a_folder_keeps_every_file_once() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = Folder::new(&root.path().join("store"));
        assert!(matches!(folder.read(), Err(StoreError::NoFolder(_))));
        for (text, want) in [("one", 1), ("two", 1), ("one", 0)] {
            assert_eq!(folder.add(&[file(text)]).expect("written"), Added { added: want, known: 1 - want });
        }
        let files = folder.read().expect("readable");
        let paths: Vec<&str> = files.iter().map(|it| it.path.as_str()).collect();
        assert_eq!(paths, ["v1/m/ab/abcdefg-1.txt", "v1/m/ab/abcdefg-2.txt"]);
    }

    #[test]
    fn threads_that_write_at_once_lose_nothing() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = Folder::new(root.path());
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let folder = &folder;
                scope.spawn(move || folder.add(&[file(&writer.to_string())]).expect("written"));
            }
        });
        assert_eq!(folder.read().expect("readable").len(), 8);
    }
}
