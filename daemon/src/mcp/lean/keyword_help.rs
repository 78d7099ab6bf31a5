//! `ccr_keyword_help`: how to call a keyword, as Libdoc says and as suites do.

use std::collections::HashSet;
use std::sync::Arc;

use ccr_index::model::{Document, Field, Keyword, Kind, id_in_collection};
use ccr_index::search::{Caller, Hit, Query, Searcher};
use ccr_index::store::Filter;
use ccr_index::text::keyword_key;
use serde_json::{Value, json};

use super::arguments::{Refusal, wrong_value};
use super::cursor::Cursor;
use super::definitions::{LIMIT, MOST};
use super::usages::Usage;
use super::words::{clean, cut, line, one_line};
use super::{Call, filters};
use crate::mcp::Reply;

/// Keywords that a question is held against.
const CANDIDATES: usize = 60;
/// Lines of an example at most: some calls go on for pages.
const EXAMPLE_LINES: usize = 12;

/// How much is told.
#[derive(Debug, Clone, Copy)]
struct Detail {
    /// Characters of the documentation.
    doc: usize,
    /// Characters on an argument, on a result, and on another keyword.
    short: usize,
    /// Whether the real call is shown.
    example: bool,
    /// Other keywords.
    others: usize,
    /// Whether their arguments are told.
    arguments: bool,
}

const DETAILS: [Detail; 9] = [
    Detail { doc: 4000, short: 300, example: true, others: MOST, arguments: true },
    Detail { doc: 700, short: 160, example: true, others: MOST, arguments: true },
    Detail { doc: 400, short: 80, example: true, others: MOST, arguments: true },
    Detail { doc: 240, short: 40, example: true, others: MOST, arguments: true },
    Detail { doc: 240, short: 60, example: true, others: MOST, arguments: false },
    Detail { doc: 160, short: 0, example: true, others: MOST, arguments: false },
    Detail { doc: 160, short: 0, example: false, others: 4, arguments: false },
    Detail { doc: 60, short: 0, example: false, others: 1, arguments: false },
    Detail { doc: 0, short: 0, example: false, others: 0, arguments: false },
];

pub(super) fn answer(call: &Call<'_>) -> Result<Reply, Refusal> {
    let asked = call.arguments.required("query", "a keyword's name, or what it should do")?;
    let library = call.arguments.text("library")?;
    let limit = call.arguments.number("limit", LIMIT, 1..=MOST)?;
    let found = found(call.searcher, &asked, library.as_deref())?;
    let cursor = Cursor::of(call.arguments, call.generation())?;
    let from = cursor.offset.min(found.len());
    let shown = &found[from..found.len().min(from + limit)];
    if shown.is_empty() {
        return Ok(nothing(&asked, found.len()));
    }
    let keywords = shown.iter().map(|hit| read(call.searcher, hit)).collect::<Result<Vec<Read>, _>>()?;
    // Whoever asks for more has read how the best one is called.
    let usage = if from == 0 { Some(usage(call, &keywords[0])?) } else { None };
    let page = Page { total: found.len(), cursor, keywords: &keywords, usage: usage.as_deref() };
    let reply = call.budget.first_of(&DETAILS, |detail| page.reply(detail));
    reply.ok_or_else(|| Refusal::new("nothing fits: raise `max_tokens`"))
}

/// Help on one keyword, for `ccr_get`.
pub(super) fn one(call: &Call<'_>, document: &Document) -> Result<Reply, Refusal> {
    let record = document.record.as_deref().and_then(|record| serde_json::from_str(record).ok());
    let keyword =
        record.ok_or_else(|| Refusal::new(format!("the index holds no record of `{}`", document.id)))?;
    let library = library_of(&document.id).to_owned();
    let read = Read { library, url: document.location.url.clone(), keyword };
    let usage = usage(call, &read)?;
    let reply = call.budget.first_of(&DETAILS, |detail| {
        let mut text = String::new();
        write_in_full(&mut text, &read, &usage, detail);
        let mut json = json!({"kind": document.kind, "title": document.title});
        if let (Value::Object(json), Value::Object(told)) = (&mut json, in_full(&read, &usage, detail)) {
            json.extend(told);
        }
        line(&mut text, "Sections: code");
        Reply::new(text.trim_end(), json)
    });
    reply.ok_or_else(|| Refusal::new("nothing fits: raise `max_tokens`"))
}

