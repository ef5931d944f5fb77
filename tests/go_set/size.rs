//! `allocgate run --size`: how large programs are, and which packages grew.

use crate::repository::Repository;

const MAIN: &str = "package main\n\nimport \"os\"\n\nfunc main() { os.Stdout.WriteString(\"hello\") }\n";
const WITH_JSON: &str =
    "package main\n\nimport \"encoding/json\"\n\nfunc main() { json.NewEncoder(nil).Encode(\"hello\") }\n";

/// A module with a program and a package without one.
fn module() -> Repository {
    let repository = Repository::empty();
    repository.write("go.mod", "module example.com/m\n\ngo 1.24\n");
    repository.write("cmd/x/main.go", MAIN);
    repository.write("lib/lib.go", "package lib\n");
    repository.commit();
    repository
}

#[test]
fn an_added_dependency_is_found_and_named() {
    let repository = module();
    repository.write("cmd/x/main.go", WITH_JSON);
    repository.write("allocgate.toml", "[unit.\"size-bytes\"]\nlevel = \"fail\"\n");
    let ran = repository.allocgate("run --size=./cmd/... --policy allocgate.toml").expect(1);
    ran.says(&[
        "Size/x size-bytes",
        "packages that grew: ",
        "encoding/json +",
        "(new)",
        "--size example.com/m/cmd/x",
    ]);
    let [base, new] = ["base", "new"].map(|side| repository.read(&format!(".allocgate/{side}.txt")));
    let result = |text: &str| {
        let line =
            text.lines().find(|line| line.starts_with("BenchmarkSize/x\t1\t")).expect("a result").to_string();
        let values: Vec<u64> = line.split_whitespace().filter_map(|word| word.parse().ok()).skip(1).collect();
        assert!(values.len() == 3 && values[1] + values[2] < values[0], "{line}");
        values[0]
    };
    assert!(result(&new) > result(&base) + 100_000, "{base}{new}");
    // The same source has the same size in another folder, so that nothing is reported.
    repository.git(&["checkout", "--quiet", "--", "cmd"]);
    repository.write("lib/lib.go", "package lib\n\nvar X int\n");
    let same = repository.allocgate("run --size ./cmd/x --policy allocgate.toml").expect(0);
    assert!(same.stdout.starts_with("PASS  no regressions  "), "{}", same.stdout);
    assert_eq!(result(&repository.read(".allocgate/new.txt")), result(&base));
    repository.expect_nothing_left();
}

#[test]
fn a_pattern_without_programs_and_a_program_that_does_not_build_are_named() {
    let repository = module();
    repository.write("cmd/x/main.go", "package main\n\nfunc main() { undefined() }\n");
    repository.allocgate("run --size ./lib").expect(2).says(&["--size ./lib: no main package matches"]);
    let ran = repository.allocgate("run --size").expect(2);
    ran.says(&[
        "example.com/m/cmd/x (new): build failed",
        "undefined: undefined",
        "example.com/m/cmd/x failed: build failed",
    ]);
    repository.expect_nothing_left();
}
