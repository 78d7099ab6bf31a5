//! The five tools that `ccr` serves by default: search, then get; list, keyword help and status.
//!
//! Each reads its arguments leniently ([`arguments`]), builds its reply in ever less detail until it fits
//! the size that the caller set ([`budget`]), says what was cut, and gives a [`cursor`] for the rest.

mod arguments;
mod budget;
mod cursor;
mod definitions;
mod filters;
mod get;
mod keyword_help;
mod list;
mod nearest;
mod search;
mod status;
mod usages;
mod words;

use std::sync::Arc;

use ccr_index::search::Searcher;
use ccr_index::store;
use serde_json::{Map, Value};

use self::arguments::{Arguments, Refusal};
use self::budget::Budget;
use self::definitions::{GET, KEYWORD_HELP, LIST, SEARCH, STATUS};
pub(super) use self::filters::public;
use self::usages::Usages;
use super::{Reply, ToolDefinition, ToolSet, UnknownTool};
use crate::LiveIndex;
use ccr_index::causes;

/// `ccr_search`, `ccr_get`, `ccr_list`, `ccr_keyword_help` and `ccr_status`.
#[derive(Debug, Default)]
pub struct LeanTools {
    usages: Usages,
}

impl ToolSet for LeanTools {
    fn instructions(&self) -> &str {
        definitions::INSTRUCTIONS
    }

    fn definitions(&self) -> Vec<ToolDefinition> {
        definitions::definitions()
    }

    fn call(
        &self,
        index: &LiveIndex,
        name: &str,
        arguments: &Map<String, Value>,
    ) -> Result<Reply, UnknownTool> {
        let known = [SEARCH, GET, LIST, KEYWORD_HELP, STATUS];
        let Some(tool) = known.into_iter().find(|known| *known == name) else {
            let (first, _) = nearest::nearest(name, &known);
            let mut known = known.to_vec();
            known.sort_by_key(|known| Some(*known) != first);
            return Err(UnknownTool { name: name.to_owned(), known });
        };
        Ok(answer(tool, index, arguments, &self.usages).unwrap_or_else(|Refusal(text)| Reply::error(text)))
    }
}

fn answer(
    tool: &'static str,
    index: &LiveIndex,
    given: &Map<String, Value>,
    usages: &Usages,
) -> Result<Reply, Refusal> {
    let arguments = Arguments::read(tool, definitions::arguments(tool), given)?;
    let searcher = match open(index) {
        Ok(searcher) => searcher,
        Err(error) if tool == STATUS => return Ok(status::without_index(&causes(&error))),
        Err(error) => return Err(error.into()),
    };
    let call = Call { searcher: &searcher, arguments: &arguments, usages, budget: budget(&arguments)? };
    match tool {
        SEARCH => search::answer(&call),
        GET => get::answer(&call),
        LIST => list::answer(&call),
        KEYWORD_HELP => keyword_help::answer(&call),
        _ => status::answer(&call),
    }
}

/// A call that can be answered.
struct Call<'a> {
    searcher: &'a Searcher,
    arguments: &'a Arguments<'a>,
    usages: &'a Usages,
    budget: Budget,
}

impl Call<'_> {
    fn generation(&self) -> u64 {
        self.searcher.reader().manifest().generation
    }
}

fn budget(arguments: &Arguments<'_>) -> Result<Budget, Refusal> {
    let definitions::Tokens { default, least, most } = definitions::TOKENS;
    Ok(Budget::of_tokens(arguments.number("max_tokens", default, least..=most)?))
}

/// The generation in service. Where a newer one cannot be opened, the one that is open goes on answering.
pub(super) fn open(index: &LiveIndex) -> Result<Arc<Searcher>, store::Error> {
    let refreshed = index.refresh();
    match (index.searcher(), refreshed) {
        (Some(searcher), Ok(_)) => Ok(searcher),
        (Some(searcher), Err(error)) => {
            tracing::warn!(error = causes(&error), "the index in service cannot be opened");
            Ok(searcher)
        }
        (None, Err(error)) => Err(error),
        (None, Ok(_)) => Err(index.place().no_index()),
    }
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Self {
        Refusal::new(format!("could not read the index: {}", causes(&error)))
    }
}
