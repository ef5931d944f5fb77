//! A capture that is read back.

use super::folder::MANIFEST;
use crate::cause::{LARGEST_MANIFEST, Manifest, ManifestError};
use crate::run::{FileAction, RunError};
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// The largest file of a capture that is read, in bytes.
const LARGEST: u64 = 256 << 20;

/// A capture in a folder.
#[derive(Debug)]
pub struct StoredCapture {
    /// What was captured.
    pub manifest: Manifest,
    folder: PathBuf,
}

impl StoredCapture {
    /// Reads the manifest of a capture.
    ///
    /// # Errors
    /// If there is none, or it cannot be read.
    pub fn open(folder: &Path) -> Result<StoredCapture, RunError> {
        let path = folder.join(MANIFEST);
        let bytes = match read(&path, LARGEST_MANIFEST as u64 + 1) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(RunError::NoCapture(folder.to_path_buf()));
            }
            bytes => bytes.map_err(RunError::file(&path, FileAction::Read))?,
        };
        let unreadable = |error: ManifestError| RunError::Manifest { path: path.clone(), error };
        let manifest = Manifest::read(&String::from_utf8_lossy(&bytes)).map_err(unreadable)?;
        Ok(StoredCapture { manifest, folder: folder.to_path_buf() })
    }

    /// The content of a file that the manifest names.
    ///
    /// # Errors
    /// If it cannot be read, in words.
    pub(super) fn file(&self, relative: &str) -> Result<Vec<u8>, String> {
        let bytes = read(&self.folder.join(relative), LARGEST + 1);
        match bytes {
            Ok(bytes) if bytes.len() as u64 > LARGEST => {
                Err(format!("{relative} is larger than {} MB", LARGEST >> 20))
            }
            Ok(bytes) => Ok(bytes),
            Err(error) => Err(format!("{relative} cannot be read: {error}")),
        }
    }
}

/// At most `most` bytes of a file.
fn read(path: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    // A pipe in place of a file would never end.
    if !path.metadata()?.is_file() {
        return Err(std::io::Error::other("it is not a file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cause::CapturedSide;
    use std::fs;

    #[test]
    fn a_folder_without_a_capture_is_told_in_words() {
        let folder = tempfile::tempdir().expect("a folder");
        let open = || StoredCapture::open(folder.path()).map(|it| it.manifest);
        let error = open().expect_err("it is empty").to_string();
        assert!(error.contains("no capture in this folder"), "{error}");
        fs::write(folder.path().join(MANIFEST), "{}").expect("written");
        let error = open().expect_err("no manifest").to_string();
        assert!(error.contains("capture.json: is not the manifest of a capture"), "{error}");
        let manifest = Manifest::new(CapturedSide::default(), CapturedSide::default(), Vec::new());
        fs::write(folder.path().join(MANIFEST), manifest.text()).expect("written");
        assert_eq!(open().expect("a manifest"), manifest);
    }
}
