//! A corpus that is indexed for the occasion.

use std::path::Path;

use anyhow::{Context, Result};
use ccr_index::embed::{Embedder, embed_documents};
use ccr_index::lexical::invert;
use ccr_index::model::{Document, Field, Kind};
use ccr_index::store::{Publication, local::Writer};

use super::files::{Text, read_lines};

/// Indexes a file of `{"id","title","text"}` lines into a new index below `data_dir`, and gives the kind that its
/// documents have there.
pub(super) fn index(corpus: &Path, data_dir: &Path, embedder: Option<&dyn Embedder>) -> Result<Kind> {
    let texts = read_lines::<Text>(corpus)?;
    let code = texts.iter().filter(|text| is_code(&text.text)).count();
    let kind = if code * 2 > texts.len() { Kind::Script } else { Kind::Documentation };
    let documents: Vec<Document> = texts.into_iter().map(|text| document(text, kind)).collect();
    let doing = || format!("could not index `{}`", corpus.display());
    let embedded = embedder
        .map(|embedder| embed_documents(&documents, embedder, &mut |_, _| ()))
        .transpose()
        .with_context(doing)?;
    let publication = Publication {
        documents: &documents,
        inverted: &invert(&documents),
        vectors: embedded.as_ref().map(|(vectors, _)| vectors),
        program: env!("CARGO_PKG_VERSION"),
        created: 0,
        embedder: embedder.map(|embedder| embedder.id().clone()),
        sources: Vec::new(),
        failed: Vec::new(),
    };
    Writer::open(data_dir).and_then(|mut writer| writer.publish(&publication)).with_context(doing)?;
    Ok(kind)
}

/// Whether a text begins as functions, types and scripts do.
fn is_code(text: &str) -> bool {
    const BEGINNINGS: [&str; 20] = [
        "#!",
        "#include",
        "@",
        "async ",
        "class ",
        "const ",
        "def ",
        "export ",
        "fn ",
        "from ",
        "func ",
        "function ",
        "import ",
        "package ",
        "private ",
        "protected ",
        "pub ",
        "public ",
        "static ",
        "void ",
    ];
    BEGINNINGS.iter().any(|beginning| text.trim_start().starts_with(beginning))
}

/// A corpus has no kinds: its texts are read as documentation is, or, where most of them are code, as scripts are.
fn document(text: Text, kind: Kind) -> Document {
    let mut document = Document::new(text.id, kind);
    document.title.clone_from(&text.title);
    document.fields = vec![(Field::Title, text.title), (Field::Summary, text.text)];
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_told_by_its_beginning() {
        for code in
            ["def f(x):\n    pass", "\n#!/bin/sh", "  public static void main", "@cache\ndef f(): pass"]
        {
            assert!(is_code(code), "{code}");
        }
        for prose in
            ["", "Import a secret.", "> Archive files.\n\n- Make one:\n\n`tar cf`", "classes of pods"]
        {
            assert!(!is_code(prose), "{prose}");
        }
    }
}
