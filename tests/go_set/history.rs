//! The history in a branch: written by many at once, from shallow clones, and read in the order of the commits; what changed since a
//! release; and the search for a commit.

use crate::repository::{Ran, Repository};
use crate::{run, support};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A bare repository with one commit, and clones of it.
struct Remote {
    folder: TempDir,
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let settings = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"];
    let output = run(Command::new("git").args(settings).args(arguments).current_dir(folder));
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_string()
}

impl Remote {
    fn new(commits: usize) -> Remote {
        let folder = tempfile::tempdir().expect("a folder");
        git(folder.path(), &["init", "--quiet", "--bare", "--initial-branch=main", "remote.git"]);
        git(folder.path(), &["clone", "--quiet", "remote.git", "first"]);
        let remote = Remote { folder };
        for commit in 0..commits {
            git(
                &remote.path("first"),
                &["commit", "--quiet", "--allow-empty", "-m", &format!("commit {commit}")],
            );
        }
        git(&remote.path("first"), &["push", "--quiet", "origin", "HEAD:main"]);
        remote
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn clone(&self, name: &str, more: &[&str]) -> PathBuf {
        let url = format!("file://{}", self.path("remote.git").display());
        git(self.folder.path(), &[&["clone", "--quiet"], more, &[&url, name]].concat());
        self.path(name)
    }

    fn files(&self) -> Vec<String> {
        let listed = git(&self.path("remote.git"), &["ls-tree", "-r", "--name-only", "allocgate-history"]);
        listed.lines().map(String::from).collect()
    }
}

/// `allocgate` in a clone.
fn command(folder: &Path, arguments: &str) -> Command {
    let mut command = support::command();
    command.args(arguments.split_whitespace()).current_dir(folder).stdin(Stdio::null());
    command
}

fn ended(folder: &Path, arguments: &str) -> Ran {
    let output = run(&mut command(folder, arguments));
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Ran { stdout: text(output.stdout), stderr: text(output.stderr), code: output.status.code() }
}

fn results(folder: &Path, allocs: usize) {
    let text =
        format!("goos: linux\ngoarch: amd64\npkg: p\ncpu: X\nBenchmarkA-8 1 5 ns/op {allocs} allocs/op\n");
    fs::write(folder.join("r.txt"), text).expect("written");
}

#[test]
fn twenty_jobs_that_push_at_once_lose_nothing() {
    let remote = Remote::new(1);
    let clones: Vec<PathBuf> = (0..20)
        .map(|job| {
            let shallow: &[&str] = if job % 2 == 0 { &["--depth=1"] } else { &[] };
            let clone = remote.clone(&format!("job{job}"), shallow);
            results(&clone, job);
            clone
        })
        .collect();
    let start = |clone: &PathBuf| {
        let mut command = command(clone, "history add r.txt --push");
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
    };
    let jobs: Vec<_> = clones.iter().map(start).collect();
    for job in jobs {
        let output = job.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let files = remote.files();
    assert_eq!(files.len(), 20, "{files:?}");
    // In one line of commits: nothing was forced.
    let commits = git(&remote.path("remote.git"), &["rev-list", "--count", "allocgate-history"]);
    assert_eq!(commits, "20");
    for (job, is_shallow) in [(0, "true"), (1, "false")] {
        let found = git(&clones[job], &["rev-parse", "--is-shallow-repository"]);
        assert_eq!(found, is_shallow, "a whole clone stays whole");
    }
    let clean = git(&clones[1], &["status", "--porcelain", "--untracked-files=no"]);
    assert_eq!((clean.as_str(), git(&clones[1], &["branch", "--show-current"]).as_str()), ("", "main"));
}

#[test]
fn commits_are_in_the_order_of_the_branch_and_a_step_names_its_commit() {
    let remote = Remote::new(4);
    let clone = remote.clone("work", &[]);
    let commits: Vec<String> =
        git(&clone, &["rev-list", "--reverse", "HEAD"]).lines().map(String::from).collect();
    // The last one is added first, and all have the same time.
    for (index, commit) in commits.iter().enumerate().rev() {
        results(&clone, if index < 2 { 1 } else { 3 });
        ended(&clone, &format!("history add --commit {commit} r.txt")).expect(0);
    }
    let shown = ended(&clone, "history show").expect(0);
    shown.says(&[
        "4 commits on 1 machine",
        "+200.0%",
        "1 → 3 allocs/op",
        &format!("at {}", &commits[2][..12]),
    ]);
    ended(&clone, "history push").expect(0).says(&["pushed 4 files to origin"]);
    ended(&clone, "history push").expect(0).says(&["origin has everything"]);
    // Another clone has the branch of the remote, and a shallow one nothing but that.
    let other = remote.clone("other", &[]);
    ended(&other, "history show").expect(0).says(&["4 commits"]);
    let shallow = remote.clone("shallow", &["--depth=1"]);
    ended(&shallow, "history show")
        .expect(2)
        .says(&["no branch `allocgate-history`", "git fetch origin allocgate-history:allocgate-history"]);
    git(&shallow, &["fetch", "--quiet", "--depth=1", "origin", "allocgate-history:allocgate-history"]);
    ended(&shallow, "history show")
        .expect(0)
        .says(&["4 commits", "3 commits before the beginning of this shallow clone"]);
}

#[test]
fn a_push_that_cannot_work_says_so_and_keeps_the_results() {
    let remote = Remote::new(1);
    let clone = remote.clone("work", &[]);
    results(&clone, 1);
    let ran = ended(&clone, "history add r.txt --push --remote nowhere").expect(2);
    ran.says(&["added 1 benchmark", "nowhere"]);
    ended(&clone, "history show").expect(0).says(&["1 commit on 1 machine"]);
    ended(&clone, "history add r.txt --push")
        .expect(0)
        .says(&["has these results already", "pushed 1 file to origin"]);
    let unborn = remote.path("unborn");
    git(remote.folder.path(), &["init", "--quiet", "unborn"]);
    results(&unborn, 1);
    ended(&unborn, "history add r.txt").expect(2).says(&["unknown revision `HEAD`"]);
}

const TEST: &str = "package tiny\n\nimport \"testing\"\n\nvar sink []byte\n\nfunc BenchmarkJoin(b *testing.B) {\n\
    \tfor i := 0; i < b.N; i++ {\n\t\tsink = Join(\"a\", \"b\")\n\t}\n}\n";

/// A module with a commit for each body of `Join`.
fn module(bodies: &[&str]) -> Repository {
    let repository = Repository::empty();
    repository.write("go.mod", "module example.com/tiny\n\ngo 1.24\n");
    repository.write("a_test.go", TEST);
    for (index, body) in bodies.iter().enumerate() {
        let text = format!(
            "package tiny\n\n// Commit {index}.\nfunc Join(a, b string) []byte {{\n\ts := []byte(a)\n{body}\treturn append(s, b...)\n}}\n"
        );
        repository.write("a.go", &text);
        repository.commit();
        if index == 0 {
            repository.git(&["tag", "v1.4.0"]);
        }
    }
    repository
}

const COPY: &str = "\textra := make([]byte, 64+len(a))\n\ts = append(extra[:0], a...)\n";

#[test]
fn bisect_finds_the_commit_also_beside_one_that_does_not_build() {
    let repository = module(&["", "", "\tbroken(\n", COPY, COPY]);
    let commits = repository.git(&["rev-list", "--reverse", "HEAD"]);
    let commits: Vec<&str> = commits.lines().collect();
    let found = repository.allocgate("bisect v1.4.0 HEAD Join --benchtime 100x").expect(0);
    found.says(&[
        "one of these commits made Join worse, 1 → 2 allocs/op",
        &commits[2][..12],
        &commits[3][..12],
    ]);
    assert!(
        !found.stdout.contains(&commits[1][..12]) && !found.stdout.contains(&commits[4][..12]),
        "{}",
        found.stdout
    );
    repository
        .allocgate("bisect v1.4.0 HEAD~3 Join --benchtime 100x")
        .expect(2)
        .says(&["there is nothing to find"]);
    repository.allocgate("bisect HEAD v1.4.0 Join").expect(2).says(&["has no commits that HEAD has not"]);
    for (commit, code) in [(1, 0), (2, 125), (3, 1)] {
        repository.git(&["checkout", "--quiet", commits[commit]]);
        repository.allocgate("bisect v1.4.0 main Join --benchtime 100x --test").expect(code);
    }
    repository.git(&["checkout", "--quiet", "main"]);
    repository.expect_nothing_left();
}

#[test]
fn an_anchor_is_held_to_its_own_tolerances_and_its_waivers_end_when_it_moves() {
    let repository = module(&["", COPY, COPY]);
    repository.allocgate("run --anchor").expect(2).says(&["--anchor needs an anchor in the policy"]);
    let policy = |more: &str| {
        let anchor = "[anchor]\nrev = \"latest-tag\"\nunit.\"allocs/op\".tolerance = { percent = 10 }\n\
            unit.\"B/op\".level = \"ignore\"\nunit.\"ns/op\".level = \"ignore\"\nunit.\"cpu-ns/op\".level = \"ignore\"\n";
        repository.write("allocgate.toml", &format!("{anchor}{more}"));
    };
    policy("");
    let run = "run --anchor --rounds 3 --max-rounds 3 --benchtime 100x";
    let reports = format!("{run} --report markdown=since.md --report json=since.json");
    repository.allocgate(&reports).expect(1).says(&["since v1.4.0: +100.0% (1 → 2) allocs/op, Join"]);
    assert!(repository.read("since.md").contains("since v1.4.0: +100.0% (1 → 2) allocs/op, Join"));
    let json: serde_json::Value = serde_json::from_str(&repository.read("since.json")).expect("JSON");
    assert_eq!((&json["since"]["anchor"], &json["since"]["rows"][0]["new"]), (&"v1.4.0".into(), &2.0.into()));
    repository.git(&["clean", "--force", "--quiet", "since.md", "since.json"]);
    let waiver = "[[waiver]]\nbench = \"Join\"\nunit = \"allocs/op\"\nup-to = 2\nexpires = 2999-12-31\nreason = \"r\"\nanchor = \"v1.4.0\"\n";
    policy(waiver);
    let check = "check --anchor .allocgate/base.txt .allocgate/new.txt";
    repository.allocgate(check).expect(0).says(&["PASS"]);
    repository.git(&["tag", "v1.5.0"]);
    let moved = repository.allocgate(check).expect(2);
    moved.says(&["base was measured at", "and the anchor v1.5.0 is"]);
    repository.git(&["tag", "--delete", "v1.4.0"]);
    let moved = repository.allocgate("run --anchor --rounds 1 --max-rounds 1 --benchtime 100x --unchanged");
    moved.says(&[
        "the waiver for `Join` allocs/op has ended with the anchor v1.4.0; the anchor is v1.5.0: remove it",
    ]);
    // As on the night of a release.
    let same = repository.allocgate("run --anchor --new HEAD").expect(0);
    same.says(&["PASS unchanged: the change affects no benchmark (nothing measured)", "nothing got worse"]);
}

#[test]
fn the_query_of_the_docs_finds_what_show_finds() {
    let repository = Repository::empty();
    let docs = std::fs::read_to_string("docs/history.md").expect("it is there");
    let block =
        docs.split("```sh\n").find(|block| block.contains("duckdb -c")).expect("the docs have a query");
    let script = block.split("```").next().expect("a block ends");
    let store = std::fs::canonicalize("testdata/history").expect("it is there");
    let export = format!("export --store {}", store.display());
    let binary = env!("CARGO_BIN_EXE_allocgate");
    let script = script.replace("allocgate history export", &format!("{binary} history {export}"));
    // Tally alone changed its number of allocations, from 0 to 2.
    let ran = repository.ended(&mut repository.shell(&script));
    ran.says(&["Tally", "allocs/op", "0.0", "2.0"]);
    assert!(!ran.stdout.contains("Append"), "{}", ran.stdout);
}
