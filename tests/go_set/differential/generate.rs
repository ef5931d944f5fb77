//! Random files and command lines that cover the grammar of benchstat's input, expressions and flags.

use super::Case;
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

fn pick<'a, T: ?Sized>(rng: &mut Rng, from: &[&'a T]) -> &'a T {
    from[rng.usize(0..from.len())]
}

fn one_in(rng: &mut Rng, n: u32) -> bool {
    rng.u32(0..n) == 0
}

/// What the files of a case have in common.
struct World {
    keys: Vec<&'static str>,
    names: Vec<String>,
    units: Vec<&'static str>,
    /// How values are drawn.
    values: Values,
    samples: usize,
    /// How likely each oddity is: one in so many.
    odd: u32,
    /// Whether benchmarks print into their results. Then nothing else is odd: who owns what depends on all around it.
    torn: bool,
}

#[derive(Clone, Copy)]
enum Values {
    /// Whole numbers from a small range: ties.
    Few(u32),
    /// Times with noise.
    Noise,
    Exact,
    Wild,
}

const KEYS: [&str; 9] = ["goos", "goarch", "pkg", "cpu", "note", "é", "a.b-c/d", "k1", "commit"];
const UNITS: [&str; 16] = [
    "ns/op",
    "B/op",
    "allocs/op",
    "MB/s",
    "sec/op",
    "B/s",
    "x",
    "text-bytes",
    "disk-B/sec",
    "op/ns",
    "MB*MB/s",
    "x-ns/op",
    "µs",
    "ns",
    "sec/B*B",
    "req/s",
];

impl World {
    fn new(rng: &mut Rng) -> World {
        let keys = (0..rng.usize(0..5)).map(|_| pick(rng, &KEYS)).collect();
        let names = (0..rng.usize(1..7)).map(|_| name(rng)).collect();
        let mut units = vec!["ns/op"];
        for _ in 0..rng.usize(0..4) {
            units.push(pick(rng, &UNITS));
        }
        if one_in(rng, 4) {
            units.remove(0);
            units.push(pick(rng, &UNITS));
        }
        let values = match rng.u32(0..10) {
            0..=2 => Values::Few(1 + rng.u32(1..30)),
            3..=7 => Values::Noise,
            8 => Values::Exact,
            _ => Values::Wild,
        };
        let samples = match rng.u32(0..20) {
            0..=9 => rng.usize(1..9),
            10..=16 => rng.usize(5..13),
            17..=18 => rng.usize(13..33),
            _ => rng.usize(33..70),
        };
        let torn = one_in(rng, 15);
        World {
            torn,
            keys,
            names,
            units,
            values,
            samples,
            odd: if one_in(rng, 3) && !torn { 12 } else { 1_000_000 },
        }
    }

    fn value(&self, rng: &mut Rng, level: f64) -> String {
        match self.values {
            Values::Few(range) => format!("{}", (level * 10.0) as u32 + rng.u32(0..range)),
            Values::Noise => {
                let value = level * (1.0 + rng.f64() * 0.1);
                match rng.u32(0..3) {
                    0 => format!("{value:.1}"),
                    1 => format!("{value:.3}"),
                    _ => format!("{value}"),
                }
            }
            Values::Exact => format!("{}", level.round()),
            Values::Wild => wild(rng),
        }
    }
}

fn wild(rng: &mut Rng) -> String {
    match rng.u32(0..16) {
        0 => "0".to_string(),
        1 => format!("-{}", rng.u32(0..40)),
        2 => format!("{}e{}", rng.u32(1..1000), rng.i32(-30..30)),
        3 => pick(rng, &["5.", ".5", "+3", "1_000", "1E+3", "1e-7", "0.0", "-0", "00012"]).to_string(),
        4 => format!("{}", rng.f64() * 1e15),
        5 => format!("{}", rng.u64(0..u64::MAX)),
        6 => pick(rng, &["99.995", "9.9995", "0.99995", "999.95", "1023", "1023.95", "1024"]).to_string(),
        _ => format!("{:.2}", rng.f64() * 100.0),
    }
}

