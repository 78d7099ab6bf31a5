//! From domain objects to the documents that are searched.

mod page;

use std::collections::BTreeSet;

use ccr_index::lexical::IMPORT;
use ccr_index::model::{
    CodeBundle, CodeCollection, Document, Field, Keyword, KeywordUse, Kind, Library, Location, Readme,
    Script, Task,
};

use crate::bundle::Assembled;
use crate::library::FunctionTexts;
use crate::parse::doc_format::{DocFormat, render};
use crate::source::{web_link, web_link_to_folder};

pub use page::of_page;

/// Bytes of a summary at most.
const SUMMARY: usize = 400;

/// Web addresses of what is in a collection.
#[derive(Debug, Clone, Copy, Default)]
pub enum Links<'a> {
    /// There are none: a plain folder.
    #[default]
    None,
    /// Into a repository, by its git URL and the commit that was read.
    Repository(&'a str, &'a str),
    /// To the pages that Libdoc makes, in the folder of this address.
    Pages(&'a str),
}

impl<'a> Links<'a> {
    /// Links into this collection.
    pub fn into(collection: &'a CodeCollection) -> Self {
        match (collection.git_url.as_deref(), collection.commit.as_deref()) {
            (Some(url), Some(commit)) => Links::Repository(url, commit),
            _ => Links::None,
        }
    }

    fn line(&self, path: &str, line: u32) -> Option<String> {
        self.repository().and_then(|(url, commit)| web_link(url, commit, path, Some(line)))
    }

    fn file(&self, path: &str) -> Option<String> {
        self.repository().and_then(|(url, commit)| web_link(url, commit, path, None))
    }

    fn folder(&self, path: &str) -> Option<String> {
        self.repository().and_then(|(url, commit)| web_link_to_folder(url, commit, path))
    }

    fn repository(&self) -> Option<(&'a str, &'a str)> {
        match *self {
            Links::Repository(url, commit) => Some((url, commit)),
            Links::None | Links::Pages(_) => None,
        }
    }

    fn library(&self, library: &Library) -> Option<String> {
        match self {
            Links::Pages(folder) => Some(format!("{folder}{}.html", library.name)),
            _ => self.line(&library.path, library.line),
        }
    }

    fn keyword(&self, keyword: &Keyword, library: &Library) -> Option<String> {
        match self {
            Links::Pages(_) => {
                self.library(library).map(|page| format!("{page}#{}", fragment(&keyword.name)))
            }
            _ => self.line(&keyword.path, keyword.line),
        }
    }
}

/// A text behind the `#` of an address, as Libdoc writes it (`encodeURIComponent`).
fn fragment(text: &str) -> String {
    let mut written = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            written.push(char::from(byte));
        } else {
            written.push_str(&format!("%{byte:02X}"));
        }
    }
    written
}

/// A place in a file; without a path there is only the web address.
fn place(path: &str, line: u32, symbol: &str, url: Option<String>) -> Location {
    let stated = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let path = stated(path);
    Location { line: path.is_some().then_some(line), path, url, symbol: stated(symbol) }
}

/// The document of a collection; `readme` is the one at its root.
pub fn of_collection(collection: &CodeCollection, readme: Option<&Readme>, links: &Links<'_>) -> Document {
    let mut document = Document::new(collection.slug.clone(), Kind::Collection);
    document.collection.clone_from(&collection.slug);
    document.title = one_line(&collection.name);
    document.summary = shorten(&collection.description);
    document.location = Location { url: links.folder(""), ..Location::default() };
    document.fields = vec![
        (Field::Title, collection.name.clone()),
        (Field::Name, collection.slug.clone()),
        (Field::Summary, collection.description.clone()),
    ];
    document.fields.extend(readme.into_iter().flat_map(section_texts).map(|text| (Field::Body, text)));
    document.record = to_json(collection);
    document
}

