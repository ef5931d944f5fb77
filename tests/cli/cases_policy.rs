//! Policies and results that were judged wrongly once: what is right now.

use crate::support::allocgate;

#[test]
fn a_budget_that_a_second_pattern_raises_is_listed() {
    let [old, new] = ["old", "new"].map(|it| format!("testdata/cases/budget-diff/{it}.toml"));
    let ran = allocgate(&format!("budget diff {old} {new}"));
    assert_eq!(ran.code, 1, "{ran}");
    assert_eq!(
        ran.stdout,
        format!(
            "budgets `**` in package `example.com/hot/wire`, `Origin`, such as `Origin` in package `example.com/hot/wire`, max allocs/op: 0 → 1000 ({new}:19)\n"
        )
    );
    for same in [old, new] {
        let ran = allocgate(&format!("budget diff {same} {same}"));
        assert!(ran.code == 0 && ran.stdout.is_empty(), "{ran}");
    }
}
