//! `allocgate decisions` on a module of our own: entries that stop to hold, changes since a revision, and comments for gcassert.

use crate::repository::{Repository, copy};
use std::path::Path;

const FILE: &str = "wire/wire.go";

/// The module, committed on `main`, with this policy in the working tree.
fn module(policy: &str) -> Repository {
    let repository = Repository::empty();
    copy(Path::new("testdata/decisions/module"), &repository.path());
    repository.commit();
    repository.git(&["branch", "-M", "main"]);
    if !policy.is_empty() {
        repository.write("allocgate.toml", policy);
    }
    repository
}

/// Edits a file; what is replaced must be there.
fn edit(repository: &Repository, file: &str, from: &str, to: &str) {
    let text = repository.read(file);
    assert!(text.contains(from), "{from} is not in {file}");
    repository.write(file, &text.replacen(from, to, 1));
}

fn entry(func: &str, rest: &str) -> String {
    format!("[[decision]]\nfunc = \"example.com/pinned/wire.{func}\"\n{rest}\n")
}

/// Makes `(*Writer).Add` too large, `Sum` index its slice, a buffer of `Number` escape, and a closure of `Total` be kept.
fn worsen(repository: &Repository) {
    let more = "\tfor i := 0; i < 3; i++ {\n\t\tif w.n > 10*i {\n\t\t\tw.n = strconv.IntSize - w.n/(i+1)\n\t\t\tw.buf = append(w.buf, byte(w.n), byte(i), b, b, b, b)\n\t\t\tw.buf = append(w.buf, byte(w.n), byte(i), b, b, b, b)\n\t\t\tw.n += len(w.buf) * cap(w.buf) / (w.n + 1)\n\t\t}\n\t}\n";
    edit(repository, FILE, "\tw.n++\n", &format!("{more}\tw.n++\n"));
    edit(
        repository,
        FILE,
        "\tfor _, n := range numbers {\n\t\tsum += n\n",
        "\tfor i := 0; i < 3; i++ {\n\t\tsum += numbers[i]\n",
    );
    edit(repository, FILE, "\tvar digits [20]byte\n", "\tvar digits [20]byte\n\tkept = &digits\n");
    edit(repository, FILE, "\ttotal := 0\n", "\ttotal := 0\n\tkeep = scaled\n");
    edit(
        repository,
        FILE,
        "// List is a list.",
        "var kept *[20]byte\n\nvar keep func(int) int\n\n// List is a list.",
    );
}

#[test]
fn what_init_writes_holds_until_the_code_gets_worse() {
    let repository = module("");
    let drafted = repository.allocgate("decisions init wire.* --output allocgate.toml").expect(0);
    drafted.says(&["allocgate.toml: 9 entries written"]);
    let text = repository.read("allocgate.toml");
    assert!(!text.contains("Benchmark") && !text.contains("Never"), "{text}");
    let held = repository.allocgate("decisions").expect(0);
    held.says(&["PASS 30 decisions hold"]);
    worsen(&repository);
    let broken = repository.allocgate("decisions").expect(1);
    broken.says(&[
        "wire/wire.go:13: func example.com/pinned/wire.(*Writer).Add: cannot be inlined: cost",
        "exceeds budget 80 (policy allocgate.toml:11)",
        "func example.com/pinned/wire.(*Writer).Number: 1 value moves to the heap, at most 0: `digits` in line",
        "func example.com/pinned/wire.Sum: 1 bounds check, at most 0: line",
        "func example.com/pinned/wire.Total: 1 value moves to the heap, at most 0: `func literal` in line",
        "FAIL 4 of 30 decisions do not hold",
    ]);
    let json = repository.allocgate("decisions --format json --base main").expect(1);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("it is JSON");
    assert_eq!(
        (json["schema"].as_str(), json["exit_code"].as_u64()),
        (Some("allocgate/decisions/v1"), Some(1))
    );
    let of = |list: &serde_json::Value| -> Vec<String> {
        let items = list.as_array().expect("a list").iter();
        items.map(|it| it["decision"].as_str().expect("a key").to_string()).collect()
    };
    assert_eq!(of(&json["broken"]), ["inline", "heap", "bounds-checks", "heap"]);
    // The closure is also in the copy of `Total` that is inlined into the benchmark.
    assert_eq!(of(&json["changes"]["list"]), ["inline", "heap", "bounds-checks", "heap", "heap"]);
    assert_eq!(json["changes"]["functions"], "reached");
    let message = json["broken"][0]["message"].as_str().expect("a sentence");
    assert!(message.starts_with("can no longer be inlined: cost "), "{message}");
    repository.expect_nothing_left();
}

