//! The action and the two workflows for forks, step by step on a runner, with a `gh` that records what it is asked.

use crate::repository::{Repository, copy};
use crate::run;
use crate::runner::{Ran, Runner};
use crate::support::allocgate;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The action as workflow (a) uses it, on pull request 7.
fn gate(runner: &Runner, new: &str, more: &[(&str, &str)]) -> Ran {
    let new = format!("testdata/hot/{new}.txt");
    let inputs = [
        ("base", "testdata/hot/base.txt"),
        ("new", &new),
        ("source", "testdata/hot/module"),
        ("comment", "true"),
    ];
    runner.action(".", &[&inputs, more].concat())
}

fn on_pull_request() -> Runner {
    Runner::new().set("github.event.pull_request.number", "7")
}

#[test]
fn a_pull_request_is_gated_and_commented_on() {
    let runner = on_pull_request();
    let ran = gate(&runner, "pool", &[]);
    let steps: Vec<(&str, i32)> = ran.steps.iter().map(|(name, code)| (name.as_str(), *code)).collect();
    assert_eq!(
        steps,
        [("Find", 0), ("Install", 0), ("Check", 1), ("Upload the reports", 0), ("Comment", 0)],
        "{}",
        ran.log
    );
    assert_eq!((ran.outputs["verdict"].as_str(), ran.outputs["exit-code"].as_str()), ("fail", "1"));
    assert!(ran.log.contains("::error file=testdata/hot/module/wire/wire_test.go,line=63,"), "{}", ran.log);
    for file in ["report.json", "comment.md", "report.html", "junit.xml", "report.sarif"] {
        let path = format!("{}/{file}", ran.outputs["reports"]);
        assert!(fs::metadata(&path).is_ok_and(|it| it.len() > 0), "{path}");
    }
    let comments = runner.comments();
    let [(7, author, body)] = comments.as_slice() else { panic!("{comments:?}") };
    assert_eq!(author, "github-actions[bot]");
    assert!(body.starts_with("### ❌ FAIL: 4 regressions"), "{body}");
    assert_eq!(fs::read_to_string(runner.folder.path().join("summary")).expect("written"), *body);
}

#[test]
fn a_mode_that_does_not_fit_the_results_is_an_error() {
    for (mode, new, says) in [
        ("run", "testdata/hot/new.txt", "the mode run measures by itself"),
        ("check", "", "the mode check needs results"),
        ("measure", "", "got 'measure'; expected run or check"),
    ] {
        let ran = Runner::new().action(".", &[("mode", mode), ("new", new)]);
        assert!(
            ran.steps.contains(&("Check".to_string(), 2)) && ran.log.contains(says),
            "{mode}: {}",
            ran.log
        );
    }
    let ran = gate(&Runner::new(), "again", &[("mode", "check"), ("comment", "false")]);
    assert_eq!(ran.outputs["verdict"], "pass", "{}", ran.log);
}

/// A checkout of a pull request, as GitHub makes one, whose module is in a folder: `Origin` returns a pointer, and the policy is
/// this one.
fn merged(policy: &str) -> Repository {
    let repository = Repository::empty();
    copy(Path::new("testdata/hot/module"), &repository.path().join("lib"));
    repository.write("README", "\n");
    repository.commit();
    repository.git(&["checkout", "--quiet", "-b", "change"]);
    repository.apply("pointer", "lib/wire/origin_pointer.go", "lib/wire/origin.go");
    repository.write("lib/allocgate.toml", policy);
    repository.commit();
    repository.git(&["checkout", "--quiet", "main"]);
    repository.git(&["merge", "--quiet", "--no-ff", "-m", "merge", "change"]);
    repository
}

/// The action as workflow (a) uses it on that checkout, but it measures for less time.
fn measured(repository: &Repository, more: &[(&str, &str)]) -> (Runner, Ran) {
    let commit = repository.git(&["rev-parse", "HEAD"]);
    let runner = on_pull_request()
        .set("github.event_name", "pull_request")
        .set("github.sha", commit.trim())
        .at(repository.path());
    let inputs = [
        ("working-directory", "lib"),
        ("arguments", "--bench Origin|Tally --rounds 5 --max-rounds 5 --benchtime 1000x"),
        ("comment", "true"),
    ];
    let ran = runner.action(".", &[&inputs, more].concat());
    (runner, ran)
}

