//! What `allocgate run` is asked for, and what the command line means.

use super::super::args::{DetailArgs, PolicyArgs, WORKTREE, duration, most};
use super::super::variants::VariantArgs;
use super::super::{anchor, check, exit, output};
use super::counts::CountArgs;
use super::job::{ShardArg, shard};
use allocgate::internals::history::Anchor;
use allocgate::internals::input::Source;
use allocgate::internals::model::Selection;
use allocgate::internals::policy::Policy;
use allocgate::internals::run::{self, BenchTime, Judging, Request, Side};
use anyhow::{Context, bail, ensure};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Measure two revisions on this machine, in alternating rounds, and judge the new one
///
/// The test binaries of both are built first. Then each round runs every benchmark once on each side, in a process of its own and
/// with the same b.N. Benchmarks that are still undecided after --rounds rounds are measured further, up to --max-rounds. Build
/// flags of both sides go into the environment variable GOFLAGS.
/// Ctrl-C keeps the rounds that are complete, removes everything else, and ends with exit code 130.
#[derive(Debug, clap::Args)]
#[command(after_help = exit::help())]
pub(in crate::cli) struct Args {
    /// Base revision [default: merge base with the default branch]
    #[arg(long, value_name = "REV")]
    pub(super) base: Option<String>,
    /// Compare with the anchor of the policy, such as the last release, by its own tolerances; REV takes the place of the revision
    /// that the policy names
    #[arg(long, value_name = "REV", num_args = 0..=1, require_equals = true, conflicts_with = "base")]
    pub(super) anchor: Option<Option<String>>,
    /// New revision; `worktree` is the working tree with its uncommitted changes
    #[arg(long, value_name = "REV", default_value = WORKTREE)]
    pub(super) new: String,
    /// Rounds before anything is decided [default: 10]
    #[arg(long, value_name = "N", value_parser = rounds)]
    pub(super) rounds: Option<usize>,
    /// Most rounds, for benchmarks that stay undecided [default: twice --rounds]
    #[arg(long, value_name = "N", value_parser = rounds)]
    pub(super) max_rounds: Option<usize>,
    /// Also measure benchmarks further where only a row that warns is undecided
    #[arg(long)]
    pub(super) decide_all: bool,
    /// Benchmarks to run, as in go test
    #[arg(long, value_name = "REGEX", default_value = ".")]
    pub(super) bench: String,
    /// Benchmarks not to run, as in go test
    #[arg(long, value_name = "REGEX")]
    pub(super) skip: Option<String>,
    /// Also measure how large programs are: these packages, or all of the module without PATTERN
    #[arg(long, value_name = "PATTERN", num_args = 0..=1, default_missing_value = "./...")]
    pub(super) size: Vec<String>,
    /// Build tags of both sides, as in go test
    #[arg(long, value_name = "LIST")]
    pub(super) tags: Option<String>,
    /// How long a sample takes, or its b.N, as in go test: 2s, 100x
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = benchtime)]
    pub(super) benchtime: BenchTime,
    /// Values of GOMAXPROCS, as in go test: 1,4
    #[arg(long, value_name = "LIST")]
    pub(super) cpu: Option<String>,
    /// How long one benchmark may take, such as 90s, 10m or 1h30m
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = duration)]
    pub(super) timeout: Duration,
    /// Test files of base: its own, or those of new, so that benchmarks that are new or changed are the same on both sides
    #[arg(long, value_name = "SIDE", default_value = "own", value_parser = ["own", "new"])]
    pub(super) tests: String,
    /// Also measure packages whose test binary is the same on both sides
    #[arg(long)]
    pub(super) unchanged: bool,
    #[command(flatten)]
    pub(super) count: CountArgs,
    /// Folder for the results, base.txt and new.txt
    #[arg(long, value_name = "DIR", default_value = ".allocgate")]
    pub(super) out: PathBuf,
    /// Explain benchmarks that allocate more: the line, the decision of the compiler, and the edit behind it; N is the most
    /// benchmarks [default: 10]
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "10", value_parser = most)]
    pub(super) explain: Option<usize>,
    /// Keep profiles and compiler decisions of all benchmarks that got worse in DIR/profile, for `allocgate causes --capture`;
    /// --explain keeps those that it explains
    #[arg(long)]
    pub(super) profile: bool,
    /// Measure one part of the suite, the k-th of n; auto: as the environment of the CI numbers its jobs. `allocgate check` judges all
    /// parts together
    #[arg(long, value_name = "K/N", value_parser = shard, conflicts_with_all = ["explain", "profile", "clean"])]
    pub(super) shard: Option<ShardArg>,
    /// How long benchmarks take: the times.txt of earlier runs, so that all shards take equally long
    #[arg(long, value_name = "FILE", requires = "shard")]
    pub(super) shard_times: Option<PathBuf>,
    /// Only count allocations of the benchmarks that a budget names, in the working tree, and judge these budgets: takes seconds, for a
    /// hook before each commit
    #[arg(long, conflicts_with_all = ["base", "anchor", "new", "rounds", "max_rounds", "decide_all", "bench", "skip", "tags",
        "benchtime", "cpu", "timeout", "tests", "unchanged", "explain", "profile", "clean"])]
    pub(super) budgets_only: bool,
    /// Only remove what runs that were killed have left
    #[arg(long)]
    pub(super) clean: bool,
    #[command(flatten)]
    pub(super) variants: VariantArgs,
    #[command(flatten)]
    pub(super) policy: PolicyArgs,
    #[command(flatten)]
    pub(super) outputs: output::Outputs,
    #[command(flatten)]
    pub(super) detail: DetailArgs,
    /// Packages, as in go test
    #[arg(value_name = "PACKAGES", default_value = "./...")]
    pub(super) packages: Vec<String>,
}

