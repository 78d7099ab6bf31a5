//! `ccr_search`: the hits that answer, each thing once, with the part of it that answers best.

use std::fmt::Write as _;

use ccr_index::model::{Access, Kind};
use ccr_index::search::{Answer, Hit, Match, Query};
use serde_json::{Map, Value, json};

use super::arguments::Refusal;
use super::cursor::Cursor;
use super::definitions::{LIMIT, MOST};
use super::filters::other_platforms;
use super::words::{TITLE, cut, facts, line, one_line, without_variables};
use super::{Call, filters};
use crate::mcp::Reply;

/// How much is told of a hit.
#[derive(Debug, Clone, Copy)]
struct Detail {
    /// Characters of its summary.
    summary: usize,
    /// Parts that answer.
    parts: usize,
    /// Characters of the name of each.
    name: usize,
    /// Characters around what matches.
    snippet: usize,
}

/// From everything to a title. What a bundle does for the question says more than what it is about.
const DETAILS: [Detail; 10] = [
    WHOLE,
    Detail { summary: 240, parts: 3, name: 120, snippet: 120 },
    Detail { summary: 160, parts: 2, name: 100, snippet: 0 },
    Detail { summary: 120, parts: 1, name: 100, snippet: 0 },
    Detail { summary: 90, parts: 1, name: 90, snippet: 0 },
    Detail { summary: 60, parts: 1, name: 80, snippet: 0 },
    Detail { summary: 40, parts: 1, name: 70, snippet: 0 },
    Detail { summary: 0, parts: 1, name: 70, snippet: 0 },
    Detail { summary: 0, parts: 1, name: 45, snippet: 0 },
    Detail { summary: 0, parts: 0, name: 0, snippet: 0 },
];

/// Ids of what says the same that a shortened hit has.
const MOST_ALSO: usize = 3;

/// Every field of a hit, as at every other door.
const WHOLE: Detail =
    Detail { summary: usize::MAX, parts: usize::MAX, name: usize::MAX, snippet: usize::MAX };

impl Detail {
    fn is_whole(self) -> bool {
        self.name == usize::MAX
    }

    /// What is told of the things that a hit stands for too.
    fn also(self, hit: &Hit) -> &[String] {
        let most = match self.parts {
            usize::MAX => usize::MAX,
            0 => 0,
            _ => MOST_ALSO,
        };
        &hit.also[..hit.also.len().min(most)]
    }
}

pub(super) fn answer(call: &Call<'_>) -> Result<Reply, Refusal> {
    let mut query = Query::new(call.arguments.required("query", "what is looked for, in the user's words")?);
    query.filter = filters::filter(call, call.arguments.kinds()?)?;
    query.limit = call.arguments.number("limit", LIMIT, 1..=MOST)?;
    let cursor = Cursor::of(call.arguments, call.generation())?;
    query.offset = cursor.offset;
    let answer = call.searcher.search(&query)?;
    if answer.hits.is_empty() {
        return nothing(call, &query, &answer);
    }
    let others = others(call, &answer.hits, &query.filter.platforms)?;
    let moved = cursor.is_of_another(call.generation());
    let page = Page { answer: &answer, others: &others, cursor, moved };
    let hits = answer.hits.len();
    let mut steps: Vec<(usize, Detail)> = DETAILS.iter().map(|detail| (hits, *detail)).collect();
    steps.extend((1..hits).rev().map(|hits| (hits, DETAILS[DETAILS.len() - 1])));
    let reply = call.budget.first_of(&steps, |(hits, detail)| page.reply(hits, detail));
    reply.ok_or_else(|| Refusal::new("nothing fits: raise `max_tokens`"))
}

