//! `allocgate sites` without Go and git: what cannot be asked.

use crate::support::alone;
use std::fs;
use std::path::Path;

fn sites(folder: &Path, arguments: &[&str]) -> (i32, String) {
    alone(folder, &[&["sites"], arguments].concat())
}

#[test]
fn what_cannot_be_asked_ends_in_2_and_says_what_would_be_right() {
    let folder = tempfile::tempdir().expect("a folder");
    for (arguments, words) in [
        (&["--max", "0"][..], "expected a number from 1 to 1000"),
        (&["--timeout", "10"], "expected a duration such as 90s, 10m or 1h30m"),
        (&["--format", "pdf"], "[possible values: text, json, markdown, html]"),
        (&["--base", "main"], "unexpected argument '--base'"),
        (&["Tally"], "`allocgate sites` needs git on the PATH"),
        (&["--total"], "git: cannot be started"),
    ] {
        let (code, said) = sites(folder.path(), arguments);
        assert!(code == 2 && said.contains(words), "{arguments:?}: {code}: {said}");
    }
    let left: Vec<_> = fs::read_dir(folder.path()).expect("readable").collect();
    assert!(left.is_empty(), "{left:?}");
}
