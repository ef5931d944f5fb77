//! The documentation: its commands run, its output is real, its policies are valid, its links have targets, and its workflows
//! are those of this repository.

use crate::guide;
use crate::page::{Page, pages};
use crate::support::allocgate;
use allocgate::internals::cause::advice::Move;
use allocgate::internals::policy::{ConditionKind, Policy};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use trycmd::schema::Bin;

fn page(path: &str) -> Page {
    pages().into_iter().find(|page| page.path == path).unwrap_or_else(|| panic!("{path} is there"))
}

/// The README and the pages in `docs`.
fn guide() -> impl Iterator<Item = Page> {
    let run = guide::pages();
    pages().into_iter().filter(move |page| run.contains(&page.path))
}

#[test]
fn every_console_block_prints_what_it_shows() {
    guide::run_every_console_block(Bin::Ignore); // the Go set has jq, and runs those as well
}

#[test]
fn every_command_with_an_output_is_run() {
    let run = guide::pages();
    for page in pages() {
        for block in &page.blocks {
            let place = format!("{}:{}", page.path, block.line);
            if !block.language.starts_with("console") {
                let shown = block.text.lines().find(|line| line.starts_with("$ allocgate"));
                assert!(shown.is_none(), "{place}: write it as ```console, so that it is run: {shown:?}");
                continue;
            }
            assert!(run.contains(&page.path), "{place}: no test runs the blocks of this file");
            assert!(block.language == "console" && block.at_margin, "{place}: no test runs this block");
            let mut commands = block.text.lines().filter(|line| line.starts_with("$ "));
            let ours = |line: &str| line.starts_with("$ allocgate ") || line.starts_with("$ jq ");
            assert!(block.text.starts_with("$ ") && commands.all(ours), "{place}: neither allocgate nor jq");
        }
    }
}

#[test]
fn every_block_of_the_guide_is_of_a_language_that_is_checked() {
    for page in guide() {
        for block in &page.blocks {
            let known =
                ["console", "sh", "bash", "go", "toml", "yaml", "text"].contains(&block.language.as_str());
            assert!(known, "{}:{}: `{}`", page.path, block.line, block.language);
        }
    }
}

#[test]
fn the_go_code_of_the_playbook_is_that_which_is_measured() {
    let page = page("docs/playbook.md");
    let mut measured = String::new();
    for folder in fs::read_dir("testdata/moves").expect("it is there") {
        let folder = folder.expect("readable").path();
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        measured += &fs::read_to_string(folder.join(format!("{name}.go"))).unwrap_or_default();
    }
    let blocks: Vec<&str> = page.blocks("go").map(|block| block.text.as_str()).collect();
    assert_eq!(blocks.len(), 10, "one for each move");
    for declaration in blocks.iter().flat_map(|block| block.split("\n\n")) {
        assert!(measured.contains(declaration.trim()), "testdata/moves has no\n{declaration}");
    }
}

#[test]
fn every_move_is_explained_in_the_playbook_in_its_order() {
    let text = fs::read_to_string("docs/playbook.md").expect("it is there");
    let titles: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let moves: Vec<&str> = Move::ALL.iter().map(|it| it.title()).collect();
    assert_eq!(titles, moves);
    let page = page("docs/playbook.md");
    for it in Move::ALL {
        let link = it.page();
        let anchor = link.strip_prefix("docs/playbook.md#").expect("it leads to the page");
        assert!(page.anchors.iter().any(|it| it == anchor), "{anchor}: {:?}", page.anchors);
    }
}

#[test]
fn every_policy_in_the_guide_is_one() {
    for page in guide() {
        for block in page.blocks("toml") {
            let place = format!("{}:{}", page.path, block.line);
            Policy::parse(&place, &block.text).unwrap_or_else(|problems| panic!("{problems}"));
        }
    }
}

#[test]
fn the_policies_that_are_shown_are_those_that_are_run() {
    let page = page("docs/budgets.md");
    let shown: Vec<&str> = page.blocks("toml").map(|block| block.text.as_str()).collect();
    let file = |name: &str| fs::read_to_string(format!("testdata/policy/{name}.toml")).expect("it is there");
    assert_eq!(shown[0], file("guide"));
    assert_eq!([shown[0], shown[shown.len() - 1]].join("\n"), file("waiver"));
}

