//! `allocgate history`: keeps results of the main branch, and shows what they do over time.

mod add;
mod import;
mod learn;
mod load;
mod push;
mod show;

use super::exit::Exit;
use super::limit::Limits;
use clap::Subcommand;
pub(super) use learn::learned;
pub(super) use load::{StoreArgs, here, load, settings};

/// Keep results of the main branch, and find steps and slow drift in them
///
/// The store is the branch `allocgate-history` of this repository, written without a working tree, or a folder. It only grows: every file
/// is written once, so that nothing is lost when jobs push at the same time.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Add(add::Args),
    Push(push::PushArgs),
    Import(import::Args),
    Show(show::ShowArgs),
    Html(show::HtmlArgs),
    Export(show::ExportArgs),
}

pub(super) fn run(args: &Args, limits: Limits) -> anyhow::Result<Exit> {
    match &args.action {
        Action::Add(args) => add::add(args, limits),
        Action::Push(args) => push::push(args),
        Action::Import(args) => import::import(args, limits),
        Action::Show(args) => show::show(args, limits),
        Action::Html(args) => show::html(args, limits),
        Action::Export(args) => show::export(args, limits),
    }
}
