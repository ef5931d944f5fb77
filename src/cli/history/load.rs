//! Reads a store.

use crate::cli::console;
use crate::cli::limit::Limits;
use allocgate::internals::history::{Checkout, Store, StoreError, StoredFile};
use allocgate::internals::parse::Parser;
use allocgate::internals::policy::Policy;
use allocgate::internals::trend::{self, History, NotStored, Settings, StoredText};
use anyhow::{Context, bail};
use bstr::ByteSlice;
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// The store, and the branch whose commits it is about.
#[derive(Debug, Clone, Default, clap::Args)]
pub(in crate::cli) struct StoreArgs {
    /// Folder of the store, such as a mounted bucket [default: the branch allocgate-history]
    #[arg(long, value_name = "DIR")]
    pub store: Option<PathBuf>,
    /// Branch whose first-parent line orders the commits [default: HEAD]
    #[arg(long, value_name = "REV")]
    pub line: Option<String>,
}

/// The most files that are named because they are skipped.
const NAMED: usize = 5;

impl StoreArgs {
    pub fn open(&self) -> anyhow::Result<Store> {
        Ok(Store::open(&here()?, self.store.as_deref())?)
    }
}

/// The working directory.
pub(in crate::cli) fn here() -> anyhow::Result<PathBuf> {
    std::env::current_dir().context("the working directory cannot be read")
}

/// The repository of the code, if the working directory is in one.
pub(super) fn checkout(here: &Path) -> anyhow::Result<Option<Checkout>> {
    match Checkout::open(here) {
        Ok(checkout) => Ok(Some(checkout)),
        Err(StoreError::NotARepository(_)) => Ok(None),
        // With a folder, the order of commits is that of their times.
        Err(StoreError::NoGit(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Reads the store. Files that are foreign or half-written are named and skipped.
///
/// # Errors
/// If there is no history, or nothing in it can be read.
pub(in crate::cli) fn load(args: &StoreArgs, limits: Limits) -> anyhow::Result<History> {
    let files = args.open()?.read()?;
    let read: Vec<Result<StoredText, NotStored>> =
        files.par_iter().map(|file| read(file, limits)).collect::<anyhow::Result<_>>()?;
    let mut texts = Vec::new();
    let mut skipped = 0;
    for (file, read) in files.iter().zip(read) {
        match read {
            Ok(text) => texts.push(text),
            // People explain their branches.
            Err(_) if !file.path.contains('/') && file.path.ends_with(".md") => {}
            Err(why) => {
                skipped += 1;
                if skipped <= NAMED {
                    console::warn(&format!("allocgate: {}: skipped: {why}", file.path));
                }
            }
        }
    }
    if skipped > NAMED {
        console::warn(&format!("allocgate: {} more files are skipped", skipped - NAMED));
    }
    if texts.is_empty() {
        bail!("the history has no results; add some with `allocgate history add FILE`");
    }
    let checkout = checkout(&here()?)?;
    let revision = args.line.as_deref();
    let lineage = match (&checkout, revision) {
        (Some(checkout), Some(revision)) => Some(checkout.lineage(revision)?),
        (None, Some(revision)) => bail!("--line {revision}: the working directory is in no git repository"),
        // A repository without commits has no line.
        (Some(checkout), None) => checkout.lineage("HEAD").ok(),
        (None, None) => None,
    };
    Ok(trend::assemble(texts, lineage.as_ref()))
}

fn read(file: &StoredFile, limits: Limits) -> anyhow::Result<Result<StoredText, NotStored>> {
    let mut parser = Parser::new(file.path.as_str(), file.path.as_str(), limits.model);
    for (index, line) in file.text.lines().enumerate() {
        parser.line(index + 1, 0, line)?;
    }
    Ok(StoredText::read(&file.path, &file.text, &parser.finish()?))
}

/// How the policy wants series to be judged.
pub(in crate::cli) fn settings(policy: &Policy) -> Settings {
    let better =
        policy.units.iter().filter_map(|(unit, rule)| Some((unit.clone(), rule.better.as_ref()?.value)));
    let history = &policy.history;
    Settings {
        alpha: history.alpha.value,
        points: history.points.value,
        least_percent: history.least_percent.value,
        better: better.collect(),
    }
}