fn name(rng: &mut Rng) -> String {
    let mut name =
        pick(rng, &["Sort", "Encode", "Decode", "X", "Ünï", "Foo-8", "Ñame", "_", "LongerNameThanOthers"])
            .to_string();
    for _ in 0..rng.u32(0..3) {
        name += "/";
        name += pick(
            rng,
            &[
                "n=10",
                "n=1k",
                "n=1Ki",
                "n=9",
                "n=x",
                "format=gob",
                "format=json",
                "poly=",
                "positional",
                "a=b=c",
                "",
                "gomaxprocs=3",
                "size=1.5MB",
                "日本語",
            ],
        );
    }
    name + pick(rng, &["", "-8", "-8", "-4", "-16", "-x"])
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

fn flags(rng: &mut Rng, world: &World) -> Vec<String> {
    let mut flags = Vec::new();
    let mut set = |rng: &mut Rng, chance: u32, name: &str, value: fn(&mut Rng, &World) -> String| {
        if rng.u32(0..100) < chance {
            flags.extend([format!("-{name}"), value(rng, world)]);
        }
    };
    set(rng, 25, "filter", filter);
    set(rng, 12, "table", projection);
    set(rng, 20, "row", projection);
    set(rng, 20, "col", projection);
    set(rng, 15, "ignore", projection);
    set(rng, 12, "alpha", |rng, _| {
        pick(
            rng,
            &[
                "0",
                "0.01",
                "0.1",
                "0.5",
                "1",
                "1e-3",
                "0.3333333333333333",
                "0.2",
                "0.001",
                "0.25",
                "0.05",
                "2",
                "-1",
                "x",
            ],
        )
        .to_string()
    });
    set(rng, 12, "confidence", |rng, _| {
        pick(rng, &["0", "0.5", "0.9", "0.99", "0.999", "1", "0.8", "0.95", "0.97", "0.6", "1.5", ""])
            .to_string()
    });
    set(rng, 40, "format", |rng, _| {
        if one_in(rng, 40) {
            "xml".to_string()
        } else {
            pick(rng, &["csv", "csv", "csv", "text"]).to_string()
        }
    });
    if one_in(rng, 100) {
        flags.push("-nosuch".to_string());
    }
    flags
}

/// An expression that is mostly one.
fn damaged(rng: &mut Rng, text: String) -> String {
    if !one_in(rng, 30) {
        return text;
    }
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..rng.usize(1..3) {
        let at = rng.usize(0..chars.len() + 1);
        match rng.u32(0..3) {
            0 if at < chars.len() => drop(chars.remove(at)),
            _ => chars.insert(
                at,
                *pick(
                    rng,
                    &[&'(', &')', &':', &'@', &',', &'-', &'*', &'"', &'/', &' ', &'\\', &'\t', &'é', &'['],
                ),
            ),
        }
    }
    chars.into_iter().collect()
}

fn key(rng: &mut Rng, world: &World) -> String {
    match rng.u32(0..6) {
        0 if !world.keys.is_empty() => pick(rng, &world.keys).to_string(),
        1 => pick(rng, &KEYS).to_string(),
        2 => pick(
            rng,
            &[
                ".file", ".foo", "nosuch", "\"a b\"", "\"AND\"", ".foo", "nosuch", ".foo", "nosuch", ".file",
                ".file", "\"\"", "OR",
            ],
        )
        .to_string(),
        _ => pick(rng, &[".name", ".fullname", ".file", "/n", "/format", "/gomaxprocs", "/poly", "pkg"])
            .to_string(),
    }
}

fn filter(rng: &mut Rng, world: &World) -> String {
    let text = filter_of(rng, world, 0);
    damaged(rng, text)
}

fn filter_of(rng: &mut Rng, world: &World, depth: u32) -> String {
    match rng.u32(0..if depth > 2 { 6 } else { 10 }) {
        0 => "*".to_string(),
        // Of a zero, `.unit:ns/op` could not be told from `.unit:sec/op` where both are printed.
        1 if world.units.iter().any(|unit| ["sec/op", "B/s"].contains(unit)) => ".unit:B/op".to_string(),
        1 => format!(".unit:{}", pick(rng, &["ns/op", "B/op", "MB/s", "sec/op", "B/s"])),
        2..=5 => format!("{}:{}", key(rng, world), value(rng)),
        6 => format!("-{}", filter_of(rng, world, depth + 1)),
        7 => format!("({} OR {})", filter_of(rng, world, depth + 1), filter_of(rng, world, depth + 1)),
        8 => format!("{}:({} OR {})", key(rng, world), value(rng), value(rng)),
        _ => {
            let and = pick(rng, &[" ", " AND ", "  "]);
            format!("{}{and}{}", filter_of(rng, world, depth + 1), filter_of(rng, world, depth + 1))
        }
    }
}

fn value(rng: &mut Rng) -> String {
    pick(
        rng,
        &[
            "10",
            "1k",
            "gob",
            "json",
            "linux",
            "example.com/p",
            "\"\"",
            "\"a, b\"",
            "/./",
            "/^$/",
            "/[0-9]+k?/",
            "/o/",
            "/(Sort|Enc)/",
            r"/\d/",
            r"/\w+\b/",
            "/[[:alpha:]]/",
            "Sort",
            "Decode",
            "f0.txt",
            "/^f/",
            "8",
            "/(?i)SORT/",
            "/a{/",
            "/x{2,1}/",
            "/[^\\w]/",
        ],
    )
    .to_string()
}

fn projection(rng: &mut Rng, world: &World) -> String {
    let fields: Vec<String> = (0..rng.usize(0..4)).map(|_| field(rng, world)).collect();
    let text = fields.join(pick(rng, &[",", " ", ", "]));
    damaged(rng, text)
}

fn field(rng: &mut Rng, world: &World) -> String {
    let key = if one_in(rng, 6) {
        pick(rng, &[".config", ".config", ".config", ".config", ".config", ".config", ".config", ".unit"])
            .to_string()
    } else {
        key(rng, world)
    };
    let order = match rng.u32(0..14) {
        0 => "@alpha",
        1 | 2 => "@num",
        3 => "@first",
        4 => "@(10 1k 1Ki 9 \"\")",
        5 => "@(gob json \"\")",
        6 => pick(
            rng,
            &[
                "@fixed", " @alpha", "@ num", "@(x y)", "@alpha", "@num", "@first", "@first", "@()", "@x",
                "@", "@(a,b)",
            ],
        ),
        _ => "",
    };
    key + order
}
