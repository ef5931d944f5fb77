//! A release as it is packed, and what the action makes of it: the names are the same on both sides, and nothing is installed
//! that is not what was released.

use crate::run;
use crate::runner::{Ran, Runner};
use std::fs;
use std::process::Command;
use std::sync::OnceLock;
use yaml_rust2::YamlLoader;

const TAG: &str = concat!("v", env!("CARGO_PKG_VERSION"));
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// What `uname -s` and `uname -m` say on the machines that a release is built for.
const MACHINES: [(&str, &str, &str); 5] = [
    ("Linux", "x86_64", "x86_64-unknown-linux-musl"),
    ("Linux", "aarch64", "aarch64-unknown-linux-musl"),
    ("Darwin", "x86_64", "x86_64-apple-darwin"),
    ("Darwin", "arm64", "aarch64-apple-darwin"),
    ("MINGW64_NT-10.0-26100", "x86_64", "x86_64-pc-windows-msvc"),
];

/// A runner without allocgate, on a machine of this kind, with the action at this tag or commit.
fn at(reference: &str, system: &str, machine: &str) -> Runner {
    let runner =
        Runner::bare().set("github.action_repository", "owner/allocgate").set("github.action_ref", reference);
    runner.tool("uname", &format!("#!/bin/sh\ncase $1 in -s) echo {system} ;; -m) echo {machine} ;; esac\n"));
    runner
}

/// What a release has.
type Files = Vec<(String, Vec<u8>)>;

/// One archive, as it is packed from a program, and its checksum.
fn packed(target: &str, program: &str) -> Files {
    let folder = tempfile::tempdir().expect("a folder");
    let script =
        ".github/release/pack.sh \"$1\" \"$2\" \"$3\"\ncd \"$3\"\nsha256sum allocgate-*.tar.gz >SHA256SUMS";
    let output = run(Command::new("bash").args(["-ec", script, "-", target, program]).arg(folder.path()));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let files = [format!("allocgate-{target}.tar.gz"), "SHA256SUMS".to_string()];
    files.map(|name| (name.clone(), fs::read(folder.path().join(name)).expect("written"))).into()
}

/// The same of a program that says `allocgate packed`.
fn small(target: &str) -> Files {
    let runner = Runner::bare();
    runner.tool("program", "#!/bin/sh\necho allocgate packed\n");
    packed(target, &runner.folder.path().join("tools/program").display().to_string())
}

/// The same for most of these tests.
fn small_for_linux() -> &'static Files {
    static PACKED: OnceLock<Files> = OnceLock::new();
    PACKED.get_or_init(|| small("x86_64-unknown-linux-musl"))
}

/// Puts a release on GitHub, and attests it.
fn release(runner: &Runner, files: &Files) {
    for (name, bytes) in files {
        runner.state(&format!("release/{TAG}/{name}"), "");
        fs::write(runner.folder.path().join("state/release").join(TAG).join(name), bytes).expect("written");
    }
    let (_, sums) = files.last().expect("the checksums");
    runner.state("attested", &String::from_utf8_lossy(sums));
    for name in [TAG, COMMIT, "v0"] {
        runner.state(&format!("commits/{name}"), COMMIT);
    }
}

fn install(runner: &Runner) -> Ran {
    runner.action(".", &[("new", "x")])
}

/// The exit code of the step that installs.
fn installed(ran: &Ran) -> Option<i32> {
    ran.steps.iter().find(|(name, _)| name == "Install").map(|(_, code)| *code)
}

#[test]
fn the_binary_of_every_target_is_installed_where_it_runs() {
    let workflow = fs::read_to_string(".github/workflows/release.yml").expect("it is there");
    let workflow = YamlLoader::load_from_str(&workflow).expect("YAML").remove(0);
    let matrix = workflow["jobs"]["build"]["strategy"]["matrix"]["include"].as_vec().expect("a list");
    let built: Vec<&str> = matrix.iter().map(|it| it["target"].as_str().expect("a target")).collect();
    assert_eq!(built, MACHINES.map(|(_, _, target)| target));
    for (system, machine, target) in MACHINES {
        let runner = at(TAG, system, machine);
        release(&runner, &small(target));
        let ran = install(&runner);
        assert_eq!(installed(&ran), Some(0), "{}", ran.log);
        assert!(ran.log.contains("allocgate packed"), "{target}: {}", ran.log);
        let verified = format!(
            "attestation verify allocgate-{target}.tar.gz --repo owner/allocgate --source-ref refs/tags/{TAG} \
             --signer-workflow owner/allocgate/.github/workflows/release.yml\n"
        );
        assert!(runner.calls().contains(&verified), "{}", runner.calls());
    }
}

