use anyhow::Result;
use ccr_index::lexical::expand;
use ccr_index::model::Access;
use ccr_index::search::{Answer, Hit, Query, Words, highlight};
use ccr_index::store::{FacetValue, Facets, Filter};

use crate::printer::{Printer, style};

/// Characters of a summary that are shown.
const SUMMARY: usize = 160;

/// Prints hits with the parts that answer, the words of the question marked.
pub(crate) fn answer(answer: &Answer, query: &Query, printer: &mut Printer) -> Result<()> {
    for reading in &answer.read_as {
        printer.note(&format!("read `{}` as `{}`", reading.word, reading.read_as));
    }
    let words = Words::of(&expand(&query.text));
    for (rank, hit) in answer.hits.iter().enumerate() {
        print_hit(query.offset + rank + 1, hit, &words, printer)?;
    }
    let shown = Hit::things(&answer.hits);
    let last = query.offset + shown;
    if answer.hits.is_empty() && answer.total > 0 {
        printer.note(&format!(
            "there are {} hits; `--offset {}` is behind the last",
            answer.total, query.offset
        ));
    } else if answer.hits.is_empty() {
        let weak = match answer.below {
            0 => String::new(),
            below => format!(" well enough; {below} weak ones with `--min 0`"),
        };
        printer.note(&format!("nothing matches `{}`{weak}", query.text));
    } else if answer.total > last {
        printer.note(&format!("{shown} of {} hits; more with `--offset {last}`", answer.total));
    }
    Ok(())
}

fn print_hit(rank: usize, hit: &Hit, words: &Words, printer: &mut Printer) -> Result<()> {
    let (title, id, faint) = (style::TITLE, style::ID, style::FAINT);
    printer.text(format_args!(
        "{rank}. {title}{}{title:#}  {faint}{} {:.2}{faint:#}",
        hit.title,
        hit.kind.as_str(),
        hit.relevance
    ))?;
    printer.text(format_args!("   {id}{}{id:#}", hit.id))?;
    let url = hit.url.as_deref().filter(|url| *url != hit.id);
    let facts = [hit.platform.as_deref(), hit.access.map(Access::as_str), url];
    let facts: Vec<&str> = facts.into_iter().flatten().collect();
    if !facts.is_empty() {
        printer.text(format_args!("   {faint}{}{faint:#}", facts.join(" · ")))?;
    }
    if !hit.summary.is_empty() {
        printer.text(format_args!("   {}", marked(&cut(&hit.summary), words)))?;
    }
    if !hit.also.is_empty() {
        printer.text(format_args!("   {faint}also {}{faint:#}", hit.also.join(", ")))?;
    }
    for part in &hit.matches {
        if part.id != hit.id {
            let file = part.path.as_deref().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
            let line = part.line.map(|line| format!(" {file}:{line}")).unwrap_or_default();
            let title = marked(&part.title, words);
            printer.text(format_args!("   - {title}  {faint}{}{line}{faint:#}", part.kind.as_str()))?;
        }
        if !part.snippet.is_empty() && part.snippet != part.title {
            printer.text(format_args!("     {}", marked(&part.snippet, words)))?;
        }
    }
    Ok(())
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SUMMARY) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text[..end].rsplit_once(' ').map_or(&text[..end], |(kept, _)| kept)),
    }
}

fn marked(text: &str, words: &Words) -> String {
    let mark = style::MATCH;
    let mut shown = String::with_capacity(text.len());
    let mut copied = 0;
    for range in highlight(text, words) {
        shown.push_str(&text[copied..range.start]);
        shown.push_str(&format!("{mark}{}{mark:#}", &text[range.clone()]));
        copied = range.end;
    }
    shown.push_str(&text[copied..]);
    shown
}

/// What to say of filters that name nothing that the index holds.
pub(crate) fn unknown_filters(filter: &Filter, facets: &Facets) -> Vec<String> {
    let mut said = Vec::new();
    let mut check = |what: &str, asked: &[String], known: &[FacetValue]| {
        for value in asked {
            if !known.iter().any(|known| known.value.eq_ignore_ascii_case(value)) {
                let some: Vec<&str> = known.iter().take(12).map(|known| known.value.as_str()).collect();
                said.push(format!("nothing has the {what} `{value}`; there are: {}", some.join(", ")));
            }
        }
    };
    check("collection", &filter.collections, &facets.collections);
    check("platform", &filter.platforms, &facets.platforms);
    check("tag", &filter.tags, &facets.tags);
    said
}
