//! One run from its first question to the last round.

use super::binary::{Built, Candidate};
use super::candidates::{candidates, mention_failures, nothing_builds};
use super::changes::changed;
use super::event::Tell;
use super::git::Repository;
use super::machine::{self, Readings};
use super::measure::Job;
use super::plan::{Entry, Plan};
use super::results::{self, Results};
use super::revision::{Tree, revisions};
use super::worktree::{Worktree, left_in};
use super::{Event, Remaining, RunError, Side, Stop};
use crate::model::{Looks, Selection};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// What is to be measured.
#[derive(Debug, Clone)]
pub struct Request {
    /// The folder in which the packages are named: that of the user.
    pub folder: PathBuf,
    /// The revision before the change; `None` is where the history of the other one left the default branch.
    pub base: Option<String>,
    /// The revision after it; `None` is the working tree as it stands.
    pub new: Option<String>,
    /// The packages, as the go command takes them.
    pub packages: Vec<String>,
    /// What `-bench` says.
    pub bench: String,
    /// Which benchmarks that is, for the header of the results; `None` if it is all of the module.
    pub selection: Option<Selection>,
    /// What `-benchtime` says, if anything.
    pub benchtime: Option<String>,
    /// What `-cpu` says, if anything.
    pub cpu: Option<String>,
    /// How long one benchmark may take until it is ended.
    pub timeout: Duration,
    /// The folder of the results.
    pub out: PathBuf,
    /// The rounds after which the results are looked at; the last one is the most that anything is measured.
    pub looks: Looks,
    /// Whether what cannot have changed is measured as well.
    pub unchanged: bool,
}

/// A run that is prepared. Dropping it removes the worktrees and everything else but the results.
#[derive(Debug)]
pub struct Session {
    pub(super) request: Request,
    pub(super) stop: Stop,
    pub(super) base: Tree,
    pub(super) new: Tree,
    pub(super) candidates: Vec<Candidate>,
    unchanged: Vec<String>,
    plan: Plan,
    results: Results,
    measured: usize,
    _binaries: TempDir,
    _worktrees: Vec<Worktree>,
    _occupied: Option<File>,
}

impl Session {
    /// Finds both revisions, builds their test binaries and opens the files of results. Nothing is timed yet.
    ///
    /// # Errors
    /// If the question cannot be asked: no repository, no such revision, no Go, nothing to measure, …
    pub fn prepare(request: Request, stop: &Stop, tell: &mut Tell) -> Result<Session, RunError> {
        let repository = Repository::around(&request.folder, stop)?;
        results::check(&request.out)?; // before anything that takes time
        mention_remains(&repository, tell)?;
        let (base, new) = revisions(&repository, &request, tell)?;
        let changed = changed(&repository, &base.commit, new.worktree.as_ref().map(|_| new.commit.as_str()))?;
        let base_tree = Tree::of(&base, &repository, &request, stop)?;
        let new_tree = Tree::of(&new, &repository, &request, stop)?;
        new_tree.knows_its_workspace(&repository)?;
        mention_devices(&base_tree, &new_tree, tell);
        // Beside a worktree, so that what a killed run leaves is found together.
        let place = base.worktree.as_ref().map_or_else(std::env::temp_dir, |it| it.folder().to_path_buf());
        let binaries = tempfile::Builder::new().prefix("allocgate-").tempdir_in(&place);
        let binaries = binaries.map_err(RunError::file(place, "used for test binaries"))?;
        let sides = [(&base_tree, &base), (&new_tree, &new)];
        let candidates = candidates(&request, sides, binaries.path(), stop, tell)?;
        mention_failures(&candidates, tell);
        let is_idle = |it: &&Candidate| it.is_unchanged(&changed, &new_tree.root);
        let unchanged: Vec<String> = candidates.iter().filter(is_idle).map(|it| it.path.clone()).collect();
        let plan = first_plan(&candidates, &unchanged);
        nothing_builds(&candidates, &new_tree.name)?;
        let (occupied, other_run) = machine::occupy();
        let readings = Readings { other_run, ..Readings::take(Path::new("/")) };
        machine::remarks(&readings).iter().for_each(|remark| tell(Event::Remark(remark)));
        let results = Results::create(&request.out)?;
        let worktrees = [base.worktree, new.worktree].into_iter().flatten().collect();
        Ok(Session {
            request,
            stop: stop.clone(),
            base: base_tree,
            new: new_tree,
            candidates,
            unchanged,
            plan,
            results,
            measured: 0,
            _binaries: binaries,
            _worktrees: worktrees,
            _occupied: occupied,
        })
    }

