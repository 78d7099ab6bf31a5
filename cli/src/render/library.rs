//! Keyword libraries and keywords, as Libdoc shows them.

use anyhow::Result;
use ccr_index::model::{Document, Keyword, Library};
use ccr_index::search::{Callers, User};
use ccr_indexer::parse::doc_format::{self, DocFormat};

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
    text(&plain(&library.doc_html, DocFormat::Html), printer)?;
    fact("Scope", Some(library.scope.clone()), printer)?;
    fact("Version", Some(library.version.clone()), printer)?;
    fact("Path", place(&library.path, library.line), printer)?;
    fact("Source", document.location.url.clone(), printer)?;
    let format = DocFormat::from_word(&library.doc_format).unwrap_or(DocFormat::Text);
    let keywords: Vec<&Keyword> = library.public_keywords().collect();
    section("Keywords", keywords.len(), printer)?;
    for keyword in keywords {
        printer.text(format_args!("  {}", signature(keyword)))?;
        indented(&plain(&keyword.short_doc, format), 4, printer)?;
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
    text(&plain(&keyword.doc_html, DocFormat::Html), printer)?;
    fact("Library", Some(library.to_owned()), printer)?;
    fact("Returns", keyword.return_type.clone(), printer)?;
    fact("Tags", Some(keyword.tags.join(", ")), printer)?;
    fact("Deprecated", keyword.deprecated.then(|| "yes".to_owned()), printer)?;
    fact("Libdoc says", Some(keyword.libdoc_error.clone()), printer)?;
    fact("Path", place(&keyword.path, keyword.line), printer)?;
    fact("Source", document.location.url.clone(), printer)?;
    section("Arguments", keyword.args.len(), printer)?;
    for argument in &keyword.args {
        printer.text(format_args!("  {}", argument.repr))?;
        indented(&argument.doc, 4, printer)?;
    }
    usage::callers(callers, printer)
}

/// A documentation as a terminal shows it.
fn plain(documentation: &str, format: DocFormat) -> String {
    doc_format::render(documentation, format).text
}

/// Path and line; the standard libraries have none.
fn place(path: &str, line: u32) -> Option<String> {
    (!path.is_empty()).then(|| format!("{path}:{line}"))
}

fn signature(keyword: &Keyword) -> String {
    let arguments: Vec<&str> = keyword.args.iter().map(|argument| argument.repr.as_str()).collect();
    if arguments.is_empty() {
        keyword.name.clone()
    } else {
        format!("{}  {}", keyword.name, arguments.join(", "))
    }
}