#[test]
fn an_archive_holds_what_it_should() {
    let runner = at(TAG, "Linux", "x86_64");
    release(&runner, &packed("x86_64-unknown-linux-musl", env!("CARGO_BIN_EXE_allocgate")));
    let ran = install(&runner);
    assert!(ran.log.contains(concat!("allocgate ", env!("CARGO_PKG_VERSION"))), "{}", ran.log);
    let folder = runner.folder.path().join("temp/allocgate/allocgate-x86_64-unknown-linux-musl");
    for (file, says) in [
        ("LICENSE-APACHE", "Apache License"),
        ("LICENSE-MIT", "MIT License"),
        ("README.md", "# allocgate"),
        ("CHANGELOG.md", "# Changelog"),
        ("THIRD-PARTY.txt", "==== memchr v2"),
        ("completions/allocgate.bash", "complete -F _allocgate"),
        ("completions/_allocgate", "#compdef allocgate"),
        ("completions/allocgate.fish", "complete -c allocgate"),
        ("completions/_allocgate.ps1", "Register-ArgumentCompleter"),
        ("completions/allocgate.elv", "edit:completion:arg-completer[allocgate]"),
        ("man/man1/allocgate.1", ".TH ALLOCGATE 1 "),
        ("man/man1/allocgate-check.1", ".TH ALLOCGATE-CHECK 1 "),
    ] {
        let text = fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(text.contains(says), "{file}: {says}");
    }
}

#[test]
fn a_commit_and_a_tag_that_moves_get_the_release_that_was_made_from_them() {
    for reference in [COMMIT, "v0"] {
        let runner = at(reference, "Linux", "x86_64");
        release(&runner, small_for_linux());
        let ran = install(&runner);
        assert!(ran.log.contains("allocgate packed"), "{reference}: {}", ran.log);
    }
}

#[test]
fn what_is_not_what_was_released_is_not_installed() {
    let runner = at(TAG, "Linux", "x86_64");
    release(&runner, small_for_linux());
    let sums = format!("release/{TAG}/SHA256SUMS");
    let right = fs::read_to_string(runner.folder.path().join("state").join(&sums)).expect("written");
    let wrong = right.replacen(&right[..8], "00000000", 1);
    for (file, text, says) in [
        (sums.as_str(), wrong.as_str(), "FAILED"),
        (sums.as_str(), "", ""),
        ("attested", wrong.as_str(), "no attestation"),
    ] {
        let was = fs::read_to_string(runner.folder.path().join("state").join(file)).expect("written");
        runner.state(file, text);
        let ran = install(&runner);
        assert_eq!(installed(&ran), Some(1), "{}", ran.log);
        assert!(ran.log.contains(says) && !ran.log.contains("allocgate packed"), "{}", ran.log);
        runner.state(file, &was);
    }
    assert_eq!(installed(&install(&runner)), Some(0), "and as it was, it is");
}

#[test]
fn a_version_that_is_named_is_installed_whatever_the_action_is_made_from() {
    let runner = at("main", "Linux", "x86_64");
    release(&runner, small_for_linux());
    for version in [TAG, env!("CARGO_PKG_VERSION")] {
        let ran = runner.action(".", &[("new", "x"), ("version", version)]);
        assert!(ran.log.contains("allocgate packed"), "{version}: {}", ran.log);
    }
    let ran = runner.action(".", &[("new", "x"), ("version", "99.0.0")]);
    assert!(installed(&ran) == Some(1) && ran.log.contains("there is no such release"), "{}", ran.log);
    let ran = runner.action(".", &[("new", "x"), ("version", "latest")]);
    assert_eq!(ran.steps, [("Find".to_string(), 2)], "{}", ran.log);
}