const LOOSE: &str = "[unit.\"allocs/op\"]\nlevel = \"ignore\"\n\n[unit.\"B/op\"]\nlevel = \"ignore\"\n";

#[test]
fn without_results_it_measures_a_pull_request_and_the_commit_that_it_is_merged_into() {
    let (runner, ran) = measured(&merged(""), &[("packages", "./wire ./index")]);
    assert_eq!(ran.outputs["verdict"], "fail", "{}", ran.log);
    // The annotation is at the edit, and the comment names it.
    assert!(ran.log.contains("::error file=lib/wire/origin_pointer.go,line="), "{}", ran.log);
    let comment = runner.comments()[0].2.clone();
    assert!(
        comment.contains("`Origin-") && comment.contains("caused by `lib/wire/origin_pointer.go:"),
        "{comment}"
    );
    for side in ["base", "new"] {
        let path = format!("{}/results/{side}.txt", ran.outputs["reports"]);
        let results = fs::read_to_string(path).expect("it is an artifact");
        let origins = results.lines().filter(|line| line.starts_with("BenchmarkOrigin-"));
        assert_eq!(origins.filter(|line| line.contains("allocs/op")).count(), 5, "{side}: {results}");
    }
}

#[test]
fn a_pull_request_that_loosens_the_policy_is_judged_by_the_policy_before() {
    let repository = merged(LOOSE);
    let (runner, ran) = measured(&repository, &[]);
    assert_eq!(ran.outputs["verdict"], "fail", "{}", ran.log);
    assert!(runner.comments()[0].2.contains("looser policy setting"), "{:?}", runner.comments());
    let (_, ran) = measured(&repository, &[("policy-from", "worktree")]);
    assert_eq!(ran.outputs["verdict"], "pass", "{}", ran.log);
}

#[test]
fn a_checkout_without_the_merge_is_an_error() {
    let repository = merged(LOOSE);
    repository.git(&["checkout", "--quiet", "--orphan", "other"]);
    repository.commit();
    let (_, ran) = measured(&repository, &[]);
    assert!(ran.steps.contains(&("Check".to_string(), 2)), "{}", ran.log);
}

#[test]
fn one_comment_is_updated_in_place_and_not_touched_when_nothing_changed() {
    let runner = on_pull_request();
    gate(&runner, "pool", &[]);
    let calls = runner.calls();
    gate(&runner, "pool", &[]);
    let again = runner.calls().replacen(&calls, "", 1);
    assert!(!again.contains("POST") && !again.contains("PATCH"), "{again}");
    gate(&runner, "boxing", &[]);
    gate(&runner, "again", &[]);
    let comments = runner.comments();
    assert_eq!(comments.len(), 1, "{comments:?}");
    assert!(comments[0].2.starts_with("### ✅ PASS: "), "that all is well again is news: {}", comments[0].2);
    assert_eq!(runner.calls().matches("PATCH").count(), 2);
}

#[test]
fn a_pass_without_news_begins_no_comment() {
    let runner = on_pull_request();
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("new.txt");
    std::fs::copy("testdata/hot/base.txt", &copy).expect("copied");
    let new = copy.display().to_string();
    let inputs = [("base", "testdata/hot/base.txt"), ("new", &new), ("comment", "true")];
    let ran = runner.action(".", &inputs);
    assert!(!ran.failed(), "{}", ran.log);
    assert_eq!(runner.comments(), []);
}

#[test]
fn several_gates_comment_side_by_side() {
    let runner = on_pull_request();
    for id in ["linux", "linux-arm", "linux"] {
        gate(&runner, "pool", &[("id", id)]);
    }
    let comments = runner.comments();
    assert_eq!(comments.len(), 2, "{comments:?}");
    assert!(comments[0].2.contains("<!-- allocgate id=linux news=yes -->"));
    assert!(comments[1].2.contains("<!-- allocgate id=linux-arm news=yes -->"));
}

