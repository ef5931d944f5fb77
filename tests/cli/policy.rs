//! `allocgate policy`: what holds, and where it comes from.

use crate::support::allocgate;

const POLICY: &str = "--policy testdata/policy/budget.toml";

#[test]
fn the_policy_is_shown_with_the_place_of_every_setting() {
    let ran = allocgate(&format!("policy show {POLICY}"));
    assert_eq!(ran.code, 0, "{ran}");
    for want in [
        "alpha = 0.05                                      # built-in:",
        "[[budget]]                                        # testdata/policy/budget.toml:4\nbench = \"Tally\"\n",
    ] {
        assert!(ran.stdout.contains(want), "{ran}");
    }
}

#[test]
fn the_rule_of_one_benchmark_is_shown() {
    insta::assert_snapshot!(allocgate(&format!("policy show Tally-2 {POLICY} --unit allocs/op")));
    insta::assert_snapshot!(allocgate(&format!(
        "policy show Decode/size=64 --pkg example.com/hot/wire {POLICY}"
    )));
}

#[test]
fn the_schema_is_the_shipped_one() {
    let shipped = std::fs::read_to_string("schema/allocgate.schema.json").expect("it is shipped");
    assert_eq!(allocgate("policy schema").stdout, shipped);
}

#[test]
fn a_former_key_is_read_with_a_warning() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("allocgate.toml");
    std::fs::write(&path, "[evidence]\nblind-run = \"fail\"\n").expect("written");
    let ran = allocgate(&format!("policy show --policy {}", path.display()));
    assert!(ran.code == 0 && ran.stdout.contains("too-noisy = \"fail\""), "{ran}");
    assert!(ran.stderr.starts_with("warning[renamed-key]: `blind-run` is now `too-noisy`"), "{ran}");
    std::fs::write(&path, "[evidence]\nblind-run = \"fail\"\ntoo-noisy = \"warn\"\n").expect("written");
    let ran = allocgate(&format!("policy show --policy {}", path.display()));
    assert!(ran.code == 2 && ran.stderr.contains("are the same key"), "{ran}");
}