/// Platforms that let each hit through the filter beside its main one.
fn others(call: &Call<'_>, hits: &[Hit], asked: &[String]) -> Result<Vec<Vec<String>>, Refusal> {
    if asked.is_empty() {
        return Ok(vec![Vec::new(); hits.len()]);
    }
    let reader = call.searcher.reader();
    let mut others = Vec::with_capacity(hits.len());
    for hit in hits {
        let head = match reader.find(&hit.id)? {
            Some(number) => reader.heads(&[number])?.pop(),
            None => None,
        };
        let platforms = head.map(|head| head.platforms).unwrap_or_default();
        others.push(other_platforms(hit.platform.as_deref(), &platforms, asked));
    }
    Ok(others)
}

/// The hits behind a cursor.
struct Page<'a> {
    answer: &'a Answer,
    /// Platforms of each hit beside its main one, where these were asked for.
    others: &'a [Vec<String>],
    cursor: Cursor,
    /// Whether the index was exchanged since the page before.
    moved: bool,
}

impl Page<'_> {
    fn reply(&self, hits: usize, detail: Detail) -> Reply {
        let shown = &self.answer.hits[..hits];
        let end = self.cursor.offset + Hit::things(shown);
        let next = (self.answer.total > end).then(|| self.cursor.at(end).text());
        let mut text = String::new();
        for reading in &self.answer.read_as {
            line(&mut text, format!("(read `{}` as `{}`)", one_line(&reading.word), reading.read_as));
        }
        for ((hit, others), rank) in shown.iter().zip(self.others).zip(self.cursor.offset + 1..) {
            write_hit(&mut text, rank, hit, others, detail);
        }
        let mut said = vec![format!("{hits} of {} hits", self.answer.total)];
        said.extend(next.iter().map(|next| format!("next_cursor {next}")));
        said.extend(self.moved.then(|| "the index changed since the page before".to_owned()));
        said.extend((!detail.is_whole()).then(|| "shortened: ccr_get an id".to_owned()));
        line(&mut text, said.join("; "));
        let mut structured = json!({
            "total": self.answer.total,
            "hits": shown.iter().zip(self.others).map(|(hit, others)| entry(hit, others, detail)).collect::<Vec<Value>>(),
        });
        if !self.answer.read_as.is_empty() {
            structured["read_as"] = json!(self.answer.read_as);
        }
        if let Some(next) = next {
            structured["next_cursor"] = json!(next);
        }
        if !detail.is_whole() {
            structured["cut"] = json!(["summary", "matches", "also", "tags", "url"]);
        }
        Reply::new(text.trim_end(), structured)
    }
}

fn write_hit(text: &mut String, rank: usize, hit: &Hit, others: &[String], detail: Detail) {
    let relevance = format!("{:.2}", hit.relevance);
    let kind = Some(hit.kind).filter(|kind| *kind != Kind::CodeBundle);
    let platforms = [kind.map(Kind::as_str), hit.platform.as_deref()].into_iter();
    let platforms = platforms.chain(others.iter().map(|other| Some(other.as_str())));
    let about = facts(platforms.chain([hit.access.map(Access::as_str), Some(relevance.as_str())]));
    line(text, format!("{rank}. {} ({about})", cut(&hit.title, TITLE)));
    line(text, format!("   {}", hit.id));
    let also = detail.also(hit);
    if !also.is_empty() {
        let more = hit.also.len() - also.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        line(text, format!("   also {}{more}", also.join(", ")));
    }
    let summary = cut(&hit.summary, detail.summary);
    if !summary.is_empty() {
        line(text, format!("   {summary}"));
    }
    if let Some(url) = hit.url.as_ref().filter(|_| detail.is_whole()) {
        line(text, format!("   {url}"));
    }
    for part in hit.matches.iter().take(detail.parts) {
        if part.id == hit.id {
            // A page may answer before its sections; of other things the summary says it.
            let own = if hit.kind == Kind::Documentation {
                cut(&part.snippet, detail.snippet)
            } else {
                String::new()
            };
            line(text, if own.is_empty() { own } else { format!("   {own}") });
            continue;
        }
        let is_told = !matches!(part.kind, Kind::Task | Kind::Documentation);
        let kind = if is_told { format!("{} ", part.kind.as_str()) } else { String::new() };
        let mut told = format!("   - {kind}{}", part_name(part, detail));
        if let Some(at) = part.line {
            let _ = write!(told, " :{at}");
        }
        line(text, told);
        let snippet = cut(&part.snippet, detail.snippet);
        if !snippet.is_empty() {
            line(text, format!("     {snippet}"));
        }
    }
}

