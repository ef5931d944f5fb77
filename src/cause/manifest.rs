//! What a capture consists of: the benchmarks and sides, how they were run, and the files with the results.

use serde::{Deserialize, Serialize};

/// The version that this program writes, and the newest that it reads.
pub const VERSION: u32 = 1;
/// The largest manifest in bytes.
pub const LARGEST: usize = 16 << 20;
/// The kind of file, so that another JSON file is not taken for a manifest.
const FORMAT: &str = "allocgate-capture";

/// What was captured of two sides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Manifest {
    format: String,
    version: u32,
    /// Base.
    pub base: CapturedSide,
    /// New.
    pub new: CapturedSide,
    /// The benchmarks, the most important one first.
    pub benchmarks: Vec<CapturedBenchmark>,
}

/// One side of a capture.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CapturedSide {
    /// The revision, for people: `4bf2c5e0a1b2 (main)`.
    pub revision: String,
    /// The hash of its commit.
    pub commit: String,
    /// Whether its files were those of the working tree. They may differ from those of the commit.
    #[serde(default)]
    pub is_working_tree: bool,
    /// The toolchain: `go1.26.8 linux/amd64`.
    pub toolchain: String,
    /// The arguments of go that built the test binaries: `test -c -trimpath …`.
    #[serde(default)]
    pub flags: Vec<String>,
    /// The environment variable GOFLAGS.
    #[serde(default)]
    pub goflags: String,
    /// The modules in the repository that the benchmarks use.
    #[serde(default)]
    pub modules: Vec<CapturedModule>,
    /// The other modules that are built in, with the versions that go selects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<Dependency>,
    /// The Go files of those modules, relative to the root of the repository, with `/`.
    #[serde(default)]
    pub sources: Vec<String>,
    /// How many Go files are not among them: too many, or with a name that is no path on every system.
    #[serde(default, skip_serializing_if = "is_none")]
    pub sources_left_out: usize,
    /// A hash of the paths and texts of those files, which shows whether a working tree is still the same.
    #[serde(default)]
    pub sources_hash: String,
    /// Of new: files that differ from base and are input of benchmarks, package by package.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed_inputs: Vec<CapturedInputs>,
    /// What the compiler printed, package by package.
    #[serde(default)]
    pub decisions: Vec<CapturedDecisions>,
}

/// A module in the repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CapturedModule {
    /// The path that its go.mod declares.
    pub path: String,
    /// Its folder relative to the root of the repository, with `/`; empty for the root.
    pub folder: String,
}

/// A module of somebody else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Dependency {
    /// Its path.
    pub path: String,
    /// Its version, `v1.5.0`; that of the module in its place, with its path, if go.mod replaces it.
    pub version: String,
}

/// Files that the benchmarks of a package read, by their names: test data, and what is beside the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CapturedInputs {
    /// The import path of the package.
    pub package: String,
    /// The files, relative to the root of the repository. They are named and never read.
    pub files: Vec<String>,
}

/// What the compiler printed about the test binary of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CapturedDecisions {
    /// The import path of the package.
    pub package: String,
    /// The file, relative to the folder of the capture; `None` if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The bytes of the file; `None` in captures of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// What is wrong with it, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// What was captured of a benchmark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CapturedBenchmark {
    /// The import path of its package.
    pub package: String,
    /// Its name as Go prints it, without the `Benchmark` prefix.
    pub benchmark: String,
    /// The value of `-cpu`; `None` if there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu: Option<String>,
    /// Base.
    pub base: CapturedRuns,
    /// New.
    pub new: CapturedRuns,
}

/// The profiled runs of a benchmark on a side.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CapturedRuns {
    /// The runs, the smaller count first. Each was a process of its own.
    #[serde(default)]
    pub runs: Vec<CapturedRun>,
    /// What was measured without the profiler; `None` if nothing was, or base lacks the benchmark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Allocated>,
    /// Why there are no runs, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// A profiled run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CapturedRun {
    /// How many operations were done.
    pub count: u64,
    /// The profile, relative to the folder of the capture.
    pub profile: String,
    /// What the benchmark printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printed: Option<Allocated>,
}

