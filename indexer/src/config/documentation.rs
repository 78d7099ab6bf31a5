use ccr_index::model::Priority;

use super::collection::CollectionSource;
use super::folder::{self, Folder};
use super::index_config::{IndexConfig, MAX_DEPTH};
use super::reader::{Fields, Reader};
use crate::yaml::{Node, NodeValue};

const PAGE_FIELDS: &[&str] =
    &["name", "url", "description", "topics", "usage_examples", "key_points", "priority", "crawl"];
const QUESTION_FIELDS: &[&str] = &["question", "answer", "topics", "priority"];
const CRAWL_FIELDS: &[&str] =
    &["depth", "same_path", "include", "exclude", "max_pages", "allow_private_hosts"];

const MAX_PAGES: u32 = 100_000;

/// One entry of a category under `sources`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentationEntry {
    /// A page, with or without a URL.
    Page(Page),
    /// A frequent question with its answer.
    Question(Question),
    /// A folder of pages.
    Folder(Folder),
}

/// A documentation page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// Title.
    pub name: String,
    /// `http` or `https` address, possibly with a fragment.
    pub url: Option<String>,
    /// What the page is about.
    pub description: Option<String>,
    /// Words that it is found by.
    pub topics: Vec<String>,
    /// Examples of use.
    pub usage_examples: Vec<String>,
    /// What to remember of it.
    pub key_points: Vec<String>,
    /// How important it is.
    pub priority: Priority,
    /// How far links are followed from it; none where absent.
    pub crawl: Option<Crawl>,
}

/// A frequent question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    /// The question.
    pub question: String,
    /// Its answer, Markdown.
    pub answer: Option<String>,
    /// Words that it is found by.
    pub topics: Vec<String>,
    /// How important it is.
    pub priority: Priority,
}

/// How far links are followed from a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Crawl {
    /// Links to follow in a row, 0 for the page alone.
    pub depth: u32,
    /// Only pages below the path of the page.
    pub same_path: bool,
    /// Patterns that a path must match one of, where there are any.
    pub include: Vec<String>,
    /// Patterns that a path must not match.
    pub exclude: Vec<String>,
    /// Most pages that are read.
    pub max_pages: Option<u32>,
    /// Hosts (`host`, or `host:port`) that may be read although their addresses are private.
    pub allow_private_hosts: Vec<String>,
}

/// What entries are read beside.
pub(super) struct Surroundings<'a> {
    pub(super) index_config: &'a IndexConfig,
    pub(super) collections: &'a [CollectionSource],
}

/// Reads the categories under `sources`, in the order of the file.
pub(super) fn read_all(
    reader: &mut Reader<'_>,
    node: &Node,
    beside: &Surroundings<'_>,
) -> Vec<(String, Vec<DocumentationEntry>)> {
    let NodeValue::Mapping(categories) = &node.value else {
        let message = format!("`sources` must be a mapping of categories, found {}", node.value.kind());
        reader.error(node, message, "write `sources:`, then `documentation:`, then a list of entries");
        return Vec::new();
    };
    let mut all = Vec::new();
    for (key, list) in categories {
        if list.value == NodeValue::Null {
            continue;
        }
        let items = reader.list(list, &key.text);
        let entries = items.iter().filter_map(|item| read_entry(reader, item, beside)).collect();
        all.push((key.text.clone(), entries));
    }
    all
}

fn read_entry(reader: &mut Reader<'_>, item: &Node, beside: &Surroundings<'_>) -> Option<DocumentationEntry> {
    let has = |name: &str| match &item.value {
        NodeValue::Mapping(entries) => entries.iter().any(|(key, _)| key.text == name),
        _ => false,
    };
    if has("question") {
        let fields = reader.mapping(item, "a question", QUESTION_FIELDS)?;
        return read_question(reader, item, &fields).map(DocumentationEntry::Question);
    }
    if !has("url") && folder::MARKS.iter().any(|name| has(name)) {
        let fields = reader.mapping(item, "a documentation folder", folder::FIELDS)?;
        return folder::read(reader, item, &fields, beside.collections).map(DocumentationEntry::Folder);
    }
    let fields = reader.mapping(item, "a documentation page", PAGE_FIELDS)?;
    let most_depth = beside.index_config.max_crawl_depth;
    read_page(reader, item, &fields, most_depth).map(DocumentationEntry::Page)
}

fn read_question(reader: &mut Reader<'_>, item: &Node, fields: &Fields<'_>) -> Option<Question> {
    let answer = reader.text(fields, "answer");
    let topics = reader.texts(fields, "topics");
    let priority = read_priority(reader, fields);
    if fields.get("question").is_none() {
        reader.error(item, "missing text of `question`", "write the question after `question:`");
    }
    let question = reader.text(fields, "question")?;
    Some(Question { question, answer, topics, priority })
}

