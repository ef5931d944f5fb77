//! What is captured besides profiles and decisions, and who may read it again: `--capture`, with the real compiler.

use crate::repository::Repository;

const WORDS: &str = "package words\n\nimport \"strings\"\n\n// Words splits a text.\nfunc Words(text string) []string {\n\treturn strings.Fields(text)\n}\n";
const BENCH: &str = "package words\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nvar kept []string\n\nfunc BenchmarkWords(b *testing.B) {\n\ttext, err := os.ReadFile(\"testdata/text.txt\")\n\tif err != nil {\n\t\tb.Fatal(err)\n\t}\n\tb.ResetTimer()\n\tfor i := 0; i < b.N; i++ {\n\t\tkept = Words(string(text))\n\t}\n}\n";

fn words() -> Repository {
    let repository = Repository::empty();
    repository.write("go.mod", "module example.com/words\n\ngo 1.22\n");
    repository.write("words.go", WORDS);
    repository.write("words_test.go", BENCH);
    repository.write("testdata/text.txt", &"some words ".repeat(20));
    repository.write("notes.md", "nothing\n");
    repository.commit();
    repository
}

#[test]
fn changed_input_is_named_where_no_line_changed() {
    let repository = words();
    repository.write("testdata/text.txt", &"some words ".repeat(200));
    repository.write("notes.md", "something\n");
    let ran = repository.allocgate("causes --out kept").expect(0);
    ran.says(&["words.go:7", "testdata/text.txt has changed, and the benchmark may read that"]);
    assert!(!ran.stdout.contains("notes.md"), "{}", ran.stdout);
    repository.allocgate("causes --capture kept").expect(0).says(&["testdata/text.txt has changed"]);
    let sites = repository.allocgate("sites --capture kept").expect(0);
    sites.says(&["words.go:7", "`strings.Fields`, which it calls, allocates"]);
    repository.allocgate("sites --capture kept Word").expect(2).says(&["did you mean Words?"]);
    // Nothing grew: what was kept before is no answer.
    repository.write("testdata/text.txt", &"some words ".repeat(20));
    repository.write(
        "words.go",
        &WORDS.replace("\treturn strings", "\tif text == \"\" {\n\t\treturn nil\n\t}\n\treturn strings"),
    );
    repository.allocgate("causes --out kept").expect(0).says(&["none of 1 benchmark allocates more"]);
    assert!(!repository.path().join("kept").exists());
}

#[test]
fn benchmarks_of_one_name_are_told_apart_and_what_does_not_build_is_said() {
    let repository = Repository::empty();
    repository.write("go.mod", "module example.com/two\n\ngo 1.22\n");
    let source = |size: u32| {
        format!("package p\n\nvar kept []byte\n\nfunc Make() {{\n\tkept = make([]byte, {size})\n}}\n")
    };
    let bench = "package p\n\nimport \"testing\"\n\nfunc BenchmarkMake(b *testing.B) {\n\tfor i := 0; i < b.N; i++ {\n\t\tMake()\n\t}\n}\n";
    for folder in ["a", "b", "broken"] {
        repository.write(&format!("{folder}/p.go"), &source(64));
        repository.write(&format!("{folder}/p_test.go"), bench);
    }
    repository.commit();
    repository.write("a/p.go", &source(256));
    repository.write("b/p.go", &source(512));
    repository.write("broken/p.go", &source(64).replace("kept =", "lost ="));
    let ran = repository.allocgate("causes --format markdown").expect(0);
    ran.says(&[
        "in `example.com/two/a`",
        "in `example.com/two/b`",
        "example.com/two/broken",
        "undefined: lost",
    ]);
    let error = repository.allocgate("causes Nothing").expect(2);
    error.says(&["no benchmark `Nothing`"]);
    assert!(!error.stderr.contains("Make, Make"), "{}", error.stderr);
}

#[cfg(unix)]
#[test]
fn a_file_with_a_colon_in_its_name_is_read_again() {
    let repository = words();
    repository.write("wo:rds.go", "package words\n\nvar unused = 1\n");
    repository.commit();
    repository.write("testdata/text.txt", &"some words ".repeat(200));
    repository.allocgate("causes --out kept").expect(0);
    repository.allocgate("causes --capture kept").expect(0).says(&["words.go:7"]);
}
