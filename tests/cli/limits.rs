//! Every limit, at it and one beyond: the error names the file, what there is too much of, and how to raise it.

use crate::support::{PROGRAM, allocgate, command};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

/// The limits as the program lists them, with their defaults.
fn listed() -> Vec<(String, u64)> {
    let ran = allocgate("check x --limit nonsense=1");
    assert_eq!(ran.code, 2, "{ran}");
    let (_, list) = ran.stderr.split_once("their defaults are ").expect("they are listed");
    let list = list.lines().next().unwrap_or_default();
    list.split(", ")
        .map(|it| {
            let (name, most) = it.split_once('=').expect("a name and a number");
            (name.to_string(), most.parse().expect("a number"))
        })
        .collect()
}

/// Of each limit a command that reads exactly so much of it.
fn cases(folder: &str) -> Vec<(&'static str, u64, String)> {
    let write = |name: &str, text: &str| {
        let path = format!("{folder}/{name}");
        fs::create_dir_all(std::path::Path::new(&path).parent().expect("a folder")).expect("made");
        fs::write(&path, text).expect("written");
        path
    };
    let inspect = |name: &str, text: &str| format!("inspect {}", write(name, text));
    let event =
        |package: &str| format!("{{\"Action\":\"output\",\"Package\":\"{package}\",\"Output\":\"x\\n\"}}\n");
    let result = "BenchmarkA 1 1 x\n";
    let packed = {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(result.repeat(100).as_bytes()).expect("memory cannot fail");
        let path = format!("{folder}/packed.txt.gz");
        fs::write(&path, encoder.finish().expect("memory cannot fail")).expect("written");
        format!("inspect {path}")
    };
    (0..3).for_each(|i| drop(write(&format!("shards/{i}.txt"), result)));
    let policy = "[gate]\nalpha = 0.05\n";
    let report = "testdata/report/everything.json";
    vec![
        ("files", 3, format!("check --allow-same {folder}/shards {folder}/shards")),
        ("files", 3, format!("inspect {folder}/shards")),
        ("line", 16, inspect("line", result)),
        ("unpacked", 1700, packed),
        ("packages", 3, inspect("packages", &(event("p") + &event("q") + &event("r") + &event("p")))),
        (
            "names",
            3,
            inspect("names", &["A", "B", "A", "C"].map(|name| format!("Benchmark{name} 1 1 x\n")).concat()),
        ),
        ("results", 3, inspect("results", &result.repeat(3))),
        ("values", 6, inspect("values", &"BenchmarkA 1 1 x 2 y\n".repeat(3))),
        ("measurements", 3, inspect("measurements", "BenchmarkA 1 1 x 2 y 3 x\n")),
        ("rows", 4, inspect("rows", "BenchmarkA 1 1 x 2 y\nBenchmarkB 1 1 x 2 y\n")),
        (
            "blocks",
            3,
            inspect("blocks", &["a", "b", "a"].map(|pkg| format!("pkg: {pkg}\n{result}")).concat()),
        ),
        ("problems", 3, inspect("problems", &("--- FAIL: BenchmarkA\n".repeat(2) + "BenchmarkB 1 y x\n"))),
        ("problems", 3, inspect("waiting", &"BenchmarkA-2 \tlog\n".repeat(3))),
        ("problems", 3, inspect("unit-lines", &"Unit x a=b\n".repeat(3))),
        ("keys", 3, inspect("keys", "a: 1\nb: 2\nc: 3\nb: 4\n")),
        ("keys", 3, inspect("units", "BenchmarkA 1 1 x 2 y 3 z\nBenchmarkB 1 1 z\n")),
        ("settings", 3, inspect("settings", &format!("a: 1\n{result}b: 2\n{result}"))),
        // The unit, the units of the line, the name, and no configuration, each with 64 bytes more.
        ("text", 1 + 4 + 1 + 4 * 64, inspect("text", &result.repeat(3))),
        ("policy", policy.len() as u64, format!("policy show --policy {}", write("policy.toml", policy))),
        ("policy", policy.len() as u64, format!("budget diff {0} {0}", write("policy.toml", policy))),
        ("report", fs::metadata(report).expect("recorded").len(), format!("render -q {report}")),
    ]
}

