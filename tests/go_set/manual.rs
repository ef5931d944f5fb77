//! Completions and manual pages, in the programs that read them.

use crate::run;
use crate::support::allocgate;
use std::fs;
use std::process::Command;

#[test]
fn shells_take_their_completions() {
    let folder = tempfile::tempdir().expect("a folder");
    for (shell, check) in [("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute")] {
        let file = folder.path().join(shell);
        fs::write(&file, allocgate(&format!("completions {shell}")).stdout).expect("written");
        let output = run(Command::new(shell).arg(check).arg(&file));
        assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn a_shell_completes_commands_flags_and_values() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |shell: &str| {
        let file = folder.path().join(shell);
        fs::write(&file, allocgate(&format!("completions {shell}")).stdout).expect("written");
        file.display().to_string()
    };
    let (bash, fish) = (file("bash"), file("fish"));
    for (line, want) in [
        ("allocgate budget ti", "tighten"),
        ("allocgate check --verb", "--verbose"),
        ("allocgate check --color al", "always"),
        ("allocgate run --max", "--max-rounds"),
    ] {
        let script = format!(
            "source {bash}; COMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _allocgate allocgate \"${{COMP_WORDS[-1]}}\" \"${{COMP_WORDS[-2]}}\"; echo \"${{COMPREPLY[*]}}\""
        );
        let output = run(Command::new("bash").args(["--noprofile", "--norc", "-c", &script]));
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), want, "bash: {line}");
        let script = format!("source {fish}; complete --do-complete '{line}'");
        let output =
            run(Command::new("fish").args(["--no-config", "-c", &script]).env("HOME", folder.path()));
        let completed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(completed.split_whitespace().next(), Some(want), "fish: {line}: {completed}");
    }
}

#[test]
fn the_manual_is_clean() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(allocgate(&format!("man --out {}", folder.path().display())).code, 0);
    let pages = fs::read_dir(folder.path()).expect("readable").map(|it| it.expect("readable").path());
    let pages: Vec<_> = pages.collect();
    assert!(pages.len() > 15, "{pages:?}");
    let output = run(Command::new("mandoc").args(["-T", "lint", "-W", "warning"]).args(&pages));
    let said = String::from_utf8_lossy(&output.stdout);
    // That it has no day is on purpose; where blank lines meet, one of them is left out.
    let known = ["cannot parse date, using it verbatim", "skipping paragraph macro: br"];
    let problems: Vec<&str> = said.lines().filter(|line| !known.iter().any(|it| line.contains(it))).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert_eq!(said.matches(known[0]).count(), pages.len(), "each of them was read: {said}");
}
