//! The header of a result file, which says how `allocgate run` measured the results. Only this file writes, recognises and
//! reads it.
//!
//! The header consists of configuration lines, like Go's own `goos: linux`:
//!
//! ```text
//! commit: 4bf2c5e…
//! toolchain: go1.26.8 linux/amd64
//! go: 1.26.8
//! design: interleaved
//! looks: 10,15,20
//! tests: 9d1c0ffee…
//! variant: GOGC=50 -pgo=cpu.pprof
//! counter: cachegrind 3.22.0
//! portion: --bench Tally ./index
//! options: --base 4bf2c5e0a1b2 --benchtime 100ms
//! shard: 2/4
//! plan: 9d1c07a3f2b45e68
//! ```

use super::{Config, Design, Looks, LooksError, RunOptions, ShardRecord};
use bstr::ByteSlice;
use std::collections::BTreeSet;
use std::fmt;

const COMMIT: &str = "commit";
const TOOLCHAIN: &str = "toolchain";
const GO: &str = "go";
const DESIGN: &str = "design";
const LOOKS: &str = "looks";
const TESTS: &str = "tests";
const VARIANT: &str = "variant";
const COUNTER: &str = "counter";
const PORTION: &str = "portion";
const OPTIONS: &str = "options";
const SHARD: &str = "shard";
const PLAN: &str = "plan";

/// The keys that every header begins with, in this order.
const FIRST: [&str; 5] = [COMMIT, TOOLCHAIN, GO, DESIGN, LOOKS];

/// The end of the line about a package that `allocgate run` does not measure: `# example.com/index: not run, …`.
const UNCHANGED: &str = ": not run, for the change cannot affect it";

/// The line about a package that is not measured because the change cannot affect it.
pub fn unchanged_line(package: &str) -> String {
    format!("# {package}{UNCHANGED}\n")
}

/// The package of such a line; `None` for other lines.
pub fn unchanged_package(line: &[u8]) -> Option<&[u8]> {
    let package = line.strip_prefix(b"# ")?.strip_suffix(UNCHANGED.as_bytes())?;
    (!package.is_empty() && !package.contains(&b' ')).then_some(package)
}

/// How a side was measured. `allocgate run` writes it before each of its results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// The hash of the commit, followed by `-dirty` if there were uncommitted changes.
    pub commit: String,
    /// The Go toolchain and its platform: `go1.26.8 linux/amd64`.
    pub toolchain: String,
    /// The version of Go: `1.26.8`.
    pub go: String,
    /// How the samples of the two sides were ordered.
    pub design: Design,
    /// The rounds after which the results are judged.
    pub looks: Looks,
    /// The commit of the test files, if they are not those of `commit`.
    pub tests: Option<String>,
    /// How the side was built and run, if the sides differ in that.
    pub variant: Option<String>,
    /// What counted the instructions, with its version, if they were counted.
    pub counter: Option<String>,
    /// Which benchmarks were measured; `None` if all of the module.
    pub selection: Option<Selection>,
    /// With which other options a command measures the same again.
    pub options: Option<RunOptions>,
}

impl Provenance {
    /// Whether it is a key of the header.
    pub fn is_key(key: &[u8]) -> bool {
        let others = [TESTS, VARIANT, COUNTER, PORTION, OPTIONS, SHARD, PLAN];
        others.iter().chain(&FIRST).any(|first| key == first.as_bytes())
    }

    /// Whether a text begins with a header, so that `allocgate run` must have written it.
    pub fn begins(text: &str) -> bool {
        let keys = text.lines().map(|line| line.split_once(": ").map_or(line, |(key, _)| key));
        keys.take(FIRST.len()).eq(FIRST)
    }
}

/// The lines of the header.
impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Provenance { commit, toolchain, go, design, looks, tests, variant, counter, selection, options } =
            self;
        let values: [&dyn fmt::Display; FIRST.len()] = [commit, toolchain, go, design, looks];
        FIRST.into_iter().zip(values).try_for_each(|(key, value)| writeln!(f, "{key}: {value}"))?;
        tests.iter().try_for_each(|tests| writeln!(f, "{TESTS}: {tests}"))?;
        variant.iter().try_for_each(|variant| writeln!(f, "{VARIANT}: {variant}"))?;
        counter.iter().try_for_each(|counter| writeln!(f, "{COUNTER}: {counter}"))?;
        selection.iter().try_for_each(|selection| f.write_str(&selection.header()))?;
        options.iter().try_for_each(|options| writeln!(f, "{OPTIONS}: {}", options.as_str()))
    }
}

/// The last lines of the header of a shard.
impl fmt::Display for ShardRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{SHARD}: {}\n{PLAN}: {}", self.shard, self.plan)
    }
}

