//! The thing that an id means: exactly, without its collection, or nearly.

use ccr_index::model::{Document, Kind};
use ccr_index::search::{Floor, Query, Searcher};
use ccr_index::text::strip_variables;

use super::super::arguments::Refusal;
use super::super::filters;
use super::super::words::cut;
use crate::mcp::uri;

/// Ids that are offered for one that is not there.
const OFFERED: usize = 5;
/// Least relevance of a hit that may be meant.
const MEANT: f32 = 0.4;

/// The document that `id` names.
pub(super) fn document(searcher: &Searcher, id: &str) -> Result<Document, Refusal> {
    let id = uri::to_id(id);
    let reader = searcher.reader();
    let mut named = searcher.named(&id)?;
    if named.is_empty() {
        named = part(searcher, &id)?;
    }
    match named[..] {
        [number] => Ok(reader.document(number)?),
        [] => Err(unknown(searcher, &id)?),
        _ => {
            let ids: Vec<String> =
                reader.heads(&named)?.into_iter().map(|head| head.id).take(OFFERED).collect();
            Err(Refusal::new(format!("`{}` may mean: {}", cut(&id, 200), ids.join(", "))))
        }
    }
}

/// Tasks, keywords and sections whose name is nearly written: in other letter case, without its variables, by
/// its beginning, or by the line where it stands.
fn part(searcher: &Searcher, id: &str) -> Result<Vec<u32>, Refusal> {
    let Some((whole, name)) = id.split_once('#') else { return Ok(Vec::new()) };
    let [whole] = searcher.named(whole)?[..] else { return Ok(Vec::new()) };
    let reader = searcher.reader();
    let whole = reader.heads(&[whole])?.pop().map(|head| head.id).unwrap_or_default();
    let numbers = reader.parts_of(&whole)?;
    let parts: Vec<Part> = numbers
        .iter()
        .zip(reader.heads(&numbers)?)
        .filter(|(_, head)| matches!(head.kind, Kind::Task | Kind::Keyword | Kind::Documentation))
        .map(|(number, head)| Part { number: *number, name: folded(&head.title), line: head.location.line })
        .collect();
    let name = folded(name);
    let line: Option<u32> = name.parse().ok();
    let ways = [
        |part: &Part, name: &str, _: Option<u32>| part.name == name,
        |part: &Part, _: &str, line: Option<u32>| line.is_some() && part.line == line,
        |part: &Part, name: &str, _: Option<u32>| !name.is_empty() && part.name.starts_with(name),
        |part: &Part, name: &str, _: Option<u32>| name.len() > 2 && part.name.contains(name),
    ];
    let found = ways.into_iter().map(|is_meant| -> Vec<u32> {
        parts.iter().filter(|part| is_meant(part, &name, line)).map(|part| part.number).collect()
    });
    Ok(found.into_iter().find(|found| !found.is_empty()).unwrap_or_default())
}

struct Part {
    number: u32,
    name: String,
    line: Option<u32>,
}

/// A name without variables, backquotes, letter case and spaces around.
fn folded(name: &str) -> String {
    let name = strip_variables(name).replace(['`', '…'], " ").to_lowercase();
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Offers ids that begin alike, or else what a search for the words finds.
fn unknown(searcher: &Searcher, id: &str) -> Result<Refusal, Refusal> {
    let public = filters::public(searcher);
    let mut offered = searcher.reader().ids_like(id, OFFERED)?;
    // Documentation belongs to no collection; its ids are addresses, or begin with a word and a colon.
    offered.retain(|id| {
        let first = id.split('/').next().unwrap_or_default();
        public.contains(&first) || first.contains(':')
    });
    if offered.is_empty() {
        let words: String = id.chars().map(|c| if matches!(c, '/' | '#') { ' ' } else { c }).collect();
        let mut query = Query::new(words);
        query.limit = OFFERED;
        query.floor = Floor::at(MEANT);
        offered = searcher.search(&query)?.hits.into_iter().map(|hit| hit.id).collect();
    }
    let meant = match offered.is_empty() {
        true => "find ids with ccr_search".to_owned(),
        false => format!("did you mean: {}", offered.join(", ")),
    };
    Ok(Refusal::new(format!("nothing has the id `{}`: {meant}", cut(id, 200))))
}
