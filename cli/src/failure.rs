//! Errors for people: what was tried, why it failed, what to do next.

use std::error::Error;
use std::io;
use std::process::ExitCode;

use crate::printer::{stderr, style};

/// Could not run.
const COULD_NOT_RUN: u8 = 2;

/// Reports an error of a command on standard error and gives the exit code.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    if is_closed_pipe(error) {
        // Whoever reads has seen enough, as with `ccr search x | head -1`.
        return ExitCode::SUCCESS;
    }
    let (red, cyan) = (style::ERROR, style::HINT);
    let text = error.to_string();
    let (message, hint) =
        text.split_once("\nhint: ").map_or((text.as_str(), None), |(text, hint)| (text, Some(hint)));
    stderr(&format!("{red}error{red:#}: {message}\n"));
    let mut said = vec![text.clone()];
    for cause in error.chain().skip(1).map(ToString::to_string) {
        // Libraries like to repeat what is below them.
        if !said.iter().any(|earlier| earlier.contains(&cause)) {
            stderr(&format!("  caused by: {cause}\n"));
            said.push(cause);
        }
    }
    if let Some(hint) = hint {
        stderr(&format!("{cyan}hint{cyan:#}: {hint}\n"));
    }
    ExitCode::from(COULD_NOT_RUN)
}

/// Prints what clap has to say. Asking for help or the version is no error.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    let printed = error.print();
    let code = u8::try_from(error.exit_code()).unwrap_or(COULD_NOT_RUN);
    if printed.is_err() { ExitCode::SUCCESS } else { ExitCode::from(code) }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let closed = |cause: &(dyn Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    };
    error.chain().any(closed)
}
