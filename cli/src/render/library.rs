//! Keyword libraries and keywords, as Libdoc shows them.

use anyhow::Result;
use ccr_index::model::{Document, Keyword, Library};
use ccr_index::search::{Callers, User};

use super::record::{fact, head, indented, section, text};
use super::usage;
use crate::printer::Printer;

/// Prints a library with its keywords and the bundles that import it.
pub(crate) fn library(
    library: &Library,
    users: &[User],
    document: &Document,
    printer: &mut Printer,
) -> Result<()> {
    head(&library.name, &library.id, printer)?;
    text(&library.doc, printer)?;
    fact("Scope", Some(library.scope.clone()), printer)?;
    fact("Version", Some(library.version.clone()), printer)?;
    fact("Path", Some(format!("{}:{}", library.path, library.line)), printer)?;
    fact("Source", document.location.url.clone(), printer)?;
    let keywords: Vec<&Keyword> = library.public_keywords().collect();
    section("Keywords", keywords.len(), printer)?;
    for keyword in keywords {
        printer.text(format_args!("  {}", signature(keyword)))?;
        indented(&keyword.short_doc, 4, printer)?;
    }
    usage::users(users, printer)
}

/// Prints a keyword with the bundles that call it.
pub(crate) fn keyword(
    keyword: &Keyword,
    library: &str,
    callers: &Callers,
    document: &Document,
    printer: &mut Printer,
) -> Result<()> {
    head(&keyword.name, &keyword.id, printer)?;
    text(&keyword.doc, printer)?;
    fact("Library", Some(library.to_owned()), printer)?;
    fact("Returns", keyword.return_type.clone(), printer)?;
    fact("Tags", Some(keyword.tags.join(", ")), printer)?;
    fact("Deprecated", keyword.deprecated.then(|| "yes".to_owned()), printer)?;
    fact("Path", Some(format!("{}:{}", keyword.path, keyword.line)), printer)?;
    fact("Source", document.location.url.clone(), printer)?;
    section("Arguments", keyword.args.len(), printer)?;
    for argument in &keyword.args {
        printer.text(format_args!("  {}", argument.repr))?;
        indented(&argument.doc, 4, printer)?;
    }
    usage::callers(callers, printer)
}

fn signature(keyword: &Keyword) -> String {
    let arguments: Vec<&str> = keyword.args.iter().map(|argument| argument.repr.as_str()).collect();
    if arguments.is_empty() {
        keyword.name.clone()
    } else {
        format!("{}  {}", keyword.name, arguments.join(", "))
    }
}