/// What an operation allocates, as `-benchmem` prints it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Allocated {
    /// B/op.
    pub bytes_per_op: f64,
    /// allocs/op.
    pub allocs_per_op: f64,
}

/// Why a text is no manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// It has more than [`LARGEST`] bytes.
    #[error("has more than {LARGEST} bytes")]
    TooLarge,
    /// No JSON, or other fields.
    #[error("is not the manifest of a capture: {0}")]
    Syntax(String),
    /// JSON of another kind.
    #[error("is not the manifest of a capture: its format is `{0}`; expected `{FORMAT}`")]
    OtherFormat(String),
    /// Written by a newer program.
    #[error("has version {0}, which a newer allocgate wrote; this one reads versions up to {VERSION}")]
    Newer(u32),
    /// A file outside of the folder, which could be any file of the machine.
    #[error("names the file `{0}`, which is outside of its folder")]
    Outside(String),
}

/// The fields that tell what a JSON file is.
#[derive(Deserialize)]
struct Kind {
    #[serde(default)]
    format: String,
    #[serde(default)]
    version: u32,
}

impl Manifest {
    /// A manifest of these sides and benchmarks.
    pub fn new(base: CapturedSide, new: CapturedSide, benchmarks: Vec<CapturedBenchmark>) -> Manifest {
        Manifest { format: FORMAT.to_string(), version: VERSION, base, new, benchmarks }
    }

    /// Reads what [`text`](Manifest::text) wrote.
    ///
    /// # Errors
    /// If it is something else, comes from a newer program, or names files outside of its folder.
    pub fn read(text: &str) -> Result<Manifest, ManifestError> {
        if text.len() > LARGEST {
            return Err(ManifestError::TooLarge);
        }
        let syntax = |error: serde_json::Error| ManifestError::Syntax(error.to_string());
        let kind: Kind = serde_json::from_str(text).map_err(syntax)?;
        if kind.format != FORMAT {
            return Err(ManifestError::OtherFormat(kind.format));
        }
        if kind.version > VERSION {
            return Err(ManifestError::Newer(kind.version));
        }
        let manifest: Manifest = serde_json::from_str(text).map_err(syntax)?;
        let outside = manifest.paths().find(|path| !is_inside(path)).map(String::from);
        outside.map_or(Ok(manifest), |path| Err(ManifestError::Outside(path)))
    }

    /// The manifest as JSON. The same manifest has the same text.
    pub fn text(&self) -> String {
        let json = serde_json::to_string_pretty(self).expect("it has only texts, numbers and lists");
        format!("{json}\n")
    }

    /// Every path in it.
    fn paths(&self) -> impl Iterator<Item = &str> {
        let sides = [&self.base, &self.new].into_iter().flat_map(|side| {
            let decisions = side.decisions.iter().filter_map(|it| it.file.as_deref());
            let modules = side.modules.iter().map(|it| it.folder.as_str()).filter(|it| !it.is_empty());
            decisions.chain(modules).chain(side.sources.iter().map(String::as_str))
        });
        let runs = self.benchmarks.iter().flat_map(|it| it.base.runs.iter().chain(&it.new.runs));
        sides.chain(runs.map(|run| run.profile.as_str()))
    }
}

impl CapturedBenchmark {
    /// How much B/op and allocs/op grew, by what was measured, else by what the profiled runs printed. Without base, everything that
    /// new allocates; `None` if new is not known either.
    pub fn growth(&self) -> Option<Allocated> {
        let new = self.new.allocated()?;
        let base = self.base.allocated().unwrap_or(Allocated { bytes_per_op: 0.0, allocs_per_op: 0.0 });
        Some(Allocated {
            bytes_per_op: new.bytes_per_op - base.bytes_per_op,
            allocs_per_op: new.allocs_per_op - base.allocs_per_op,
        })
    }
}

impl CapturedRuns {
    /// What an operation allocates, as measured without the profiler, else as the longest profiled run printed it.
    pub fn allocated(&self) -> Option<Allocated> {
        self.measured.or_else(|| self.runs.iter().max_by_key(|run| run.count)?.printed)
    }
}

fn is_none(count: &usize) -> bool {
    *count == 0
}

