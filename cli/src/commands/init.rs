use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::Outcome;
use crate::args;
use crate::printer::Printer;

/// What a new file says.
const TEMPLATE: &str = include_str!("init.yaml");

/// Writes a commented `sources.yaml`.
pub(super) fn run(arguments: &args::Init, printer: &mut Printer) -> Result<Outcome> {
    let path = &arguments.path;
    let mut options = OpenOptions::new();
    options.write(true);
    if arguments.force {
        options.create(true).truncate(true)
    } else {
        options.create_new(true)
    };
    let mut file = match options.open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("`{}` exists\nhint: give another name, or replace it with `--force`", path.display())
        }
        opened => opened.with_context(|| format!("could not write `{}`", path.display()))?,
    };
    file.write_all(TEMPLATE.as_bytes()).with_context(|| format!("could not write `{}`", path.display()))?;
    if printer.is_json() {
        printer.json(&json!({ "written": path }))?;
    } else {
        printer.text(format_args!("wrote `{}`", path.display()))?;
        printer.note("edit it, check it with `ccr sources check`, then run `ccr index`");
    }
    Ok(Outcome::Done)
}
