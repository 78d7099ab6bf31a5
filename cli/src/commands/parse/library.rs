//! Keyword libraries, as Libdoc documents them.

use std::borrow::Cow;
use std::path::Path;

use anyhow::{Context, Result, bail};
use ccr_indexer::library::{self, Files, Spec};
use ccr_indexer::parse::{libspec, text};
use ccr_indexer::source::Limits;

use super::report;
use crate::commands::{Outcome, read_at_most};
use crate::printer::Printer;

/// Prints what a Python library documents: a file, or the folder of a package.
pub(super) fn python(path: &Path, printer: &mut Printer) -> Result<Outcome> {
    let absolute =
        std::path::absolute(path).with_context(|| format!("could not find `{}`", path.display()))?;
    let Some(shown) = absolute.to_str() else { bail!("`{}` is no text in UTF-8", path.display()) };
    let parsed = library::document(&shown.replace('\\', "/"), &Disk)
        .with_context(|| format!("could not start a thread to read `{}` on", path.display()))?;
    let outcome = report(path, &parsed.problems, printer);
    print(&parsed.value, printer)?;
    Ok(outcome)
}

/// Prints what a Libdoc spec documents, in the newest form of such specs.
pub(super) fn spec(path: &Path, bytes: &[u8], printer: &mut Printer) -> Result<Outcome> {
    let decoded = text::decode(bytes);
    let parsed = libspec::parse(&decoded.value);
    let problems = [decoded.problems, parsed.problems].concat();
    let outcome = report(path, &problems, printer);
    if let Some(library) = &parsed.value {
        print(library, printer)?;
    }
    Ok(outcome)
}

/// Prints a library as Libdoc's JSON spec, or its keywords by line.
pub(super) fn print(library: &Spec, printer: &mut Printer) -> Result<()> {
    if printer.is_json() {
        return printer.json(library);
    }
    printer.text(format_args!("{}", library.name))?;
    for keyword in library.keywords.iter().filter(|keyword| !keyword.private) {
        let arguments: Vec<&str> = keyword.args.iter().map(|argument| argument.repr.as_str()).collect();
        let line = keyword.lineno.unwrap_or(1);
        printer.text(format_args!("{line}: {}  {}", keyword.name, arguments.join(", ")))?;
    }
    Ok(())
}

/// The files of this machine, read as the imports of a library ask for them.
struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        read_at_most(Path::new(path), Limits::default().file_bytes).ok().map(Cow::Owned)
    }

    fn is_file(&self, path: &str) -> bool {
        Path::new(path).is_file()
    }

    fn is_folder(&self, path: &str) -> bool {
        Path::new(path).is_dir()
    }
}