    /// The packages that need no measurement: their test binaries are the same on both sides, byte for byte.
    pub fn unchanged(&self) -> &[String] {
        &self.unchanged
    }

    /// Measures them all the same.
    pub fn run_unchanged(&mut self) {
        self.unchanged.clear();
        self.plan = first_plan(&self.candidates, &[]);
    }

    /// Whether there is nothing to measure at all, nor anything that failed to build.
    pub fn is_idle(&self) -> bool {
        self.candidates.len() == self.unchanged.len()
    }

    /// Whether a side would not be run at all, for all it has is the same on both sides.
    pub fn leaves_a_side_empty(&self) -> bool {
        let runs = |side| self.plan.entries.iter().any(|entry| entry.sides.contains(&side));
        !runs(Side::Base) || !runs(Side::New)
    }

    /// What was compared with what, in the words of git.
    pub fn revisions(&self) -> (&str, &str) {
        (&self.base.name, &self.new.name)
    }

    /// The results of a side.
    pub fn file(&self, side: Side) -> PathBuf {
        results::path(&self.request.out, side)
    }

    /// Where profiles are kept.
    pub fn profiles(&self) -> PathBuf {
        self.request.out.join("profile")
    }

    /// The rounds after which the results are looked at.
    pub fn looks(&self) -> &Looks {
        &self.request.looks
    }

    /// Measures up to round `last`.
    ///
    /// # Errors
    /// If it is stopped, a file cannot be written, or nothing matches the pattern.
    pub fn measure(&mut self, last: usize, tell: &mut Tell) -> Result<(), RunError> {
        if self.measured == 0 {
            self.write_what_does_not_run()?;
        }
        let (begin, before) = (Instant::now(), self.measured);
        let of = self.looks().rounds().iter().copied().find(|&look| look >= last).unwrap_or(last);
        for round in before + 1..=last {
            let start = Instant::now();
            let done = round - 1 - before;
            let pace = (done > 0).then(|| begin.elapsed() / u32::try_from(done).unwrap_or(u32::MAX));
            let rounds_left = u32::try_from(of - round + 1).unwrap_or(u32::MAX);
            let left = pace.map(|pace| (pace * rounds_left).saturating_sub(start.elapsed()));
            let is_idle = self.plan.entries.is_empty();
            let results = self.round((round, of), left, tell)?;
            if round == 1 && results == 0 && !is_idle {
                return Err(self.nothing_matches());
            }
            self.results.keep();
            self.measured = round;
            let pace = begin.elapsed() / u32::try_from(done + 1).unwrap_or(u32::MAX);
            tell(Event::Round { round, of, took: start.elapsed(), left: pace * (rounds_left - 1) });
        }
        Ok(())
    }

    /// Whether nothing is left that could be measured.
    pub fn is_over(&self) -> bool {
        self.plan.entries.is_empty()
    }

