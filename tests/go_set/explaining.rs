//! `allocgate run --explain`, `allocgate causes` and what they capture, with the real compiler.

use crate::repository::Repository;
use serde_json::Value;
use std::fs;

/// A short run that decides counts.
const ENOUGH: &str = "--benchtime 100x --rounds 5 --max-rounds 5";

/// A benchmark of a package whose `Sum` keeps its buffer on the stack.
const SUM: &str = "package sum\n\nvar kept *[64]byte\n\n// Sum adds bytes.\nfunc Sum(text string) int {\n\tvar buf [64]byte\n\tn := copy(buf[:], text)\n\ttotal := 0\n\tfor _, b := range buf[:n] {\n\t\ttotal += int(b)\n\t}\n\treturn total\n}\n";
const BENCH: &str = "package sum\n\nimport \"testing\"\n\nfunc BenchmarkSum(b *testing.B) {\n\tfor i := 0; i < b.N; i++ {\n\t\tif Sum(\"hello, world\") == 0 {\n\t\t\tb.Fatal(\"nothing\")\n\t\t}\n\t}\n}\n";

/// The same with the regression: the buffer is kept.
fn keeping(source: &str) -> String {
    source.replace("\ttotal := 0\n", "\tkept = &buf\n\ttotal := 0\n")
}

/// A repository with one package.
fn sum() -> Repository {
    let repository = Repository::empty();
    repository.write("go.mod", "module example.com/sum\n\ngo 1.22\n");
    repository.write("sum.go", SUM);
    repository.write("sum_test.go", BENCH);
    repository.commit();
    repository
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The first cause of the first benchmark, as `FILE:LINE` of the allocation and of the first edit.
fn first_cause(causes: &Value) -> (String, String) {
    let cause = &causes["benchmarks"][0]["causes"][0];
    let place = |it: &Value| format!("{}:{}", it["file"].as_str().unwrap_or_default(), it["line"]);
    (place(&cause["site"]), place(&cause["edits"][0]))
}

#[test]
fn a_run_explains_its_regressions_before_it_writes_reports() {
    let repository = Repository::new();
    repository.apply("boxing", "index/tally_boxing.go", "index/tally.go");
    let run = format!("run {ENOUGH} --bench Tally|Sort --explain --report json=report.json -- ./index");
    let ran = repository.allocgate(&run).expect(1);
    ran.says(&[
        "profile 1 of 1: Tally",
        "index/tally_boxing.go:",
        "escapes to heap",
        "caused by index/tally",
    ]);
    let report = json(&repository.read("report.json"));
    let rows: Vec<&Value> = report["rows"].as_array().expect("rows").iter().collect();
    let with_causes = |row: &&&Value| row["causes"].as_array().is_some_and(|it| !it.is_empty());
    let explained: Vec<_> =
        rows.iter().filter(with_causes).map(|row| row["unit"].as_str().expect("a unit")).collect();
    // B/op of a hundred operations may vary too much to be decided on a busy machine.
    assert!(explained.contains(&"allocs/op"), "{report}");
    assert!(explained.iter().all(|unit| ["B/op", "allocs/op"].contains(unit)), "{explained:?}");
    let read = repository.allocgate("causes --capture .allocgate/profile --format json").expect(0);
    let (site, edit) = first_cause(&json(&read.stdout));
    assert!(
        site.starts_with("index/tally_boxing.go:") && edit.starts_with("index/tally_boxing.go:"),
        "{site} {edit}"
    );
    repository.expect_nothing_left();
}

#[test]
fn the_pages_show_what_is_printed() {
    let sample = |page: &str| {
        let page = fs::read_to_string(page).expect("the page is there");
        let blocks = page.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next());
        blocks.map(String::from).find(|block| block.contains("caused by")).expect("a sample")
    };
    let shown = sample("docs/causes.md");
    assert_eq!(sample("README.md"), shown);
    let repository = Repository::new();
    repository.apply("pointer", "wire/origin_pointer.go", "wire/origin.go");
    let printed = repository.allocgate("causes Origin -- ./wire").expect(0).stdout;
    // The number of processors is that of the machine.
    let plain = |text: &str| {
        text.replace("Origin-2", "Origin")
            .split("Origin-")
            .map(|rest| rest.trim_start_matches(char::is_numeric).to_string())
            .collect::<Vec<_>>()
            .join("Origin")
    };
    for line in shown.lines() {
        assert!(plain(&printed).contains(&plain(line)), "{line}\n\n{printed}");
    }
}

