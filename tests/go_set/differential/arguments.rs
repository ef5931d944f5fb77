//! Random flags and expressions that cover the grammar of benchstat's command line.

use super::world::{KEYS, World, one_in, pick};
use fastrand::Rng;

pub fn flags(rng: &mut Rng, world: &World) -> Vec<String> {
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
