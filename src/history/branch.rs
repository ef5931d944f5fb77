//! A store in a branch, written without a working tree.

use super::StoreError;
use super::file::{Added, BRANCH, Pushed, StoredFile, number};
use super::git::{Git, failed};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

/// The full name of the branch.
const REFERENCE: &str = "refs/heads/allocgate-history";
/// How often an update of the local branch is tried.
const LOCAL_TRIES: usize = 200;

/// The branch of a repository.
#[derive(Debug, Clone)]
pub(super) struct Branch {
    git: Git,
}

/// The files of a commit: the path and the object of each.
type Tree = BTreeMap<String, String>;

impl Branch {
    pub fn open(folder: &Path) -> Result<Branch, StoreError> {
        Ok(Branch { git: Git::open(folder)? })
    }

    /// All files of the local branch, and of those fetched from remotes.
    pub fn read(&self) -> Result<Vec<StoredFile>, StoreError> {
        let pattern = format!("refs/remotes/*/{BRANCH}");
        let remotes = self.git.text(&["for-each-ref", "--format=%(objectname)", &pattern])?;
        let tips: Vec<String> = self.tip()?.into_iter().chain(remotes.lines().map(String::from)).collect();
        if tips.is_empty() {
            return Err(StoreError::NoBranch(BRANCH));
        }
        let mut files = BTreeSet::new();
        for tip in tips {
            files.extend(self.tree(&tip)?);
        }
        let objects: Vec<&str> = files.iter().map(|(_, object)| object.as_str()).collect();
        let contents = self.contents(&objects)?;
        let file = |((path, _), text): (&(String, String), Vec<u8>)| StoredFile { path: path.clone(), text };
        Ok(files.iter().zip(contents).map(file).collect())
    }

    /// Adds files to the local branch. Another process may do so at the same time.
    pub fn add(&self, new: &[StoredFile], message: &str) -> Result<Added, StoreError> {
        self.refuse_checked_out()?;
        let objects = self.write_objects(new)?;
        for _ in 0..LOCAL_TRIES {
            let tip = self.tip()?;
            let before = tip.as_deref().map(|tip| self.tree(tip)).transpose()?.unwrap_or_default();
            // What a later version or a person adds beside results is kept.
            let is_history = before.is_empty() || before.keys().any(|path| path.starts_with("v1/"));
            if let Some(path) = before.keys().next().filter(|_| !is_history) {
                return Err(StoreError::Foreign(path.clone()));
            }
            let mut tree = before.clone();
            let added = new
                .iter()
                .zip(&objects)
                .filter(|(file, object)| insert(&mut tree, &file.path, object))
                .count();
            let known = new.len() - added;
            if added == 0 {
                return Ok(Added { added, known });
            }
            let commit = self.commit(&tree, tip.as_deref(), message)?;
            if self.move_tip(&commit, tip.as_deref())? {
                return Ok(Added { added, known });
            }
            pause();
        }
        let (command, output) =
            ("update-ref".to_string(), format!("{REFERENCE} is moved by others again and again"));
        Err(StoreError::Git { command, output })
    }

    /// Refuses to move the branch where a working tree has it checked out.
    fn refuse_checked_out(&self) -> Result<(), StoreError> {
        let listed = self.git.text(&["worktree", "list", "--porcelain"])?;
        let mut folder = "";
        for line in listed.lines() {
            folder = line.strip_prefix("worktree ").unwrap_or(folder);
            if line.strip_prefix("branch ") == Some(REFERENCE) {
                return Err(StoreError::CheckedOut(folder.into()));
            }
        }
        Ok(())
    }

    /// Merges the branch with that of a remote: the files of both. Never forced: if another push came first, its files are fetched
    /// and kept.
    pub fn push(&self, remote: &str, tries: usize) -> Result<Pushed, StoreError> {
        for lost in 0..tries {
            let Some(local) = self.tip()? else { return Err(StoreError::NoBranch(BRANCH)) };
            let upstream = self.fetch(remote)?;
            let theirs = upstream.as_deref().map(|tip| self.tree(tip)).transpose()?.unwrap_or_default();
            let mut union = theirs.clone();
            for (path, object) in self.tree(&local)? {
                insert(&mut union, &path, &object);
            }
            let commit = match &upstream {
                None => local.clone(),
                Some(tip) if union == theirs => tip.clone(),
                Some(tip) => {
                    self.commit(&union, Some(tip), &format!("Add {} files", union.len() - theirs.len()))?
                }
            };
            let is_new = upstream.as_ref() != Some(&commit);
            if is_new && !self.push_once(remote, &commit)? {
                pause();
                continue;
            }
            // If the local branch has moved meanwhile, its new files are merged next time.
            self.move_tip(&commit, Some(&local))?;
            return Ok(Pushed { files: union.len() - theirs.len(), lost });
        }
        Err(StoreError::LostRaces { remote: remote.to_string(), tries })
    }