#[test]
fn a_benchmark_that_crashes_hides_no_other() {
    let repository = sum();
    let crashing = BENCH.replace(
        "func BenchmarkSum",
        "func BenchmarkFirst(b *testing.B) {\n\tif kept != nil || Sum(\"a\") > 0 && crashes {\n\t\tpanic(\"first\")\n\t}\n}\n\nfunc BenchmarkSum",
    );
    repository.write("sum_test.go", &(crashing.clone() + "\nconst crashes = false\n"));
    repository.commit();
    repository.write("sum.go", &keeping(SUM));
    repository.write("sum_test.go", &(crashing.clone() + "\nconst crashes = true\n"));
    let ran = repository.allocgate("causes").expect(0);
    ran.says(&["1 of 1 benchmark allocates more than in base", "caused by sum.go:9"]);
    assert!(ran.stderr.contains("no profile of"), "{}", ran.stderr);
    repository
        .write("sum_test.go", &crashing.replace("BenchmarkSum", "benchmarkSum").replace("&& crashes", ""));
    repository.allocgate("causes").expect(2).says(&["no benchmark has a result in new"]);
}

#[test]
fn without_a_regression_nothing_is_captured() {
    let repository = sum();
    repository.write("sum.go", &SUM.replace("total +=", "total -= -"));
    let ran = repository.allocgate(&format!("run {ENOUGH} --explain")).expect(0);
    assert!(!ran.stderr.contains("profile 1") && !ran.stderr.contains("--capture"), "{}", ran.stderr);
    assert!(!repository.path().join(".allocgate/profile").exists());
    repository.write(".allocgate/profile/.allocgate", "");
    repository.write(".allocgate/profile/capture.json", "of an earlier run");
    repository.allocgate(&format!("run {ENOUGH} --explain")).expect(0);
    assert!(!repository.path().join(".allocgate/profile").exists(), "it is not of this run");
    let causes = repository.allocgate("causes").expect(0);
    assert_eq!(causes.stdout, "none of 1 benchmark allocates more than in base\n");
}

#[test]
fn causes_are_found_without_timing() {
    let repository = sum();
    repository.write("sum.go", &keeping(SUM));
    let found = repository.allocgate("causes --format json").expect(0);
    let causes = json(&found.stdout);
    assert_eq!(first_cause(&causes), ("sum.go:7".to_string(), "sum.go:9".to_string()), "{causes}");
    let benchmark = &causes["benchmarks"][0];
    assert_eq!(
        (&benchmark["base"]["bytes_per_op"], &benchmark["new"]["bytes_per_op"]),
        (&0.0.into(), &64.0.into())
    );
    assert_eq!(benchmark["causes"][0]["confidence"], "proven");
    repository.allocgate("causes BenchmarkSum").expect(0).says(&["moved to heap: buf", "caused by sum.go:9"]);
    repository.allocgate("causes Summ").expect(2).says(&["no benchmark `Summ`; did you mean Sum?"]);
    repository.allocgate("causes --base HEAD --new HEAD").expect(2).says(&["nothing to compare"]);
    repository.allocgate("causes --out sum.go").expect(2).says(&["sum.go"]);
    assert_eq!(repository.read("sum.go"), keeping(SUM));
    assert!(!repository.path().join(".allocgate").exists(), "nothing is kept unless asked");
    repository.expect_nothing_left();
}

