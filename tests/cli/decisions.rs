//! `allocgate decisions`, as far as it needs neither Go nor git; the Go set has the rest.

use crate::support::alone;
use std::fs;
use std::path::Path;

fn decisions(folder: &Path, arguments: &[&str]) -> (i32, String) {
    alone(folder, &[&["decisions"], arguments].concat())
}

#[test]
fn what_cannot_be_asked_ends_in_2_and_says_what_would_be_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let empty = "[[decision]]\nfunc = \"m.F\"\n";
    fs::write(folder.path().join("empty.toml"), empty).expect("written");
    for (arguments, words) in [
        (&[][..], "go: cannot be started"),
        (&["--", "./wire"], "`allocgate decisions` needs go on the PATH"),
        (&["--base", "main"], "git: cannot be started"),
        (&["--format", "xml"], "[possible values: text, json]"),
        (&["./wire"], "unexpected argument './wire' found"),
        (&["--policy", "none.toml"], "none.toml: cannot be read as a policy"),
        (&["--policy", "empty.toml"], "the decision is empty --> empty.toml:2:8"),
        (&["init"], "<NAME>..."),
        (&["init", "F"], "go: cannot be started"),
        (&["init", "F", "--base", "main"], "unexpected argument '--base'"),
    ] {
        let (code, said) = decisions(folder.path(), arguments);
        let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(code == 2 && flat.contains(words), "{arguments:?}: {code}: {said}");
    }
}