/// The header that applies to a result. Every key is optional, because people write `design` by hand, and cut and merge files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The design; `None` also for other values of the key, which mean something else.
    pub design: Option<Design>,
    /// The looks, or what is wrong with them; only with an interleaved design.
    pub looks: Option<Result<Looks, LooksError>>,
    /// Which benchmarks were measured; `None` if that is not recorded.
    pub selection: Option<Selection>,
    /// The other options of `allocgate run`.
    pub options: Option<RunOptions>,
}

impl Header {
    /// The version of Go in the configuration of a result, such as `1.26.8` or `go1.27rc1`. `go: downloading …`, which the
    /// command prints, is none.
    pub fn go_version(config: &Config) -> Option<&str> {
        let version = config.get(GO)?.to_str().ok()?;
        let number = version.strip_prefix("go").unwrap_or(version);
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_');
        let is_version = number.starts_with(|c: char| c.is_ascii_digit()) && number.chars().all(is_part);
        is_version.then_some(version)
    }

    /// The shard in the configuration of a result; `None` if there is none, or the keys mean something else.
    pub fn shard(config: &Config) -> Option<ShardRecord> {
        let text = |key: &str| config.get(key)?.to_str().ok();
        let (shard, plan) = (text(SHARD)?.parse().ok()?, text(PLAN)?);
        let is_hash = plan.len() <= 16 && plan.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hash.then(|| ShardRecord { shard, plan: plan.to_string() })
    }

    /// Whether a key is the last one of the header of a shard.
    pub fn ends_shard(key: &[u8]) -> bool {
        key == PLAN.as_bytes()
    }

    /// Reads it from the configuration of a result.
    pub fn read(config: &Config) -> Header {
        let text = |key: &str| config.get(key).map(|value| value.to_str_lossy());
        let design = text(DESIGN).and_then(|text| text.parse().ok());
        let looks = text(LOOKS).filter(|_| design == Some(Design::Interleaved)).map(|text| text.parse());
        let selection = config.get(PORTION).and_then(|value| value.to_str().ok());
        let options = config.get(OPTIONS).and_then(|value| RunOptions::new(value.to_str().ok()?));
        Header { design, looks, selection: selection.map(Selection::read), options }
    }
}

/// What the headers of all results say together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The design, if all have the same.
    pub design: Option<Design>,
    /// The looks of all of them.
    pub looks: Option<Looks>,
    /// The options of `allocgate run`, if all have the same.
    pub options: Option<RunOptions>,
    /// Contradictions and errors.
    pub problems: Vec<HeaderProblem>,
}

/// A contradiction between headers, or an error in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderProblem {
    /// Not all have the same design.
    Design(BySide<Design>),
    /// Not all interleaved results have the same looks.
    Looks(BySide<Looks>),
    /// A list of looks that is invalid.
    InvalidLooks(LooksError),
}

/// The values of a key on each side, each once; `None` for results without the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BySide<T> {
    /// Those of base.
    pub base: BTreeSet<Option<T>>,
    /// Those of new.
    pub new: BTreeSet<Option<T>>,
}

impl<T: Ord> BySide<T> {
    /// Whether there are two values or more.
    pub fn differ(&self) -> bool {
        self.base.union(&self.new).nth(1).is_some()
    }

    /// The value that all results have.
    pub fn agreed(&self) -> Option<&T> {
        self.base.union(&self.new).next().filter(|_| !self.differ())?.as_ref()
    }
}

/// `interleaved in base, none in new`
impl<T: fmt::Display> fmt::Display for BySide<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = |value: &Option<T>| value.as_ref().map_or("none".to_string(), ToString::to_string);
        let sides = [("base", &self.base), ("new", &self.new)].into_iter().filter(|(_, all)| !all.is_empty());
        let side = |(name, all): (&str, &BTreeSet<Option<T>>)| {
            format!("{} in {name}", all.iter().map(value).collect::<Vec<_>>().join(" and "))
        };
        f.write_str(&sides.map(side).collect::<Vec<_>>().join(", "))
    }
}

impl fmt::Display for HeaderProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HeaderProblem::Design(designs) => write!(f, "design: {designs}"),
            HeaderProblem::Looks(looks) => write!(f, "looks: {looks}"),
            HeaderProblem::InvalidLooks(error) => write!(f, "looks: {error}"),
        }
    }
}

/// Which benchmarks were measured, if not all of a module: `--bench Tally ./index`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Selection {
    bench: Option<String>,
    skip: Option<String>,
    packages: Vec<String>,
}

/// The words before the patterns.
const BENCH: &str = "--bench";
const SKIP: &str = "--skip";

