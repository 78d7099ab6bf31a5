//! Filters whose every value exists, in the words of the index.

use ccr_index::model::Kind;
use ccr_index::search::Searcher;
use ccr_index::store::{FacetValue, Filter};

use super::Call;
use super::arguments::{Refusal, plain, wrong_value};
use crate::catalog::public_collections;

/// Names of platforms that people use, and those of the index.
const PLATFORMS: [(&str, &str); 8] = [
    ("k8s", "Kubernetes"),
    ("kube", "Kubernetes"),
    ("amazon", "AWS"),
    ("amazon_web_services", "AWS"),
    ("google", "GCP"),
    ("google_cloud", "GCP"),
    ("gcloud", "GCP"),
    ("microsoft_azure", "Azure"),
];

/// The filter that the arguments give, for things of these kinds.
pub(super) fn filter(call: &Call<'_>, kinds: Vec<Kind>) -> Result<Filter, Refusal> {
    let arguments = call.arguments;
    let collections = arguments.words("collection")?;
    let platforms = arguments.words("platform")?;
    let tags = arguments.words("tag")?;
    let mut filter = Filter { kinds, access: arguments.access()?, ..Filter::default() };
    if collections.is_empty() && platforms.is_empty() && tags.is_empty() {
        return Ok(filter);
    }
    let facets = call.searcher.reader().facets()?;
    filter.collections = known_collections(call.searcher, &collections, &facets.collections)?;
    let by_name = |value: &str| {
        let value = plain(value);
        PLATFORMS.iter().find(|(name, _)| *name == value).map(|(_, platform)| *platform)
    };
    filter.platforms = known("platform", &platforms, &facets.platforms, by_name)?;
    filter.tags = known("tag", &tags, &facets.tags, |_| None)?;
    Ok(filter)
}

/// Slugs of the collections that everybody may see, in the order of `sources.yaml`.
pub(in crate::mcp) fn public(searcher: &Searcher) -> Vec<&str> {
    public_collections(searcher).map(|collection| collection.slug.as_str()).collect()
}

/// The platforms that were asked for and that a thing has beside its main one: why it passed the filter.
pub(super) fn other_platforms(main: Option<&str>, platforms: &[String], asked: &[String]) -> Vec<String> {
    let is_asked = |platform: &&String| asked.iter().any(|asked| asked.eq_ignore_ascii_case(platform));
    let others = platforms.iter().filter(|platform| Some(platform.as_str()) != main);
    others.filter(is_asked).cloned().collect()
}

/// Hidden collections are accepted where they are named, and never offered.
fn known_collections(
    searcher: &Searcher,
    asked: &[String],
    known: &[FacetValue],
) -> Result<Vec<String>, Refusal> {
    let known = |slug: &String| {
        let slug = slug.to_lowercase();
        let found = known.iter().any(|known| known.value == slug);
        if found { Ok(slug) } else { Err(wrong_value("collection", &slug, &public(searcher))) }
    };
    asked.iter().map(known).collect()
}

fn known(
    name: &str,
    asked: &[String],
    known: &[FacetValue],
    other: impl Fn(&str) -> Option<&'static str>,
) -> Result<Vec<String>, Refusal> {
    let is_known = |value: &str| known.iter().any(|known| known.value.eq_ignore_ascii_case(value));
    let choose = |value: &String| {
        if is_known(value) {
            return Ok(value.clone());
        }
        let other = other(value).filter(|other| is_known(other)).map(str::to_owned);
        let values = || known.iter().map(|known| known.value.as_str()).collect::<Vec<_>>();
        other.ok_or_else(|| wrong_value(name, value, &values()))
    };
    asked.iter().map(choose).collect()
}
