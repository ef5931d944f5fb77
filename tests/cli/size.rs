//! Sizes of programs in result files: one result of each side decides.

use crate::support::{Ran, allocgate};
use std::fs;

fn check(policy: &str, base: u64, new: u64) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, size: u64| {
        let text =
            format!("pkg: m/cmd/x\nBenchmarkSize/x\t1\t{size} size-bytes\nPASS\nok  \tm/cmd/x\t0.000s\n");
        let path = folder.path().join(name);
        fs::write(&path, text).expect("written");
        path.display().to_string()
    };
    let (base, new) = (file("base.txt", base), file("new.txt", new));
    let path = folder.path().join("allocgate.toml");
    fs::write(&path, policy).expect("written");
    allocgate(&format!("check --policy {} {base} {new}", path.display()))
}

const FAIL: &str = "[unit.\"size-bytes\"]\nlevel = \"fail\"\ntolerance = { percent = 0, absolute = 50000 }\n";

#[test]
fn one_result_decides_a_size() {
    let warned = check("", 2_000_000, 2_100_000);
    assert!(warned.code == 0 && warned.stdout.contains("! Size/x  size-bytes"), "{warned}");
    assert!(check("", 2_000_000, 2_010_000).stdout.starts_with("PASS  no regressions  "), "within 1%");
    assert_eq!(check(FAIL, 2_000_000, 2_050_001).code, 1);
    assert_eq!(check(FAIL, 2_000_000, 2_050_000).code, 0);
    assert_eq!(check(FAIL, 2_050_001, 2_000_000).code, 0, "it shrank");
    let budget = "[[budget]]\nbench = \"Size/*\"\nmax = { \"size-bytes\" = 1999999 }\n";
    assert_eq!(check(budget, 2_000_000, 2_000_000).code, 1);
    let again = check(FAIL, 2_000_000, 2_050_001);
    assert!(again.stdout.contains("allocgate run --size m/cmd/x --bench '^$'"), "{again}");
}