fn read_page(
    reader: &mut Reader<'_>,
    item: &Node,
    fields: &Fields<'_>,
    most_depth: Option<u32>,
) -> Option<Page> {
    let url = read_url(reader, fields);
    let crawl = read_crawl(reader, fields, most_depth);
    let description = reader.text(fields, "description");
    let topics = reader.texts(fields, "topics");
    let usage_examples = reader.texts(fields, "usage_examples");
    let key_points = reader.texts(fields, "key_points");
    let priority = read_priority(reader, fields);
    let name = read_name(reader, item, fields)?;
    Some(Page { name, url, description, topics, usage_examples, key_points, priority, crawl })
}

pub(super) fn read_name(reader: &mut Reader<'_>, item: &Node, fields: &Fields<'_>) -> Option<String> {
    if fields.get("name").is_none() {
        reader.error(
            item,
            "missing `name`",
            "give the page a `name:`, or write a `question:` with its `answer:`",
        );
    }
    reader.text(fields, "name")
}

fn read_url(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<String> {
    let node = fields.get("url")?;
    let url = reader.text(fields, "url")?;
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let authority = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    let usable = authority.is_some_and(|authority| !authority.is_empty() && !authority.contains('@'));
    if !usable || url.contains(|c: char| c.is_whitespace() || c.is_control()) {
        let hint = "write a full address such as https://example.org/page, without user and password";
        reader.error(node, "`url` is no http or https address", hint);
        return None;
    }
    Some(url)
}

pub(super) fn read_priority(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Priority {
    match reader.choice(fields, "priority", &["high", "medium", "low"]) {
        Some(0) => Priority::High,
        Some(2) => Priority::Low,
        _ => Priority::Medium,
    }
}

/// `most_depth` is the `max_crawl_depth` of the file.
fn read_crawl(reader: &mut Reader<'_>, fields: &Fields<'_>, most_depth: Option<u32>) -> Option<Crawl> {
    let node = fields.get("crawl")?;
    if fields.get("url").is_none() {
        reader.error(node, "`crawl` needs a `url`", "add `url:` with the page to start from");
    }
    let crawl = reader.mapping(node, "`crawl`", CRAWL_FIELDS)?;
    let asked = reader.whole(&crawl, "depth", MAX_DEPTH).unwrap_or(0);
    let depth = most_depth.map_or(asked, |most| most.min(asked));
    if let Some(key) = crawl.key("depth").filter(|_| depth < asked) {
        reader.note(key, format!("`depth` is {depth} and not {asked}, because `max_crawl_depth` says so"));
    }
    Some(Crawl {
        depth,
        same_path: reader.boolean(&crawl, "same_path").unwrap_or(false),
        include: read_patterns(reader, &crawl, "include"),
        exclude: read_patterns(reader, &crawl, "exclude"),
        max_pages: reader.whole(&crawl, "max_pages", MAX_PAGES),
        allow_private_hosts: read_hosts(reader, &crawl),
    })
}

/// Reads patterns of paths.
fn read_patterns(reader: &mut Reader<'_>, fields: &Fields<'_>, name: &str) -> Vec<String> {
    let patterns = reader.texts(fields, name);
    for pattern in &patterns {
        if let (Err(error), Some(node)) = (globset::Glob::new(pattern), fields.get(name)) {
            let message = format!("`{pattern}` is no pattern: {}", error.kind());
            reader.error(node, message, "write a path such as `/docs/**`: `*` is any text in a part of it");
        }
    }
    patterns
}

/// Reads hosts with or without a port, in the form that addresses have.
fn read_hosts(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Vec<String> {
    let texts = reader.texts(fields, "allow_private_hosts");
    let mut hosts = Vec::new();
    for text in texts {
        if let Some(host) = host(&text) {
            hosts.push(host);
        } else if let Some(node) = fields.get("allow_private_hosts") {
            let hint =
                "write it as in an address: `wiki.internal`, `wiki.internal:8080`, `10.1.2.3` or `[fd00::1]`";
            reader.error(node, format!("`{text}` is no host"), hint);
        }
    }
    hosts
}

/// The host, and its port where it has one, as addresses are normalised.
fn host(text: &str) -> Option<String> {
    let has_port = text.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let url = url::Url::parse(&format!("http://{text}/")).ok()?;
    let is_plain = !text.contains(['/', '?', '#', '@', '\\', '*']) && !text.contains(char::is_whitespace);
    let host = url.host_str().filter(|host| is_plain && !host.is_empty())?;
    Some(if has_port { format!("{host}:{}", url.port().unwrap_or(80)) } else { host.to_owned() })
}