#[test]
fn every_recipe_in_yaml_is_yaml() {
    for page in guide() {
        for block in page.blocks("yaml") {
            let read = yaml_rust2::YamlLoader::load_from_str(&block.text);
            assert!(read.is_ok_and(|it| it.len() == 1), "{}:{}", page.path, block.line);
        }
    }
}

/// What `--help` says of a command.
fn help(command: &str) -> String {
    let ran = allocgate(&format!("{command} --help"));
    assert_eq!(ran.code, 0, "no such command: allocgate {command}");
    ran.stdout
}

fn knows(help: &str, flag: &str) -> bool {
    // A value that may be left out follows at once: `--anchor[=<REV>]`.
    help.split_whitespace().any(|word| word.trim_end_matches(',').split("[=").next() == Some(flag))
}

/// The commands of ours in a script, with what belongs to them on further lines.
fn commands(script: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in script.lines() {
        let goes_on =
            line.trim_start().starts_with("--") || lines.last().is_some_and(|it| it.ends_with('\\'));
        match lines.last_mut() {
            Some(last) if goes_on => last.push_str(&format!(" {}", line.trim_start())),
            _ => lines.push(line.to_string()),
        }
    }
    let ours = |line: &String| {
        // A comment, and what is written to a file, are not the command's.
        let line = line.split(" #").next()?.to_string();
        let (before, command) = line.split_once("allocgate ")?;
        let begins = before.is_empty() || before.ends_with([' ', '(', '"']);
        begins.then(|| command.to_string())
    };
    lines.iter().filter_map(ours).collect()
}

#[test]
fn every_command_of_a_script_exists_with_its_flags() {
    let mut known = BTreeMap::new();
    let mut checked = 0;
    for page in guide() {
        let scripts = page.blocks.iter().filter(|it| ["sh", "bash", "yaml"].contains(&it.language.as_str()));
        let mut found: Vec<String> = scripts.flat_map(|block| commands(&block.text)).collect();
        let mentioned = page.inline.iter().filter_map(|code| code.strip_prefix("allocgate "));
        found.extend(mentioned.map(String::from));
        for command in found {
            let mut words = command.split_whitespace();
            let name = words.next().unwrap_or_default();
            if !name.chars().all(|c| c.is_ascii_lowercase()) {
                continue; // prose, such as `allocgate SUBCOMMAND`, or a flag of the program itself
            }
            let name = match name {
                "budget" | "policy" | "history" => format!("{name} {}", words.next().unwrap_or_default()),
                name => name.to_string(),
            };
            let help = known.entry(name.clone()).or_insert_with(|| help(&name));
            for flag in words.filter(|word| word.starts_with("--") && *word != "--") {
                let flag = flag.split('=').next().unwrap_or_default();
                assert!(knows(help, flag), "{}: allocgate {name}: {flag}", page.path);
                checked += 1;
            }
        }
    }
    assert!(checked > 10, "they were looked for: {checked}");
}

#[test]
fn every_flag_in_running_text_exists() {
    let commands = [
        "",
        "check",
        "run",
        "init",
        "compare",
        "inspect",
        "explain",
        "causes",
        "sites",
        "selftest",
        "render",
        "policy show",
        "history add",
        "history import",
        "history show",
        "history html",
        "history export",
        "bisect",
    ];
    let budget = ["budget init", "budget tighten", "budget loosen", "budget diff"];
    let all: String = commands.into_iter().chain(budget).map(help).collect();
    for page in guide() {
        for code in page.inline.iter().filter(|code| code.starts_with("--") && !code.starts_with("---")) {
            let flag = code.split([' ', '=']).next().unwrap_or_default();
            assert!(knows(&all, flag), "{}: {code}", page.path);
        }
    }
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    for page in &pages {
        for link in page.links.iter().filter(|link| !link.contains("://") && !link.starts_with("mailto:")) {
            let place = format!("{}: {link}", page.path);
            let (path, anchor) =
                link.split_once('#').map_or((link.as_str(), None), |(path, it)| (path, Some(it)));
            let folder = Path::new(&page.path).parent().expect("it is a file");
            let target = if path.is_empty() { page.path.clone() } else { resolved(&folder.join(path)) };
            assert!(Path::new(&target).exists(), "{place}: no such file");
            if let Some(anchor) = anchor {
                let target = pages.iter().find(|page| page.path == target);
                let target = target.unwrap_or_else(|| panic!("{place}: an anchor in what is no page"));
                assert!(target.anchors.iter().any(|it| it == anchor), "{place}: {:?}", target.anchors);
            }
        }
    }
}