    /// Pushes a commit; `false` if another push came first.
    fn push_once(&self, remote: &str, commit: &str) -> Result<bool, StoreError> {
        let arguments = ["push", "--porcelain", "--no-verify", remote, &format!("{commit}:{REFERENCE}")];
        let output = self.git.output(&arguments, None)?;
        if output.status.success() {
            return Ok(true);
        }
        let text =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        let races = [
            "non-fast-forward",
            "fetch first",
            "cannot lock ref",
            "reference already exists",
            "failed to update ref",
            "incorrect old value",
        ];
        match races.iter().any(|it| text.contains(it)) {
            true => Ok(false),
            false => Err(failed(&arguments, &output)),
        }
    }

    /// The tip of the branch of a remote, with its objects.
    fn fetch(&self, remote: &str) -> Result<Option<String>, StoreError> {
        let listed = self.git.text(&["ls-remote", remote, REFERENCE])?;
        let Some((tip, _)) = listed.split_once('\t') else { return Ok(None) };
        let is_here =
            || self.git.answer(&["cat-file", "-e", &format!("{tip}^{{tree}}")]).map(|it| it.is_some());
        if !is_here()? {
            // A clone that has all of its history must not become shallow.
            let depth: &[&str] = if self.git.is_shallow()? { &["--depth=1"] } else { &[] };
            let fetch = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head"];
            let fetch: Vec<&str> =
                fetch.into_iter().chain(depth.iter().copied()).chain([remote, REFERENCE]).collect();
            // The branch may have moved since: then what was listed is its ancestor, and the push is refused.
            self.git.text(&fetch)?;
            if !is_here()? {
                self.git.text(&["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", remote, tip])?;
            }
        }
        Ok(Some(tip.to_string()))
    }

    /// The commit that the local branch is at.
    fn tip(&self) -> Result<Option<String>, StoreError> {
        self.git.answer(&["rev-parse", "--verify", "--quiet", &format!("{REFERENCE}^{{commit}}")])
    }

    /// Moves the local branch, if it is still where it was.
    fn move_tip(&self, to: &str, from: Option<&str>) -> Result<bool, StoreError> {
        let none = "0".repeat(to.len());
        let update = ["update-ref", "-m", "allocgate history", REFERENCE, to, from.unwrap_or(&none)];
        Ok(self.git.answer(&update)?.is_some())
    }

    fn tree(&self, commit: &str) -> Result<Tree, StoreError> {
        let listed = self.git.bytes(&["ls-tree", "-r", "-z", "--full-tree", commit], None)?;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        // 100644 blob HASH<tab>path
        let entry = |line: &str| {
            let (about, path) = line.split_once('\t')?;
            let mut about = about.split(' ').skip(1);
            (about.next() == Some("blob")).then_some(())?;
            Some((path.to_string(), about.next()?.to_string()))
        };
        Ok(listed.split('\0').filter_map(entry).collect())
    }

    /// Reads objects, in their order.
    fn contents(&self, objects: &[&str]) -> Result<Vec<Vec<u8>>, StoreError> {
        let input = objects.iter().flat_map(|it| [it.as_bytes(), b"\n"]).flatten().copied().collect();
        let bytes = self.git.bytes(&["cat-file", "--batch"], Some(input))?;
        let mut rest = bytes.as_slice();
        let mut next = || {
            // HASH blob LENGTH, the bytes, and a line end
            let end = rest.iter().position(|&byte| byte == b'\n')?;
            let length: usize = std::str::from_utf8(&rest[..end]).ok()?.rsplit_once(' ')?.1.parse().ok()?;
            let content = rest.get(end + 1..end + 1 + length)?.to_vec();
            rest = rest.get(end + length + 2..)?;
            Some(content)
        };
        let contents: Option<Vec<Vec<u8>>> = objects.iter().map(|_| next()).collect();
        let broken = || StoreError::Git {
            command: "cat-file".to_string(),
            output: "an object of the history is missing".to_string(),
        };
        contents.ok_or_else(broken)
    }