impl Selection {
    /// The benchmarks of some packages, or of the whole module if there are none, that match `bench` and not `skip`. `None` if that
    /// is all.
    pub fn new(bench: &str, skip: Option<&str>, packages: &[String]) -> Option<Selection> {
        let is_blank = |c: char| c.is_whitespace() || c.is_control();
        // As `go test -bench` takes it.
        let bench = Some(bench.replace(is_blank, "_")).filter(|bench| bench != ".");
        let skip = skip.filter(|skip| !skip.is_empty()).map(|skip| skip.replace(is_blank, "_"));
        let words = packages.iter().flat_map(|package| package.split(is_blank));
        let packages: Vec<String> = words.filter(|word| !word.is_empty()).map(String::from).collect();
        let is_all = bench.is_none() && skip.is_none() && packages.is_empty();
        (!is_all).then_some(Selection { bench, skip, packages })
    }

    fn read(text: &str) -> Selection {
        let (bench, text) = option(text, BENCH);
        let (skip, text) = option(text, SKIP);
        Selection { bench, skip, packages: text.split_whitespace().map(String::from).collect() }
    }

    /// The line of the header.
    pub fn header(&self) -> String {
        format!("{PORTION}: {self}\n")
    }

    /// The pattern of `--bench`, unless it is that for all benchmarks.
    pub fn bench(&self) -> Option<&str> {
        self.bench.as_deref()
    }

    /// The pattern of `--skip`, if there is one.
    pub fn skip(&self) -> Option<&str> {
        self.skip.as_deref()
    }

    /// Whether packages were selected.
    pub fn is_of_packages(&self) -> bool {
        self.bench.is_none() && self.skip.is_none() || !self.packages.is_empty()
    }
}

