//! The two result files: written as results arrive, and cut back to complete rounds if the run ends early.

use super::side::{PerSide, Side};
use super::{FileAction, RunError, times};
use crate::model::Provenance;
use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The result files of both sides.
#[derive(Debug)]
pub(crate) struct Results(PerSide<ResultFile>);

#[derive(Debug)]
struct ResultFile {
    path: PathBuf,
    file: File,
    written: u64,
    /// How much of that is complete rounds.
    complete: u64,
    /// Whether it may be cut; devices and pipes may not.
    is_regular: bool,
}

impl Results {
    /// Creates both in a folder, which is created as well. Files of an earlier run are overwritten.
    ///
    /// # Errors
    /// If there are files that no run has written, or another run is writing.
    pub fn create(folder: &Path) -> Result<Results, RunError> {
        check_folder(folder)?;
        prepare_folder(folder)?;
        PerSide::try_new(|side| ResultFile::open(path(folder, side))).map(Results)
    }

    /// Writes to the file of a side.
    ///
    /// # Errors
    /// If it cannot be written, for example because the disk is full.
    pub fn write(&mut self, side: Side, text: &[u8]) -> Result<(), RunError> {
        let result = self.0.get_mut(side);
        result.file.write_all(text).map_err(RunError::file(&result.path, FileAction::Write))?;
        result.written += text.len() as u64;
        Ok(())
    }

    /// Marks what is written so far as complete rounds.
    pub fn complete_round(&mut self) {
        for side in Side::BOTH {
            let result = self.0.get_mut(side);
            result.complete = result.written;
        }
    }
}

impl ResultFile {
    fn open(path: PathBuf) -> Result<ResultFile, RunError> {
        let file = File::options()
            .write(true)
            .create(true)
            .truncate(false) // not before it is locked
            .open(&path)
            .map_err(RunError::file(&path, FileAction::Write))?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(RunError::InUse(path)),
            // On a file system without locks, measure without.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let is_regular = file.metadata().is_ok_and(|it| it.is_file());
        if is_regular {
            file.set_len(0).map_err(RunError::file(&path, FileAction::Write))?;
        }
        Ok(ResultFile { path, file, written: 0, complete: 0, is_regular })
    }
}

/// Cuts off the round that is not complete; a file without a complete round is removed.
impl Drop for ResultFile {
    fn drop(&mut self) {
        if !self.is_regular || self.written == self.complete && self.complete > 0 {
            return;
        }
        // If that fails, the run is ending with an error already.
        let _ = match self.complete {
            0 => fs::remove_file(&self.path),
            complete => self.file.set_len(complete).and_then(|()| self.file.seek(SeekFrom::End(0))).map(drop),
        };
    }
}

/// The result file of a side in a folder.
pub fn path(folder: &Path, side: Side) -> PathBuf {
    folder.join(format!("{side}.txt"))
}

/// Checks that result files may be written to a folder, and changes nothing.
///
/// # Errors
/// If there are files that no run has written.
pub(crate) fn check_folder(folder: &Path) -> Result<(), RunError> {
    let of_times = times::path(folder);
    if !times::may_be_overwritten(&of_times) {
        return Err(RunError::ForeignFile(of_times));
    }
    for path in Side::BOTH.map(|side| path(folder, side)) {
        if !may_be_overwritten(&path).map_err(RunError::file(&path, FileAction::Read))? {
            return Err(RunError::ForeignFile(path));
        }
    }
    Ok(())
}

/// Whether there is no file, an empty one, or one that a run has written.
fn may_be_overwritten(path: &Path) -> std::io::Result<bool> {
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(true),
        file => file?,
    };
    let mut beginning = Vec::new();
    file.take(4096).read_to_end(&mut beginning)?;
    Ok(beginning.is_empty() || Provenance::begins(&String::from_utf8_lossy(&beginning)))
}

/// Creates a folder for results, unless it is there.
///
/// # Errors
/// If it cannot be created.
pub(crate) fn prepare_folder(folder: &Path) -> Result<(), RunError> {
    fs::create_dir_all(folder).map_err(RunError::file(folder, FileAction::Create))?;
    write_gitignore(folder)
}

/// Has git ignore a folder that was just created.
fn write_gitignore(folder: &Path) -> Result<(), RunError> {
    let is_empty = fs::read_dir(folder).map_err(RunError::file(folder, FileAction::Read))?.next().is_none();
    let file = folder.join(".gitignore");
    if is_empty { fs::write(&file, "*\n").map_err(RunError::file(file, FileAction::Write)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "commit: c\ntoolchain: t\ngo: 1\ndesign: interleaved\nlooks: 2\n";

    fn read(folder: &Path, side: Side) -> String {
        fs::read_to_string(path(folder, side)).expect("it is there")
    }

    #[test]
    fn an_early_end_leaves_complete_rounds() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut results = Results::create(folder.path()).expect("it opens");
        for side in [Side::Base, Side::New] {
            results.write(side, format!("{HEADER}round 1\n").as_bytes()).expect("written");
        }
        results.complete_round();
        results.write(Side::Base, b"half of rou").expect("written");
        assert!(read(folder.path(), Side::Base).ends_with("half of rou"), "it is written at once");
        drop(results);
        assert_eq!(read(folder.path(), Side::Base), format!("{HEADER}round 1\n"));
        assert_eq!(read(folder.path(), Side::New), format!("{HEADER}round 1\n"));
        drop(Results::create(folder.path()).expect("files of a run may be overwritten"));
        assert!(!path(folder.path(), Side::Base).exists(), "no round is complete");
    }

    #[test]
    fn a_file_that_no_run_has_written_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(path(folder.path(), Side::New), "design: interleaved\ngoos: linux\n").expect("written");
        let error = Results::create(folder.path()).expect_err("not written by a run");
        assert!(matches!(error, RunError::ForeignFile(_)), "{error}");
        assert_eq!(read(folder.path(), Side::New), "design: interleaved\ngoos: linux\n");
        assert!(!folder.path().join(".gitignore").exists(), "nor is the folder changed");
    }

    #[test]
    fn two_runs_do_not_write_to_one_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Results::create(folder.path()).expect("it opens");
        assert!(matches!(Results::create(folder.path()), Err(RunError::InUse(_))));
        drop(first);
        Results::create(folder.path()).expect("now it is free");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error_with_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut results = Results::create(folder.path()).expect("it opens");
        let full = File::options().write(true).open("/dev/full").expect("Linux has it");
        results.0.base.file = full;
        let error = results.write(Side::Base, b"pkg: p\n").expect_err("no space").to_string();
        assert!(error.contains("base.txt: cannot be written: No space left"), "{error}");
    }
}
