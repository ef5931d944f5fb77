//! Titles of commits fit on a line: at most 72 characters, as `git log --oneline` and GitHub show them.

use std::path::Path;
use std::process::Command;

/// Longer titles are older than this commit.
const SINCE: &str = "146cc47ec584ddff2fe5b169db496d4ab1977f61";
const MOST: usize = 72;

/// What git prints here. `None` where it is not installed, does not trust the folder, or knows no such commit.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The titles that are too long, in lines of an author and a title. Bots and GitHub write their own.
fn too_long(log: &str) -> Vec<&str> {
    let commits = log.lines().filter_map(|line| line.split_once('\t'));
    let ours = commits.filter(|(author, title)| !author.ends_with("[bot]") && !title.starts_with("Merge "));
    ours.map(|(_, title)| title).filter(|title| title.chars().count() > MOST).collect()
}

#[test]
fn titles_of_commits_are_short() {
    // A source tree without history may lie in a repository of somebody else.
    if !Path::new(".git").exists() {
        return;
    }
    // A shallow clone ends before the first commit that counts, so everything in it counts.
    let is_known = git(&["cat-file", "-e", SINCE]).is_some();
    let range = if is_known { format!("{SINCE}..HEAD") } else { "HEAD".to_string() };
    let Some(log) = git(&["log", "--no-merges", "--format=%an%x09%s", &range]) else { return };
    let found = too_long(&log);
    assert!(found.is_empty(), "of more than {MOST} characters:\n{}", found.join("\n"));
}

#[test]
fn a_long_title_is_caught() {
    let (fits, long) = ("ü".repeat(MOST), "ü".repeat(MOST + 1));
    let log = format!("A\t{fits}\nA\t{long}\nx[bot]\t{long}\nA\tMerge {long}\n");
    assert_eq!(too_long(&log), [long.as_str()]);
}