/// Keywords that answer, best first: those of exactly that name, then what search finds. What several
/// collections carry a copy of is named once.
fn found(searcher: &Searcher, asked: &str, library: Option<&str>) -> Result<Vec<Hit>, Refusal> {
    let mut query = Query::new(asked);
    query.filter = Filter { kinds: vec![Kind::Keyword], ..Filter::default() };
    query.limit = CANDIDATES;
    let mut hits = searcher.search(&query)?.hits;
    if let Some(library) = library {
        let known = libraries(searcher)?;
        let library = known.iter().find(|known| known.eq_ignore_ascii_case(library)).ok_or_else(|| {
            wrong_value("library", library, &known.iter().map(String::as_str).collect::<Vec<_>>())
        })?;
        hits.retain(|hit| library_of(&hit.id) == library);
    }
    let key = keyword_key(asked);
    let full = asked.to_lowercase();
    hits.sort_by_key(|hit| {
        let is_named = keyword_key(&hit.title) == key;
        let is_of_library = full.starts_with(&format!("{}.", library_of(&hit.id).to_lowercase()));
        (!is_named, !is_of_library)
    });
    let mut seen = HashSet::new();
    hits.retain(|hit| seen.insert((library_of(&hit.id).to_owned(), keyword_key(&hit.title))));
    Ok(hits)
}

/// Import names of every library.
fn libraries(searcher: &Searcher) -> Result<Vec<String>, Refusal> {
    let filter = Filter { kinds: vec![Kind::Library], ..Filter::default() };
    let heads = searcher.reader().heads(&searcher.listed(&filter)?)?;
    let mut names: Vec<String> = heads.into_iter().map(|head| head.title).collect();
    names.sort();
    names.dedup();
    Ok(names)
}

/// The import name in the id of a keyword.
fn library_of(id: &str) -> &str {
    let library = id.split_once('#').map_or(id, |(library, _)| library);
    id_in_collection(library)
}

/// Whether suites import it as a resource file.
fn is_resource(library: &str) -> bool {
    library.ends_with(".resource") || library.ends_with(".robot")
}

/// A keyword that is told of.
struct Read {
    library: String,
    url: Option<String>,
    keyword: Keyword,
}

fn read(searcher: &Searcher, hit: &Hit) -> Result<Read, Refusal> {
    let reader = searcher.reader();
    let missing = || Refusal::new(format!("the index holds no record of `{}`", hit.id));
    let number = reader.find(&hit.id)?.ok_or_else(missing)?;
    let record = reader.document(number)?.record.ok_or_else(missing)?;
    let keyword = serde_json::from_str(&record).map_err(|_| missing())?;
    Ok(Read { library: library_of(&hit.id).to_owned(), url: hit.url.clone(), keyword })
}

fn usage(call: &Call<'_>, read: &Read) -> Result<Arc<Usage>, Refusal> {
    let manifest = call.searcher.reader().manifest();
    call.usages.of(manifest, &read.keyword.id, || find_usage(call.searcher, read))
}

fn find_usage(searcher: &Searcher, read: &Read) -> Result<Usage, Refusal> {
    let id = read.keyword.id.as_str();
    let library = id.split_once('#').map_or(id, |(library, _)| library);
    let callers = searcher.callers(library, &read.keyword.name)?;
    let public = filters::public(searcher);
    let is_public = |caller: &&Caller| {
        caller.codebundle.split_once('/').is_some_and(|(collection, _)| public.contains(&collection))
    };
    let mut usage = Usage { callers: callers.bundles, first: None, example: None };
    let Some(first) = callers.calls.iter().find(is_public) else { return Ok(usage) };
    usage.first = Some(first.clone());
    if let Some(number) = searcher.reader().find(&first.codebundle)? {
        usage.example = example(&searcher.reader().document(number)?, first, &read.keyword.name);
    }
    Ok(usage)
}

/// The call itself, with its continuation lines, out of the bundle's code: each file there begins with
/// a line that is its name.
fn example(bundle: &Document, caller: &Caller, keyword: &str) -> Option<String> {
    let code = bundle.fields.iter().find(|(field, _)| *field == Field::Code).map(|(_, text)| text)?;
    let file = caller.path.rsplit('/').next()?;
    let lines: Vec<&str> = code.lines().collect();
    let begin = lines.iter().position(|line| *line == file)?;
    let at = begin.checked_add(usize::try_from(caller.line).ok()?)?;
    let is_call = |line: &&&str| keyword_key_in(line, keyword);
    let first = lines.get(at).filter(is_call)?;
    let mut shown = vec![first.trim()];
    let goes_on = |line: &&&str| line.trim_start().starts_with("...");
    shown.extend(lines[at + 1..].iter().take_while(goes_on).take(EXAMPLE_LINES).map(|line| line.trim()));
    Some(clean(&shown.join("\n")))
}

/// Whether a cell of the line names the keyword.
fn keyword_key_in(line: &str, keyword: &str) -> bool {
    let key = keyword_key(keyword);
    line.split("  ").flat_map(|cell| cell.split('\t')).any(|cell| keyword_key(cell.trim()) == key)
}

/// The keywords of a page; the first is told of in full.
struct Page<'a> {
    total: usize,
    cursor: Cursor,
    keywords: &'a [Read],
    usage: Option<&'a Usage>,
}

