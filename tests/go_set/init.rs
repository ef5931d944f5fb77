//! `allocgate init` and `allocgate doctor` in a repository with Go.

use crate::repository::Repository;

#[test]
fn a_new_user_gets_a_policy_and_a_job_that_the_next_run_passes() {
    let repository = Repository::new();
    repository.git(&["remote", "add", "origin", "git@github.com:owner/hot.git"]);
    let measured = repository.allocgate("init --benchtime 1000x").expect(0);
    measured.says(&["==> .github/workflows/benchmarks.yml", "allocgate init --yes .allocgate/init.txt"]);
    repository.allocgate("init --yes .allocgate/init.txt").expect(0).says(&["allocgate.toml: written"]);
    let policy = repository.read("allocgate.toml");
    assert!(policy.contains("# Measured on ") && policy.contains(" (go1."), "{policy}");
    assert!(repository.read(".github/workflows/benchmarks.yml").contains("OWNER/allocgate@v1"));
    let again =
        "for i in 1 2 3; do go test -run='^$' -bench=. -benchmem -benchtime=1000x ./...; done >again.txt";
    repository.ended(&mut repository.shell(again)).expect(0);
    repository.allocgate("check again.txt").expect(0).says(&["PASS"]);
    repository.allocgate("doctor").expect(0).says(&[
        "15 functions",
        "the merge base with main",
        "allocgate.toml, ",
    ]);
}

#[test]
fn a_package_that_fails_is_told_and_the_others_get_budgets() {
    let repository = Repository::new();
    repository.write("broken/broken_test.go", "package broken\n\nfunc BenchmarkX(b *testing.B) {}\n");
    let ran = repository.allocgate("init --benchtime 10x").expect(0);
    ran.says(&["warning: FAIL example.com/hot/broken [build failed]", "==> allocgate.toml, "]);
}

#[test]
fn a_module_that_does_not_build_is_an_error_with_the_words_of_the_compiler() {
    let repository = Repository::empty();
    repository.write("go.mod", "module example.com/broken\n\ngo 1.24\n");
    repository.write("x_test.go", "package broken\n\nfunc BenchmarkX(b *testing.B) {}\n");
    let ran = repository.allocgate("init").expect(2);
    ran.says(&["go test", "undefined: testing"]);
    assert!(!repository.path().join("allocgate.toml").exists());
}
