use anyhow::Result;
use clap::CommandFactory;

use super::Outcome;
use crate::args::{self, Arguments};
use crate::printer::Printer;

/// Prints the completion script of a shell.
pub(super) fn run(arguments: &args::Completions, printer: &mut Printer) -> Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "ccr", &mut script);
    printer.text(format_args!("{}", String::from_utf8_lossy(&script).trim_end()))?;
    Ok(Outcome::Done)
}