#[test]
fn a_capture_is_read_with_what_is_there() {
    let repository = sum();
    repository.write("sum.go", &keeping(SUM));
    repository.allocgate("causes --out kept").expect(0).says(&["capture kept"]);
    let read = || repository.allocgate("causes --capture kept").expect(0);
    read().says(&["sum.go:7", "caused by sum.go:9"]);
    // A commit of the same files is as good as the working tree.
    repository.git(&["add", "sum.go"]);
    repository.git(&["commit", "--quiet", "-m", "keep"]);
    read().says(&["caused by sum.go:9"]);
    repository.write("sum.go", "package sum\n");
    let changed = read();
    changed.says(&[
        "no Go files of new: the working tree is not the one that was captured",
        "no sources of new",
    ]);
    fs::remove_file(repository.path().join("kept/new/1.m2.txt")).expect("it was there");
    read().says(&["no compiler decisions of new: new/1.m2.txt cannot be read"]);
    let manifest = repository.read("kept/capture.json");
    let profile = |side: &str| {
        let manifest = json(&manifest);
        let runs = manifest["benchmarks"][0][side]["runs"].as_array().expect("runs").clone();
        runs.into_iter().map(|run| run["profile"].as_str().expect("a path").to_string()).collect::<Vec<_>>()
    };
    for file in profile("base") {
        repository.write(&format!("kept/{file}"), "no profile");
    }
    read().says(&["no profile of base: ", "these lines allocate, and may have done so in base"]);
    for (text, words) in [
        (manifest.replace("\"version\": 1", "\"version\": 9"), "a newer allocgate wrote"),
        (manifest.replace(&profile("new")[0], "../../secret"), "is outside of its folder"),
        (manifest[..manifest.len() / 2].to_string(), "is not the manifest of a capture"),
    ] {
        repository.write("kept/capture.json", &text);
        repository.allocgate("causes --capture kept").expect(2).says(&[words]);
    }
    repository.allocgate("causes --capture nowhere").expect(2).says(&["nowhere: no capture in this folder"]);
}

#[test]
fn each_value_of_cpu_is_captured_alone() {
    let repository = sum();
    repository.write("sum.go", &keeping(SUM));
    repository.allocgate("causes Sum --cpu 1,2 --out kept").expect(0);
    let manifest = json(&repository.read("kept/capture.json"));
    let benchmarks = manifest["benchmarks"].as_array().expect("benchmarks").iter();
    let names: Vec<(&str, &str)> = benchmarks
        .map(|it| (it["benchmark"].as_str().expect("a name"), it["cpu"].as_str().expect("a number")))
        .collect();
    assert!(names.contains(&("Sum", "1")) && names.contains(&("Sum-2", "2")), "{names:?}");
}

#[test]
fn a_package_that_does_not_build_in_base_is_said() {
    let repository = sum();
    repository.write("sum.go", &SUM.replace("return total", "return totl"));
    repository.commit();
    repository.write("sum.go", &keeping(SUM));
    let ran = repository.allocgate("causes").expect(0);
    ran.says(&["undefined: totl", "no profile of base: the package does not build", "sum.go:7"]);
    let other = repository.allocgate("causes --base HEAD~1 --new HEAD").expect(2);
    other.says(&["no package builds in", "undefined: totl"]);
}

#[test]
fn a_benchmark_that_fails_under_the_profiler_is_said() {
    let repository = sum();
    let fails = BENCH.replace("import \"testing\"\n", "import (\n\t\"runtime\"\n\t\"testing\"\n)\n").replace(
        "{\n\tfor i",
        "{\n\tif runtime.MemProfileRate == 1 {\n\t\tb.Fatal(\"not under a profiler\")\n\t}\n\tfor i",
    );
    repository.write("sum_test.go", &fails);
    repository.commit();
    repository.write("sum.go", &keeping(SUM));
    let ran = repository.allocgate("causes").expect(0);
    ran.says(&["it fails while it is profiled: exit status 1", "not under a profiler"]);
    let run = repository.allocgate(&format!("run {ENOUGH} --explain")).expect(1);
    run.says(&["0 → 1", "it fails while it is profiled"]); // B/op of a hundred operations varies on a busy machine
}

#[test]
fn a_benchmark_that_is_too_slow_to_profile_is_said() {
    let repository = sum();
    let slow = BENCH.replace("import \"testing\"\n", "import (\n\t\"testing\"\n\t\"time\"\n)\n");
    repository.write(
        "sum_test.go",
        &slow.replace("\t\tif Sum", "\t\ttime.Sleep(1300 * time.Millisecond)\n\t\tif Sum"),
    );
    repository.commit();
    repository.write("sum.go", &keeping(SUM));
    let ran = repository.allocgate("causes Sum").expect(0);
    ran.says(&["an operation takes 1.3 s while it is profiled, too long for 100 of them"]);
}

