//! `allocgate init`: a first policy, and the job of the CI.

use super::exit::Exit;
use super::limit::Limits;
use super::progress::Progress;
use super::{budget, console, environment, interrupt, read, run as run_command, write};
use allocgate::internals::gate::Gate;
use allocgate::internals::input::Source;
use allocgate::internals::model::Class;
use allocgate::internals::policy::{MeasuredRow, Policy};
use allocgate::internals::run::{self, AloneRequest, BenchTime, RunError, Stop};
use allocgate::internals::setup::{self, Ci, Facts, Program, RepositoryFacts, Starter};
use allocgate::internals::words::{counted, list};
use anyhow::{Context, bail, ensure};
use std::io::{IsTerminal, stderr, stdin};
use std::path::{Path, PathBuf};

/// Write a first allocgate.toml with budgets, and the job of the CI
///
/// Without FILE, measures the packages of the working tree in three processes. Shows both files before anything is written, and
/// asks; without a terminal, nothing is written without --yes. Files that exist are never changed.
#[derive(Debug, clap::Args)]
#[command(override_usage = "allocgate init [OPTIONS] [FILE…] [-- PACKAGES…]")]
pub(super) struct Args {
    /// Results of the code as it is, of at least three processes: files, directories, patterns, or - for standard input
    #[arg(value_name = "FILE")]
    sources: Vec<Source>,
    /// Write the files without asking
    #[arg(short, long)]
    yes: bool,
    /// CI to write a job for [default: by the files and the remote of the repository]
    #[arg(long, value_enum, value_name = "CI")]
    ci: Option<CiChoice>,
    /// Benchmarks to measure, as in go test
    #[arg(long, value_name = "REGEX", default_value = ".", conflicts_with = "sources")]
    bench: String,
    /// How long a sample takes in the first process, or its b.N, as in go test; a half in the second, a quarter in the third
    #[arg(long, value_name = "TIME", default_value = "100ms", value_parser = run_command::benchtime, conflicts_with = "sources")]
    benchtime: BenchTime,
    /// How many processes measure each package
    #[arg(long, value_name = "N", default_value_t = MeasuredRow::ENOUGH_PROCESSES, value_parser = run_command::rounds, conflicts_with = "sources")]
    processes: usize,
    /// Folder for the results, init.txt
    #[arg(long, value_name = "DIR", default_value = ".allocgate", conflicts_with = "sources")]
    out: PathBuf,
    /// Packages, as in go test [default: ./...]
    #[arg(value_name = "PACKAGES", last = true)]
    packages: Vec<String>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum CiChoice {
    #[value(name = "github")]
    GitHub,
    #[value(name = "gitlab")]
    GitLab,
    None,
}

/// A file to write.
struct NewFile {
    /// As it is shown.
    name: String,
    path: PathBuf,
    text: String,
}

pub(super) fn run(args: &Args, limits: Limits) -> anyhow::Result<Exit> {
    let stop = interrupt::stops_run()?;
    match prepare(args, limits, &stop) {
        Err(error) if matches!(error.downcast_ref(), Some(RunError::Interrupted)) => {
            console::warn("interrupted; nothing was written");
            Ok(Exit::Interrupted)
        }
        Err(error) => Err(error),
        Ok((files, next)) => finish(args, &files, &next),
    }
}

/// The files, and the command that writes them from the same results.
fn prepare(args: &Args, limits: Limits, stop: &Stop) -> anyhow::Result<(Vec<NewFile>, String)> {
    let here = std::env::current_dir().context("the working directory cannot be read")?;
    let facts = run::survey(&here, stop)?;
    let policy = here.join(environment::POLICY_FILE);
    let job = job(args, &facts);
    if policy.symlink_metadata().is_ok() {
        // Nothing is measured for a policy that is not written.
        let name = environment::POLICY_FILE.to_string();
        let files = [NewFile { name, path: policy, text: String::new() }].into_iter().chain(job);
        return Ok((files.collect(), format!("allocgate init --yes{}", ci_option(args))));
    }
    ensure!(
        !args.sources.is_empty() || facts.module.is_some() || facts.go == Program::Missing,
        "no go.mod here or above; go to the folder of a Go module, or give files of results"
    );
    let sources = if args.sources.is_empty() {
        vec![measure(args, &here, &facts.go, stop)?]
    } else {
        args.sources.clone()
    };
    let starter = first_policy(&sources, limits)?;
    let budgets = counted(starter.budgets, "budget");
    if !starter.left_out.is_empty() {
        let (rows, names) = (counted(starter.left_out.len(), "row"), list(starter.left_out.iter(), 5));
        console::warn(&format!("no maximum for {rows} that vary from process to process: {names}"));
    }
    let name = format!("{}, {budgets}", environment::POLICY_FILE);
    let files = [NewFile { name, path: policy, text: starter.text }].into_iter().chain(job).collect();
    let named: Vec<String> = sources.iter().map(Source::file).collect();
    Ok((files, format!("allocgate init --yes{} {}", ci_option(args), named.join(" "))))
}

/// The option that names the CI, if it was given.
fn ci_option(args: &Args) -> &'static str {
    match args.ci {
        Some(CiChoice::GitHub) => " --ci github",
        Some(CiChoice::GitLab) => " --ci gitlab",
        Some(CiChoice::None) => " --ci none",
        None => "",
    }
}

