//! `ccr_list`: what there is, in a fixed order, with a count that is exact.

use std::collections::BTreeMap;

use ccr_index::model::Kind;
use ccr_index::store::DocumentHead;
use serde_json::{Value, json};

use super::arguments::{Refusal, kind_word};
use super::cursor::Cursor;
use super::definitions::{LIST_KINDS, LIST_LIMIT, LIST_MOST};
use super::filters::other_platforms;
use super::words::{TITLE, cut, facts, line, one_line};
use super::{Call, filters};
use crate::mcp::Reply;

/// Something listed: its line and its JSON.
pub(super) struct Item {
    pub(super) line: String,
    pub(super) json: Value,
}

pub(super) fn answer(call: &Call<'_>) -> Result<Reply, Refusal> {
    let mut kinds = call.arguments.choices("kind", &LIST_KINDS, list_word)?;
    if kinds.is_empty() {
        kinds.push(Kind::CodeBundle.as_str());
    }
    let values = kinds.iter().find(|kind| matches!(**kind, "platform" | "tag"));
    match values {
        Some(_) if kinds.len() > 1 => {
            Err(Refusal::new("`platform` and `tag` are listed by themselves: give one `kind`"))
        }
        Some(facet) => values_of(call, facet),
        None => things(call, kinds.into_iter().filter_map(Kind::from_word).collect()),
    }
}

fn list_word(word: &str) -> Option<&'static str> {
    match word.strip_suffix('s').unwrap_or(word) {
        "platform" => Some("platform"),
        "tag" | "support_tag" => Some("tag"),
        _ => kind_word(word),
    }
}

fn things(call: &Call<'_>, kinds: Vec<Kind>) -> Result<Reply, Refusal> {
    let filter = filters::filter(call, kinds)?;
    let numbers = call.searcher.listed(&filter)?;
    page(call, numbers.len(), |from, to| {
        let heads = call.searcher.reader().heads(&numbers[from..to])?;
        Ok(heads.iter().map(|head| thing(head, &filter.platforms)).collect())
    })
}

fn thing(head: &DocumentHead, asked: &[String]) -> Item {
    let title = cut(&head.title, TITLE);
    // Where the id ends in the name, the name says nothing more.
    let named = head.id.ends_with(&title);
    let platform = head.platform.as_deref();
    let others = other_platforms(platform, &head.platforms, asked);
    // Neither does the platform that was asked for.
    let is_asked = |platform: &&str| asked.iter().any(|asked| asked.eq_ignore_ascii_case(platform));
    let told = platform.filter(|platform| !is_asked(platform));
    let named_title = (!named).then_some(title.as_str());
    let parts = [Some(head.id.as_str()), named_title, told].into_iter();
    let line = facts(parts.chain(others.iter().map(|other| Some(other.as_str()))));
    let mut json = json!({"id": head.id});
    if !named {
        json["title"] = json!(title);
    }
    if let Some(platform) = platform {
        json["platform"] = json!(platform);
    }
    if !others.is_empty() {
        json["other_platforms"] = json!(others);
    }
    Item { line, json }
}

/// Platforms or tags with the number of CodeBundles that have each, the most frequent first.
fn values_of(call: &Call<'_>, facet: &str) -> Result<Reply, Refusal> {
    let filter = filters::filter(call, vec![Kind::CodeBundle])?;
    let bundles = call.searcher.listed(&filter)?;
    let mut counts: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for head in call.searcher.reader().heads(&bundles)? {
        let values = if facet == "tag" { head.tags } else { head.platforms };
        for value in values {
            let value = one_line(&value);
            counts.entry(value.to_lowercase()).or_insert((value, 0)).1 += 1;
        }
    }
    let mut counts: Vec<(String, usize)> = counts.into_values().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    page(call, counts.len(), |from, to| {
        let value = |(value, count): &(String, usize)| Item {
            line: format!("{value}: {count} CodeBundles"),
            json: json!({"value": value, "codebundles": count}),
        };
        Ok(counts[from..to].iter().map(value).collect())
    })
}

/// The items behind the cursor, as many as are wanted and fit.
pub(super) fn page(
    call: &Call<'_>,
    total: usize,
    items: impl Fn(usize, usize) -> Result<Vec<Item>, Refusal>,
) -> Result<Reply, Refusal> {
    let limit = call.arguments.number("limit", LIST_LIMIT, 1..=LIST_MOST)?;
    let cursor = Cursor::of(call.arguments, call.generation())?;
    let from = cursor.offset.min(total);
    let wanted = items(from, (from + limit).min(total))?;
    let moved = cursor.is_of_another(call.generation());
    let reply = |count: usize| {
        let end = from + count;
        let next = (end < total).then(|| cursor.at(end).text());
        let mut text = String::new();
        wanted[..count].iter().for_each(|item| line(&mut text, &item.line));
        let mut said = vec![match (total, count) {
            (0, _) => "There is none.".to_owned(),
            (_, 0) => format!("There are {total}, and none behind this cursor."),
            _ => format!("{}-{end} of {total}", from + 1),
        }];
        said.extend(next.iter().map(|next| format!("next_cursor {next}")));
        said.extend((count < wanted.len()).then(|| "more fit with a larger max_tokens".to_owned()));
        said.extend(moved.then(|| "the index changed since the page before".to_owned()));
        line(&mut text, said.join("; "));
        let shown: Vec<&Value> = wanted[..count].iter().map(|item| &item.json).collect();
        let mut structured = json!({"total": total, "items": shown});
        if let Some(next) = next {
            structured["next_cursor"] = json!(next);
        }
        Reply::new(text.trim_end(), structured)
    };
    let fitting = call.budget.most(wanted.len(), reply);
    fitting.ok_or_else(|| Refusal::new("not one item fits: raise `max_tokens`"))
}