/// The documents of a bundle: itself, its tasks, its scripts. Sets the links of the bundle and its tasks.
pub fn of_bundle(mut assembled: Assembled, links: &Links<'_>) -> Vec<Document> {
    let bundle = &mut assembled.bundle;
    bundle.url = links.folder(&bundle.path);
    for task in &mut bundle.tasks {
        task.url = links.line(&task.path, task.line);
    }
    let in_tasks = bundle.tasks.iter_mut().flat_map(|task| &mut task.keywords);
    for keyword in in_tasks.chain(&mut bundle.keywords) {
        keyword.url = links.line(&keyword.path, keyword.line);
    }
    let mut documents = vec![bundle_document(&assembled)];
    let bundle = &assembled.bundle;
    documents.extend(
        bundle.tasks.iter().zip(&assembled.task_code).map(|(task, code)| task_document(task, bundle, code)),
    );
    documents.extend(bundle.scripts.iter().map(|script| script_document(script, &assembled, links)));
    documents
}

/// The documents of a keyword library: itself and its keywords, those for its own use left out.
pub fn of_library(library: &Library, links: &Links<'_>, texts: &FunctionTexts<'_>) -> Vec<Document> {
    let mut documents = vec![library_document(library, links)];
    documents
        .extend(library.public_keywords().map(|keyword| keyword_document(keyword, library, links, texts)));
    documents
}

/// The format of a library's documentation; what is none that is known is text.
fn format_of(library: &Library) -> DocFormat {
    DocFormat::from_word(&library.doc_format).unwrap_or(DocFormat::Text)
}

fn library_document(library: &Library, links: &Links<'_>) -> Document {
    let doc = render(&library.doc, format_of(library));
    let short = |keyword: &Keyword| render(&keyword.short_doc, format_of(library)).text;
    let mut document = Document::new(library.id.clone(), Kind::Library);
    document.collection.clone_from(&library.collection);
    document.title.clone_from(&library.name);
    document.summary = shorten(&doc.text);
    document.location = place(&library.path, library.line, &library.symbol, links.library(library));
    document.fields = vec![
        (Field::Title, library.name.clone()),
        (Field::Name, library.path.clone()),
        (Field::Parts, lines(library.public_keywords().map(|keyword| keyword.name.as_str()))),
        (Field::Summary, doc.text),
        (Field::Body, lines(library.public_keywords().map(short))),
    ];
    document.record = to_json(&Library { doc_html: doc.html, ..library.clone() });
    document
}

fn keyword_document(
    keyword: &Keyword,
    library: &Library,
    links: &Links<'_>,
    texts: &FunctionTexts<'_>,
) -> Document {
    let mut document = Document::new(keyword.id.clone(), Kind::Keyword);
    document.collection.clone_from(&library.collection);
    document.parent = Some(library.id.clone());
    document.title.clone_from(&keyword.name);
    let text = |documentation: &str| render(documentation, format_of(library)).text;
    let doc = render(&keyword.doc, format_of(library));
    let short_doc = text(&keyword.short_doc);
    document.summary = shorten(&short_doc);
    document.tags.clone_from(&keyword.tags);
    document.location = place(&keyword.path, keyword.line, &keyword.symbol, links.keyword(keyword, library));
    document.fields = vec![
        (Field::Title, keyword.name.clone()),
        (Field::Name, lines([library.name.as_str(), keyword.symbol.as_str()])),
        (Field::Parts, lines(keyword.args.iter().map(|argument| argument.name.as_str()))),
        (Field::Tags, lines(&keyword.tags)),
        (Field::Summary, short_doc),
        (
            Field::Body,
            lines(
                [doc.text, text(&keyword.return_doc)]
                    .into_iter()
                    .chain(keyword.args.iter().map(|argument| text(&argument.doc))),
            ),
        ),
        (Field::Code, texts.get(&keyword.path, keyword.line).unwrap_or_default().to_owned()),
    ];
    document.record = to_json(&Keyword { doc_html: doc.html, ..keyword.clone() });
    document
}

