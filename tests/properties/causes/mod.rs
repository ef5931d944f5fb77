//! The readers of profiles and of decisions, on what seven versions of Go recorded of `testdata/causes/zoo/module`.

mod decisions;
mod hostile;
mod profiles;
mod versions;

use allocgate::internals::cause::decision::{Decisions, Package, Value};
use allocgate::internals::cause::profile::Profile;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The versions of Go that recorded decisions.
const VERSIONS: [&str; 7] = ["1.21.13", "1.22.10", "1.23.9", "1.24.11", "1.25.5", "1.26.8", "1.27.3"];
/// The version that recorded everything.
const LATEST: &str = "1.26.8";
const SHAPE: &str = "example.com/zoo/shape";
const TEXT: &str = "example.com/zoo/text";
const NAMES: &str = "example.com/zoo/names.v2";

fn zoo() -> PathBuf {
    Path::new("testdata/causes/zoo").to_path_buf()
}

/// The text of the compiler in a file.
fn text(version: &str, name: &str) -> Vec<u8> {
    let path = zoo().join(format!("go{version}/{name}.txt.gz"));
    let packed = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut text).expect("gzip");
    text
}

fn decisions(version: &str) -> Decisions {
    Decisions::read(&text(version, "m2"))
}

/// The bytes of a profile.
fn profile_bytes(version: &str, benchmark: &str, count: impl ToString) -> Vec<u8> {
    let name = format!("go{version}/Benchmark{benchmark}.{}.memprofile", count.to_string());
    fs::read(zoo().join(&name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn profile(version: &str, benchmark: &str, count: u64) -> Profile {
    Profile::read(&profile_bytes(version, benchmark, count)).expect("a profile")
}

/// The line of the module that has a text.
fn line(file: &str, text: &str) -> u32 {
    let source = fs::read_to_string(zoo().join("module").join(file)).expect("readable");
    let found: Vec<usize> =
        (1..).zip(source.lines()).filter(|it| it.1.contains(text)).map(|it| it.0).collect();
    let [only] = found[..] else { panic!("{text} is on the lines {found:?} of {file}") };
    only as u32
}

/// The compilation of a package in its own test binary.
fn tested<'d>(decisions: &'d Decisions, path: &str) -> &'d Package {
    decisions.package(path, path).expect("it was compiled")
}

/// The values at the line of `text/text.go` that has a text.
fn values<'d>(decisions: &'d Decisions, at: &str) -> &'d [Value] {
    tested(decisions, TEXT).values_at("text.go", line("text/text.go", at))
}
