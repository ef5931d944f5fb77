//! `allocgate history add`.

use super::load::{checkout, here};
use super::push::TargetArgs;
use crate::cli::exit::Exit;
use crate::cli::limit::Limits;
use crate::cli::{console, read};
use allocgate::internals::history::{Checkout, StoredFile};
use allocgate::internals::input::Source;
use allocgate::internals::model::Dataset;
use allocgate::internals::trend::{Condensed, StoredHeader, condense};
use allocgate::internals::words::{counted, list};
use anyhow::{bail, ensure};
use bstr::ByteSlice;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::fs;

/// Add results to the history, after they were measured on the main branch
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Results of one commit: files, directories, patterns, or - for standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<Source>,
    /// The commit that was measured [default: the `commit:` line of the files, else HEAD]
    #[arg(long, value_name = "REV")]
    commit: Option<String>,
    /// The version of Go that measured, such as 1.26.8, if the files do not record it as `go:`
    #[arg(long, value_name = "VERSION", value_parser = go_version)]
    go: Option<String>,
    #[command(flatten)]
    target: TargetArgs,
}

/// `1.26.8`, also written `go1.26.8` as `go env GOVERSION` prints it.
fn go_version(text: &str) -> Result<String, String> {
    let version = text.strip_prefix("go").unwrap_or(text);
    let is_version = version.starts_with(|c: char| c.is_ascii_digit())
        && version.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    match is_version {
        true => Ok(version.to_string()),
        false => Err("expected a version of Go, such as 1.26.8".to_string()),
    }
}

pub(super) fn add(args: &Args, limits: Limits) -> anyhow::Result<Exit> {
    let store = args.target.open()?;
    let data = read::read(&args.files, limits)?;
    let checkout = checkout(&here()?)?;
    let commit = commit(args.commit.as_deref(), &data, checkout.as_ref())?;
    read::warn_of_losses(&data);
    let header =
        StoredHeader { go: args.go.clone(), ..header(commit, checkout.as_ref(), measured(&args.files)?)? };
    let condensed = condense(&data, &header);
    if condensed.iter().any(|it| !it.machine.has_go()) {
        console::warn(
            "warning: the files do not record the version of Go, so a new one begins no new series: add --go \"$(go env GOVERSION)\"",
        );
    }
    let files: Vec<StoredFile> = condensed.iter().map(|it| stored(it, &header.commit)).collect();
    let short = header.commit.get(..12).unwrap_or(&header.commit);
    let added = store.add(&files, &format!("Add results of {short}"))?;
    let benchmarks = counted(condensed.iter().map(|it| it.benchmarks).sum(), "benchmark");
    let machines = list(condensed.iter().map(|it| &it.machine), 3);
    match added.added {
        0 => console::warn(&format!(
            "{short}: the history has these results already: {benchmarks} on {machines}"
        )),
        _ => console::warn(&format!("{short}: added {benchmarks} on {machines}")),
    }
    args.target.finish(&store)
}

/// The place of a text in the store, if its number is free.
pub(super) fn stored(condensed: &Condensed, commit: &str) -> StoredFile {
    let start = commit.get(..2).unwrap_or_default();
    StoredFile {
        path: format!("v1/{}/{start}/{commit}-1.txt", condensed.machine),
        text: condensed.text.clone().into_bytes(),
    }
}

/// When results were measured: when the newest of their files was written, so that a file that is added twice is the same. Standard
/// input is as new as it can be.
fn measured(sources: &[Source]) -> anyhow::Result<i64> {
    let mut newest: Option<i64> = None;
    for source in sources {
        for file in source.expand()? {
            let written = fs::metadata(file.file()).and_then(|it| it.modified());
            let written =
                written.ok().and_then(|time| Timestamp::try_from(time).ok()).map(Timestamp::as_second);
            newest = newest.max(written);
        }
    }
    Ok(newest.unwrap_or_else(|| Timestamp::now().as_second()))
}

fn header(commit: String, checkout: Option<&Checkout>, measured: i64) -> anyhow::Result<StoredHeader> {
    let (repository, commit_time) = match checkout {
        Some(checkout) => (checkout.repository()?, checkout.time(&commit)?),
        None => (String::new(), None),
    };
    Ok(StoredHeader { repository, commit, commit_time, measured: Some(measured), go: None })
}

/// The commit of results: as it is given, else as the files record it, else HEAD.
fn commit(given: Option<&str>, data: &Dataset, checkout: Option<&Checkout>) -> anyhow::Result<String> {
    if let Some(given) = given {
        // A shallow clone need not have the commit of a whole hash.
        let is_whole = given.len() >= 40 && hash(given, "--commit").is_ok();
        return match checkout.filter(|_| !is_whole) {
            Some(checkout) => Ok(checkout.commit(given)?),
            None => hash(given, "--commit"),
        };
    }
    let recorded: BTreeSet<String> =
        data.configs().filter_map(|it| it.get("commit")).map(|it| it.to_str_lossy().into_owned()).collect();
    let recorded: Vec<String> = recorded.into_iter().collect();
    match (recorded.as_slice(), checkout) {
        ([], Some(checkout)) => Ok(checkout.commit("HEAD")?),
        ([], None) => bail!("the files do not say of which commit they are; add --commit HASH"),
        ([one], _) if one.ends_with("-dirty") => {
            bail!(
                "the results are of {one}: a working tree with uncommitted changes; measure the commit, or name it with --commit"
            )
        }
        ([one], _) => hash(one, "commit:"),
        (several, _) => bail!(
            "the files are of {} commits: {}; add the files of each commit alone, or name it with --commit",
            several.len(),
            list(several, 5)
        ),
    }
}

/// A hash as git writes it.
pub(super) fn hash(text: &str, what: &str) -> anyhow::Result<String> {
    let is_hash = (7..=64).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_hexdigit());
    ensure!(is_hash, "{what} {text}: not the hash of a commit, expected 7 to 64 hexadecimal digits");
    Ok(text.to_ascii_lowercase())
}
