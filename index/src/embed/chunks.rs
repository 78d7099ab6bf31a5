//! Documents to the texts that are embedded.
//!
//! One vector for a whole document blurs what it says; one for each thing that it says does not. Every
//! chunk begins with what it belongs to, because a section called *Usage* says nothing by itself.

use std::collections::HashMap;

use crate::model::{Document, Field, Kind};
use crate::text::strip_variables;

/// Bytes of a chunk at most, its title not counted: about the 256 word pieces that sentence models read.
const LENGTH: usize = 1_000;
/// Chunks of a document at most; a README has its say in these.
const MOST_CHUNKS: usize = 24;
/// Bytes of code that stand for a script.
const CODE: usize = 400;

/// A text to embed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Number of the document that it is of.
    pub document: u32,
    /// What is embedded.
    pub text: String,
}

/// The chunks of `documents` by ascending document number, which is the document's position.
pub fn chunks(documents: &[Document]) -> Vec<Chunk> {
    let titles: HashMap<&str, &str> =
        documents.iter().map(|document| (document.id.as_str(), document.title.as_str())).collect();
    let mut all = Vec::new();
    for (number, document) in (0..).zip(documents) {
        let parent = document.parent.as_deref().and_then(|parent| titles.get(parent)).copied();
        let path = title_path(parent, document);
        let mut texts = texts(document);
        let is_section = document.kind == Kind::Documentation && document.parent.is_some();
        if is_section && texts.iter().any(|text| !text.is_empty()) {
            // Its title alone is no thing that it says.
            texts.retain(|text| !text.is_empty());
        }
        let texts = texts.into_iter().flat_map(|text| pieces(&text));
        let texts = texts.map(|text| if text.is_empty() { path.clone() } else { format!("{path}. {text}") });
        all.extend(texts.take(MOST_CHUNKS).map(|text| Chunk { document: number, text }));
    }
    all
}

/// What a chunk belongs to: the title of the document, behind that of the one that holds it, or, for a
/// section, behind the headings above it.
fn title_path(parent: Option<&str>, document: &Document) -> String {
    let title = strip_variables(&document.title);
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let above: Vec<&str> = match document.kind {
        // The page, then the headings above.
        Kind::Documentation => {
            let name = document.fields.iter().filter(|(field, _)| *field == Field::Name);
            name.flat_map(|(_, text)| text.lines()).collect()
        }
        _ => parent.into_iter().collect(),
    };
    above.into_iter().chain([title.as_str()]).collect::<Vec<_>>().join(": ")
}

/// What a document says, each thing by itself; the first may be empty, for its title alone.
fn texts(document: &Document) -> Vec<String> {
    let of = |wanted: Field| {
        document.fields.iter().filter(move |(field, _)| *field == wanted).map(|(_, text)| text.as_str())
    };
    let joined = |wanted: &[Field]| -> String {
        let texts = wanted.iter().flat_map(|field| of(*field));
        strip_variables(&texts.collect::<Vec<_>>().join("\n")).into_owned()
    };
    let mut texts = match document.kind {
        // What it does and with what. Texts on each argument and on the result blur that; words find them.
        Kind::Keyword if of(Field::Summary).any(|text| !text.trim().is_empty()) => {
            vec![joined(&[Field::Summary, Field::Parts])]
        }
        Kind::Keyword => vec![joined(&[Field::Body])],
        Kind::Script => {
            let code: String = of(Field::Code).collect();
            let code = &code[..code.floor_char_boundary(CODE)];
            vec![format!("{}\n{code}", joined(&[Field::Summary, Field::Parts]))]
        }
        _ => vec![joined(&[Field::Summary])],
    };
    if !matches!(document.kind, Kind::Keyword | Kind::Script) {
        texts.extend(of(Field::Body).map(|text| strip_variables(text).into_owned()));
    }
    texts
}

/// A text on one line without its addresses and its lines of code: neither means anything by its words, and
/// beside a sentence or two they would decide where the vector points.
fn prose(text: &str) -> String {
    let is_address = |word: &&str| {
        let word = word.trim_start_matches(['<', '(', '[', '"']);
        word.starts_with("https://") || word.starts_with("http://")
    };
    let words = text.lines().filter(|line| !is_line_of_code(line)).flat_map(str::split_whitespace);
    words.filter(|word| !is_address(word)).collect::<Vec<_>>().join(" ")
}

/// Whether a line is one code span of Markdown and nothing else.
fn is_line_of_code(line: &str) -> bool {
    let code = line.trim().strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
    code.is_some_and(|code| !code.contains('`'))
}