/// The same path without `..`.
fn resolved(path: &Path) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.iter().map(|part| part.to_str().expect("text")) {
        match part {
            ".." => drop(parts.pop().expect("it stays within the repository")),
            "." => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[test]
fn the_index_names_every_page() {
    let index = page("docs/README.md");
    for page in pages().iter().filter(|page| page.path.starts_with("docs/") && page.path != index.path) {
        if page.path == "docs/SUMMARY.md" {
            continue; // the index of the site
        }
        let name = page.path.trim_start_matches("docs/");
        assert!(index.links.iter().any(|link| link == name), "{name}");
    }
    let readme = page("README.md");
    assert!(readme.links.iter().any(|link| link == "docs/README.md"));
}

#[test]
fn every_condition_is_explained_with_its_level_and_its_words() {
    let text = fs::read_to_string("docs/warnings.md").expect("it is there");
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let policy = Policy::builtin();
    let words: String = fs::read_dir("src/evidence")
        .expect("it is there")
        .map(|file| fs::read_to_string(file.expect("readable").path()).expect("text"))
        .collect();
    assert_eq!(rows.len(), ConditionKind::ALL.len());
    for (row, &condition) in rows.iter().zip(ConditionKind::ALL) {
        assert_eq!(row[0], format!("`{condition}`"), "in the order of reports");
        assert_eq!(row[1], policy.level(condition).to_string(), "{condition}");
        for title in row[2].split(", ") {
            let literal = ["\"", "{} ", "{} with ", "{} row with ", "{} result with "];
            let known = literal.iter().any(|before| words.contains(&format!("{before}{title}")));
            assert!(known, "{condition}: {title}");
        }
    }
}

#[test]
fn every_verdict_and_every_key_of_a_report_is_explained() {
    let text = fs::read_to_string("docs/report.md").expect("it is there");
    let schema = fs::read_to_string("schema/report.schema.json").expect("it is there");
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    let keys = |of: &serde_json::Value| -> Vec<String> {
        of["properties"].as_object().expect("an object").keys().cloned().collect()
    };
    let verdicts = schema["$defs"]["Verdict"]["oneOf"].as_array().expect("a list");
    let verdicts = verdicts.iter().map(|it| it["const"].as_str().expect("a word").to_string());
    let all = ["SuiteEvidence", "Row"]
        .iter()
        .flat_map(|part| keys(&schema["$defs"][part]))
        .chain(keys(&schema))
        .chain(verdicts);
    for word in all {
        let row = |line: &str| {
            line.starts_with("| `")
                && line.split('|').nth(1).is_some_and(|it| it.contains(&format!("`{word}`")))
        };
        assert!(text.lines().any(row), "{word}");
    }
}

#[test]
fn every_exit_code_says_what_to_do() {
    let text = fs::read_to_string("docs/ci.md").expect("it is there");
    for code in ["0", "1", "2", "3", "130"] {
        assert!(text.lines().any(|line| line.starts_with(&format!("| {code} |"))), "{code}");
    }
}

/// A workflow of this repository as somebody else would write it.
fn for_others(file: &str) -> String {
    let text = fs::read_to_string(format!(".github/workflows/{file}")).expect("it is there");
    let lines = text.lines().filter(|line| !line.contains("this repository's own"));
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
    assert_eq!(blocks.len(), files.len() + 1, "and one step for code scanning");
    let mut rewritten = guide.clone();
    for (file, block) in files.into_iter().zip(&blocks) {
        rewritten = rewritten.replacen(block, &for_others(file), 1);
    }
    if std::env::var_os("UPDATE_GUIDE").is_some() {
        fs::write("docs/github.md", &rewritten).expect("written");
    }
    assert!(rewritten == guide, "a workflow has changed: UPDATE_GUIDE=1 cargo test --test project docs");
}

/// The first block of a page that has this text.
fn yaml_of(page: &str, beginning: &str) -> String {
    let page = self::page(page);
    let found = page.blocks("yaml").find(|block| block.text.contains(beginning));
    found.unwrap_or_else(|| panic!("{}: no block has {beginning}", page.path)).text.clone()
}

#[test]
fn the_jobs_that_init_writes_are_those_of_the_guide() {
    for (file, guide, beginning) in [
        ("github.yml", "docs/github.md", "name: benchmarks\n"),
        ("gitlab.yml", "docs/gitlab.md", "benchmarks:\n"),
    ] {
        let path = format!("src/setup/{file}");
        let job = yaml_of(guide, beginning);
        let written = fs::read_to_string(&path).expect("it is there");
        let head: String = written
            .lines()
            .take_while(|it| guide.ends_with("gitlab.md") && it.starts_with('#'))
            .map(|it| format!("{it}\n"))
            .collect();
        let wanted = format!("{head}{job}");
        if std::env::var_os("UPDATE_GUIDE").is_some() {
            fs::write(&path, &wanted).expect("written");
        }
        assert!(written == wanted, "{path}: UPDATE_GUIDE=1 cargo test --test project docs");
    }
}

#[test]
fn the_outputs_in_the_guide_are_those_that_are_set() {
    let guide = fs::read_to_string("docs/github.md").expect("it is there");
    let source = fs::read_to_string("src/cli/github.rs").expect("it is there");
    for output in
        ["verdict", "exit-code", "benchmarks", "rows", "regressed", "over-budget", "missing", "improved"]
    {
        assert!(guide.contains(&format!("`{output}`")), "{output}");
        let written = [format!("\"{output}\""), format!("\"{output}={{")];
        assert!(written.iter().any(|written| source.contains(written)), "{output}");
    }
}

/// What SECURITY.md says of the tokens, workflow by workflow.
#[test]
fn the_permissions_of_the_workflows_are_those_that_are_told() {
    let page = fs::read_to_string("SECURITY.md").expect("it is there");
    for entry in fs::read_dir(".github/workflows").expect("it is there") {
        let path = entry.expect("readable").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("readable");
        let workflow = &yaml_rust2::YamlLoader::load_from_str(&text).expect("YAML")[0];
        let permissions = |of: &yaml_rust2::Yaml| -> Vec<String> {
            let hash = of["permissions"].as_hash();
            let pair = |(key, value): (&yaml_rust2::Yaml, &yaml_rust2::Yaml)| {
                format!("{}: {}", key.as_str().unwrap_or_default(), value.as_str().unwrap_or_default())
            };
            hash.map(|hash| hash.iter().map(pair).collect()).unwrap_or_default()
        };
        let mut may = permissions(workflow);
        assert!(!workflow["permissions"].is_badvalue(), "{name} has all permissions that there are");
        for (_, job) in workflow["jobs"].as_hash().expect("it has jobs") {
            may.extend(permissions(job));
        }
        let row = page.lines().find(|line| line.starts_with("| ") && line.contains(&format!("`{name}`")));
        let told = row.unwrap_or_else(|| panic!("{name} is not told")).split('|').nth(3).unwrap_or_default();
        let told: Vec<String> = told
            .split(';')
            .next()
            .unwrap_or_default()
            .split(", ")
            .flat_map(|it| {
                let (what, of) = it.trim().split_once(' ').expect("read or write, and of what");
                of.split(" and ").map(|of| format!("{}: {what}", of.replace(' ', "-"))).collect::<Vec<_>>()
            })
            .collect();
        may.sort();
        may.dedup();
        let mut told = told;
        told.sort();
        assert_eq!(may, told, "{name}");
    }
}
