//! The README keeps its word: its commands run, its output is real, its policy is one.

use allocgate::policy::Policy;
use std::fs;

fn readme() -> String {
    fs::read_to_string("README.md").expect("it is there")
}

/// The blocks of this language, without their fences.
fn blocks(language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let text = readme();
    text.split(&fence).skip(1).filter_map(|rest| rest.split("```").next()).map(String::from).collect()
}

#[test]
fn the_first_command_is_the_one_whose_output_is_shown() {
    let commands = blocks("sh").concat();
    let (first, second) = commands.trim().split_once('\n').expect("two commands");
    let arguments = first.strip_prefix("cargo run --release -- ").expect("the main job");
    let shown = blocks("console").concat();
    assert!(shown.starts_with(&format!("$ allocgate {arguments}\n")), "{arguments}");
    assert_eq!(second, "cargo test");
}

#[test]
fn what_it_says_of_completions_and_the_manual_is_there() {
    let script = blocks("bash").concat();
    for command in ["completions bash", "man"] {
        assert!(script.contains(&format!("allocgate {command}")), "{command}");
        let mut allocgate = assert_cmd::Command::cargo_bin("allocgate").expect("built");
        allocgate.args(command.split(' ')).assert().success();
    }
    let shells =
        assert_cmd::Command::cargo_bin("allocgate").expect("built").args(["completions", "x"]).output();
    let shells = String::from_utf8(shells.expect("it starts").stderr).expect("text");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(shells.contains(shell) && script.contains(shell), "{shell}");
    }
}

#[test]
fn the_policy_is_one() {
    let policies = blocks("toml");
    assert_eq!(policies.len(), 1);
    Policy::parse("README.md", &policies[0]).unwrap_or_else(|problems| panic!("{problems}"));
}

#[test]
fn the_exit_codes_are_those_of_the_help() {
    let help = assert_cmd::Command::cargo_bin("allocgate")
        .expect("built")
        .arg("--help")
        .output()
        .expect("it starts");
    let help = String::from_utf8(help.stdout).expect("text");
    for code in 0..=3 {
        let line = help
            .lines()
            .find(|line| line.starts_with(&format!("  {code}  ")))
            .expect("the help names the code");
        let words =
            line.trim_start_matches([' ', '0', '1', '2', '3']).split([',', ':']).next().unwrap_or_default();
        let row = readme().lines().find(|line| line.starts_with(&format!("| {code} |"))).map(String::from);
        assert!(row.is_some_and(|row| row.contains(words)), "{code}: {words}");
    }
}

#[test]
fn every_format_is_in_the_table_and_the_picture_is_small() {
    for format in allocgate::report::Format::ALL {
        assert!(readme().contains(&format!("| `{format}` |")), "{format}");
    }
    let picture = fs::metadata("docs/report.png").expect("it is there");
    assert!(picture.len() < 150_000, "{}", picture.len());
}
