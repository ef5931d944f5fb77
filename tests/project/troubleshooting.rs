//! The page on messages: each of them is printed by something, and leads to the words that users search for.

use std::fs;

/// The text of every source file that prints.
fn sources() -> String {
    let files = ignore::WalkBuilder::new("src").add("go").add(".github/release").hidden(false).build();
    let files = files.map(|it| it.expect("readable").into_path()).filter(|it| it.is_file());
    files.filter_map(|path| fs::read_to_string(path).ok()).collect()
}

#[test]
fn every_message_of_the_page_is_one_that_is_printed() {
    let page = fs::read_to_string("docs/troubleshooting.md").expect("it is there");
    let sources = sources();
    let messages: Vec<&str> =
        page.lines().filter_map(|it| it.strip_prefix("### `")?.strip_suffix('`')).collect();
    assert!(messages.len() > 15, "{messages:?}");
    for message in messages {
        assert!(sources.contains(message), "nothing prints: {message}");
    }
}

#[test]
fn the_summary_of_the_site_has_every_page_once() {
    let summary = fs::read_to_string("docs/SUMMARY.md").expect("it is there");
    for entry in fs::read_dir("docs").expect("it is there") {
        let name = entry.expect("readable").file_name().to_string_lossy().into_owned();
        if name.ends_with(".md") && name != "SUMMARY.md" {
            assert_eq!(summary.matches(&format!("({name})")).count(), 1, "docs/SUMMARY.md: {name}");
        }
    }
}