/// The prose of a text, cut where sentences or words end into pieces of at most [`LENGTH`] bytes.
fn pieces(text: &str) -> Vec<String> {
    let text = prose(text);
    let mut rest = text.as_str();
    let mut pieces = Vec::new();
    while rest.len() > LENGTH {
        let window = &rest[..rest.floor_char_boundary(LENGTH)];
        let sentence = window.rfind(". ").map(|at| at + 1).filter(|at| *at > LENGTH / 2);
        let end = sentence.or_else(|| window.rfind(' ')).filter(|at| *at > 0).unwrap_or(window.len());
        pieces.push(rest[..end].to_owned());
        rest = rest[end..].trim_start();
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(rest.to_owned());
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts_of(documents: &[Document]) -> Vec<(u32, String)> {
        chunks(documents).into_iter().map(|chunk| (chunk.document, chunk.text)).collect()
    }

    #[test]
    fn each_thing_said_is_a_chunk_with_its_titles_in_front() {
        let mut bundle = Document::new("c/pods".into(), Kind::CodeBundle);
        bundle.title = "Pod Health".into();
        bundle.fields = vec![
            (Field::Title, "Pod Health".into()),
            (Field::Summary, "Finds pods\nthat restart".into()),
            (Field::Body, "Usage\nRun it".into()),
            (Field::Body, "Setup".into()),
        ];
        let mut task = Document::new("c/pods#list".into(), Kind::Task);
        task.title = "List pods in `${NAMESPACE}`".into();
        task.parent = Some("c/pods".into());
        let texts = texts_of(&[bundle, task]);
        let texts: Vec<(u32, &str)> = texts.iter().map(|(number, text)| (*number, text.as_str())).collect();
        assert_eq!(
            texts,
            [
                (0, "Pod Health. Finds pods that restart"),
                (0, "Pod Health. Usage Run it"),
                (0, "Pod Health. Setup"),
                (1, "Pod Health: List pods in ` `"),
            ]
        );
    }

    #[test]
    fn a_keyword_is_what_it_does_and_with_what() {
        let mut keyword = Document::new("c/Pumps#Turn On".into(), Kind::Keyword);
        keyword.title = "Turn On".into();
        keyword.fields = vec![
            (Field::Summary, "Starts it.".into()),
            (Field::Parts, "pump\nspeed\n".into()),
            (Field::Body, "Starts it.\nThe speed of the rotor.".into()),
        ];
        let bare = Document { fields: keyword.fields[2..].to_vec(), ..keyword.clone() };
        let texts = texts_of(&[keyword, bare]);
        let expected =
            [(0, "Turn On. Starts it. pump speed"), (1, "Turn On. Starts it. The speed of the rotor.")];
        assert_eq!(texts, expected.map(|(number, text)| (number, text.to_owned())));
    }

    #[test]
    fn a_section_begins_with_its_page_and_the_headings_above() {
        let mut section = Document::new("https://example.org/a#helm".into(), Kind::Documentation);
        section.title = "Helm".into();
        section.parent = Some("https://example.org/a".into());
        section.fields = vec![
            (Field::Name, "Guide\nSetup\n".into()),
            (Field::Body, "Add the chart.".into()),
            (Field::Code, "helm install".into()),
        ];
        let bare = Document { fields: vec![(Field::Name, "Guide\n".into())], ..section.clone() };
        let texts = texts_of(&[section, bare]);
        let expected = [(0, "Guide: Setup: Helm. Add the chart."), (1, "Guide: Helm")];
        assert_eq!(texts, expected.map(|(number, text)| (number, text.to_owned())));
    }

    #[test]
    fn addresses_and_lines_of_code_are_not_embedded() {
        let check = |text: &str, expected: &str| assert_eq!(pieces(text), [expected]);
        check(
            "> Lists pods.\n> More: <https://example.org/a>.\n\n- All:\n\n`kubectl get pods -A`",
            "> Lists pods. > More: - All:",
        );
        check("Use `kubectl` or\n`helm` and `git`", "Use `kubectl` or `helm` and `git`");
        check("See (http://a.b) and \"https://c\" now", "See and now");
        check("```\nget httpx\n```", "``` get httpx ```");
    }

    #[test]
    fn long_texts_are_cut_between_sentences_and_nothing_of_them_is_lost() {
        let text = "One sentence of some words is here. ".repeat(100);
        let cut = pieces(&text);
        assert!(cut.len() > 3 && cut.iter().all(|piece| piece.len() <= LENGTH && piece.ends_with('.')));
        assert_eq!(cut.join(" "), text.trim());
        let unbroken = "ä".repeat(LENGTH);
        assert_eq!(pieces(&unbroken).concat(), unbroken);
        assert_eq!(pieces(" "), [""]);
    }

    #[test]
    fn no_document_has_more_chunks_than_a_readme_needs() {
        let mut long = Document::new("c".into(), Kind::Collection);
        long.fields = vec![(Field::Body, "word ".repeat(100_000))];
        assert_eq!(chunks(&[long]).len(), MOST_CHUNKS);
    }
}
