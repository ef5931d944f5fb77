//! The workflow that runs our own action on the module of the recordings, step by step, with real measurements.

use crate::runner::Runner;
use std::fs;
use yaml_rust2::{Yaml, YamlLoader};

fn job() -> Yaml {
    let text = fs::read_to_string(".github/workflows/dogfood.yml").expect("it is there");
    YamlLoader::load_from_str(&text).expect("YAML").remove(0)["jobs"]["gates"].clone()
}

#[test]
fn our_own_gate_is_green_where_nothing_changed_and_red_where_a_regression_was_planted() {
    let runner = Runner::new().set("github.event.pull_request.number", "7");
    let ran = runner.job(&job());
    assert!(!ran.failed() && ran.steps.len() == 6, "{:?}\n{}", ran.steps, ran.log);
    assert!(ran.log.contains("unchanged: success pass 0, boxing: failure fail 1"), "{}", ran.log);

    // And as it would be told on the pull request.
    let temp = |file: &str| runner.folder.path().join("temp").join(file).display().to_string();
    for (new, told) in [("unchanged", None), ("boxing", Some("### ❌ FAIL: 2 regressions "))] {
        let (base, new) = (temp("base.txt"), temp(&format!("{new}.txt")));
        runner.action(".", &[("base", &base), ("new", &new), ("comment", "true")]);
        let comments = runner.comments();
        let comment = comments.first().map(|(_, _, body)| body.as_str());
        match told {
            Some(told) => assert!(comment.is_some_and(|it| it.starts_with(told)), "{comment:?}"),
            // Nothing to report, or a warning about a time that the machine made slower.
            None => assert!(comment.is_none_or(|it| it.starts_with("### ✅ PASS")), "{comment:?}"),
        }
    }
}

#[test]
fn a_gate_that_catches_nothing_would_be_noticed() {
    let runner = Runner::new();
    let blind = "#!/usr/bin/env bash\n\
                 echo verdict=pass >>\"$GITHUB_OUTPUT\"\n\
                 echo exit-code=0 >>\"$GITHUB_OUTPUT\"\n";
    runner.tool("allocgate", blind);
    runner.tool("go", "#!/bin/sh\necho measured\n");
    let ran = runner.job(&job());
    assert_eq!(ran.steps.last().map(|(_, code)| *code), Some(1), "{:?}\n{}", ran.steps, ran.log);
}
