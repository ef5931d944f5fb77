//! The crate holds what its users need to build it, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Every file below a folder, as cargo writes it.
fn files(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("it is there") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.insert(path.display().to_string().replace('\\', "/"));
        }
    }
}

#[test]
fn the_crate_holds_its_sources_the_schema_the_licences_and_two_pages() {
    let output = Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--offline"])
        .output()
        .expect("cargo runs the tests");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let listed = String::from_utf8(output.stdout).expect("text").replace('\\', "/");
    // Written by cargo; the last one where there is a repository.
    let written = ["Cargo.lock", "Cargo.toml", "Cargo.toml.orig", ".cargo_vcs_info.json"];
    let listed: BTreeSet<String> =
        listed.lines().filter(|file| !written.contains(file)).map(String::from).collect();
    let mut expected: BTreeSet<String> =
        ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"].map(String::from).into();
    files(Path::new("src"), &mut expected);
    files(Path::new("schema"), &mut expected);
    expected.retain(|file| !file.ends_with(".snap"));
    assert!(expected.len() > 100, "only {} files were looked at", expected.len());
    assert_eq!(listed, expected);
}