#[test]
fn at_the_limit_is_within_and_one_more_is_an_error_that_says_how_to_raise_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let cases = cases(&folder.path().display().to_string());
    for (name, most, command) in &cases {
        let within = allocgate(&format!("{command} --limit {name}={most}"));
        assert!(!within.stderr.contains("--limit"), "{name}: {within}");
        assert!(within.code == 0 || command.starts_with("check"), "{name}: {within}");
        let beyond = allocgate(&format!("{command} --limit {name}={}", most - 1));
        assert_eq!(beyond.code, 2, "{name}: {beyond}");
        assert!(
            beyond.stderr.contains(&format!("raise the limit with --limit {name}=N")),
            "{name}: {beyond}"
        );
        assert!(beyond.stderr.contains(&(most - 1).to_string()) || *name == "files", "{name}: {beyond}");
        let file = command.split(' ').next_back().unwrap_or_default();
        assert!(beyond.stderr.starts_with(&format!("allocgate: {file}")), "{name}: {beyond}");
    }
    for (name, _) in listed() {
        assert!(cases.iter().any(|(it, ..)| *it == name), "{name} is not tested");
    }
}

#[test]
fn what_several_files_hold_together_is_held_against_the_limit() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a.txt", "b.txt"] {
        fs::write(folder.path().join(name), "BenchmarkA 1 1 x\nBenchmarkA 1 1 x\n").expect("written");
    }
    let folder = folder.path().display();
    assert_eq!(allocgate(&format!("inspect {folder} --limit results=4")).code, 0);
    let ran = allocgate(&format!("inspect {folder} --limit results=3"));
    assert!(ran.code == 2 && ran.stderr.contains("b.txt:2: more than 3 results"), "{ran}");
    let ran = allocgate(&format!("inspect {folder}/a.txt {folder}/b.txt --limit results=3"));
    assert!(ran.code == 2 && ran.stderr.contains("b.txt:2: more than 3 results"), "{ran}");
}

#[test]
fn the_table_is_that_of_the_program() {
    let page = fs::read_to_string("docs/limits.md").expect("it is there");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | ")).skip(1); // its head
    let rows: Vec<(String, u64)> = rows
        .map(|(name, rest)| {
            let most = rest.split(' ').next().unwrap_or_default();
            (name.to_string(), most.parse().expect("a number"))
        })
        .collect();
    assert_eq!(rows, listed());
    let help = allocgate("check --help").stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let names: Vec<String> = rows.into_iter().map(|(name, _)| name).collect();
    assert!(help.contains(&names.join(", ")), "{help}");
}

/// What never ends, by what it is full of, with the limit that ends it.
fn endless(what: &str) -> Box<dyn Iterator<Item = String> + Send> {
    let long = "n".repeat(900_000);
    match what {
        "line" => Box::new(std::iter::repeat("x".repeat(4096))),
        "units" => Box::new((0..).map(|i| format!("BenchmarkA 1 1 u{i}\n"))),
        "keys" => Box::new((0..).map(|i| format!("k{i}: v\n"))),
        "measurements" => Box::new(std::iter::repeat(format!("BenchmarkA 1{}\n", " 1 x".repeat(100_000)))),
        "long names" => Box::new((0..).map(move |i| format!("BenchmarkN{i}{long} 1 1 x\n"))),
        "long torn names" => Box::new((0..).map(move |i| format!("BenchmarkN{i}{long} \tlog\n"))),
        "long units" => Box::new((0..).map(move |i| format!("BenchmarkA 1 1 u{i}{long}\n"))),
        "long values of keys" => Box::new((0..).map(move |i| format!("k{i}: {long}\n"))),
        "unit lines" => Box::new((0..).map(move |i| format!("Unit u{i}{long} a=b\n"))),
        "long packages" => Box::new((0..).map(move |i| format!("pkg: p{i}{long}\nBenchmarkA 1 1 x\n"))),
        "failures in a long package" => Box::new(
            std::iter::once(format!("pkg: {long}\n"))
                .chain(std::iter::repeat("--- FAIL: BenchmarkX\n".into())),
        ),
        "configuration of many packages" => Box::new((0..).map(move |i| {
            format!("{{\"Action\":\"output\",\"Package\":\"p{i}\",\"Output\":\"k: {long}\\n\"}}\n")
        })),
        "unfinished lines of many packages" => Box::new((0..).map(|i| {
            format!("{{\"Action\":\"output\",\"Package\":\"p{i}\",\"Output\":\"{}\"}}\n", "x".repeat(99))
        })),
        other => panic!("what is endless {other}?"),
    }
}