impl Page<'_> {
    fn reply(&self, detail: Detail) -> Reply {
        let told = usize::from(self.usage.is_some());
        let shown = &self.keywords[..self.keywords.len().min(detail.others + 1)];
        let mut text = String::new();
        let mut keywords = Vec::new();
        if let Some(usage) = self.usage {
            write_in_full(&mut text, &shown[0], usage, detail);
            keywords.push(in_full(&shown[0], usage, detail));
        }
        for read in &shown[told..] {
            let doc = cut(&read.keyword.short_doc, detail.short);
            let between = if doc.is_empty() { "" } else { ": " };
            let arguments = detail.arguments;
            let call = if arguments { signature(&read.keyword) } else { read.keyword.name.clone() };
            line(&mut text, format!("- {}.{call}{between}{doc}", read.library));
            let mut json = json!({"id": read.keyword.id});
            if arguments {
                json["signature"] = json!(call);
            }
            if !doc.is_empty() {
                json["doc"] = json!(doc);
            }
            keywords.push(json);
        }
        let end = self.cursor.offset + shown.len();
        let next = (end < self.total).then(|| self.cursor.at(end).text());
        let mut said = format!("{} of {} keywords", shown.len(), self.total);
        let mut structured = json!({"total": self.total, "keywords": keywords});
        if let Some(next) = next {
            said.push_str(&format!("; next_cursor {next}"));
            structured["next_cursor"] = json!(next);
        }
        line(&mut text, said);
        Reply::new(text.trim_end(), structured)
    }
}

pub(super) fn signature(keyword: &Keyword) -> String {
    let arguments: Vec<&str> = keyword.args.iter().map(|argument| argument.repr.as_str()).collect();
    if arguments.is_empty() {
        keyword.name.clone()
    } else {
        format!("{}    {}", keyword.name, one_line(&arguments.join(", ")))
    }
}

fn write_in_full(text: &mut String, read: &Read, usage: &Usage, detail: Detail) {
    let keyword = &read.keyword;
    line(text, signature(keyword));
    let setting = if is_resource(&read.library) { "Resource" } else { "Library" };
    line(text, format!("{setting}    {}  ({})", read.library, keyword.id));
    if keyword.deprecated {
        line(text, "DEPRECATED");
    }
    line(text, cut(&keyword.doc, detail.doc));
    for argument in &keyword.args {
        let doc = cut(&argument.doc, detail.short);
        if !doc.is_empty() {
            line(text, format!("  {}: {doc}", argument.name));
        }
    }
    if let Some(returns) = returns(keyword, detail) {
        line(text, format!("Returns: {returns}"));
    }
    if let Some(example) = usage.example.as_ref().filter(|_| detail.example) {
        line(text, format!("Example:\n{example}"));
    }
    if let Some(first) = &usage.first {
        let bundles = if usage.callers == 1 { "CodeBundle" } else { "CodeBundles" };
        let place = format!("{}:{}", first.codebundle, first.line);
        line(text, format!("Called by {} {bundles}, as {place}", usage.callers));
    }
    if let Some(url) = &read.url {
        line(text, format!("Source: {url}"));
    }
}

fn in_full(read: &Read, usage: &Usage, detail: Detail) -> Value {
    let keyword = &read.keyword;
    let mut json = json!({
        "id": keyword.id,
        "signature": signature(keyword),
        "library": read.library,
        "doc": cut(&keyword.doc, detail.doc),
    });
    let arguments: Vec<Value> = keyword
        .args
        .iter()
        .map(|argument| (&argument.name, cut(&argument.doc, detail.short)))
        .filter(|(_, doc)| !doc.is_empty())
        .map(|(name, doc)| json!({"name": name, "doc": doc}))
        .collect();
    if !arguments.is_empty() {
        json["arguments"] = json!(arguments);
    }
    if let Some(returns) = returns(keyword, detail) {
        json["returns"] = json!(returns);
    }
    if keyword.deprecated {
        json["deprecated"] = json!(true);
    }
    if let Some(example) = usage.example.as_ref().filter(|_| detail.example) {
        json["example"] = json!(example);
    }
    if let Some(first) = &usage.first {
        json["callers"] = json!(usage.callers);
        json["caller"] = json!({"id": first.codebundle, "line": first.line});
    }
    if let Some(url) = &read.url {
        json["url"] = json!(url);
    }
    json
}

fn returns(keyword: &Keyword, detail: Detail) -> Option<String> {
    let doc = cut(&keyword.return_doc, detail.short);
    match (&keyword.return_type, doc.as_str()) {
        (None, "") => None,
        (Some(kind), "") => Some(kind.clone()),
        (None, _) => Some(doc),
        (Some(kind), _) => Some(format!("{kind}: {doc}")),
    }
}

fn nothing(asked: &str, total: usize) -> Reply {
    let asked = cut(asked, 120);
    let text = match total {
        0 => format!(
            "No keyword answers `{asked}`. Ask for what it should do in other words, or browse: ccr_list kind library."
        ),
        total => format!("There are {total} keywords, and none behind this cursor."),
    };
    Reply::new(text, json!({"total": total, "keywords": []}))
}