    /// Writes the objects of files, and returns their hashes.
    fn write_objects(&self, files: &[StoredFile]) -> Result<Vec<String>, StoreError> {
        let folder = tempfile::tempdir()
            .map_err(StoreError::file(std::env::temp_dir(), "used for temporary files"))?;
        let mut paths = String::new();
        for (index, file) in files.iter().enumerate() {
            let path = folder.path().join(index.to_string());
            fs::write(&path, &file.text).map_err(StoreError::file(&path, "written"))?;
            paths += &format!("{}\n", path.display());
        }
        let hash = ["hash-object", "-w", "--no-filters", "--stdin-paths"];
        Ok(self.git.text_of(&hash, Some(paths.into_bytes()))?.lines().map(String::from).collect())
    }

    /// Commits a tree.
    fn commit(&self, tree: &Tree, parent: Option<&str>, message: &str) -> Result<String, StoreError> {
        let folder = tempfile::tempdir()
            .map_err(StoreError::file(std::env::temp_dir(), "used for temporary files"))?;
        let git = self.git.with_index(folder.path().join("index"));
        let entries: String =
            tree.iter().map(|(path, object)| format!("100644 {object}\t{path}\0")).collect();
        git.text_of(&["update-index", "-z", "--add", "--index-info"], Some(entries.into_bytes()))?;
        let written = git.text(&["write-tree"])?;
        // A runner has no name of its own.
        let named = self.git.answer(&["config", "user.email"])?.is_some();
        let name: &[&str] = match named {
            true => &[],
            false => &["-c", "user.name=allocgate", "-c", "user.email=allocgate@localhost"],
        };
        let parent: Vec<&str> = parent.iter().flat_map(|parent| ["-p", parent]).collect();
        let commit =
            [name, &["-c", "commit.gpgSign=false", "commit-tree", &written, "-m", message], &parent].concat();
        self.git.text(&commit)
    }
}

/// Adds a file to a tree under the next free number; `false` if the tree has it.
fn insert(tree: &mut Tree, path: &str, object: &str) -> bool {
    if tree.get(path).is_some_and(|it| it == object) {
        return false;
    }
    let start = number::stem(path);
    let same_commit: BTreeMap<String, String> = tree
        .range(start.to_string()..)
        .take_while(|(path, _)| path.starts_with(start))
        .map(|(path, object)| (path.clone(), object.clone()))
        .collect();
    if same_commit.values().any(|it| it == object) {
        return false;
    }
    let free = match same_commit.contains_key(path) {
        true => number::free(start, |path| same_commit.contains_key(path)),
        false => path.to_string(),
    };
    tree.insert(free, object.to_string()).is_none()
}

/// Waits a moment of random length, so that processes that collided do not collide again.
fn pause() {
    thread::sleep(Duration::from_millis(fastrand::u64(20..400)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gets_the_next_free_number_and_is_added_once() {
        let mut tree = Tree::new();
        assert!(insert(&mut tree, "v1/m/ab/abcdefg-1.txt", "one"));
        assert!(!insert(&mut tree, "v1/m/ab/abcdefg-1.txt", "one"));
        assert!(insert(&mut tree, "v1/m/ab/abcdefg-1.txt", "two"));
        assert!(!insert(&mut tree, "v1/m/ab/abcdefg-1.txt", "two"));
        assert!(insert(&mut tree, "v1/m/ab/abcdefg-1.txt", "three"));
        assert!(insert(&mut tree, "v1/m/ab/abcdefgh-1.txt", "one"), "another commit");
        let paths: Vec<&str> = tree.keys().map(String::as_str).collect();
        assert_eq!(
            paths,
            [
                "v1/m/ab/abcdefg-1.txt",
                "v1/m/ab/abcdefg-2.txt",
                "v1/m/ab/abcdefg-3.txt",
                "v1/m/ab/abcdefgh-1.txt"
            ]
        );
    }
}