/// Whether a path stays in the folder that it is relative to, on every system.
pub fn is_inside(path: &str) -> bool {
    let is_name = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', '\0']);
    // A drive, or a part of a file, on Windows. Elsewhere names have colons.
    let is_drive = path.as_bytes().get(1) == Some(&b':');
    path.split('/').all(is_name) && !is_drive
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn manifest() -> Manifest {
        let run = |count| CapturedRun {
            count,
            profile: format!("new/1-{count}.memprofile"),
            printed: Some(Allocated { bytes_per_op: 24.0, allocs_per_op: 1.0 }),
        };
        let new = CapturedSide {
            revision: "4bf2c5e0a1b2 (the working tree)".to_string(),
            commit: "4bf2c5e0a1b2".to_string(),
            is_working_tree: true,
            toolchain: "go1.26.8 linux/amd64".to_string(),
            flags: vec!["test".to_string(), "-c".to_string()],
            modules: vec![CapturedModule { path: "example.com/hot".to_string(), folder: String::new() }],
            sources: vec!["index/tally.go".to_string()],
            decisions: vec![CapturedDecisions {
                package: "example.com/hot/index".to_string(),
                file: Some("new/1.m2.txt".to_string()),
                bytes: Some(12_345),
                problem: None,
            }],
            ..CapturedSide::default()
        };
        let benchmark = CapturedBenchmark {
            package: "example.com/hot/index".to_string(),
            benchmark: "Tally-2".to_string(),
            cpu: None,
            base: CapturedRuns { problem: Some("does not build".to_string()), ..CapturedRuns::default() },
            new: CapturedRuns { runs: vec![run(20_000), run(100_000)], ..CapturedRuns::default() },
        };
        Manifest::new(CapturedSide::default(), new, vec![benchmark])
    }

    #[test]
    fn what_was_written_is_read_back() {
        assert_eq!(Manifest::read(&manifest().text()), Ok(manifest()));
    }

    #[test]
    fn other_files_are_refused_in_words() {
        let version = manifest().text().replace("\"version\": 1", "\"version\": 7");
        for (text, words) in [
            ("", "is not the manifest of a capture: EOF"),
            ("{}", "its format is ``; expected `allocgate-capture`"),
            ("{\"format\": \"allocgate-capture\"}", "missing field `version`"),
            (version.as_str(), "has version 7, which a newer allocgate wrote"),
            (&manifest().text()[..200], "EOF while parsing"),
        ] {
            let error = Manifest::read(text).expect_err(text).to_string();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn no_path_leaves_the_folder() {
        for path in ["../secret", "/etc/passwd", "a/../../b", "C:/x", "a\\\\b", "new//x", "./x", ""] {
            let text = manifest().text().replace("new/1-20000.memprofile", path);
            assert!(matches!(Manifest::read(&text), Err(ManifestError::Outside(_))), "{path}");
        }
        let text = manifest().text().replace("index/tally.go", "../tally.go");
        assert!(matches!(Manifest::read(&text), Err(ManifestError::Outside(_))));
    }

    #[test]
    fn growth_is_that_of_the_measured_numbers_first() {
        let allocated = |bytes, allocs| Allocated { bytes_per_op: bytes, allocs_per_op: allocs };
        let mut benchmark = manifest().benchmarks.remove(0);
        assert_eq!(benchmark.growth(), Some(allocated(24.0, 1.0)), "there is no base");
        benchmark.base.measured = Some(allocated(8.0, 1.0));
        assert_eq!(benchmark.growth(), Some(allocated(16.0, 0.0)));
        benchmark.new.measured = Some(allocated(32.0, 3.0));
        assert_eq!(benchmark.growth(), Some(allocated(24.0, 2.0)));
        benchmark.new = CapturedRuns::default();
        assert_eq!(benchmark.growth(), None);
    }

    proptest! {
        #[test]
        fn damaged_text_is_an_error_and_never_a_panic(at in 0usize..2000, byte in any::<u8>()) {
            let mut bytes = manifest().text().into_bytes();
            let at = at % bytes.len();
            bytes[at] = byte;
            let text = String::from_utf8_lossy(&bytes);
            let _ = Manifest::read(&text);
            let _ = Manifest::read(&text.chars().take(at).collect::<String>());
        }
    }
}
