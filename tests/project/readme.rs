//! The README: its length, its commands and its picture.

use crate::page::{self, Page};
use crate::support::allocgate;
use std::fs;

/// The command of the picture, which is also the first one of a clone.
const PICTURED: &str = "check testdata/hot/base.txt testdata/hot/boxing.txt";

fn page(path: &str) -> Page {
    page::pages().into_iter().find(|page| page.path == path).expect("it is there")
}

#[test]
fn it_has_at_most_900_words() {
    let words = page("README.md").words;
    assert!((100..=900).contains(&words), "{words}");
}

#[test]
fn it_begins_with_allocgate_run_and_soon_shows_the_two_commands_of_a_clone() {
    let readme = page("README.md");
    assert_eq!(readme.blocks[0].text, "allocgate run\n");
    let clone: Vec<_> = readme.blocks("sh").collect();
    let [clone] = clone[..] else { panic!("one block of sh: {}", clone.len()) };
    assert_eq!(clone.text, format!("cargo run --release -- {PICTURED}\ncargo test\n"));
    assert!(clone.line < 50, "{}", clone.line);
}

/// The pictures of a terminal, with the commands that print them.
const PICTURES: [(&str, &str); 3] = [
    ("report.svg", PICTURED),
    ("explain.svg", "explain Tally testdata/hot/base.txt testdata/hot/boxing.txt --unit allocs/op"),
    ("budgets.svg", "check testdata/hot/pool.txt --policy testdata/policy/guide.toml"),
];

/// `TRYCMD=overwrite` writes them, as it does for all outputs.
#[test]
fn the_pictures_are_what_the_commands_print() {
    let gallery = page("docs/gallery.md");
    for (name, command) in PICTURES {
        let ran = allocgate(&format!("--color always {command}"));
        let mut palette = anstyle_svg::WIN10_CONSOLE;
        palette.0[1] = palette.0[9]; // bright red, which is easier to read on black
        let picture = anstyle_svg::Term::new().palette(palette).render_svg(&ran.stdout);
        let path = format!("docs/{name}");
        if std::env::var("TRYCMD").is_ok_and(|it| it == "overwrite") {
            fs::write(&path, &picture).expect("written");
        }
        let shown = fs::read_to_string(&path).expect("it is there");
        assert!(shown == picture, "{path} has changed: TRYCMD=overwrite cargo test --test project");
        assert!(gallery.links.iter().any(|link| link == name), "{name}");
        assert!(
            gallery.blocks("sh").any(|block| block.text == format!("allocgate {command}\n")),
            "{command}"
        );
    }
    assert!(page("README.md").links.iter().any(|link| link == "docs/report.svg"));
}

#[test]
fn completions_and_the_manual_are_as_the_page_on_installing_shows() {
    let script = page("docs/install.md").blocks("bash").map(|block| block.text.clone()).collect::<String>();
    for command in ["completions bash", "man"] {
        assert!(script.contains(&format!("allocgate {command}")), "{command}");
        assert_eq!(allocgate(command).code, 0, "{command}");
    }
    let shells = allocgate("completions x").stderr;
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(shells.contains(shell) && script.contains(shell), "{shell}");
    }
}

#[test]
fn the_exit_codes_are_those_of_the_help() {
    let help = allocgate("--help").stdout;
    let page = fs::read_to_string("docs/ci.md").expect("it is there");
    for code in 0..=3 {
        let line = help.lines().find_map(|line| line.strip_prefix(&format!("  {code}  ")));
        let words = line.expect("the help names the code").split([',', ':', '(']).next().unwrap_or_default();
        let row = page.lines().find(|line| line.starts_with(&format!("| {code} |")));
        assert!(row.is_some_and(|row| row.contains(words.trim())), "{code}: {words}");
    }
}

#[test]
fn every_format_is_in_the_table_and_the_picture_is_small() {
    let page = fs::read_to_string("docs/report.md").expect("it is there");
    for format in allocgate::report::Format::ALL {
        assert!(page.contains(&format!("| `{format}` |")), "{format}");
    }
    for picture in ["docs/report.png", "docs/comment.png"] {
        let picture = fs::metadata(picture).expect("it is there");
        assert!(picture.len() < 150_000, "{}", picture.len());
    }
}
