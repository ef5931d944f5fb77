//! The stated minimum Rust is true as far as dependencies tell. It stands here because cargo has to fetch the manifests of
//! other platforms for it.

use crate::run;
use serde_json::Value;
use std::process::Command;

fn version(text: &str) -> Vec<u32> {
    let mut parts: Vec<u32> = text.split('.').map(|part| part.parse().expect("a number")).collect();
    parts.resize(3, 0);
    parts
}

#[test]
fn no_dependency_needs_a_newer_rust_than_we_state() {
    let cargo = std::env::var("CARGO").expect("cargo runs the tests");
    let output = run(Command::new(cargo).args(["metadata", "--format-version", "1", "--locked"]));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("metadata is JSON");
    let stated = version(env!("CARGO_PKG_RUST_VERSION"));
    let packages = metadata["packages"].as_array().expect("a list");
    assert!(packages.len() > 50, "only {} packages were looked at", packages.len());
    for package in packages {
        let needs = package["rust_version"].as_str().map(version).unwrap_or_default();
        assert!(needs <= stated, "{} needs Rust {needs:?}", package["name"]);
    }
}
