//! The test binaries of commits, cached from one run to the next.

use etcetera::base_strategy::{BaseStrategy, Xdg, choose_native_strategy};
use fnv::FnvHasher;
use std::fs;
use std::hash::Hasher;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How many commits are cached.
const COMMITS: usize = 10;
/// The file beside binaries that says what they were built with.
const KEY: &str = "key";

/// The binaries of one commit, built in one way. A binary that cannot be cached is no error: it is built again.
#[derive(Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
}

/// The cache folder of allocgate: in XDG_CACHE_HOME if that is set, else where the system has caches.
pub(crate) fn folder() -> Option<PathBuf> {
    let caches = match std::env::var_os("XDG_CACHE_HOME") {
        Some(_) => Xdg::new().ok()?.cache_dir(),
        None => choose_native_strategy().ok()?.cache_dir(),
    };
    Some(caches.join("allocgate"))
}

impl Cache {
    /// Opens it in the cache folder. `key` is everything that a binary depends on besides the source of the commit.
    pub fn open(folder: &Path, commit: &str, key: &str) -> Option<Cache> {
        let binaries = folder.join("binaries");
        let mut hasher = FnvHasher::default();
        hasher.write(key.as_bytes());
        let folder = binaries.join(commit).join(format!("{:016x}", hasher.finish()));
        fs::create_dir_all(&folder).ok()?;
        match fs::read_to_string(folder.join(KEY)) {
            Ok(held) if held != key => return None, // two keys with one hash
            Ok(_) => {}
            Err(_) => fs::write(folder.join(KEY), key).ok()?,
        }
        fs::write(binaries.join(commit).join("used"), "").ok()?; // its modification time is the last use
        remove_oldest(&binaries);
        Some(Cache { folder })
    }

    /// Copies the binary of a package to `target`, if it is there.
    pub fn fetch(&self, package: &str, target: &Path) -> bool {
        fs::copy(self.file(package), target).is_ok()
    }

    /// Caches the binary of a package: complete, or not at all.
    pub fn store(&self, package: &str, built: &Path) {
        let Ok(temporary) = tempfile::NamedTempFile::new_in(&self.folder) else { return };
        // If that fails, the next run builds it again.
        if fs::copy(built, temporary.path()).is_ok() {
            let _ = temporary.persist(self.file(package));
        }
    }

    fn file(&self, package: &str) -> PathBuf {
        self.folder.join(format!("{}.test", file_name(package)))
    }
}

/// An import path as the name of a file; different paths have different names.
pub(super) fn file_name(package: &str) -> String {
    let mut name = String::new();
    for byte in package.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_' => name.push(char::from(byte)),
            // Also upper-case letters: some file systems ignore case.
            _ => name += &format!("%{byte:02x}"),
        }
    }
    name
}

fn remove_oldest(binaries: &Path) {
    let Ok(entries) = fs::read_dir(binaries) else { return };
    let used = |folder: &Path| folder.join("used").metadata().and_then(|it| it.modified());
    let folders = entries.flatten().map(|entry| entry.path());
    let mut commits: Vec<(SystemTime, PathBuf)> =
        folders.map(|folder| (used(&folder).unwrap_or(SystemTime::UNIX_EPOCH), folder)).collect();
    commits.sort();
    let too_many = commits.len().saturating_sub(COMMITS);
    for (_, folder) in &commits[..too_many] {
        let _ = fs::remove_dir_all(folder); // another run may have removed it
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binary_is_found_for_the_same_commit_and_key_only() {
        let home = tempfile::tempdir().expect("a folder");
        let (built, target) = (home.path().join("built"), home.path().join("target"));
        fs::write(&built, "binary").expect("written");
        let open = |commit: &str, key: &str| Cache::open(home.path(), commit, key).expect("it opens");
        assert!(!open("c1", "go1").fetch("m/p", &target));
        open("c1", "go1").store("m/p", &built);
        assert!(open("c1", "go1").fetch("m/p", &target));
        assert_eq!(fs::read(&target).expect("copied"), b"binary");
        for (commit, key, package) in [("c2", "go1", "m/p"), ("c1", "go2", "m/p"), ("c1", "go1", "m/P")] {
            assert!(!open(commit, key).fetch(package, &target), "{commit} {key} {package}");
        }
    }

    #[test]
    fn the_oldest_commits_are_removed() {
        let home = tempfile::tempdir().expect("a folder");
        for commit in 0..COMMITS + 3 {
            Cache::open(home.path(), &format!("c{commit}"), "key").expect("it opens");
            let used = home.path().join(format!("binaries/c{commit}/used"));
            let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1000 + commit as u64);
            fs::File::options().write(true).open(used).and_then(|file| file.set_modified(time)).expect("set");
        }
        let kept = |commit: usize| home.path().join(format!("binaries/c{commit}")).exists();
        // Each is opened before its time is set.
        assert_eq!([0, 1, 2, 3, COMMITS + 2].map(kept), [false, false, false, true, true]);
    }
}
