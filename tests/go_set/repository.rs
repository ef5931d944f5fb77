//! A git repository with a known history, and `allocgate run` in it.

use crate::run;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A repository whose branch `main` is the module of the recordings, and everything that a run may leave behind.
pub struct Repository {
    folder: TempDir,
}

/// What a run left behind.
pub struct Ran {
    pub stdout: String,
    pub stderr: String,
    pub code: Option<i32>,
}

impl Ran {
    /// Fails with everything that was said, if the exit code is another one.
    pub fn expect(self, code: i32) -> Ran {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
        self
    }

    /// Fails if one of these words was not said.
    pub fn says(&self, words: &[&str]) {
        let all = format!("{}{}", self.stdout, self.stderr);
        // A sentence may be broken to fit the terminal.
        let flat = all.split_whitespace().collect::<Vec<_>>().join(" ");
        for word in words {
            assert!(flat.contains(word), "{word}\n--- is not in\n{all}");
        }
    }
}

impl Repository {
    /// The module of the recordings, committed.
    pub fn new() -> Repository {
        let repository = Repository::empty();
        copy(Path::new("testdata/hot/module"), &repository.path());
        repository.commit();
        repository
    }

    /// Nothing yet.
    pub fn empty() -> Repository {
        let repository = Repository { folder: tempfile::tempdir().expect("a folder") };
        for name in ["work", "tmp", "cache"] {
            fs::create_dir(repository.folder.path().join(name)).expect("created");
        }
        repository.git(&["init", "--quiet"]);
        repository
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// Where temporary files go.
    pub fn temporary(&self) -> PathBuf {
        self.folder.path().join("tmp")
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        let settings = [
            "user.name=t",
            "user.email=t@example.com",
            "init.defaultBranch=main",
            "protocol.file.allow=always",
        ];
        let settings = settings.into_iter().flat_map(|setting| ["-c", setting]);
        let output = run(Command::new("git").args(settings).args(arguments).current_dir(self.path()));
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub fn commit(&self) {
        self.git(&["add", "."]);
        self.git(&["commit", "--quiet", "-m", "a step"]);
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("created");
        fs::write(path, text).expect("written");
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Takes the file of a revision of the recordings in the place of another one.
    pub fn apply(&self, revision: &str, file: &str, instead_of: &str) {
        let text = self.read(file).replace(&format!("//go:build {revision}\n"), "");
        fs::remove_file(self.path().join(instead_of)).expect("it was there");
        self.write(file, &text);
    }

    /// `allocgate` in the repository, with these arguments, split at blanks.
    pub fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_allocgate"));
        command.args(arguments.split_whitespace());
        self.here(command)
    }

    /// A script in the repository, as CI runs one.
    pub fn shell(&self, script: &str) -> Command {
        let mut command = Command::new("bash");
        command.args(["-e", "-o", "pipefail", "-c", script]);
        self.here(command)
    }

    fn here(&self, mut command: Command) -> Command {
        command.current_dir(self.path()).stdin(Stdio::null());
        for variable in ["CLICOLOR_FORCE", "GITHUB_ACTIONS", "GOFLAGS", "GOMAXPROCS"] {
            command.env_remove(variable);
        }
        let folder = |name: &str| self.folder.path().join(name);
        // Go keeps what it has built below the folder that is another one here.
        command.env("GOCACHE", go_cache());
        command
            .env("TMPDIR", folder("tmp"))
            .env("XDG_CACHE_HOME", folder("cache"))
            .env("GOTOOLCHAIN", "local");
        command
    }

    /// Runs it to its end.
    pub fn allocgate(&self, arguments: &str) -> Ran {
        self.ended(&mut self.command(arguments))
    }

    /// Runs a command of ours to its end.
    pub fn ended(&self, command: &mut Command) -> Ran {
        let output = run(command);
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Ran { stdout: text(output.stdout), stderr: text(output.stderr), code: output.status.code() }
    }

    /// Begins `allocgate`, and waits until it has said this on standard error; then sends it a signal, and waits for its end.
    pub fn signalled(&self, arguments: &str, until: &str, signal: &str) -> Ran {
        let mut command = self.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let mut said = BufReader::new(child.stderr.take().expect("it is piped"));
        let mut stderr = String::new();
        while !stderr.contains(until) {
            let length = said.read_line(&mut stderr).expect("text");
            assert!(length > 0, "it ended before it said {until}: {stderr}");
        }
        send(&child, signal);
        said.read_to_string(&mut stderr).expect("text");
        let output = child.wait_with_output().expect("it ends");
        let stdout = String::from_utf8(output.stdout).expect("text");
        Ran { stdout, stderr, code: output.status.code() }
    }

    /// Fails if there is a worktree, a temporary file or a process left. A process that was killed takes a moment to end
    /// on a busy machine.
    pub fn expect_nothing_left(&self) {
        let end = Instant::now() + Duration::from_secs(60);
        while !self.processes().is_empty() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(20));
        }
        let worktrees = self.git(&["worktree", "list"]);
        assert_eq!(worktrees.lines().count(), 1, "{worktrees}");
        let left: Vec<_> = fs::read_dir(self.temporary()).expect("readable").collect();
        assert!(left.is_empty(), "{left:?}");
        assert_eq!(self.processes(), Vec::<String>::new());
    }

    /// The processes that run a program of ours.
    pub fn processes(&self) -> Vec<String> {
        let here = self.temporary().display().to_string();
        let entries = fs::read_dir("/proc").expect("this set needs Linux").flatten();
        let lines = entries.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
        let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
        lines.filter(|line| line.contains(&here)).collect()
    }
}

/// Where Go keeps what it has built.
pub fn go_cache() -> String {
    let said = run(Command::new("go").args(["env", "GOCACHE"]));
    String::from_utf8(said.stdout).expect("text").trim().to_string()
}

pub fn send(child: &Child, signal: &str) {
    let sent = run(Command::new("kill").args([signal, &child.id().to_string()]));
    assert!(sent.status.success());
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("created");
    for entry in fs::read_dir(from).expect("readable") {
        let path = entry.expect("readable").path();
        let target = to.join(path.file_name().expect("it has a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, target).expect("copied");
        }
    }
}
