//! `ccr`: index CodeCollections and search them from a terminal.
//!
//! Arguments, environment, printing and exit codes live here and nowhere else. Exit codes: 0 done;
//! 1 done, but nothing was found, or a source or file could not be read; 2 could not run; 128 and its number
//! where a signal ended `ccr index`.

mod args;
mod commands;
mod embedder;
mod failure;
mod interruption;
mod printer;
mod progress;
mod render;
mod visible;

use std::process::ExitCode;

use crate::args::Arguments;
use crate::failure::report;
use crate::printer::Printer;

fn main() -> ExitCode {
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        Err(error) => return failure::usage(&error),
    };
    let mut printer = Printer::new(&arguments.global);
    let done = commands::run(arguments, &mut printer).and_then(|outcome| {
        printer.flush()?;
        Ok(outcome)
    });
    match done {
        Ok(outcome) => outcome.into(),
        Err(error) => report(&error),
    }
}