/// The hit's fields, as every other door names them; fewer where less is told.
fn entry(hit: &Hit, others: &[String], detail: Detail) -> Value {
    let relevance = json!((f64::from(hit.relevance) * 1000.0).round() / 1000.0);
    if detail.is_whole() {
        let mut entry = json!(hit);
        entry["relevance"] = relevance;
        if !others.is_empty() {
            entry["other_platforms"] = json!(others);
        }
        return entry;
    }
    let mut entry = Map::new();
    entry.insert("id".into(), json!(hit.id));
    entry.insert("kind".into(), json!(hit.kind));
    entry.insert("title".into(), json!(cut(&hit.title, TITLE)));
    entry.insert("relevance".into(), relevance);
    if let Some(platform) = &hit.platform {
        entry.insert("platform".into(), json!(platform));
    }
    if !others.is_empty() {
        entry.insert("other_platforms".into(), json!(others));
    }
    if let Some(access) = hit.access {
        entry.insert("access".into(), json!(access));
    }
    let also = detail.also(hit);
    if !also.is_empty() {
        entry.insert("also".into(), json!(also));
    }
    let summary = cut(&hit.summary, detail.summary);
    if !summary.is_empty() {
        entry.insert("summary".into(), json!(summary));
    }
    let parts: Vec<Value> = hit
        .matches
        .iter()
        .take(detail.parts)
        .filter(|part| part.id != hit.id)
        .map(|part| matched(part, detail))
        .collect();
    if !parts.is_empty() {
        entry.insert("matches".into(), json!(parts));
    }
    Value::Object(entry)
}

fn part_name(part: &Match, detail: Detail) -> String {
    if detail.is_whole() { one_line(&part.title) } else { cut(&without_variables(&part.title), detail.name) }
}

fn matched(part: &Match, detail: Detail) -> Value {
    let mut matched = json!({"title": part_name(part, detail)});
    if part.kind != Kind::Task {
        matched["kind"] = json!(part.kind);
    }
    if part.kind == Kind::Documentation {
        // The address of the section.
        matched["id"] = json!(part.id);
    }
    if let Some(line) = part.line {
        matched["line"] = json!(line);
    }
    let snippet = cut(&part.snippet, detail.snippet);
    if !snippet.is_empty() {
        matched["snippet"] = json!(snippet);
    }
    matched
}

/// Says that there is nothing, and what may be done.
fn nothing(call: &Call<'_>, query: &Query, answer: &Answer) -> Result<Reply, Refusal> {
    let asked = cut(&query.text, 120);
    let mut text = match answer.total {
        0 => format!("Nothing answers `{asked}`."),
        total => format!("There are {total} hits, and none behind this cursor."),
    };
    if answer.total == 0 && answer.below > 0 {
        let _ = write!(text, " {} things hold some word of it, all too weakly.", answer.below);
    }
    let mut structured = json!({"total": answer.total, "hits": []});
    let filter = &query.filter;
    if answer.total == 0 && !filter.is_empty() {
        let mut wider = query.clone();
        wider.filter = Default::default();
        let total = call.searcher.search(&wider)?.total;
        if total > 0 {
            let _ = write!(text, " Without the filters there are {total} hits.");
            structured["without_filters"] = json!(total);
        }
    }
    text.push_str(" Ask once more in other words, or say that there is none.");
    Ok(Reply::new(text, structured))
}
