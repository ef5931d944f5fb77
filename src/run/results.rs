//! The two files of results: written as results come, and cut back to whole rounds where a run ends early.

use super::{RunError, Side};
use crate::model::Provenance;
use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The results of both sides.
#[derive(Debug)]
pub(super) struct Results {
    base: Output,
    new: Output,
}

#[derive(Debug)]
struct Output {
    path: PathBuf,
    file: File,
    written: u64,
    /// How much of it is whole rounds.
    whole: u64,
    is_closed: bool,
}

impl Results {
    /// Opens both in a folder, which is made. What an earlier run wrote there is written over.
    ///
    /// # Errors
    /// If there are other files in the way, or another run writes there.
    pub fn create(folder: &Path) -> Result<Results, RunError> {
        check(folder)?;
        fs::create_dir_all(folder).map_err(RunError::file(folder, "created"))?;
        hide(folder)?;
        let [base, new] = [Side::Base, Side::New].map(|side| path(folder, side));
        Ok(Results { base: Output::open(base)?, new: Output::open(new)? })
    }

    fn of(&mut self, side: Side) -> &mut Output {
        match side {
            Side::Base => &mut self.base,
            Side::New => &mut self.new,
        }
    }

    /// Writes to the file of a side.
    ///
    /// # Errors
    /// If the disk is full, say; the error names the file.
    pub fn write(&mut self, side: Side, text: &[u8]) -> Result<(), RunError> {
        let output = self.of(side);
        output.file.write_all(text).map_err(RunError::file(&output.path, "written"))?;
        output.written += text.len() as u64;
        Ok(())
    }

    /// Says that what is written is whole rounds.
    pub fn keep(&mut self) {
        for side in [Side::Base, Side::New] {
            let output = self.of(side);
            output.whole = output.written;
        }
    }
}

impl Output {
    fn open(path: PathBuf) -> Result<Output, RunError> {
        let file = File::options()
            .write(true)
            .create(true)
            .truncate(false) // not before it is ours alone
            .open(&path)
            .map_err(RunError::file(&path, "written"))?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(RunError::InUse(path)),
            // A file system without locks is no reason not to measure.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let is_file = file.metadata().is_ok_and(|it| it.is_file());
        if is_file {
            file.set_len(0).map_err(RunError::file(&path, "written"))?;
        }
        Ok(Output { path, file, written: 0, whole: 0, is_closed: !is_file })
    }

    /// Cuts off what is no whole round; a file of none is removed.
    fn cut(&mut self) {
        if std::mem::replace(&mut self.is_closed, true) || self.written == self.whole && self.whole > 0 {
            return;
        }
        // The run is ending already, and it says why.
        let _ = match self.whole {
            0 => fs::remove_file(&self.path),
            whole => self.file.set_len(whole).and_then(|()| self.file.seek(SeekFrom::End(0))).map(drop),
        };
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.cut();
    }
}

/// The file of a side in a folder of results.
pub fn path(folder: &Path, side: Side) -> PathBuf {
    folder.join(format!("{side}.txt"))
}

/// Looks whether results may be written to a folder, and changes nothing.
///
/// # Errors
/// If there are files in the way that no run has written.
pub(super) fn check(folder: &Path) -> Result<(), RunError> {
    for path in [Side::Base, Side::New].map(|side| path(folder, side)) {
        if !is_ours(&path).map_err(RunError::file(&path, "read"))? {
            return Err(RunError::NotOurs(path));
        }
    }
    Ok(())
}

/// Whether nobody misses what is there: nothing, an empty file, or one that a run has written.
fn is_ours(path: &Path) -> std::io::Result<bool> {
    let file = match File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        file => file?,
    };
    let mut beginning = Vec::new();
    file.take(4096).read_to_end(&mut beginning)?;
    let text = String::from_utf8_lossy(&beginning);
    Ok(beginning.is_empty() || Provenance::begins(&text))
}

/// A folder of results in a working tree is no change of it.
fn hide(folder: &Path) -> Result<(), RunError> {
    let file = folder.join(".gitignore");
    let is_new = fs::read_dir(folder).map_err(RunError::file(folder, "read"))?.next().is_none();
    if is_new { fs::write(&file, "*\n").map_err(RunError::file(file, "written")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "commit: c\ntoolchain: t\ngo: 1\ndesign: interleaved\nlooks: 2\n";

    fn read(folder: &Path, side: Side) -> String {
        fs::read_to_string(path(folder, side)).expect("it is there")
    }

    #[test]
    fn an_early_end_leaves_whole_rounds() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut results = Results::create(folder.path()).expect("it opens");
        for side in [Side::Base, Side::New] {
            results.write(side, format!("{HEADER}round 1\n").as_bytes()).expect("written");
        }
        results.keep();
        results.write(Side::Base, b"half of rou").expect("written");
        assert!(read(folder.path(), Side::Base).ends_with("half of rou"), "it is there at once");
        drop(results);
        assert_eq!(read(folder.path(), Side::Base), format!("{HEADER}round 1\n"));
        assert_eq!(read(folder.path(), Side::New), format!("{HEADER}round 1\n"));
        drop(Results::create(folder.path()).expect("what a run wrote may go"));
        assert!(!path(folder.path(), Side::Base).exists(), "no round is whole");
    }

    #[test]
    fn what_no_run_has_written_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(path(folder.path(), Side::New), "design: interleaved\ngoos: linux\n").expect("written");
        let error = Results::create(folder.path()).expect_err("it is somebody else's");
        assert!(error.to_string().contains("not written by `allocgate run`"), "{error}");
        assert_eq!(read(folder.path(), Side::New), "design: interleaved\ngoos: linux\n");
        assert!(!folder.path().join(".gitignore").exists(), "nor is the folder ours");
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
    fn a_full_disk_is_told_with_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut results = Results::create(folder.path()).expect("it opens");
        let full = File::options().write(true).open("/dev/full").expect("Linux has it");
        results.base.file = full;
        let error = results.write(Side::Base, b"pkg: p\n").expect_err("no space").to_string();
        assert!(error.contains("base.txt: cannot be written: No space left"), "{error}");
    }
}
