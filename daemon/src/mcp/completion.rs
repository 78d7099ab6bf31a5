//! `completion/complete`: slugs, directories, import names, keyword names, platforms and tags.

use std::collections::HashMap;

use ccr_index::model::{Kind, id_in_collection};
use ccr_index::search::Searcher;
use ccr_index::store::{DocumentHead, Error, Filter};
use rmcp::ErrorData;
use rmcp::model::{CompleteRequestParams, CompleteResult, CompletionInfo, Reference};

use super::resources::{internal, opened};
use super::{lean, prompts};
use crate::LiveIndex;

/// What an argument is completed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Collections,
    Directories,
    Libraries,
    Bundles,
    Keywords,
    Platforms,
    Tags,
}

/// The values that the argument may have, best first: those that begin as typed, then those that hold it.
pub(super) fn complete(
    index: &LiveIndex,
    request: &CompleteRequestParams,
) -> Result<CompleteResult, ErrorData> {
    let Some(source) = source(&request.r#ref, &request.argument.name)? else {
        return Ok(CompleteResult::default());
    };
    let searcher = opened(index)?;
    let chosen = request.context.as_ref().and_then(|context| context.arguments.as_ref());
    let values = values(&searcher, source, chosen).map_err(|error| internal(&error))?;
    let (values, total) = matching(values, &request.argument.value);
    let has_more = values.len() < total;
    let total = u32::try_from(total).ok();
    let completion = CompletionInfo::with_pagination(values, total, has_more);
    completion.map(CompleteResult::new).map_err(|told| ErrorData::internal_error(told, None))
}

/// What the argument is completed from; nothing for free text.
fn source(reference: &Reference, argument: &str) -> Result<Option<Source>, ErrorData> {
    match reference {
        Reference::Prompt(prompt) => of_prompt(&prompt.name, argument),
        Reference::Resource(template) => of_template(&template.uri, argument).map(Some),
        _ => Ok(None),
    }
}

fn of_prompt(name: &str, argument: &str) -> Result<Option<Source>, ErrorData> {
    if ![prompts::TRIAGE, prompts::WRITE, prompts::KEYWORD].contains(&name) {
        return Err(ErrorData::invalid_params(format!("unknown prompt `{name}`"), None));
    }
    Ok(match argument {
        "platform" => Some(Source::Platforms),
        "tag" => Some(Source::Tags),
        "like" => Some(Source::Bundles),
        "keyword" => Some(Source::Keywords),
        _ => None,
    })
}

fn of_template(uri: &str, argument: &str) -> Result<Source, ErrorData> {
    match argument {
        "collection" if uri.starts_with("ccr://") => Ok(Source::Collections),
        "directory" if uri.starts_with("ccr://codebundle/") => Ok(Source::Directories),
        "name" if uri.starts_with("ccr://library/") => Ok(Source::Libraries),
        _ => {
            let told = format!("no resource template `{uri}` has an argument `{argument}`");
            Err(ErrorData::invalid_params(told, None))
        }
    }
}

fn values(
    searcher: &Searcher,
    source: Source,
    chosen: Option<&HashMap<String, String>>,
) -> Result<Vec<String>, Error> {
    let collection = chosen.and_then(|chosen| chosen.get("collection")).map(String::as_str);
    let within = |kind: Kind| -> Result<Vec<String>, Error> {
        let heads = heads(searcher, kind, collection)?;
        Ok(heads.into_iter().map(|head| id_in_collection(&head.id).to_owned()).collect())
    };
    let mut values = match source {
        Source::Collections => lean::public(searcher).into_iter().map(str::to_owned).collect(),
        Source::Directories => within(Kind::CodeBundle)?,
        Source::Libraries => within(Kind::Library)?,
        Source::Keywords => within(Kind::Keyword)?.into_iter().map(|id| id.replacen('#', ".", 1)).collect(),
        Source::Bundles => heads(searcher, Kind::CodeBundle, None)?.into_iter().map(|head| head.id).collect(),
        Source::Platforms => {
            heads(searcher, Kind::CodeBundle, None)?.into_iter().flat_map(|head| head.platforms).collect()
        }
        Source::Tags => {
            heads(searcher, Kind::CodeBundle, None)?.into_iter().flat_map(|head| head.tags).collect()
        }
    };
    values.sort_by_cached_key(|value| value.to_lowercase());
    values.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
    Ok(values)
}

fn heads(searcher: &Searcher, kind: Kind, collection: Option<&str>) -> Result<Vec<DocumentHead>, Error> {
    let collections = collection.map(str::to_owned).into_iter().collect();
    let filter = Filter { kinds: vec![kind], collections, ..Filter::default() };
    searcher.reader().heads(&searcher.listed(&filter)?)
}

fn matching(values: Vec<String>, typed: &str) -> (Vec<String>, usize) {
    let typed = typed.trim().to_lowercase();
    let (begin, others): (Vec<String>, Vec<String>) =
        values.into_iter().partition(|value| value.to_lowercase().starts_with(&typed));
    let hold = others.into_iter().filter(|value| value.to_lowercase().contains(&typed));
    let mut values: Vec<String> = begin.into_iter().chain(hold).collect();
    let total = values.len();
    values.truncate(CompletionInfo::MAX_VALUES);
    (values, total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_as_typed_comes_first() {
        let values = ["AWS", "Azure", "Azure DevOps", "GCP", "Kubernetes on AWS"].map(str::to_owned);
        let check = |typed: &str, expected: &[&str]| {
            let (found, total) = matching(values.to_vec(), typed);
            assert_eq!((found, total), (expected.iter().map(|v| (*v).to_owned()).collect(), expected.len()));
        };
        check("aws", &["AWS", "Kubernetes on AWS"]);
        check("az", &["Azure", "Azure DevOps"]);
        check("zzz", &[]);
        let many: Vec<String> = (0..300).map(|number| format!("{number}")).collect();
        let (found, total) = matching(many, "");
        assert_eq!((found.len(), total), (CompletionInfo::MAX_VALUES, 300));
    }
}
