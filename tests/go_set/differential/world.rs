//! What the files and flags of a random case have in common.

use fastrand::Rng;

pub fn pick<'a, T: ?Sized>(rng: &mut Rng, from: &[&'a T]) -> &'a T {
    from[rng.usize(0..from.len())]
}

pub fn one_in(rng: &mut Rng, n: u32) -> bool {
    rng.u32(0..n) == 0
}

/// What the files of a case have in common.
pub struct World {
    pub keys: Vec<&'static str>,
    pub names: Vec<String>,
    pub units: Vec<&'static str>,
    /// How values are drawn.
    pub values: Values,
    pub samples: usize,
    /// How likely each oddity is: one in so many.
    pub odd: u32,
    /// Whether benchmarks print into their results. Then nothing else is odd: who owns what depends on all around it.
    pub torn: bool,
}

#[derive(Clone, Copy)]
pub enum Values {
    /// Whole numbers from a small range: ties.
    Few(u32),
    /// Times with noise.
    Noise,
    Exact,
    Wild,
}

pub const KEYS: [&str; 9] = ["goos", "goarch", "pkg", "cpu", "note", "é", "a.b-c/d", "k1", "commit"];
pub const UNITS: [&str; 16] = [
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
    pub fn new(rng: &mut Rng) -> World {
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

    pub fn value(&self, rng: &mut Rng, level: f64) -> String {
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
