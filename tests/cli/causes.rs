//! `allocgate causes` without Go and git: what cannot be asked, and captures that cannot be read.

use crate::support::alone;
use std::fs;
use std::path::Path;

fn causes(folder: &Path, arguments: &[&str]) -> (i32, String) {
    alone(folder, &[&["causes"], arguments].concat())
}

#[test]
fn what_cannot_be_asked_ends_in_2_and_says_what_would_be_right() {
    let folder = tempfile::tempdir().expect("a folder");
    for (arguments, words) in [
        (&["--max", "0"][..], "expected a number from 1 to 1000"),
        (&["--timeout", "10"], "expected a duration such as 90s, 10m or 1h30m"),
        (&["--format", "html"], "[possible values: text, markdown, json]"),
        (&["--capture", "x", "--base", "main"], "cannot be used with '--base <REV>'"),
        (&["--capture", "x", "--new", "main"], "cannot be used with '--new <REV>'"),
        (&["--capture", "x", "--", "./..."], "cannot be used with"),
        (&["--capture", "nowhere"], "nowhere: no capture in this folder; expected one that `allocgate run"),
        (&["Tally"], "`allocgate causes` needs git on the PATH"),
    ] {
        let (code, said) = causes(folder.path(), arguments);
        assert!(code == 2 && said.contains(words), "{arguments:?}: {code}: {said}");
    }
    let left: Vec<_> = fs::read_dir(folder.path()).expect("readable").collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_capture_that_is_none_is_refused_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let side = r#"{"revision": "r", "commit": "c", "toolchain": "go1.26.8 linux/amd64"}"#;
    let runs = r#"{"runs": [{"count": 20, "profile": "PROFILE"}, {"count": 100, "profile": "PROFILE"}]}"#;
    let manifest = |version: &str, benchmarks: &str| {
        format!(
            r#"{{"format": "allocgate-capture", "version": {version}, "base": {side}, "new": {side}, "benchmarks": [{benchmarks}]}}"#
        )
    };
    let benchmark = |profile: &str| {
        let runs = runs.replace("PROFILE", profile);
        format!(r#"{{"package": "m", "benchmark": "Tally-2", "base": {runs}, "new": {runs}}}"#)
    };
    for (text, code, words) in [
        (String::new(), 2, "capture.json: is not the manifest of a capture"),
        ("{}".to_string(), 2, "its format is ``; expected `allocgate-capture`"),
        (manifest("2", ""), 2, "has version 2, which a newer allocgate wrote"),
        (manifest("1", ""), 2, "the capture has no benchmarks"),
        (manifest("1", &benchmark("/etc/passwd")), 2, "names the file `/etc/passwd`, which is outside"),
        (manifest("1", &benchmark("../up")), 2, "names the file `../up`, which is outside"),
        (manifest("1", &benchmark("gone")), 0, "no profile of new: gone cannot be read"),
        (manifest("1", &benchmark("capture.json")), 0, "no profile of base: the profile is damaged"),
    ] {
        fs::write(folder.path().join("capture.json"), &text).expect("written");
        let (ended, said) = causes(folder.path(), &["--capture", "."]);
        assert!(ended == code && said.contains(words), "{words}: {ended}: {said}");
    }
    let (code, said) = causes(folder.path(), &["--capture", ".", "Taly"]);
    assert!(code == 2 && said.contains("no benchmark `Taly`; did you mean Tally?"), "{said}");
    let (code, said) = causes(folder.path(), &["--capture", ".", "a["]);
    assert!(code == 2 && said.contains("no benchmark `a[`, and it is no pattern: "), "{said}");
}
