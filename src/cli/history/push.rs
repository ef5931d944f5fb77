//! Pushing the history, by itself or after something was added.

use super::load::StoreArgs;
use crate::cli::console;
use crate::cli::exit::Exit;
use allocgate::internals::history::{BRANCH, Pushed, Store};
use allocgate::internals::words::counted;
use anyhow::ensure;

/// Where what is added goes.
#[derive(Debug, clap::Args)]
pub(super) struct TargetArgs {
    /// Push the branch afterwards, and merge it with what others have pushed
    #[arg(long)]
    push: bool,
    #[command(flatten)]
    remote: PushArgs,
    #[command(flatten)]
    store: StoreArgs,
}

impl TargetArgs {
    pub(super) fn open(&self) -> anyhow::Result<Store> {
        ensure!(
            !(self.push && self.store.store.is_some()),
            "--push is for the branch {BRANCH}; a folder has no remote"
        );
        self.store.open()
    }

    /// Pushes what was added, if that is wanted.
    pub(super) fn finish(&self, store: &Store) -> anyhow::Result<Exit> {
        if self.push {
            tell_push(store, &self.remote)?;
        }
        Ok(Exit::Done)
    }
}

/// Push the history, merged with what others have pushed
#[derive(Debug, clap::Args)]
pub(super) struct PushArgs {
    /// The remote to push to
    #[arg(long, value_name = "NAME", default_value = "origin")]
    remote: String,
}

pub(super) fn push(args: &PushArgs) -> anyhow::Result<Exit> {
    tell_push(&StoreArgs::default().open()?, args)?;
    Ok(Exit::Done)
}

fn tell_push(store: &Store, PushArgs { remote }: &PushArgs) -> anyhow::Result<()> {
    let Some(Pushed { files, lost }) = store.push(remote)? else { return Ok(()) };
    let others = match lost {
        0 => String::new(),
        1 => "; another push came first".to_string(),
        lost => format!("; {lost} other pushes came first"),
    };
    match files {
        0 => console::warn(&format!("{remote} has everything{others}")),
        files => console::warn(&format!("pushed {} to {remote}{others}", counted(files, "file"))),
    }
    Ok(())
}