/// The value of an option that a text begins with, if it does, and the rest.
fn option<'t>(text: &'t str, name: &str) -> (Option<String>, &'t str) {
    match text.strip_prefix(name) {
        Some(rest) if rest.is_empty() || rest.starts_with(' ') => {
            let rest = rest.strip_prefix(' ').unwrap_or_default();
            let (value, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            (Some(value.to_string()), rest)
        }
        Some(_) | None => (None, text),
    }
}

/// As it is read.
impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bench = self.bench.iter().flat_map(|bench| [BENCH, bench]);
        let skip = self.skip.iter().flat_map(|skip| [SKIP, skip]);
        let words: Vec<&str> = bench.chain(skip).chain(self.packages.iter().map(String::as_str)).collect();
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;
    use proptest::prelude::*;

    fn provenance(selection: Option<Selection>) -> Provenance {
        Provenance {
            commit: "c0ffee-dirty".to_string(),
            toolchain: "go1.26.8 linux/amd64".to_string(),
            go: "1.26.8".to_string(),
            design: Design::Interleaved,
            looks: "10,15,20".parse().expect("looks"),
            tests: None,
            variant: None,
            counter: None,
            selection,
            options: None,
        }
    }

    /// The configuration of a result behind these lines.
    fn config(header: &str) -> Config {
        let data = parse::text("f", format!("{header}BenchmarkX 1 1 x\n").as_bytes());
        data.configs().next().expect("a result").clone()
    }

    #[test]
    fn the_header_is_written_line_by_line() {
        let of_new = Provenance { tests: Some("c0ffee".to_string()), ..provenance(None) }.to_string();
        assert!(of_new.ends_with("looks: 10,15,20\ntests: c0ffee\n"), "{of_new}");
        let special =
            Provenance { variant: Some("GOGC=50 -race".to_string()), ..provenance(None) }.to_string();
        assert!(special.ends_with("looks: 10,15,20\nvariant: GOGC=50 -race\n"), "{special}");
        let lines = "commit: c0ffee-dirty\ntoolchain: go1.26.8 linux/amd64\ngo: 1.26.8\ndesign: interleaved\nlooks: 10,15,20\n";
        assert_eq!(provenance(None).to_string(), lines);
        let some = Selection::new("Tally", None, &["./index".to_string()]);
        assert_eq!(provenance(some).to_string(), format!("{lines}portion: --bench Tally ./index\n"));
    }

    #[test]
    fn packages_that_were_not_measured_are_read_again() {
        let line = unchanged_line("example.com/hot/index");
        assert_eq!(unchanged_package(line.trim_end().as_bytes()), Some(&b"example.com/hot/index"[..]));
        for other in ["# example.com/hot", "# a b: not run, for the change cannot affect it", &line[2..]] {
            assert_eq!(unchanged_package(other.trim_end().as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn files_of_a_run_are_recognised() {
        let header = provenance(None).to_string();
        assert!(Provenance::begins(&format!("{header}pkg: p\n")));
        for other in ["", "design: interleaved\ngoos: linux\n", "goos: linux\n", &header[8..]] {
            assert!(!Provenance::begins(other), "{other}");
        }
    }

    #[test]
    fn what_is_no_version_is_no_version() {
        for (value, is_version) in [
            ("1.26.8", true),
            ("go1.27rc1", true),
            ("1.26.8-custom", true),
            ("downloading github.com/a/b v1.2.3", false),
            ("finding module for package x", false),
            ("devel go1.27-abc", false),
            ("go", false),
            ("1.26 or later", false),
            ("", false),
        ] {
            let config = config(&format!("go: {value}\n"));
            assert_eq!(Header::go_version(&config), is_version.then_some(value), "{value}");
        }
    }

    #[test]
    fn keys_with_other_values_are_ignored() {
        let read = |text: &str| Header::read(&config(text));
        let nothing = Header { design: None, looks: None, selection: None, options: None };
        for text in ["", "design: btree\nlooks: good\n", "looks: 5\n"] {
            assert_eq!(read(text), nothing, "{text}");
        }
        let block = read("design: block\nlooks: 5\n");
        assert_eq!((block.design, block.looks), (Some(Design::Block), None));
        assert!(matches!(read("design: interleaved\nlooks: good\n").looks, Some(Err(_))));
    }

    #[test]
    fn a_shard_is_read_again_even_without_a_result() {
        let record = ShardRecord { shard: "2/4".parse().expect("a shard"), plan: "00c0ffee".to_string() };
        let header = format!("{}{record}", provenance(None));
        assert!(Provenance::begins(&header));
        assert_eq!(Header::shard(&config(&header)), Some(record.clone()));
        let empty = parse::text("f", header.repeat(2).as_bytes());
        assert_eq!(empty.ledger().files[0].shards, [record]);
        for other in ["shard: 2/4\n", "shard: eu-1\nplan: 00\n", "shard: 2/4\nplan: pro\n", "plan: 00\n"] {
            assert_eq!(Header::shard(&config(other)), None, "{other}");
        }
    }

    #[test]
    fn options_are_read_again() {
        let options = RunOptions::new("--base 4bf2c5e0a1b2 --rounds 5 --benchtime 0.1s --cpu 1,4");
        assert!(options.is_some());
        let header = Provenance { options: options.clone(), ..provenance(None) }.to_string();
        assert_eq!(Header::read(&config(&header)).options, options);
    }

    #[test]
    fn a_selection_has_a_pattern_or_packages_or_both() {
        for (text, bench, of_packages) in [
            ("--bench Tally", Some("Tally"), false),
            ("--bench Tally ./index ./wire", Some("Tally"), true),
            ("--bench", Some(""), false),
            ("--benchmarks", None, true),
            ("--bench Tally --skip a|b", Some("Tally"), false),
            ("--skip a|b", None, false),
            ("--skip a|b ./index", None, true),
            ("./index", None, true),
            ("", None, true),
        ] {
            let selection = Selection::read(text);
            assert_eq!((selection.bench(), selection.is_of_packages()), (bench, of_packages), "{text}");
            assert_eq!(selection.to_string().trim(), text);
        }
        assert_eq!(Selection::new(".", None, &[]), None);
        let blanks = Selection::new("A b\tc", None, &["./my dir\n".to_string()]).map(|it| it.to_string());
        assert_eq!(blanks.as_deref(), Some("--bench A_b_c ./my dir"));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            rounds in proptest::collection::btree_set(1usize..500, 1..20),
            is_block in any::<bool>(),
            bench in ".{0,12}",
            skip in proptest::option::of(".{0,12}"),
            packages in proptest::collection::vec("[^-].{0,8}", 0..3),
        ) {
            let selection = Selection::new(&bench, skip.as_deref(), &packages);
            let looks = Looks::new(rounds.into_iter().collect()).expect("ascending");
            let design = if is_block { Design::Block } else { Design::Interleaved };
            let written = Provenance { design, looks: looks.clone(), ..provenance(selection.clone()) };
            let text = written.to_string();
            prop_assert!(Provenance::begins(&text));
            let config = config(&text);
            let looks = (!is_block).then_some(Ok(looks));
            let want = Header { design: Some(design), looks, selection, options: None };
            prop_assert_eq!(Header::read(&config), want);
            for (key, value) in [(COMMIT, &written.commit), (TOOLCHAIN, &written.toolchain), (GO, &written.go)] {
                prop_assert_eq!(config.get(key).map(|it| it.to_string()), Some(value.clone()));
            }
        }
    }
}