/// A small one of each kind of hostile input: whatever comes, the program ends by itself before it has taken much of it. The
/// limit on text is lowered, so that this does not take 512 MiB.
#[test]
fn what_never_ends_is_ended_early() {
    const MOST: usize = 48 << 20;
    for (what, limit) in [
        ("line", "line"),
        ("units", "keys"),
        ("keys", "keys"),
        ("measurements", "measurements"),
        ("long names", "text"),
        ("long torn names", "text"),
        ("long units", "text"),
        ("long values of keys", "text"),
        ("unit lines", "text"),
        ("long packages", "text"),
        ("failures in a long package", "text"),
        ("configuration of many packages", "text"),
        ("unfinished lines of many packages", "line"),
    ] {
        let mut child = command()
            .args(["check", "testdata/hot/base.txt", "-", "--limit", "text=3000000"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut stdin = child.stdin.take().expect("piped");
        let mut given = 0;
        for piece in endless(what) {
            assert!(given < MOST, "{what}: it takes everything");
            given += piece.len();
            if stdin.write_all(piece.as_bytes()).is_err() {
                break; // it has ended
            }
        }
        drop(stdin);
        let output = child.wait_with_output().expect("it ends");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{what}: {stderr}");
        assert!(
            stderr.starts_with("allocgate: -:") && stderr.contains(&format!("--limit {limit}=N")),
            "{what}: {stderr}"
        );
    }
}

/// The same under a bound that the system holds: memory is what it is all about.
#[cfg(target_os = "linux")]
#[test]
fn what_is_kept_is_bounded() {
    for (what, line) in [
        ("bytes without a line end", "yes | tr -d '\\n'"),
        ("results of one line", "yes 'BenchmarkA 1 1 x'"),
        (
            "packages in turn",
            "while :; do printf 'pkg: a\\nBenchmarkA 1 1 x\\npkg: b\\nBenchmarkA 1 1 x\\n'; done",
        ),
        ("torn results", "yes 'BenchmarkA-2 \tlog'"),
        ("failures", "yes -- '--- FAIL: BenchmarkA'"),
    ] {
        let limits = "--limit results=200000 --limit blocks=20000 --limit problems=20000";
        let line = format!("{line} | (ulimit -v 1000000; RAYON_NUM_THREADS=2 '{PROGRAM}' check - {limits})");
        let output = Command::new("sh")
            .args(["-c", &line])
            .env_remove("GITHUB_ACTIONS")
            .output()
            .expect("sh is there");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains("raise the limit with --limit"), "{what}: {stderr}");
        assert_eq!(output.status.code(), Some(2), "{what}: {stderr}");
    }
}

/// A pattern of many alternatives has no small automaton: with long names it would take minutes.
#[test]
fn matching_ends_at_a_limit() {
    let folder = tempfile::tempdir().expect("a folder");
    let (policy, results) = (folder.path().join("p.toml"), folder.path().join("r.txt"));
    let alternatives: Vec<String> = (0..400).map(|i| format!("*{i}?????*")).collect();
    let pattern = format!("{{{}}}", alternatives[..300].join(","));
    assert!(pattern.len() < 4096);
    std::fs::write(&policy, format!("[[budget]]\nbench = \"{pattern}\"\nmax = {{ \"B/op\" = 1 }}\n"))
        .expect("written");
    let line = |i: usize| format!("BenchmarkA{i}{} 1 1 B/op\n", "a".repeat(100_000));
    std::fs::write(&results, (0..9).map(line).collect::<String>()).expect("written");
    let output = command().args(["check", "--policy"]).args([&policy, &results]).output().expect("it ends");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("p.toml: the names of these benchmarks take too long to match"), "{stderr}");
    assert_eq!(output.status.code(), Some(2), "{stderr}");
}