#[test]
fn a_level_decides_and_the_last_entry_of_a_key() {
    let policy = format!(
        "{}{}{}",
        entry("*", "heap = 0\nlevel = \"warn\""),
        entry("Map", "heap = 1"),
        entry("(*List[...]).First", "inline = true\nbounds-checks = 0")
    );
    let repository = module(&policy);
    repository.allocgate("decisions").expect(0).says(&["decisions hold"]);
    worsen(&repository);
    let warned = repository.allocgate("decisions").expect(0);
    warned.says(&["warning: wire/wire.go:", "PASS 2 of", "(policy allocgate.toml:3)"]);
    repository.write("allocgate.toml", &policy.replace("heap = 1", "heap = 0"));
    repository
        .allocgate("decisions")
        .expect(1)
        .says(&["wire.Map: 1 value moves to the heap, at most 0: `make("]);
    let inlined = entry("refuse", "inline = false");
    repository.write("allocgate.toml", &inlined);
    repository
        .allocgate("decisions")
        .expect(1)
        .says(&["wire.refuse: can be inlined, which inline = false forbids: cost"]);
}

#[test]
fn an_entry_that_says_nothing_is_an_error() {
    for (func, words) in [
        (
            "Sun",
            "no function matches `example.com/pinned/wire.Sun`; did you mean example.com/pinned/wire.Sum?",
        ),
        ("Never", "`example.com/pinned/wire.Never` is generic, and these packages have no instance of it"),
        ("Sum[int]", "invalid pattern: names have no type arguments"),
    ] {
        let repository = module(&entry(func, "inline = true"));
        repository.allocgate("decisions").expect(2).says(&["allocgate.toml:2", words]);
    }
    let repository = module(&format!("{}{}", entry("Sum", "heap = 0"), entry("Never", "heap = 0")));
    repository.allocgate("decisions").expect(2);
    edit(&repository, FILE, "func Never[T any](t T) T { return t }", "func Never(t int) int { return x }");
    repository.allocgate("decisions").expect(2).says(&["the working tree does not build: ", "undefined: x"]);
    // What does not build is only base.
    repository.commit();
    edit(&repository, FILE, "return x }", "return t }");
    let ran = repository.allocgate("decisions --base HEAD").expect(0);
    ran.says(&["not all is compared: HEAD does not build: ", "undefined: x", "PASS"]);
    // Of the packages that are named, none may have a function.
    repository.write("other/other.go", "package other\n\n//gcassert:inline\nfunc F() {}\n");
    let some = repository.allocgate("decisions -- ./other").expect(0);
    some.says(&["not held: 2 entries match no function of these packages", "PASS 1 decision holds"]);
    repository.write("other/other.go", "package other\n\nfunc F() {}\n");
    repository.allocgate("decisions -- ./other").expect(2).says(&["nothing to hold"]);
}

#[test]
fn moves_and_renames_are_no_changes() {
    let repository = module("");
    let text = repository.read(FILE);
    let (head, map) = text.split_once("// Map applies").expect("it is there");
    let renamed =
        head.replace("digits", "text").replace("func (w *Writer) Number", "func (w *Writer) Figures");
    let test = repository.read("wire/wire_test.go").replace("w.Number", "w.Figures");
    repository.write("wire/wire_test.go", &test);
    repository.write(FILE, &format!("// A header.\n//\n// And more of it.\n\n{renamed}"));
    repository.write("wire/map.go", &format!("package wire\n\nimport \"strconv\"\n\n// Map applies{map}"));
    edit(&repository, "wire/map.go", "items {", "items { // each");
    let same = repository.allocgate("decisions --base main").expect(0);
    same.says(&["0 changes since main in ", "functions that benchmarks may reach"]);
    worsen_moved(&repository);
    let changed = repository.allocgate("decisions --base main").expect(0);
    changed.says(&[
        "2 changes since main",
        "- wire/map.go:9: func example.com/pinned/wire.Map: `out` now moves to the heap",
        // Its copy that is inlined there kept everything on the stack.
        "wire.BenchmarkList: `make([]go.shape.int, 0, len(items))`, `out` now move to the heap",
    ]);
    repository.expect_nothing_left();
}