#[test]
fn the_mark_in_the_comment_of_somebody_else_is_not_ours() {
    let runner = on_pull_request();
    let theirs = r#"[{"id": 1, "pull": 7, "user": {"login": "mallory"}, "body": "<!-- allocgate id=default news=yes -->"}]"#;
    runner.state("comments.json", theirs);
    gate(&runner, "pool", &[]);
    let comments = runner.comments();
    assert_eq!(comments.len(), 2);
    assert_eq!(comments[0].2, "<!-- allocgate id=default news=yes -->");
}

#[test]
fn a_mark_in_the_name_of_a_package_is_not_ours() {
    let runner = on_pull_request();
    let file = |side: &str| format!("testdata/cases/forged-mark/{side}.txt");
    for id in ["default", "linux"] {
        let (base, new) = (file("base"), file("new"));
        runner.action(".", &[("base", &base), ("new", &new), ("comment", "true"), ("id", id)]);
    }
    let comments = runner.comments();
    assert_eq!(comments.len(), 2, "{comments:?}");
    for ((_, _, body), id) in comments.iter().zip(["default", "linux"]) {
        assert_eq!(body.matches("<!--").count(), 1, "{body}");
        assert!(body.ends_with(&format!("\n<!-- allocgate id={id} news=yes -->\n")), "{body}");
    }
}

#[test]
fn only_a_mark_in_the_last_line_is_ours() {
    let theirs = "`p<!-- allocgate id=default news=yes -->`\n<!-- allocgate id=default news=yes -->\nmore";
    for (body, comments) in [
        (theirs, 2),
        ("old\r\n<!-- allocgate id=default news=no -->\r\n", 1),
        ("<!-- allocgate id=defaul", 2),
    ] {
        let runner = on_pull_request();
        let author = serde_json::json!({"login": "github-actions[bot]"});
        let found = serde_json::json!([{"id": 1, "pull": 7, "user": author, "body": body}]);
        runner.state("comments.json", &found.to_string());
        gate(&runner, "pool", &[]);
        assert_eq!(runner.comments().len(), comments, "{body}");
    }
}

#[test]
fn comments_are_those_of_the_user_of_the_token_or_of_the_author_that_is_named() {
    let runner = on_pull_request();
    runner.state("viewer", "gate-of-me[bot]\n");
    gate(&runner, "pool", &[]);
    gate(&runner, "boxing", &[]);
    let comments = runner.comments();
    let [(_, author, body)] = comments.as_slice() else { panic!("{comments:?}") };
    assert_eq!(author, "gate-of-me[bot]");
    assert!(body.contains("Tally"), "{body}");

    gate(&runner, "pool", &[("author", "somebody_else")]);
    assert_eq!(runner.comments().len(), 2, "none of theirs is there");
    let ran = gate(&runner, "pool", &[("author", "x\") or true or (\"")]);
    assert!(ran.failed() && ran.log.contains("invalid user name"), "{}", ran.log);
}

#[test]
fn shards_are_merged_and_judged_once() {
    let whole = gate(&on_pull_request(), "pool", &[]);
    let folder = tempfile::tempdir().expect("a folder");
    for (side, file) in [("base", "base"), ("new", "pool")] {
        let text = fs::read_to_string(format!("testdata/hot/{file}.txt")).expect("recorded");
        let (first, second) =
            text.split_at(text.find("goos: linux\ngoarch: amd64\npkg: example.com/hot/wire").expect("two"));
        for (shard, part) in [("shard-0", first), ("shard-1", second)] {
            let shard = folder.path().join(shard);
            fs::create_dir_all(&shard).expect("created");
            fs::write(shard.join(format!("{side}.txt")), part).expect("written");
        }
    }
    let side = |side: &str| format!("{}/*/{side}.txt", folder.path().display());
    let runner = on_pull_request();
    let ran = runner.action(".", &[("base", &side("base")), ("new", &side("new")), ("comment", "true")]);
    for output in ["verdict", "rows", "regressed", "improved", "undecided"] {
        assert_eq!(ran.outputs[output], whole.outputs[output], "{output}: {}", ran.log);
    }
    assert!(runner.comments()[0].2.contains("base: 2 files: 150 results"), "{:?}", runner.comments());
}

