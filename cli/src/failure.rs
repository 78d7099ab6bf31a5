//! Errors for people: what was tried, why it failed, what to do next.

use std::error::Error;
use std::io;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

use crate::visible::visible;

/// Could not run.
const COULD_NOT_RUN: u8 = 2;

/// Reports an error of a command on standard error and gives the exit code.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    if is_closed_pipe(error) {
        // Whoever reads has seen enough, as with `ccr search x | head -1`.
        return ExitCode::SUCCESS;
    }
    let (error_style, hint_style) = (AnsiColor::Red.on_default().bold(), AnsiColor::Cyan.on_default().bold());
    let (message, hint) = split_hint(&error.to_string());
    eprint(&format!("{}: {message}\n", paint("error", error_style)));
    for cause in error.chain().skip(1) {
        eprint(&format!("  caused by: {cause}\n"));
    }
    if let Some(hint) = hint {
        eprint(&format!("{}: {hint}\n", paint("hint", hint_style)));
    }
    ExitCode::from(COULD_NOT_RUN)
}

/// Prints what clap has to say. Asking for help or the version is no error.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    let printed = error.print();
    let code = u8::try_from(error.exit_code()).unwrap_or(COULD_NOT_RUN);
    if printed.is_err() { ExitCode::SUCCESS } else { ExitCode::from(code) }
}

/// Messages of the libraries say behind a colon what to do; people read it better on its own line.
fn split_hint(message: &str) -> (String, Option<String>) {
    match message.split_once("\nhint: ") {
        Some((message, hint)) => (message.to_owned(), Some(hint.to_owned())),
        None => (message.to_owned(), None),
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let closed = |cause: &(dyn Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    };
    error.chain().any(closed)
}

fn paint(text: &str, style: Style) -> String {
    format!("{style}{text}{style:#}")
}

fn eprint(text: &str) {
    use std::io::Write;
    // Nobody is left to hear of a failure to write to standard error.
    let _ = anstream::stderr().write_all(visible(text).as_bytes());
}
