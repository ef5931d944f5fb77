//! Completions and manual pages: every command and every flag that `--help` knows is in them.

use crate::support::allocgate;
use std::collections::BTreeSet;
use std::fs;

/// A command, such as `budget init`, and its long flags.
struct Command {
    path: String,
    flags: BTreeSet<String>,
}

/// The command and all below it, as `--help` tells them.
fn commands(path: &str) -> Vec<Command> {
    let help = allocgate(&format!("{path} --help")).stdout;
    // Such as `  -o, --output <FILE>`; what is said of them stands further in.
    let flags = help.lines().filter_map(|line| {
        let option = ["  -", "      --"].iter().any(|start| line.starts_with(start));
        let (_, flag) = line.split_once("--").filter(|_| option)?;
        flag.split([' ', '=', '[']).next().map(String::from)
    });
    let listed = help.split_once("\nCommands:\n").map_or("", |(_, list)| list);
    let listed = listed.lines().take_while(|line| !line.is_empty());
    let names = listed.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names = names.filter(|name| !name.is_empty() && *name != "help");
    let below = names.flat_map(|name| commands(format!("{path} {name}").trim()));
    std::iter::once(Command { path: path.to_string(), flags: flags.collect() }).chain(below).collect()
}

#[test]
fn every_command_and_flag_is_completed_in_every_shell() {
    let commands = commands("");
    assert!(commands.len() > 15, "{}", commands.len());
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = allocgate(&format!("completions {shell}"));
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{shell}");
        for command in &commands {
            let name = command.path.rsplit(' ').next().expect("a name");
            assert!(ran.stdout.contains(name), "{shell}: {}", command.path);
            for flag in &command.flags {
                let written = if shell == "fish" { format!("-l {flag}") } else { format!("--{flag}") };
                assert!(ran.stdout.contains(&written), "{shell}: {} --{flag}", command.path);
            }
        }
    }
}

#[test]
fn another_shell_is_refused_and_the_known_ones_are_named() {
    let ran = allocgate("completions tcsh");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("[possible values: bash, elvish, fish, powershell, zsh]"), "{}", ran.stderr);
}

#[test]
fn every_command_has_its_page_and_every_flag_is_on_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("share/man1");
    let ran = allocgate(&format!("man --out {}", out.display()));
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""));
    let commands = commands("");
    for command in &commands {
        let name = format!("allocgate {}", command.path).trim().replace(' ', "-");
        let page = fs::read_to_string(out.join(format!("{name}.1"))).expect(&name);
        assert!(page.contains(&format!("\n.TH {} 1 ", name.to_uppercase())), "{name}");
        assert!(command.flags.len() >= 3, "{name}: {:?}", command.flags);
        for flag in &command.flags {
            let flag = format!("\\-\\-{}\\fR", flag.replace('-', "\\-"));
            assert!(page.contains(&flag), "{name}: {flag}");
        }
        let judges = ["allocgate", "allocgate-check", "allocgate-run"].contains(&name.as_str());
        assert_eq!(page.contains("\n.SH \"EXIT STATUS\"\n"), judges, "{name}");
    }
    assert_eq!(fs::read_dir(&out).expect("readable").count(), commands.len(), "and nothing else");
    assert_eq!(allocgate("man").stdout, fs::read_to_string(out.join("allocgate.1")).expect("written"));
}

#[test]
fn where_the_pages_cannot_be_written_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("written");
    let ran = allocgate(&format!("man --out {}", file.display()));
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("file: the directory cannot be created: "), "{}", ran.stderr);
}