pub(in crate::cli) fn rounds(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(rounds @ 1..=1000) => Ok(rounds),
        _ => Err("expected a number from 1 to 1000".to_string()),
    }
}

/// As `go test -benchtime` takes it.
pub(in crate::cli) fn benchtime(text: &str) -> Result<BenchTime, String> {
    let times = text.strip_suffix('x').and_then(|times| times.parse().ok()).filter(|&times| times > 0);
    let time = || duration(text).ok().map(BenchTime::For);
    let expected = || "expected a duration or a number of operations, such as 2s, 100ms or 100x".to_string();
    times.map(BenchTime::Times).or_else(time).ok_or_else(expected)
}

impl Args {
    /// The anchor, if that is what is compared with.
    pub(super) fn anchor(&self, policy: &Policy) -> anyhow::Result<Option<Anchor>> {
        let new = if self.new == WORKTREE { "HEAD" } else { self.new.as_str() };
        self.anchor.as_ref().map(|named| anchor::anchor(policy, named.as_deref(), new)).transpose()
    }

    /// What to measure; against the anchor, if there is one.
    pub(super) fn request(&self, anchor: Option<&Anchor>) -> anyhow::Result<Request> {
        let (rounds, max_rounds) = self.count.rounds(self.rounds, self.max_rounds)?;
        // Without `=` the number is taken for a package, which no path of one looks like.
        let is_number =
            |it: &&String| it.bytes().all(|byte| byte.is_ascii_digit()) && !Path::new(it).exists();
        if let Some(number) = self.packages.iter().find(is_number).filter(|_| self.explain.is_some()) {
            bail!("package `{number}` is a number; write --explain={number} to explain as many benchmarks");
        }
        if let Some(flag) = self.packages.iter().find(|it| it.starts_with('-')) {
            bail!(
                "`{flag}` is no package; build tags are --tags LIST, and other flags of go belong in GOFLAGS"
            );
        }
        let variable = |name: &str| std::env::var(name).ok();
        let shard = self.shard.map(|it| it.resolve(variable)).transpose()?;
        ensure!(
            shard.is_none() || !self.outputs.are_wanted(),
            "--report with --shard: a shard has no verdict; `allocgate check` judges all shards and writes reports"
        );
        // Each program is measured once.
        let is_sizing = shard.is_none_or(|it| it.number() == 1);
        let new = Some(self.new.clone()).filter(|new| new != WORKTREE);
        let anchor = anchor.map(|anchor| anchor.name.clone());
        let [base, new] = self.variants.of(anchor.clone().or_else(|| self.base.clone()), new)?;
        Ok(Request {
            folder: std::env::current_dir().context("the working directory cannot be read")?,
            base,
            new,
            tags: self.tags.clone(),
            packages: self.packages.clone(),
            bench: self.bench.clone(),
            skip: self.skip.clone(),
            size: if is_sizing { self.size.clone() } else { Vec::new() },
            shard,
            shard_times: self.shard_times.clone(),
            selection: self.selection(),
            benchtime: self.benchtime,
            cpu: self.cpu.clone(),
            timeout: self.timeout,
            out: self.out.clone(),
            looks: run::looks(rounds, max_rounds)?,
            unchanged: self.unchanged,
            count: self.count.request(),
            tests_of_new: self.tests == "new",
            written: self.outputs.files().cloned().collect(),
            judging: Judging { anchor, ..self.policy.judging() },
        })
    }

    /// The arguments of `check` that judge the results.
    pub(super) fn check_args(&self) -> anyhow::Result<check::Args> {
        let [base, new] = [Side::Base, Side::New].map(|side| source(&run::results_file(&self.out, side)));
        Ok(check::Args::of(base?, new?, self.policy.clone(), self.outputs.clone(), self.detail.clone()))
    }

    /// The arguments of `check` that judge results in this file, without base.
    pub(super) fn check_args_of(&self, file: &Path) -> anyhow::Result<check::Args> {
        let file = source(file)?;
        let (policy, outputs, detail) = (self.policy.clone(), self.outputs.clone(), self.detail.clone());
        Ok(check::Args::of(file.clone(), file, policy, outputs, detail))
    }

    /// Which benchmarks are measured; `None` if all of the module.
    pub(super) fn selection(&self) -> Option<Selection> {
        let is_module = self.packages == ["./..."] && Path::new("go.mod").exists();
        Selection::new(&self.bench, self.skip.as_deref(), if is_module { &[] } else { &self.packages })
    }
}

fn source(path: &Path) -> anyhow::Result<Source> {
    let text = path.to_str().with_context(|| format!("{}: the path is not valid UTF-8", path.display()))?;
    Ok(text.parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_in_go() {
        for (text, want) in [
            ("90s", 90.0),
            ("1.5m", 90.0),
            ("1.5s", 1.5),
            ("250ms", 0.25),
            ("10m", 600.0),
            ("1h", 3600.0),
            ("1h30m", 5400.0),
        ] {
            assert_eq!(duration(text).map(|it| it.as_secs_f64()), Ok(want), "{text}");
        }
        assert_eq!(benchtime("100x"), Ok(BenchTime::Times(100)));
        assert_eq!(benchtime("1.5s"), Ok(BenchTime::For(Duration::from_millis(1500))));
        for text in ["abc", "x", "0x", "-1x", "100", "1.5x", "0s"] {
            assert!(benchtime(text).is_err(), "{text}");
        }
        for text in ["", "90", "s", "0s", "-1s", "1e400s", "2 days", "1d", "99999999999999999999h"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