/// Measures the working tree into a file of its own.
fn measure(args: &Args, here: &Path, go: &Program, stop: &Stop) -> anyhow::Result<Source> {
    let packages = if args.packages.is_empty() { vec!["./...".to_string()] } else { args.packages.clone() };
    let request = AloneRequest {
        folder: here.to_path_buf(),
        packages,
        bench: args.bench.clone(),
        benchtime: args.benchtime,
        processes: args.processes,
        go: version(go),
        selection: None,
    };
    let file = args.out.join("init.txt");
    let progress = Progress::new();
    let failures = run::measure_alone(&request, &file, stop, &mut |process| {
        progress.print(&format!("go test: process {process} of {}", args.processes));
    })?;
    progress.clear();
    failures.iter().for_each(|line| console::warn(&format!("warning: {line}")));
    let path = file.to_str().with_context(|| format!("{}: the path is not valid UTF-8", file.display()))?;
    Ok(path.parse()?)
}

/// `1.26.8`, from `go1.26.8 linux/amd64`.
pub(super) fn version(go: &Program) -> Option<String> {
    match go {
        Program::Found(line) => Some(line.split(' ').next()?.strip_prefix("go")?.to_string()),
        Program::Missing | Program::Failed(_) => None,
    }
}

fn first_policy(sources: &[Source], limits: Limits) -> anyhow::Result<Starter> {
    let dataset = read::read(sources, limits)?;
    read::warn_of_losses(&dataset);
    let side = read::side(&dataset, limits)?;
    let measured = Gate::measured(&side, None, |unit| unit.class() == Class::Counting);
    ensure!(!measured.is_empty(), "no result has allocations; run `go test` with -benchmem");
    budget::warn_of_few_processes(&measured);
    let starter = setup::starter(&measured, &Policy::builtin(), &budget::note(&dataset, &measured));
    // The draft must be a valid policy. It is not if a value is negative.
    Policy::parse("the draft", &starter.text)?;
    Ok(starter)
}

/// The job of the CI; `None` without a repository or a known CI.
fn job(args: &Args, facts: &Facts) -> Option<NewFile> {
    let repository: &RepositoryFacts = facts.repository.as_ref()?;
    let ci = match args.ci {
        Some(CiChoice::None) => return None,
        Some(CiChoice::GitHub) => Some(Ci::GitHub),
        Some(CiChoice::GitLab) => Some(Ci::GitLab),
        None => Ci::detect(repository),
    };
    let Some(ci) = ci else {
        console::warn("no CI found: no job is written; --ci github or --ci gitlab names it");
        return None;
    };
    let job = setup::workflow(ci, &repository.prefix, env!("CARGO_PKG_REPOSITORY"));
    Some(NewFile { name: job.path.to_string(), path: repository.root.join(job.path), text: job.text })
}

/// Shows the files, asks, and writes those that do not exist.
fn finish(args: &Args, files: &[NewFile], next: &str) -> anyhow::Result<Exit> {
    let (there, new): (Vec<&NewFile>, Vec<&NewFile>) =
        files.iter().partition(|file| file.path.symlink_metadata().is_ok());
    console::print(|out| {
        new.iter().try_for_each(|file| writeln!(out, "==> {}\n{}", file.name, file.text))?;
        there.iter().try_for_each(|file| writeln!(out, "==> {}: exists, not changed", file.name))
    })?;
    if new.is_empty() {
        console::warn("nothing to write");
        return Ok(Exit::Done);
    }
    if !args.yes && !is_confirmed(new.len())? {
        console::warn(&format!("nothing was written; to write: {next}"));
        return Ok(Exit::Done);
    }
    for file in &new {
        if let Some(folder) = file.path.parent() {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("{}: the directory cannot be created", folder.display()))?;
        }
        write::create(&file.path, &file.text)?;
        console::warn(&format!("{}: written", file.path.display()));
    }
    if new.iter().any(|file| file.text.contains(setup::PLACEHOLDER)) {
        let placeholder = setup::PLACEHOLDER;
        console::warn(&format!(
            "replace {placeholder} in the job by the repository that allocgate comes from"
        ));
    }
    Ok(Exit::Done)
}

/// Asks on a terminal. Without one, the answer is no.
fn is_confirmed(files: usize) -> anyhow::Result<bool> {
    if !(stdin().is_terminal() && stderr().is_terminal()) {
        return Ok(false);
    }
    console::ask(&format!("write {}? [y/N] ", counted(files, "file")));
    let mut answer = String::new();
    if let Err(error) = stdin().read_line(&mut answer) {
        bail!("standard input: cannot be read: {error}");
    }
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
