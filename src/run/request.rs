//! What to measure.

use super::count::{COUNT_ROUNDS, CountRequest};
use super::side::Side;
use super::variant::Variant;
use crate::model::{Looks, LooksError, RunOptions, Selection, Shard};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// How many rounds there are before anything is decided, unless a request says otherwise.
pub const ROUNDS: usize = 10;

/// What to measure, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// The user's working directory, to which package patterns are relative.
    pub folder: PathBuf,
    /// What is before the change.
    pub base: Variant,
    /// What is after it.
    pub new: Variant,
    /// The value of `-tags` on both sides, if any.
    pub tags: Option<String>,
    /// The packages, as the go command takes them.
    pub packages: Vec<String>,
    /// The value of `-bench`.
    pub bench: String,
    /// The value of `-skip`, if any.
    pub skip: Option<String>,
    /// The patterns of the packages whose programs are built for their size; none if sizes are not wanted.
    pub size: Vec<String>,
    /// The shard that is measured, if it is one of several.
    pub shard: Option<Shard>,
    /// The file that says how long functions take, for planning shards.
    pub shard_times: Option<PathBuf>,
    /// Which benchmarks that selects, for the header of the result files; `None` if all of the module.
    pub selection: Option<Selection>,
    /// How long a sample of a benchmark takes.
    pub benchtime: BenchTime,
    /// The value of `-cpu`, if any.
    pub cpu: Option<String>,
    /// How long a benchmark may take.
    pub timeout: Duration,
    /// The folder for the result files.
    pub out: PathBuf,
    /// The rounds after which the results are judged; the last one is the limit.
    pub looks: Looks,
    /// Whether base and new may be the same commit.
    pub unchanged: bool,
    /// Whether instructions are counted.
    pub count: Option<CountRequest>,
    /// Whether base is built with the test files and test data of new.
    pub tests_of_new: bool,
    /// Files that the command writes, which are no input of benchmarks.
    pub written: Vec<PathBuf>,
    /// What a command that measures again also needs to judge in the same way.
    pub judging: Judging,
}

/// By what the results are judged, as the options of the command have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judging {
    /// The policy file.
    pub policy: Option<String>,
    /// The revision from which the policy is read.
    pub policy_from: Option<String>,
    /// The anchor, if base is one.
    pub anchor: Option<String>,
}

impl Request {
    /// A request of all benchmarks of these packages (`./...` if there are none) for a command that times nothing: the working tree
    /// against the merge base.
    pub fn untimed(folder: PathBuf, packages: &[String]) -> Request {
        let packages = if packages.is_empty() { vec!["./...".to_string()] } else { packages.to_vec() };
        Request {
            folder,
            base: Variant::default(),
            new: Variant::default(),
            tags: None,
            packages,
            bench: ".".to_string(),
            skip: None,
            size: Vec::new(),
            shard: None,
            shard_times: None,
            selection: None,
            benchtime: BenchTime::default(),
            cpu: None,
            timeout: TIMEOUT,
            out: PathBuf::new(),
            looks: looks(1, 1).expect("one look after one round is valid"),
            unchanged: false,
            count: None,
            tests_of_new: false,
            written: Vec::new(),
            judging: Judging::default(),
        }
    }
}

/// The folder for the result files unless told otherwise.
pub(crate) const OUT: &str = ".allocgate";

/// How long a benchmark may take unless told otherwise, as in Go's tests.
const TIMEOUT: Duration = Duration::from_secs(600);

/// How long a sample takes, as `-benchtime` has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BenchTime {
    /// About so long.
    For(Duration),
    /// So many operations.
    Times(u64),
}

/// As in Go.
impl Default for BenchTime {
    fn default() -> BenchTime {
        BenchTime::For(Duration::from_secs(1))
    }
}

/// As Go reads it.
impl fmt::Display for BenchTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BenchTime::For(time) => write!(f, "{}s", time.as_secs_f64()),
            BenchTime::Times(times) => write!(f, "{times}x"),
        }
    }
}

impl BenchTime {
    /// Less of it, enough to see which benchmarks there are and how long they take.
    pub(crate) fn for_a_moment(self) -> BenchTime {
        match self {
            BenchTime::For(time) => BenchTime::For((time / 5).max(Duration::from_micros(100))),
            BenchTime::Times(_) => BenchTime::Times(1),
        }
    }

    /// The time, if it is one.
    pub(crate) fn duration(self) -> Duration {
        match self {
            BenchTime::For(time) => time,
            BenchTime::Times(_) => Duration::ZERO,
        }
    }
}

impl Request {
    /// The arguments of a test binary that runs the benchmarks of a pattern, but not those of these functions.
    pub(crate) fn arguments(&self, pattern: &str, skipped: &[String]) -> Vec<String> {
        let benchtime = format!("-test.benchtime={}", self.benchtime);
        let all = [format!("-test.bench={pattern}"), "-test.benchmem".to_string(), benchtime];
        all.into_iter().chain(self.cpu_argument()).chain(self.skip_argument(skipped)).collect()
    }