#[test]
fn a_benchmark_that_only_new_has_did_not_grow() {
    let repository = sum();
    let two = BENCH.replace("func BenchmarkSum", "func BenchmarkMore");
    repository.write("sum.go", &keeping(SUM));
    repository.commit();
    repository.write("more_test.go", &two);
    let all = repository.allocgate("causes").expect(0);
    all.says(&[
        "none of 2 benchmarks allocates more than in base",
        "1 benchmark only in new: name them to explain them",
    ]);
    let named = repository.allocgate("causes More").expect(0);
    named.says(&[
        " in example.com/sum: allocs/op ? → 1",
        "sum.go:7",
        "no profile of base: there is no such benchmark",
    ]);
}

#[test]
fn build_tags_and_flags_for_the_compiler_stay() {
    let repository = sum();
    repository.write("sum.go", &format!("//go:build !slow\n\n{SUM}"));
    repository.write("slow.go", &format!("//go:build slow\n\n{SUM}"));
    repository.commit();
    repository.write("slow.go", &format!("//go:build slow\n\n{}", keeping(SUM)));
    repository.allocgate("causes").expect(0).says(&["not run, unchanged: "]);
    let mut command = repository.command("causes --format json --out kept");
    command.env("GOFLAGS", "-tags=slow -gcflags=-l").env("CGO_ENABLED", "0");
    let ran = repository.ended(&mut command).expect(0);
    assert_eq!(
        first_cause(&json(&ran.stdout)),
        ("slow.go:9".to_string(), "slow.go:11".to_string()),
        "{}",
        ran.stdout
    );
    let decisions = repository.read("kept/new/1.m2.txt");
    assert!(decisions.contains("moved to heap: buf") && !decisions.contains("can inline"), "{decisions}");
    assert_eq!(json(&repository.read("kept/capture.json"))["new"]["goflags"], "-tags=slow -gcflags=-l");
}

#[test]
fn generated_files_are_explained_at_the_line_that_they_name() {
    let repository = sum();
    let generated = |body: &str| {
        format!(
            "// Code generated by hand. DO NOT EDIT.\n\n{}",
            body.replace("// Sum adds", "//line sum.y:100\n// Sum adds")
        )
    };
    repository.write("sum.go", &generated(SUM));
    repository.commit();
    repository.write("sum.go", &generated(&keeping(SUM)));
    let ran = repository.allocgate("causes").expect(0);
    ran.says(&["moved to heap: buf", "+1 object/op, +64 B/op"]);
}

#[test]
fn every_module_of_a_workspace_is_compiled_with_its_decisions() {
    let repository = Repository::empty();
    repository.write("go.work", "go 1.22\n\nuse (\n\t./a\n\t./b\n)\n");
    repository.write("a/go.mod", "module example.com/a\n\ngo 1.22\n");
    repository.write("b/go.mod", "module example.com/b\n\ngo 1.22\n");
    repository.write("b/sum.go", SUM);
    let bench = BENCH.replace(
        "package sum\n\nimport \"testing\"",
        "package a\n\nimport (\n\t\"testing\"\n\n\t\"example.com/b\"\n)",
    );
    repository.write("a/a_test.go", &bench.replace("Sum(\"", "sum.Sum(\""));
    repository.write("a/a.go", "package a\n");
    repository.commit();
    repository.write("b/sum.go", &keeping(SUM));
    let ran = repository.allocgate("causes --format json -- ./a").expect(0);
    assert_eq!(
        first_cause(&json(&ran.stdout)),
        ("b/sum.go:7".to_string(), "b/sum.go:9".to_string()),
        "{}",
        ran.stdout
    );
}

#[test]
fn interrupted_while_it_captures_it_leaves_nothing_and_keeps_the_verdict() {
    let repository = sum();
    repository.write("sum.go", &keeping(SUM));
    let ran = repository.signalled("causes", "profile 1 of", "-INT").expect(130);
    assert_eq!(ran.stdout, "");
    repository.expect_nothing_left();
    let ran = repository.signalled(&format!("run {ENOUGH} --explain"), "profile 1 of", "-INT").expect(130);
    assert!(ran.stdout.contains("FAIL") && ran.stdout.contains("0 → 1"), "{}", ran.stdout);
    repository.expect_nothing_left();
}