/// Keeps the slice of `Map`, which is in another file now.
fn worsen_moved(repository: &Repository) {
    edit(repository, "wire/map.go", "\tfor _, it", "\tkeptOut = &out\n\tfor _, it");
    edit(repository, "wire/map.go", "// Map applies", "var keptOut any\n\n// Map applies");
}

#[test]
fn comments_for_gcassert_are_held() {
    let repository = module("");
    repository.allocgate("decisions").expect(0).says(&["PASS 4 decisions hold"]);
    let assert = "wire/assert.go";
    edit(
        &repository,
        assert,
        "func half(n int) int { return n / 2 }",
        "func half(n int) int {\n\tdefer recover()\n\treturn n / 2\n}",
    );
    edit(&repository, assert, "\t\tif i < len(numbers) {", "\t\tif i <= len(numbers) {");
    edit(&repository, assert, "\tbox := &seen\n", "\tbox := &[4]int{seen[0], 0, 0, seen[3]}\n\tbox4 = box\n");
    edit(&repository, assert, "// Quarter has", "var box4 *[4]int\n\n// Quarter has");
    repository.allocgate("decisions").expect(1).says(&[
        "wire/assert.go:4: func example.com/pinned/wire.half: cannot be inlined: ",
        "(comment wire/assert.go:3)",
        "no call of this line is inlined (comment wire/assert.go:16)",
        "this line has 1 bounds check (comment wire/assert.go:16)",
        "1 value of this line moves to the heap: `&[4]int{...}` in line 20 (comment wire/assert.go:19)",
        "FAIL 4 of 4 decisions do not hold",
    ]);
    edit(&repository, assert, "gcassert:noescape", "gcassert:noescapes");
    repository
        .allocgate("decisions")
        .expect(2)
        .says(&["wire/assert.go:19: unknown word `noescapes` for gcassert"]);
}

#[test]
fn a_module_without_a_repository_is_held_in_any_folder() {
    let repository = module(&entry("Sum", "bounds-checks = 0"));
    std::fs::remove_dir_all(repository.path().join(".git")).expect("removed");
    repository.allocgate("decisions").expect(0).says(&["PASS 5 decisions hold"]);
    worsen(&repository);
    let mut below = repository.command("decisions");
    below.current_dir(repository.path().join("wire"));
    repository.ended(&mut below).expect(1).says(&["wire/wire.go:", "wire.Sum: 1 bounds check, at most 0"]);
    repository
        .allocgate("decisions --base main")
        .expect(2)
        .says(&["not in a git repository, which --base needs"]);
    repository.ended(repository.command("decisions").env("GOFLAGS", "-gcflags=-l")).expect(1);
}

#[test]
fn a_run_holds_the_entries_of_its_policy() {
    let policy = format!("{}{}", entry("Sum", "bounds-checks = 0"), entry("(*Writer).Add", "inline = true"));
    let repository = module(&policy);
    worsen(&repository);
    let arguments = "run --base main --benchtime 1x --rounds 5 --max-rounds 5";
    let ran = repository.allocgate(arguments).expect(1);
    ran.says(&[
        "broken decisions",
        "wire.Sum: 1 bounds check, at most 0",
        "wire.(*Writer).Add: cannot be inlined",
    ]);
    repository.write("allocgate.toml", &entry("Sun", "bounds-checks = 0"));
    let ran = repository.allocgate(arguments).expect(2);
    ran.says(&["no function matches `example.com/pinned/wire.Sun`"]);
    repository.expect_nothing_left();
}

#[test]
fn a_run_measures_although_another_package_does_not_build() {
    let repository = module(&entry("Sum", "bounds-checks = 0"));
    worsen(&repository);
    repository.write("other/other.go", "package other\n\nfunc F() { x }\n");
    let ran = repository.allocgate("run --base main --benchtime 1x --rounds 5 --max-rounds 5").expect(1);
    ran.says(&[
        "warning: not all decisions are held: ",
        "undefined: x",
        "wire.Sum: 1 bounds check, at most 0",
    ]);
    repository
        .allocgate("decisions")
        .expect(2)
        .says(&["the working tree does not build: other/other.go:3:12: undefined: x"]);
}