/// A runner on which the run of a fork has left this report.
fn after_a_fork(report: &str) -> Runner {
    let head = "0123456789abcdef0123456789abcdef01234567";
    let runner = Runner::new()
        .set("github.event.workflow_run.id", "42")
        .set("github.event.workflow_run.head_sha", head);
    let other = "f".repeat(40);
    let pulls = format!(
        r#"[{{"number": 8, "head": {{"sha": "{other}"}}}}, {{"number": 9, "head": {{"sha": "{head}"}}}}]"#
    );
    runner.state("pulls.json", &pulls);
    runner.state("artifacts/allocgate-report/report.json", report);
    runner.state("artifacts/allocgate-report/comment.md", "# Approved by the maintainers\n");
    runner.state("artifacts/allocgate-report/pull", "8");
    runner
}

#[test]
fn the_report_of_a_fork_is_written_anew_on_the_pull_request_with_its_head() {
    let check = "check testdata/hot/base.txt testdata/hot/pool.txt";
    let runner = after_a_fork(&allocgate(&format!("{check} --report json=-")).stdout);
    let ran = runner.action(".github/actions/publish", &[]);
    assert!(!ran.failed(), "{}", ran.log);
    let comments = runner.comments();
    let [(9, _, body)] = comments.as_slice() else { panic!("{comments:?}") };
    assert_eq!(*body, allocgate(&format!("{check} --report markdown=-")).stdout);
}

#[test]
fn what_is_no_report_is_not_published() {
    for report in ["", "{}", r#"{"schema": "allocgate/report/v9"}"#] {
        let runner = after_a_fork(report);
        let ran = runner.action(".github/actions/publish", &[]);
        assert!(ran.failed(), "{}", ran.log);
        assert_eq!(runner.comments(), []);
        assert!(!runner.calls().contains("POST"), "{}", runner.calls());
    }
}

#[test]
fn a_head_that_has_moved_on_and_a_missing_artifact_are_passed_over() {
    let runner =
        after_a_fork(&allocgate("check testdata/hot/base.txt testdata/hot/pool.txt --report json=-").stdout);
    runner.state("pulls.json", "[]");
    for artifact in ["allocgate-report", "no-such-artifact"] {
        let ran = runner.action(".github/actions/publish", &[("artifact", artifact)]);
        assert!(!ran.failed(), "{}", ran.log);
    }
    assert_eq!(runner.comments(), []);
}

#[test]
fn workflows_actions_and_scripts_are_valid() {
    let files = |folder: &str, end: &str| -> Vec<String> {
        let entries = fs::read_dir(folder).expect("it is there").map(|it| it.expect("readable").path());
        entries.map(|it| it.display().to_string()).filter(|it| it.ends_with(end)).collect()
    };
    let scripts = [
        files(".github/actions", ".sh"),
        files(".github/release", ".sh"),
        files("tests/go_set/stub", "gh"),
        vec![".ci/run".to_string()],
    ]
    .concat();
    assert!(scripts.len() > 9, "{scripts:?}");
    let workflows = files(".github/workflows", ".yml");
    assert!(workflows.len() > 4, "{workflows:?}");
    // The same as somebody else would write them.
    let folder = tempfile::tempdir().expect("a folder");
    let guide = fs::read_to_string("docs/github.md").expect("it is there");
    let blocks = guide.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let copied = blocks.filter(|block| block.contains("jobs:")).enumerate().map(|(i, block)| {
        let path = folder.path().join(format!("{i}.yml"));
        fs::write(&path, block).expect("written");
        path.display().to_string()
    });
    let copied: Vec<String> = copied.collect();
    assert_eq!(copied.len(), 4);
    // It knows the repository; the copies hold nothing else, but for the name of a version in the place of a pin.
    let whole = ["--offline", "--no-progress", "."].map(String::from).to_vec();
    for (tool, arguments) in
        [("shellcheck", scripts), ("actionlint", workflows), ("actionlint", copied), ("zizmor", whole)]
    {
        let output = run(Command::new(tool).args(&arguments));
        assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stdout));
    }
}