    /// What a side is made from.
    pub(crate) fn variant(&self, side: Side) -> &Variant {
        match side {
            Side::Base => &self.base,
            Side::New => &self.new,
        }
    }

    /// Whether the sides differ in more than their source.
    pub(crate) fn has_variants(&self) -> bool {
        !self.base.is_like(&self.new)
    }

    /// Whether the sides are to have the same source, because only how they are built or run is compared.
    pub(crate) fn is_of_one_source(&self) -> bool {
        self.base.revision.is_none() && self.has_variants()
    }

    /// The build flags of a side, besides GOFLAGS.
    pub(crate) fn build_flags(&self, side: Side) -> Vec<String> {
        let tags = self.tags.iter().map(|tags| format!("-tags={tags}"));
        tags.chain(self.variant(side).flags.iter().cloned()).collect()
    }

    /// How many rounds there are before anything is decided, unless the user says otherwise.
    fn default_rounds(&self) -> usize {
        if self.is_timed() { ROUNDS } else { COUNT_ROUNDS }
    }

    /// Whether benchmarks are timed.
    pub(crate) fn is_timed(&self) -> bool {
        self.count.is_none_or(|it| !it.only)
    }

    /// Each value of `-cpu`; `None` if there is none, which stands for GOMAXPROCS.
    pub(crate) fn cpus(&self) -> impl Iterator<Item = Option<&str>> {
        let all = self.cpu.iter().flat_map(|cpu| cpu.split(',')).map(str::trim).filter(|cpu| !cpu.is_empty());
        let mut all: Vec<Option<&str>> = all.map(Some).collect();
        if all.is_empty() {
            all.push(None);
        }
        all.into_iter()
    }

    /// The options that measure these commits again in the same way, and judge them so; `None` for new is the working tree. Not which
    /// benchmarks, except those that are skipped.
    pub(crate) fn options(&self, base: &str, new: Option<&str>) -> Option<RunOptions> {
        let short = |commit: &str| commit.chars().take(12).collect::<String>();
        let option = |name: &str, value: String| match value.starts_with('-') {
            true => vec![format!("{name}={value}")],
            false => vec![name.to_string(), value],
        };
        let text = |name: &str, value: &Option<String>| value.clone().map(|value| option(name, value));
        let rounds = self.looks.rounds();
        let (first, last) = (rounds.first().copied()?, rounds.last().copied()?);
        let default = BenchTime::default();
        let base = match &self.judging.anchor {
            Some(anchor) => Some(vec![format!("--anchor={anchor}")]),
            None => (!self.is_of_one_source()).then(|| option("--base", short(base))),
        };
        let out = self.out.to_str().filter(|out| *out != OUT && self.out.is_relative());
        let all = [
            base,
            new.map(|commit| option("--new", short(commit))),
            text("--policy", &self.judging.policy),
            text("--policy-from", &self.judging.policy_from),
            (first != self.default_rounds()).then(|| option("--rounds", first.to_string())),
            (last != if self.is_timed() { 2 * first } else { first })
                .then(|| option("--max-rounds", last.to_string())),
            (self.benchtime != default).then(|| option("--benchtime", self.benchtime.to_string())),
            (self.timeout != TIMEOUT)
                .then(|| option("--timeout", format!("{}s", self.timeout.as_secs_f64()))),
            text("--cpu", &self.cpu),
            text("--skip", &self.skip),
            text("--tags", &self.tags),
            self.unchanged.then(|| vec!["--unchanged".to_string()]),
            self.count.map(|count| count.to_string().split(' ').map(String::from).collect()),
            self.tests_of_new.then(|| option("--tests", "new".to_string())),
            out.map(|out| option("--out", out.to_string())),
        ];
        let variants = Side::BOTH.into_iter().flat_map(|side| self.variant(side).options(side));
        RunOptions::of(&all.into_iter().flatten().flatten().chain(variants).collect::<Vec<_>>())
    }

    /// The argument for `-skip`, if there is one. Besides what the user skips, these functions are not run.
    pub(crate) fn skip_argument(&self, functions: &[String]) -> Option<String> {
        let functions = (!functions.is_empty()).then(|| format!("^({})$", functions.join("|")));
        let all: Vec<String> = self.skip.iter().cloned().chain(functions).collect();
        (!all.is_empty()).then(|| format!("-test.skip={}", all.join("|")))
    }

    /// What must be the same in all shards, besides their benchmarks.
    pub(crate) fn options_of_plan(&self) -> String {
        let Request { bench, skip, tags, cpu, benchtime, .. } = self;
        format!("{bench}\0{skip:?}\0{tags:?}\0{cpu:?}\0{benchtime}\0{:?}", self.looks.rounds())
    }

