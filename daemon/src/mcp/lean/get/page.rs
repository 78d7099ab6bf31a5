//! Sections that go on over pages: things of a kind, or one long text.

use serde_json::{Value, json};

use super::super::arguments::Refusal;
use super::super::cursor::Cursor;
use super::super::words::{clean, line};
use super::Thing;
use crate::mcp::Reply;

/// Characters of each thing's texts that are tried, until a few things fit.
const PROSE: [usize; 5] = [4000, 700, 250, 80, 0];
/// Things that a page should hold.
const FEW: usize = 3;

/// One of the things of a section.
pub(super) struct Item {
    /// Lines of text.
    pub(super) text: String,
    /// The same as JSON.
    pub(super) json: Value,
}

/// A page of things, each made with at most so many characters of prose.
pub(super) fn items(thing: &Thing<'_>, make: impl Fn(usize) -> Vec<Item>) -> Result<Reply, Refusal> {
    let cursor = Cursor::of(thing.call.arguments, thing.call.generation())?;
    let mut best = None;
    for prose in PROSE {
        let items = make(prose);
        let from = cursor.offset.min(items.len());
        let reply = |count: usize| items_reply(thing, cursor.at(from), &items, count);
        let rest = items.len() - from;
        best = thing.call.budget.most(rest, reply).or(best);
        if thing.call.budget.holds(&items_reply(thing, cursor.at(from), &items, rest.min(FEW))) {
            break;
        }
    }
    best.ok_or_else(|| Refusal::new("not one item fits: raise `max_tokens`"))
}

fn items_reply(thing: &Thing<'_>, cursor: Cursor, items: &[Item], count: usize) -> Reply {
    let (from, end) = (cursor.offset, cursor.offset + count);
    let (mut text, mut json) = thing.head();
    let next = (end < items.len()).then(|| cursor.at(end).text());
    for item in &items[from..end] {
        line(&mut text, item.text.trim_end());
    }
    line(
        &mut text,
        match (items.len(), &next) {
            (0, _) => format!("No {}.", thing.section),
            (total, Some(next)) => format!("{}-{end} of {total}; next_cursor {next}", from + 1),
            (total, None) => format!("{total} in all"),
        },
    );
    json["total"] = json!(items.len());
    json[thing.section] = items[from..end].iter().map(|item| item.json.clone()).collect();
    if let Some(next) = next {
        json["next_cursor"] = json!(next);
    }
    Reply::new(text.trim_end(), json)
}

/// A page of a long text.
pub(super) fn prose(thing: &Thing<'_>, text: &str) -> Result<Reply, Refusal> {
    let cursor = Cursor::of(thing.call.arguments, thing.call.generation())?;
    let text = clean(text);
    let rest = &text[text.floor_char_boundary(cursor.offset.min(text.len()))..];
    let from = text.len() - rest.len();
    let most = rest.len().min(thing.call.budget.characters());
    let reply = |length: usize| {
        let shown = up_to_line(rest, length);
        let end = from + shown.len();
        let (mut told, mut json) = thing.head();
        let next = (end < text.len()).then(|| cursor.at(end).text());
        json[thing.section] = json!(shown);
        line(&mut told, if text.is_empty() { "There is none." } else { shown.trim_end() });
        if let Some(next) = next {
            line(&mut told, format!("({end} of {} bytes; next_cursor {next})", text.len()));
            json["next_cursor"] = json!(next);
        }
        Reply::new(told.trim_end(), json)
    };
    let fitting = thing.call.budget.most(most, reply);
    fitting.ok_or_else(|| Refusal::new("nothing fits: raise `max_tokens`"))
}

/// The first `length` bytes, less what stands behind the last line end where that is not much.
fn up_to_line(text: &str, length: usize) -> &str {
    if length >= text.len() {
        return text;
    }
    // Even one character of several bytes takes the reading on.
    let first = text.chars().next().map_or(0, char::len_utf8);
    let shown = &text[..text.floor_char_boundary(length).max(first)];
    match shown.rfind('\n') {
        Some(end) if end + 1 >= shown.len() / 2 => &shown[..=end],
        _ => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_at_lines() {
        let check =
            |length: usize, expected: &str| assert_eq!(up_to_line("one\ntwo\nthréé", length), expected);
        check(100, "one\ntwo\nthréé");
        check(10, "one\ntwo\n");
        check(5, "one\n");
        check(1, "o");
        assert_eq!(up_to_line("éa", 1), "é");
        assert_eq!(up_to_line("", 0), "");
    }
}
