//! `allocgate history import`: takes over the history of another tool.

use super::add::{hash, stored};
use super::load::{checkout, here};
use super::push::TargetArgs;
use crate::cli::exit::Exit;
use crate::cli::limit::Limits;
use crate::cli::{console, environment, read};
use allocgate::internals::history::{Checkout, Foreign, StoredFile, data_js};
use allocgate::internals::input::Source;
use allocgate::internals::parse;
use allocgate::internals::trend::{StoredHeader, condense};
use allocgate::internals::words::{counted, list};
use anyhow::{Context, ensure};
use bstr::ByteSlice;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

/// Add the history of another tool: a data.js of github-action-benchmark, or files of benchmark results
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A data.js, or results with a `commit:` line or with the hash of the commit as their name
    #[arg(value_name = "FILE", required = true)]
    files: Vec<Source>,
    #[command(flatten)]
    target: TargetArgs,
}

/// The largest data.js, in bytes.
const LARGEST: usize = 1 << 30;

/// What is to be added.
#[derive(Default)]
struct Imported {
    files: Vec<StoredFile>,
    commits: BTreeSet<String>,
    /// Why something was not imported, each once.
    skipped: BTreeMap<String, usize>,
}

pub(super) fn import(args: &Args, limits: Limits) -> anyhow::Result<Exit> {
    let store = args.target.open()?;
    let checkout = checkout(&here()?)?;
    let mut imported = Imported::default();
    for source in &args.files {
        for file in source.expand()? {
            let name = file.file();
            match Path::new(&name).extension().is_some_and(|it| it == "js" || it == "json") {
                true => imported.foreign(&name)?,
                false => imported.results(&file, checkout.as_ref(), limits)?,
            }
        }
    }
    for (why, count) in &imported.skipped {
        console::warn(&format!("allocgate: {} skipped: {why}", counted(*count, "result")));
    }
    ensure!(
        !imported.files.is_empty(),
        "{}: nothing to import",
        list(args.files.iter().map(Source::file), 3)
    );
    let commits = counted(imported.commits.len(), "commit");
    let added = store.add(&imported.files, &format!("Import results of {commits}"))?;
    if added.added == 0 {
        console::warn(&format!("nothing new: the history has the results of {commits} already"));
        return args.target.finish(&store);
    }
    let known = match added.known {
        0 => String::new(),
        known => format!("; the history had {known} of {} already", counted(imported.files.len(), "file")),
    };
    console::warn(&format!("imported results of {commits}{known}"));
    args.target.finish(&store)
}

impl Imported {
    /// A data.js.
    fn foreign(&mut self, name: &str) -> anyhow::Result<()> {
        let file = File::open(name).and_then(|file| environment::bounded(file, LARGEST));
        let text = file.with_context(|| format!("{name}: cannot be read"))?;
        let text = text.with_context(|| format!("{name}: more than {LARGEST} bytes"))?;
        for foreign in data_js(&text).with_context(|| name.to_string())? {
            let Foreign { commit, commit_time, measured, repository, text, rejected } = foreign;
            if rejected > 0 {
                *self.skipped.entry("a value below zero".to_string()).or_default() += rejected;
            }
            match hash(&commit, "commit") {
                Ok(commit) => {
                    let header = StoredHeader { repository, commit, commit_time, measured, go: None };
                    self.add(&header, &parse::text(name, text.as_bytes()));
                }
                Err(error) => *self.skipped.entry(format!("{error}")).or_default() += 1,
            }
        }
        Ok(())
    }

    /// Results of `go test`, or of `allocgate run`.
    fn results(&mut self, file: &Source, checkout: Option<&Checkout>, limits: Limits) -> anyhow::Result<()> {
        let data = read::read_any(file, limits)?;
        let name = file.file();
        let recorded =
            data.configs().find_map(|it| it.get("commit")).map(|it| it.to_str_lossy().into_owned());
        let stem = Path::new(&name).file_stem().map(|it| it.to_string_lossy().into_owned());
        let commit = recorded.or(stem).unwrap_or_default();
        let commit = match checkout.map(|it| it.commit(&commit)) {
            Some(Ok(commit)) => commit,
            Some(Err(_)) | None => hash(&commit, "commit").with_context(|| {
                format!("{name}: no `commit:` line, and the name of the file is not the hash of a commit")
            })?,
        };
        let commit_time = checkout.map(|it| it.time(&commit)).transpose()?.flatten();
        let repository = checkout.map(Checkout::repository).transpose()?.unwrap_or_default();
        self.add(&StoredHeader { repository, commit, commit_time, measured: None, go: None }, &data);
        Ok(())
    }

    fn add(&mut self, header: &StoredHeader, data: &allocgate::internals::model::Dataset) {
        self.commits.insert(header.commit.clone());
        self.files.extend(condense(data, header).iter().map(|it| stored(it, &header.commit)));
    }
}
