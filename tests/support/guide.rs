//! The console blocks of the documentation.

use std::fs;
use trycmd::schema::Bin;

/// The pages whose console blocks are run: the README and those in `docs`.
pub fn pages() -> Vec<String> {
    let docs = fs::read_dir("docs").expect("it is there");
    let names = docs.map(|entry| format!("docs/{}", entry.expect("readable").file_name().to_string_lossy()));
    let pages = names.filter(|path| path.ends_with(".md")).chain(["README.md".to_string()]);
    pages.collect()
}

/// Runs every console block and compares its output. `jq` says whether blocks of `jq` run too.
pub fn run_every_console_block(jq: Bin) {
    let cases = trycmd::TestCases::new();
    cases.env("GITHUB_ACTIONS", "false"); // there it would also annotate
    cases.register_bin("jq", jq);
    for page in pages() {
        cases.case(page);
    }
    cases.run();
}
