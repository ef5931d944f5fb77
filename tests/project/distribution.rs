//! What a release has, under the names that every way to install it expects.

use std::fs;
use yaml_rust2::{Yaml, YamlLoader};

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn workflow() -> Yaml {
    YamlLoader::load_from_str(&read(".github/workflows/release.yml")).expect("YAML").remove(0)
}

/// The targets that a release is built for.
fn targets() -> Vec<String> {
    let workflow = workflow();
    let matrix = workflow["jobs"]["build"]["strategy"]["matrix"]["include"].as_vec().expect("a list");
    matrix.iter().map(|it| it["target"].as_str().expect("a target").to_string()).collect()
}

#[test]
fn every_way_to_install_knows_every_target() {
    for file in ["archives.py", "launcher.sh"] {
        let text = read(&format!(".github/release/{file}"));
        for target in targets() {
            assert!(text.contains(&target), "{file}: {target}");
        }
    }
    let action = read(".github/actions/install.sh");
    assert!(targets().iter().all(|target| action.contains(target.as_str())));
}

/// As cargo-binstall fills it in.
fn filled(template: &str, target: &str) -> String {
    let extension = if target.contains("windows") { ".exe" } else { "" };
    let version = env!("CARGO_PKG_VERSION");
    let values = [
        ("repo", "https://github.com/o/r"),
        ("version", version),
        ("target", target),
        ("bin", "allocgate"),
        ("binary-ext", extension),
    ];
    values
        .into_iter()
        .fold(template.to_string(), |text, (key, value)| text.replace(&format!("{{ {key} }}"), value))
}

#[test]
fn cargo_binstall_finds_the_archives_and_the_binary_in_them() {
    let manifest: toml::Table = read("Cargo.toml").parse().expect("TOML");
    let binstall = &manifest["package"]["metadata"]["binstall"];
    let text = |key: &str| binstall[key].as_str().expect("a text").to_string();
    assert_eq!(text("pkg-fmt"), "tgz");
    // The names that pack.sh gives.
    let pack = read(".github/release/pack.sh");
    assert!(pack.contains("name=allocgate-$target\n") && pack.contains("\"$out/$name.tar.gz\""));
    assert!(pack.contains("cp \"$binary\" \"$stage/$name/$program\""));
    let release = read(".github/workflows/release.yml");
    assert!(
        release.contains("gh release create \"$GITHUB_REF_NAME\" dist/*"),
        "the assets are below the tag"
    );
    for target in targets() {
        let version = env!("CARGO_PKG_VERSION");
        let url = format!("https://github.com/o/r/releases/download/v{version}/allocgate-{target}.tar.gz");
        assert_eq!(filled(&text("pkg-url"), &target), url);
        let program = if target.contains("windows") { "allocgate.exe" } else { "allocgate" };
        assert_eq!(filled(&text("bin-dir"), &target), format!("allocgate-{target}/{program}"));
    }
}

#[test]
fn nothing_is_published_without_an_approval() {
    let workflow = workflow();
    let jobs = workflow["jobs"].as_hash().expect("jobs");
    let mut publishing = 0;
    for (name, job) in jobs {
        let name = name.as_str().expect("a name");
        let permissions = job["permissions"].as_hash().expect("permissions");
        if permissions.iter().any(|(_, level)| level.as_str() == Some("write")) {
            assert!(job["environment"].as_str().is_some(), "{name} can publish, and has no environment");
            assert_eq!(job["if"].as_str(), Some("github.event_name == 'push'"), "{name}");
            publishing += 1;
        }
    }
    assert_eq!(publishing, 5, "the release, crates.io, PyPI, npm and the Go module");
}