#[test]
fn an_archive_in_the_cache_is_used_only_if_it_is_the_released_one() {
    let runner = at(TAG, "Linux", "x86_64");
    release(&runner, small_for_linux());
    let again = || runner.action(".", &[("new", "x"), ("version", TAG)]); // although it is installed
    let ran = again();
    assert!(ran.steps.contains(&("Cache".to_string(), 0)), "{:?}", ran.steps);
    let asked = |runner: &Runner| runner.calls().matches("--pattern allocgate-x86_64").count();
    assert_eq!(asked(&runner), 1);
    assert!(again().log.contains("allocgate packed"));
    assert_eq!(asked(&runner), 1, "the folder has it");
    let archive = runner.folder.path().join("temp/allocgate/allocgate-x86_64-unknown-linux-musl.tar.gz");
    fs::write(archive, "something else").expect("written");
    assert!(again().log.contains("allocgate packed"));
    assert_eq!(asked(&runner), 2, "it was another one");
    let ran = runner.action(".", &[("new", "x"), ("version", TAG), ("cache", "false")]);
    assert!(!ran.steps.contains(&("Cache".to_string(), 0)), "{:?}", ran.steps);
}

#[test]
fn a_gh_that_knows_no_attestations_leaves_the_checksum_and_that_is_said() {
    let runner = at(TAG, "Linux", "x86_64");
    release(&runner, small_for_linux());
    fs::remove_file(runner.folder.path().join("state/attested")).expect("it was there");
    let ran = install(&runner);
    assert!(ran.log.contains("only the checksum was checked"), "{}", ran.log);
    assert!(ran.log.contains("allocgate packed"), "{}", ran.log);
}

#[test]
fn without_a_release_of_this_very_source_it_is_built() {
    let other = "f".repeat(40);
    for (reference, system, tagged) in
        [("main", "Linux", Some(other.as_str())), ("main", "Linux", None), (TAG, "FreeBSD", Some(COMMIT))]
    {
        let runner = at(reference, system, "x86_64");
        release(&runner, small_for_linux());
        runner.state("commits/main", COMMIT);
        let commit = runner.folder.path().join("state/commits").join(TAG);
        match tagged {
            Some(tagged) => fs::write(commit, tagged).expect("written"),
            None => fs::remove_file(commit).expect("it was there"),
        }
        let fake = "#!/usr/bin/env bash\n\
                    set -eu\n\
                    echo \"cargo $*\"\n\
                    mkdir -p \"$6/bin\"\n\
                    printf '#!/usr/bin/env bash\\necho allocgate built\\n' >\"$6/bin/allocgate\"\n\
                    chmod +x \"$6/bin/allocgate\"\n";
        runner.tool("cargo", fake);
        let ran = install(&runner);
        assert_eq!(installed(&ran), Some(0), "{}", ran.log);
        let built = ran.log.contains("cargo install --locked --path ") && ran.log.contains("allocgate built");
        assert!(built, "{reference}: {}", ran.log);
    }
}

#[test]
fn the_notes_are_those_of_the_version_and_the_tag_is_the_version() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    fs::create_dir_all(root.join(".github/release")).expect("created");
    fs::copy(".github/release/notes.sh", root.join(".github/release/notes.sh")).expect("copied");
    fs::write(root.join("Cargo.toml"), "[package]\nversion = \"1.2.3\"\n[dependencies]\nx = \"1\"\n")
        .expect("written");
    let notes = |changelog: &str, tag: &str| {
        fs::write(root.join("CHANGELOG.md"), changelog).expect("written");
        let output = run(Command::new("bash").arg(root.join(".github/release/notes.sh")).arg(tag));
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let changelog =
        "# Changelog\n\n## Unreleased\n\n## 1.2.3 - 2026-12-01\n\n* This.\n\n* That.\n\n## 1.2.2\n\n* Old.\n";
    assert_eq!(notes(changelog, "v1.2.3"), (Some(0), "* This.\n\n* That.\n".into(), String::new()));
    let (code, _, says) = notes(changelog, "v1.2.4");
    assert_eq!(
        (code, says.trim()),
        (Some(1), "wrong tag v1.2.4: Cargo.toml has version 1.2.3, expected v1.2.3")
    );
    let (code, _, says) = notes("# Changelog\n\n## 1.2.3\n\n## 1.2.2\n\n* Old.\n", "v1.2.3");
    assert_eq!((code, says.trim()), (Some(1), "CHANGELOG.md has no section '## 1.2.3'"));
}
