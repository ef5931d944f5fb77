//! Random files and command lines that cover the grammar of benchstat's input, expressions and flags.

use super::Case;
use super::arguments::flags;
use super::world::{KEYS, UNITS, World, one_in, pick};
use fastrand::Rng;

/// The case with this number: the same for the same number.
pub fn case(number: u64) -> Case {
    let mut rng = Rng::with_seed(number);
    let world = World::new(&mut rng);
    let files = files(&mut rng, &world);
    let mut case = Case { flags: flags(&mut rng, &world), ..Case::default() };
    for (name, text) in files {
        let input = match rng.u32(0..20) {
            0 => format!("{}={name}", pick(&mut rng, &["old", "new", "", "a b", "x=y", "µ", "a,b", "\"q\""])),
            1 if case.stdin.is_empty() => {
                case.stdin = text.clone();
                pick(&mut rng, &["-", "in=-"]).to_string()
            }
            2 => {
                case.inputs.push(name.clone());
                name.clone()
            }
            _ => name.clone(),
        };
        case.files.push((name, text));
        case.inputs.push(input);
    }
    if one_in(&mut rng, 60) {
        case.inputs.push("nosuch.txt".to_string());
    }
    case
}

fn files(rng: &mut Rng, world: &World) -> Vec<(String, Vec<u8>)> {
    let count = match rng.u32(0..10) {
        0..=1 => 1,
        2..=7 => 2,
        8 => 3,
        _ => rng.usize(3..9),
    };
    let constant: Vec<(String, String)> =
        world.keys.iter().map(|key| (key.to_string(), config_value(rng).to_string())).collect();
    (0..count).map(|i| (format!("f{i}.txt"), file(rng, world, &constant))).collect()
}

fn config_value(rng: &mut Rng) -> &'static str {
    pick(
        rng,
        &[
            "linux",
            "amd64",
            "example.com/p",
            "example.com/q",
            "AMD EPYC 7763",
            "a, b",
            "\"q\"",
            "x: y",
            "ü",
            "1",
            "10",
            "2",
            "-",
            "a  b",
        ],
    )
}

fn file(rng: &mut Rng, world: &World, constant: &[(String, String)]) -> Vec<u8> {
    let mut text = String::new();
    for (key, value) in constant {
        let value = if one_in(rng, 25) { config_value(rng) } else { value };
        text += &format!("{key}: {value}{}\n", if one_in(rng, world.odd * 2) { "  " } else { "" });
    }
    let level = 1.0 + rng.f64() * 100.0;
    for round in 0..1 + usize::from(one_in(rng, 5) && !world.torn) {
        if round > 0 {
            text += &format!("{}: {}\n", pick(rng, &KEYS), config_value(rng));
        }
        benchmarks(rng, world, level, &mut text);
    }
    if one_in(rng, 6) {
        text += &format!("Unit {} assume=exact\n", pick(rng, &UNITS));
    }
    text += pick(rng, &["", "PASS\n", "PASS\nok  \texample.com/p\t1.234s\n"]);
    if one_in(rng, world.odd) {
        text = text.replace('\n', "\r\n");
    }
    if one_in(rng, world.odd) {
        text.pop();
    }
    encoded(rng, world, text)
}

fn encoded(rng: &mut Rng, world: &World, text: String) -> Vec<u8> {
    if !one_in(rng, world.odd * 2) {
        return text.into_bytes();
    }
    match rng.u32(0..3) {
        0 => ["\u{feff}".as_bytes(), text.as_bytes()].concat(),
        1 => std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        _ => std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect(),
    }
}

fn benchmarks(rng: &mut Rng, world: &World, level: f64, text: &mut String) {
    for name in &world.names {
        if one_in(rng, 12) {
            continue;
        }
        let level = level * (1.0 + 0.2 * rng.f64());
        let samples = if one_in(rng, 6) { rng.usize(1..world.samples + 2) } else { world.samples };
        for _ in 0..samples {
            if one_in(rng, world.odd * 3) {
                *text += &noise(rng);
            }
            let line = result(rng, world, name, level);
            *text += &match line.split_once('\t') {
                // As Go prints it where the benchmark itself prints.
                Some((name, values)) if world.torn && one_in(rng, 8) => {
                    format!("{name} \t{}\n {values}", pick(rng, &["connected", "two words", "a log: line"]))
                }
                _ => line,
            };
        }
    }
}

fn result(rng: &mut Rng, world: &World, name: &str, level: f64) -> String {
    let blank = |rng: &mut Rng| {
        if one_in(rng, world.odd) { pick(rng, &[" ", "  ", "\t\t", " \t "]) } else { "\t" }
    };
    let mut line = format!("Benchmark{name}{}{}", blank(rng), rng.u32(1..100_000));
    for unit in &world.units {
        if one_in(rng, 15) && world.units.len() > 1 && *unit != world.units[0] {
            continue;
        }
        let value = match rng.u32(0..world.odd * 20) {
            0 => pick(rng, &["NaN", "+Inf", "-Inf", "nan", "0", "0", "0.0"]).to_string(),
            _ => world.value(rng, level),
        };
        line += &format!("{}{value}{}{unit}", blank(rng), if one_in(rng, world.odd) { "  " } else { " " });
    }
    line + "\n"
}

fn noise(rng: &mut Rng) -> String {
    let fixed = pick(
        rng,
        &[
            "",
            "some log line",
            "# comment",
            "=== RUN   BenchmarkX",
            "BenchmarkSort",
            "--- BENCH: BenchmarkX-8",
            "    x_test.go:12: hello",
            "Key: value",
            "key:value",
            "k::  v",
            "note:",
            "note: ",
            "k1:\tv",
            "https://example.com: x",
            "testing: warning: no tests to run",
            "coverage: 50.0% of statements",
            "goos: plan9",
            "BenchmarkX-8 \tabc",
            "BenchmarkX-8 12a 3 ns/op",
            "BenchmarkX-8 99999999999999999999 3 ns/op",
            "BenchmarkX-8 1 3 ns/op 4",
            "BenchmarkX-8 1 x ns/op",
            "BenchmarkX-8 1 1e999 ns/op",
            "BenchmarkX-8 1 2 ns/op # c",
            "BenchmarkX-8 ",
            "BenchmarkX-8 1 2 x 3 x",
            "Unit",
            "Unit x",
            "Unit x better=lower",
            "Unit ns/op better",
            "Unit ns/op assume=nothing",
            "Unit ns/op =x assume=exact",
            "Unit x a=1",
            "Unit x a=2",
            "Benchmarks are great",
            "Benchmarking is fun",
            "esc: \u{1b}[31mred",
        ],
    );
    if one_in(rng, 12) {
        return format!("{}\n", "long ".repeat(14_000));
    }
    if one_in(rng, 12) {
        return format!("BenchmarkSort{}1{}7 ns/op\n", " ".repeat(40_000), " ".repeat(40_000));
    }
    format!("{fixed}\n")
}