    /// The keys of the configuration lines in which the two files differ by nature.
    pub fn apart(&self) -> &'static str {
        if self.base.toolchain.name == self.new.toolchain.name { "commit" } else { "commit,toolchain,go" }
    }

    /// Leaves what remains for the next rounds.
    pub fn narrow(&mut self, remaining: &Remaining) {
        self.plan.narrow(remaining);
    }

    fn round(
        &mut self,
        (round, of): (usize, usize),
        left: Option<Duration>,
        tell: &mut Tell,
    ) -> Result<usize, RunError> {
        let begin = Instant::now();
        let (mut lost, mut silent) = (Vec::new(), BTreeMap::new());
        let mut all = 0;
        for (at, side) in self.plan.turns(round) {
            let entry = self.plan.entries[at].clone();
            if lost.contains(&entry.path) {
                continue;
            }
            let mut begins = |name: Option<&str>| {
                let left = left.map(|left| left.saturating_sub(begin.elapsed()));
                tell(Event::Benchmark { round, of, side, package: &entry.path, name, left });
            };
            let (results, trouble) = self.turn(&entry, side, &mut begins)?;
            if let Some(trouble) = trouble {
                tell(Event::Remark(&trouble));
                lost.push(entry.path.clone());
            }
            *silent.entry(entry.path).or_insert(0) += results;
            all += results;
        }
        lost.extend(silent.into_iter().filter(|&(_, results)| results == 0).map(|(path, _)| path));
        lost.iter().for_each(|path| self.plan.drop(path));
        Ok(all)
    }

    /// Runs one package on one side: how many results there are, and what is wrong if it need not be tried again.
    fn turn(
        &mut self,
        entry: &Entry,
        side: Side,
        begins: &mut dyn FnMut(Option<&str>),
    ) -> Result<(usize, Option<String>), RunError> {
        let candidate = &self.candidates[entry.index];
        let (built, tree) = match side {
            Side::Base => (&candidate.base, &self.base),
            Side::New => (&candidate.new, &self.new),
        };
        let Some(Built::Binary { file, folder }) = built else { return Ok((0, None)) };
        let arguments = self.request.arguments(&entry.pattern(&self.request.bench));
        let job = Job { binary: file, folder, package: &entry.path, arguments, limit: self.request.timeout };
        let results = &mut self.results;
        results.write(side, tree.header.as_bytes())?;
        let measured = job.run(&self.stop, |text| results.write(side, text), begins)?;
        let trouble = measured.is_lost().then(|| {
            let last = measured.last.as_deref().unwrap_or("no benchmark");
            format!(
                "{} on the side of {side} ended in {last}, and is not run again; see {}",
                entry.path,
                results::path(&self.request.out, side).display()
            )
        });
        Ok((measured.results, trouble))
    }

    /// What `go test` prints of packages that do not build, and which are not run for they are the same.
    fn write_what_does_not_run(&mut self) -> Result<(), RunError> {
        for side in [Side::Base, Side::New] {
            let header = match side {
                Side::Base => &self.base.header,
                Side::New => &self.new.header,
            };
            let mut text = header.clone();
            for path in &self.unchanged {
                text += &format!("# {path}: not run, for its test binary is the same on both sides\n");
            }
            for candidate in &self.candidates {
                let built = if side == Side::Base { &candidate.base } else { &candidate.new };
                if let Some(Built::Failed { how, .. }) = built {
                    text += &format!("FAIL\t{} [{how}]\n", candidate.path);
                }
            }
            self.results.write(side, text.as_bytes())?;
        }
        Ok(())
    }

    /// Why nothing was measured: Go says if it is the arguments.
    fn nothing_matches(&self) -> RunError {
        let text = std::fs::read_to_string(self.file(Side::New)).unwrap_or_default();
        let complaint =
            |line: &&str| line.starts_with("testing: invalid") || line.starts_with("invalid value ");
        if let Some(said) = text.lines().find(complaint) {
            return RunError::Arguments(said.to_string());
        }
        let names: Vec<&str> =
            self.candidates.iter().flat_map(|it| &it.benchmarks).map(String::as_str).collect();
        let more = if names.len() > 5 { ", …" } else { "" };
        let examples = format!("{}{more}", names[..names.len().min(5)].join(", "));
        RunError::NothingMatches { pattern: self.request.bench.clone(), examples }
    }
}

impl Request {
    /// The arguments of a test binary.
    fn arguments(&self, pattern: &str) -> Vec<String> {
        let time = self.benchtime.iter().map(|time| format!("-test.benchtime={time}"));
        let cpu = self.cpu.iter().map(|cpu| format!("-test.cpu={cpu}"));
        let all = [format!("-test.bench={pattern}"), "-test.benchmem".to_string()];
        all.into_iter().chain(time).chain(cpu).collect()
    }
}

/// Benchmarks that touch files are as fast as the file system that these are on.
fn mention_devices(base: &Tree, new: &Tree, tell: &mut Tell) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let device = |tree: &Tree| tree.root.metadata().map(|it| it.dev()).ok();
        if device(base) != device(new) {
            tell(Event::Remark(&format!(
                "base is checked out in {}, on another file system than new: benchmarks that touch files cannot be compared; set TMPDIR to a folder on that of new",
                base.root.display()
            )));
        }
    }
    #[cfg(not(unix))]
    let _ = (base, new, tell);
}

fn mention_remains(repository: &Repository, tell: &mut Tell) -> Result<(), RunError> {
    for remains in left_in(repository)? {
        let tree = remains.tree.display();
        tell(Event::Remark(&format!(
            "{tree}: left behind by a run that was killed; allocgate run --clean removes it"
        )));
    }
    Ok(())
}

fn first_plan(candidates: &[Candidate], unchanged: &[String]) -> Plan {
    let runs = |built: &Option<Built>| matches!(built, Some(Built::Binary { .. }));
    let entries = candidates.iter().enumerate().filter(|(_, it)| !unchanged.contains(&it.path));
    let entries = entries.map(|(index, it)| {
        let base = runs(&it.base).then_some(Side::Base);
        let new = runs(&it.new).then_some(Side::New);
        Entry { index, path: it.path.clone(), sides: base.into_iter().chain(new).collect(), functions: None }
    });
    Plan { entries: entries.filter(|entry| !entry.sides.is_empty()).collect() }
}