    /// The argument for `-cpu`, if there is one.
    pub(crate) fn cpu_argument(&self) -> Option<String> {
        self.cpu.as_ref().map(|cpu| format!("-test.cpu={cpu}"))
    }
}

/// The rounds after which the results are judged: after `rounds`, halfway to `most`, and after `most`.
///
/// # Errors
/// If there is no round, or `most` is less than `rounds`.
pub fn looks(rounds: usize, most: usize) -> Result<Looks, LooksError> {
    let mut looks = vec![rounds, (rounds + most).div_ceil(2), most];
    looks.dedup();
    Looks::new(looks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_measure_the_same_again() {
        let request = |rounds, most, benchtime, cpu: Option<&str>, unchanged| Request {
            benchtime,
            cpu: cpu.map(String::from),
            looks: looks(rounds, most).expect("looks"),
            out: OUT.into(),
            unchanged,
            ..Request::untimed(PathBuf::new(), &[])
        };
        let commit = "4bf2c5e0a1b2c3d4";
        let text = |request: Request, new| request.options(commit, new).map(|it| it.as_str().to_string());
        assert_eq!(
            text(request(10, 20, BenchTime::default(), None, false), None).as_deref(),
            Some("--base 4bf2c5e0a1b2")
        );
        assert_eq!(
            text(request(5, 5, BenchTime::Times(100), Some("1,4"), true), Some("c0ffee")).as_deref(),
            Some(
                "--base 4bf2c5e0a1b2 --new c0ffee --rounds 5 --max-rounds 5 --benchtime 100x --cpu 1,4 --unchanged"
            )
        );
        let judging = Judging {
            policy: Some("ci/my gate.toml".to_string()),
            policy_from: Some("origin/main".to_string()),
            anchor: Some("v1.2.0".to_string()),
        };
        let special = Request {
            skip: Some("A|B".to_string()),
            timeout: Duration::from_secs(90),
            out: "ci/out".into(),
            judging,
            ..request(10, 20, BenchTime::default(), None, false)
        };
        assert_eq!(
            text(special, None).as_deref(),
            Some(
                "--anchor=v1.2.0 --policy 'ci/my gate.toml' --policy-from origin/main --timeout 90s --skip 'A|B' --out ci/out"
            )
        );
    }

    #[test]
    fn variants_are_measured_again_on_the_same_source() {
        let mut request = Request::untimed(PathBuf::new(), &[]);
        request.out = OUT.into();
        request.looks = looks(10, 20).expect("looks");
        request.tags = Some("purego".to_string());
        request.base.environment = vec![("GOGC".to_string(), "50".to_string())];
        request.new.flags = vec!["-pgo=cpu.pprof".to_string()];
        let text = |request: &Request| request.options("c0ffee", None).map(|it| it.as_str().to_string());
        let variants = "--tags purego --base-env GOGC=50 --new-build -pgo=cpu.pprof";
        assert_eq!(text(&request).as_deref(), Some(variants));
        request.base.revision = Some("HEAD".to_string());
        assert_eq!(text(&request), Some(format!("--base c0ffee {variants}")));
        assert_eq!(request.build_flags(Side::New), ["-tags=purego", "-pgo=cpu.pprof"]);
    }

    #[test]
    fn functions_of_other_shards_are_skipped_as_well() {
        let mut request = Request::untimed(PathBuf::new(), &[]);
        let others = ["BenchmarkA", "BenchmarkB"].map(String::from);
        assert_eq!(request.skip_argument(&[]), None);
        assert_eq!(request.skip_argument(&others).as_deref(), Some("-test.skip=^(BenchmarkA|BenchmarkB)$"));
        request.skip = Some("x/y".to_string());
        assert_eq!(
            request.arguments("A/b", &others[..1])[3..],
            ["-test.skip=x/y|^(BenchmarkA)$".to_string()]
        );
    }

    #[test]
    fn times_are_written_as_go_reads_them() {
        let times =
            [BenchTime::default(), BenchTime::Times(100), BenchTime::For(Duration::from_micros(1500))];
        assert_eq!(times.map(|it| it.to_string()), ["1s", "100x", "0.0015s"]);
        assert_eq!(times.map(|it| it.for_a_moment().to_string()), ["0.2s", "1x", "0.0003s"]);
    }

    #[test]
    fn looks_are_at_both_ends_and_halfway() {
        let text = [(10, 20), (10, 10), (5, 10), (5, 6)]
            .map(|(rounds, most)| looks(rounds, most).expect("looks").to_string());
        assert_eq!(text, ["10,15,20", "10", "5,8,10", "5,6"]);
        assert!(looks(0, 0).is_err() && looks(5, 3).is_err());
    }
}
