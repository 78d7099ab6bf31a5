//! One file a command.

mod completions;
mod copy;
mod eval;
mod index;
mod init;
mod list;
mod logging;
mod mcp;
mod migrate;
mod parse;
mod problems;
mod search;
mod serve;
mod show;
mod sources;
mod status;
mod token;
mod verify;

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use ccr_index::search::Searcher;
use ccr_index::store::Place;

use crate::args::{Arguments, Command, SourcesCommand};
use crate::embedder::Choice;
use crate::printer::Printer;

/// How a command that could run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Exit code 0.
    Done,
    /// Exit code 1: done, but nothing was found, or a source or file could not be read.
    DoneBut,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> ExitCode {
        match outcome {
            Outcome::Done => ExitCode::SUCCESS,
            Outcome::DoneBut => ExitCode::from(1),
        }
    }
}

impl Outcome {
    fn done_if(is_good: bool) -> Self {
        if is_good { Outcome::Done } else { Outcome::DoneBut }
    }
}

/// Runs the command.
pub(crate) fn run(arguments: Arguments, printer: &mut Printer) -> anyhow::Result<Outcome> {
    let global = arguments.global;
    let data_dir = &global.data_dir;
    // What needs no index needs no place for it either.
    let place = || global.place();
    let choice = &Choice(global.embedder.clone());
    match arguments.command {
        Command::Init(init) => init::run(&init, printer),
        Command::Index(index) => index::run(index, &place()?, data_dir, choice, printer),
        Command::Search(search) => search::run(search, &place()?, data_dir, choice, printer),
        Command::Show(show) => show::run(&show, &place()?, printer),
        Command::List(list) => list::run(list, &place()?, printer),
        Command::Parse(file) => parse::run(&file, printer),
        Command::Mcp(mcp) => mcp::run(&mcp, &place()?, data_dir, choice),
        Command::Problems(problems) => problems::run(&problems, &place()?, printer),
        Command::Status => status::run(&place()?, printer),
        Command::Verify => verify::run(&place()?, printer),
        Command::Eval(eval) => eval::run(&eval, &place()?, data_dir, choice, printer),
        Command::Serve(serve) => serve::run(serve, &place()?, data_dir, choice),
        Command::Token(command) => token::run(command, printer),
        Command::Sources(SourcesCommand::Check(file)) => sources::check(&file, printer),
        Command::Migrate(migrate) => migrate::run(&migrate, &place()?, printer),
        Command::Copy(copy) => copy::run(&copy, &global, printer),
        Command::Completions(completions) => completions::run(&completions, printer),
    }
}

/// Reads a file of at most `limit` bytes. What stands in its metadata is not asked: a pipe or a device
/// says nothing of what will come out of it.
fn read_at_most(path: &Path, limit: u64) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes));
    read.with_context(|| format!("could not read `{}`", path.display()))?;
    if bytes.len() as u64 > limit {
        bail!("could not read `{}`: it is larger than the limit of {limit} bytes", path.display());
    }
    Ok(bytes)
}

/// The index in service, for what needs no question.
fn open(place: &Place) -> anyhow::Result<Searcher> {
    Searcher::open(place).context("could not open the index")
}