fn bundle_document(assembled: &Assembled) -> Document {
    let bundle = &assembled.bundle;
    let mut document = Document::new(bundle.id.clone(), Kind::CodeBundle);
    document.collection.clone_from(&bundle.collection);
    document.title = one_line(&bundle.display_name);
    document.summary = shorten(&bundle.description);
    document.platform.clone_from(&bundle.platform);
    document.platforms.clone_from(&bundle.platforms);
    document.tags = bundle_tags(bundle);
    document.access = bundle.access;
    document.location =
        Location { path: Some(bundle.path.clone()), url: bundle.url.clone(), ..Location::default() };
    document.fields = vec![
        (Field::Title, bundle.display_name.clone()),
        (Field::Name, bundle.directory.clone()),
        (Field::Parts, lines(bundle.tasks.iter().map(|task| task.name.as_str()))),
        (Field::Tags, lines(document.tags.iter().chain(&bundle.platforms).chain(&bundle.resource_types))),
        (Field::Summary, summary_text(bundle)),
        (Field::Code, code_text(assembled)),
        (Field::Calls, lines(imports(bundle).into_iter().chain(calls(&bundle.keywords)))),
    ];
    document.fields.extend(body_texts(bundle).map(|text| (Field::Body, text)));
    document.record = to_json(bundle);
    document
}

/// Support tags, those of `meta.yaml`, then those of the tasks, each once.
fn bundle_tags(bundle: &CodeBundle) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    let all = bundle
        .support_tags
        .iter()
        .chain(&bundle.meta_tags)
        .chain(bundle.tasks.iter().flat_map(|task| &task.tags));
    for tag in all {
        // Tags with variables differ from run to run and help nobody who filters.
        if !tag.contains("${") && !tags.iter().any(|known| known.eq_ignore_ascii_case(tag)) {
            tags.push(tag.clone());
        }
    }
    tags
}

fn summary_text(bundle: &CodeBundle) -> String {
    let suites = bundle
        .metadata
        .iter()
        .filter(|setting| setting.name != "Author")
        .map(|setting| setting.value.as_str());
    lines(
        [bundle.description.as_str(), bundle.skill_description.as_deref().unwrap_or_default()]
            .into_iter()
            .chain(suites),
    )
}

/// The sections of the README, what templates say, and what tasks say: each a text of its own, because
/// each is about a thing of its own.
fn body_texts(bundle: &CodeBundle) -> impl Iterator<Item = String> {
    let templates = bundle.templates.iter().flat_map(|template| {
        [&template.alias, &template.statement, &template.as_measured_by, &template.description]
    });
    let tasks = bundle.tasks.iter().flat_map(|task| {
        let issues = task
            .issues
            .iter()
            .flat_map(|issue| [issue.title.as_str(), issue.next_steps.as_deref().unwrap_or_default()]);
        [task.documentation.as_str()].into_iter().chain(issues)
    });
    let others = [lines(templates.flatten()), lines(tasks)];
    bundle.readme.iter().flat_map(section_texts).chain(others).filter(|text| !text.is_empty())
}

fn code_text(assembled: &Assembled) -> String {
    lines(assembled.sources.iter().flat_map(|(path, text)| [file_name(path), text.as_str()]))
}

fn task_document(task: &Task, bundle: &CodeBundle, code: &str) -> Document {
    let mut document = Document::new(task.id.clone(), Kind::Task);
    document.collection.clone_from(&bundle.collection);
    document.parent = Some(bundle.id.clone());
    document.title = one_line(&task.name);
    document.summary = shorten(&task.documentation);
    document.platform.clone_from(&bundle.platform);
    document.platforms.clone_from(&bundle.platforms);
    document.tags.clone_from(&task.tags);
    document.access = task.access;
    document.location = Location {
        path: Some(task.path.clone()),
        line: Some(task.line),
        url: task.url.clone(),
        symbol: None,
    };
    let issues = task
        .issues
        .iter()
        .flat_map(|issue| [issue.title.as_str(), issue.next_steps.as_deref().unwrap_or_default()]);
    document.fields = vec![
        (Field::Title, task.name.clone()),
        (Field::Name, lines([bundle.directory.as_str(), bundle.display_name.as_str()])),
        (Field::Tags, lines(task.tags.iter().chain(&task.data).chain(&bundle.platforms))),
        (Field::Summary, task.documentation.clone()),
        (Field::Body, lines(issues)),
        (Field::Code, lines(task.scripts.iter().map(String::as_str).chain([code]))),
        (Field::Calls, lines(calls(&task.keywords))),
    ];
    document
}

