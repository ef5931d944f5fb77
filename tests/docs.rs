//! The guides for CI keep their word: their workflows are the ones of this repository, which run.

use std::fs;

/// A workflow of this repository as somebody else would write it.
fn for_others(file: &str) -> String {
    let text = fs::read_to_string(format!(".github/workflows/{file}")).expect("it is there");
    let lines = text.lines().filter(|line| !line.contains("# this repository's own"));
    lines
        .map(|line| {
            let line = line.replace(
                "uses: ./.github/actions/publish",
                "uses: OWNER/allocgate/.github/actions/publish@v1",
            );
            line.replace("uses: ./", "uses: OWNER/allocgate@v1") + "\n"
        })
        .collect()
}

#[test]
fn the_workflows_in_the_guide_are_those_that_run_here() {
    let guide = fs::read_to_string("docs/github.md").expect("it is there");
    let blocks: Vec<&str> =
        guide.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let files = ["benchmarks.yml", "benchmarks-fork.yml", "benchmarks-publish.yml", "benchmarks-sharded.yml"];
    for (file, block) in files.into_iter().zip(&blocks) {
        assert_eq!(*block, for_others(file), "{file}");
    }
    assert_eq!(blocks.len(), files.len() + 1, "and one step for code scanning");
}

#[test]
fn the_outputs_in_the_guide_are_those_that_are_set() {
    let guide = fs::read_to_string("docs/github.md").expect("it is there");
    let source = fs::read_to_string("src/cli/github.rs").expect("it is there");
    for output in
        ["verdict", "exit-code", "benchmarks", "rows", "regressed", "over-budget", "missing", "improved"]
    {
        assert!(guide.contains(&format!("`{output}`")), "{output}");
        assert!(
            source.contains(&format!("\"{output}\"")) || source.contains(&format!("\"{output}={{}}\"")),
            "{output}"
        );
    }
}
