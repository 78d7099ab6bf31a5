//! Who uses a thing, and what a thing needs of others.

use anyhow::Result;
use ccr_index::model::Import;
use ccr_index::search::{Caller, Callers, Needs, UnresolvedImport, User};

use super::counted;
use super::record::section;
use crate::printer::{Printer, style};

/// Callers of a keyword and users of a library that are shown.
const MOST: usize = 5;

/// Prints who calls a keyword: the best examples, each with its place.
pub(super) fn callers(callers: &Callers, printer: &mut Printer) -> Result<()> {
    let (id, faint) = (style::ID, style::FAINT);
    section("Called by", callers.bundles, printer)?;
    if callers.tasks > 0 {
        let tasks = counted(callers.tasks as u64, "task");
        let bundles = counted(callers.bundles as u64, "bundle");
        printer.text(format_args!("  {faint}{tasks} of {bundles}; the plainest calls:{faint:#}"))?;
    }
    for caller in callers.calls.iter().take(MOST) {
        printer.text(format_args!("  {id}{}{id:#}  {}", caller.codebundle, maker(caller)))?;
        let place = caller.url.clone().unwrap_or_else(|| format!("{}:{}", caller.path, caller.line));
        printer.text(format_args!("    {faint}{place}{faint:#}"))?;
    }
    Ok(())
}

/// The task that makes a call, or else the keyword of the suite.
fn maker(caller: &Caller) -> String {
    match (&caller.task, &caller.within) {
        (Some(task), Some(within)) => format!("{task} (in {within})"),
        (Some(task), None) => task.clone(),
        (None, within) => within.clone().unwrap_or_default(),
    }
}

/// Prints who imports a library.
pub(super) fn users(users: &[User], printer: &mut Printer) -> Result<()> {
    let id = style::ID;
    section("Imported by", users.len(), printer)?;
    for user in users.iter().take(MOST) {
        printer.text(format_args!("  {id}{}{id:#}  {}", user.codebundle, user.title))?;
    }
    Ok(())
}

/// Prints the libraries of a bundle with the keywords that it calls, and what is not in the index.
pub(super) fn needs(needs: &Needs, printer: &mut Printer) -> Result<()> {
    section("Libraries", needs.libraries.len(), printer)?;
    for library in &needs.libraries {
        let (id, faint) = (style::ID, style::FAINT);
        match &library.library {
            Some(library) => printer.text(format_args!("  {id}{library}{id:#}"))?,
            None => printer.text(format_args!("  {}  {faint}of Robot Framework{faint:#}", library.name))?,
        }
        let keywords: Vec<&str> = library.keywords.iter().map(|keyword| keyword.name.as_str()).collect();
        if !keywords.is_empty() {
            printer.text(format_args!("    {}", keywords.join(", ")))?;
        }
    }
    section("Keywords that no imported library has", needs.unknown_keywords.len(), printer)?;
    for used in &needs.unknown_keywords {
        let (warning, faint) = (style::WARNING, style::FAINT);
        let place = used.url.clone().unwrap_or_else(|| format!("{}:{}", used.path, used.line));
        printer.text(format_args!("  {warning}{}{warning:#}  {faint}{place}{faint:#}", used.name))?;
    }
    missing(&needs.unresolved_imports, printer)
}

/// Prints the imports that are not in the index, one of a name.
fn missing(imports: &[Import], printer: &mut Printer) -> Result<()> {
    let mut names: Vec<&str> = imports.iter().map(|import| import.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    section("Imports not in the index", names.len(), printer)?;
    for name in names {
        let mut places = imports.iter().filter(|import| import.name == name);
        let first = places.next().map(place).unwrap_or_default();
        let more = and_more(places.count() as u64);
        let (warning, faint) = (style::WARNING, style::FAINT);
        printer.text(format_args!("  {warning}{name}{warning:#}  {faint}{first}{more}{faint:#}"))?;
    }
    Ok(())
}

/// Prints the imports of all bundles that are not in the index, a line each.
pub(crate) fn unresolved(imports: &[UnresolvedImport], printer: &mut Printer) -> Result<()> {
    for UnresolvedImport { collection, count, first } in imports {
        let (warning, faint) = (style::WARNING, style::FAINT);
        let (kind, name, place) = (&first.kind, &first.name, place(first));
        let more = and_more(count.saturating_sub(1));
        printer.text(format_args!(
            "{warning}not in the index{warning:#}: {kind} {name}  {faint}{collection}/{place}{more}{faint:#}"
        ))?;
    }
    Ok(())
}

fn and_more(count: u64) -> String {
    if count == 0 { String::new() } else { format!(" and {count} more") }
}

fn place(import: &Import) -> String {
    format!("{}:{}", import.path, import.line)
}