/// What a bundle imports, each once, as [`Field::Calls`] has it.
fn imports(bundle: &CodeBundle) -> BTreeSet<String> {
    bundle.imports.iter().map(|import| format!("{IMPORT}{}", import.target())).collect()
}

fn calls(keywords: &[KeywordUse]) -> impl Iterator<Item = String> {
    keywords.iter().map(|keyword| one_line(&keyword.name))
}

fn script_document(script: &Script, assembled: &Assembled, links: &Links<'_>) -> Document {
    let bundle = &assembled.bundle;
    let mut document = Document::new(format!("{}/{}", bundle.collection, script.path), Kind::Script);
    document.collection.clone_from(&bundle.collection);
    document.parent = Some(bundle.id.clone());
    document.title = file_name(&script.path).to_owned();
    document.summary = shorten(&script.header);
    document.platform.clone_from(&bundle.platform);
    document.platforms.clone_from(&bundle.platforms);
    document.tags = vec![script.language.clone()];
    document.location =
        Location { path: Some(script.path.clone()), url: links.file(&script.path), ..Location::default() };
    let text =
        assembled.sources.iter().find(|(path, _)| *path == script.path).map_or("", |(_, text)| text.as_str());
    let functions =
        script.functions.iter().flat_map(|function| [function.name.as_str(), function.comment.as_str()]);
    document.fields = vec![
        (Field::Title, document.title.clone()),
        (Field::Name, bundle.directory.clone()),
        (Field::Parts, lines(functions)),
        (Field::Tags, lines(script.commands.iter().chain([&script.language]))),
        (Field::Summary, script.header.clone()),
        (Field::Body, lines(script.called_by.iter())),
        (Field::Code, text.to_owned()),
    ];
    document.record = to_json(script);
    document
}

/// Heading, text and code of each section of a README.
fn section_texts(readme: &Readme) -> impl Iterator<Item = String> {
    readme.sections.iter().map(|section| {
        let code = section.code.iter().map(|(_, text)| text.as_str());
        lines([section.heading.as_str(), section.text.as_str()].into_iter().chain(code))
    })
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn lines<T: AsRef<str>>(parts: impl IntoIterator<Item = T>) -> String {
    let mut text = String::new();
    for part in parts.into_iter().filter(|part| !part.as_ref().is_empty()) {
        text.push_str(part.as_ref());
        text.push('\n');
    }
    text
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first sentences of a text on one line, at most [`SUMMARY`] bytes, cut between words.
fn shorten(text: &str) -> String {
    let text = one_line(text);
    if text.len() <= SUMMARY {
        return text;
    }
    let cut = &text[..text.floor_char_boundary(SUMMARY)];
    let end = cut.rfind(". ").map(|at| at + 1).or_else(|| cut.rfind(' ')).unwrap_or(cut.len());
    if cut[..end].ends_with('.') { cut[..end].to_owned() } else { format!("{}…", &cut[..end]) }
}

fn to_json<T: serde::Serialize>(value: &T) -> Option<String> {
    serde_json::to_string(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_a_dot_in_its_name_is_linked_as_a_folder() {
        let collection = CodeCollection {
            git_url: Some("https://github.com/acme/ops".into()),
            commit: Some("0123456789012345678901234567890123456789".into()),
            ..CodeCollection::default()
        };
        let links = Links::into(&collection);
        let folder = links.folder("codebundles/v1.2-check").unwrap_or_default();
        assert!(folder.ends_with("/tree/0123456789012345678901234567890123456789/codebundles/v1.2-check"));
        let file = links.file("codebundles/a/run").unwrap_or_default();
        assert!(file.contains("/blob/"), "{file}");
        assert_eq!(Links::default().file("a"), None);
    }
}
