//! The three scripts around benchstat that the guide shows: they do what it says of them.

use crate::run;
use std::fs;
use std::process::Command;

/// The scripts of the page, in its order.
fn scripts() -> Vec<String> {
    let page = fs::read_to_string("docs/from-benchstat.md").expect("it is there");
    let blocks = page.split("\n```bash\n").skip(1);
    blocks.filter_map(|rest| rest.split("```").next()).map(String::from).collect()
}

/// The exit code of each script on two recordings, and what they print.
fn codes(base: &str, new: &str) -> (Vec<Option<i32>>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, side) in [(base, "base.txt"), (new, "new.txt")] {
        if !name.is_empty() {
            fs::copy(format!("testdata/hot/{name}.txt"), folder.path().join(side)).expect("copied");
        }
    }
    let mut printed = String::new();
    let mut code = |script: &String| {
        let mut command = Command::new("bash");
        command.args(["-e", "-o", "pipefail", "-c", script]).current_dir(folder.path());
        let output = run(&mut command);
        printed += &String::from_utf8_lossy(&output.stdout);
        output.status.code()
    };
    (scripts().iter().map(&mut code).collect(), printed)
}

#[test]
fn scripts_around_benchstat_alarm_falsely_and_miss_what_the_page_says() {
    let (fails, passes) = (Some(1), Some(0));
    assert_eq!(codes("base", "again").0, [fails, fails, passes], "nothing changed");
    assert_eq!(codes("rounds-base", "rounds-slow").0, [fails; 3], "three benchmarks are twice as slow");
    assert_eq!(codes("base", "").0, [passes; 3], "a file is missing");
    let (_, printed) = codes("base", "pointer");
    assert!(
        !printed.contains("allocs/op") && !printed.contains("0 → 1"),
        "0 → 1 allocs/op is not seen: {printed}"
    );
}
