//! One page for one text, at the address that it calls its own.

use std::collections::{BTreeSet, HashMap};

use url::Url;

use super::WebPage;
use crate::parse::page::PageText;

/// A page at the address where it was found.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) page: WebPage,
    /// The address of the same host that it calls its own.
    pub(super) canonical: Option<String>,
}

/// Whether an address that a page names is one of its own site's.
pub(super) fn is_same_host(named: &Url, found: &Url) -> bool {
    named.host_str() == found.host_str()
        && named.port() == found.port()
        && (named.scheme() == found.scheme() || named.scheme() == "https")
}

/// Gives each page its address, and makes one of those with the same text or address: the first of them by
/// depth and order, at the canonical or else the shortest address.
pub(super) fn fold(drafts: Vec<Draft>) -> Vec<WebPage> {
    let digests: Vec<blake3::Hash> = drafts.iter().map(|draft| digest(&draft.page.text)).collect();
    let texts_at = texts_at(&drafts, &digests);
    let mut folded: Vec<WebPage> = Vec::new();
    let mut is_named: Vec<bool> = Vec::new();
    let mut by_digest: HashMap<blake3::Hash, usize> = HashMap::new();
    let mut by_url: HashMap<String, usize> = HashMap::new();
    for (Draft { mut page, canonical }, digest) in drafts.into_iter().zip(digests) {
        // A template that names one page on all of them is wrong on all but one.
        let named = canonical.filter(|named| texts_at.get(named).is_some_and(|texts| texts.len() == 1));
        let has_name = named.is_some();
        if let Some(named) = named {
            page.url = named;
        }
        let known = by_digest.get(&digest).or_else(|| by_url.get(&page.url)).copied();
        let Some(at) = known else {
            by_digest.insert(digest, folded.len());
            by_url.insert(page.url.clone(), folded.len());
            folded.push(page);
            is_named.push(has_name);
            continue;
        };
        let first = &mut folded[at];
        let is_better = (has_name, std::cmp::Reverse(page.url.len()))
            > (is_named[at], std::cmp::Reverse(first.url.len()));
        if is_better && !by_url.contains_key(&page.url) {
            by_url.insert(page.url.clone(), at);
            first.url = page.url;
            is_named[at] = has_name;
        }
        if first.stale.is_some() && page.stale.is_none() {
            (first.text, first.read_at, first.stale) = (page.text, page.read_at, None);
        }
        let own = (page.depth == 0).then_some(page.listed);
        first.also_listed.extend(own.into_iter().chain(page.also_listed));
    }
    for page in &mut folded {
        page.also_listed.sort_unstable();
        page.also_listed.dedup();
        page.also_listed.retain(|seed| *seed != page.listed);
    }
    folded
}

/// The texts that were found at an address, or call it theirs.
fn texts_at(drafts: &[Draft], digests: &[blake3::Hash]) -> HashMap<String, BTreeSet<[u8; 32]>> {
    let mut texts: HashMap<String, BTreeSet<[u8; 32]>> = HashMap::new();
    for (draft, digest) in drafts.iter().zip(digests) {
        for url in draft.canonical.iter().chain([&draft.page.url]) {
            texts.entry(url.clone()).or_default().insert(*digest.as_bytes());
        }
    }
    texts
}

/// What a page says, as a number.
fn digest(text: &PageText) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    let mut add = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    add(text.title.as_deref().unwrap_or_default());
    for section in &text.sections {
        add(&section.heading);
        add(&section.text);
        for code in &section.code {
            add(&code.text);
        }
    }
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ccr_index::model::Section;

    fn draft(url: &str, text: &str, listed: usize, depth: u32, canonical: Option<&str>) -> Draft {
        let section = Section { text: text.to_owned(), ..Section::default() };
        let text = PageText { sections: vec![section], ..PageText::default() };
        let page = WebPage {
            url: url.to_owned(),
            listed,
            also_listed: vec![],
            depth,
            text,
            read_at: 1,
            stale: None,
        };
        Draft { page, canonical: canonical.map(str::to_owned) }
    }

    #[track_caller]
    fn check(drafts: Vec<Draft>, expected: &[(&str, usize, &[usize])]) {
        let folded = fold(drafts);
        let found: Vec<(&str, usize, &[usize])> =
            folded.iter().map(|page| (page.url.as_str(), page.listed, &page.also_listed[..])).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn one_page_for_one_text() {
        check(
            vec![
                draft("http://x/long", "a", 0, 0, None),
                draft("http://x/b", "b", 1, 0, None),
                draft("http://x/a", "a", 2, 0, None),
                draft("http://x/c", "b", 0, 1, None),
            ],
            &[("http://x/a", 0, &[2]), ("http://x/b", 1, &[])],
        );
    }

    #[test]
    fn a_page_has_the_address_that_it_calls_its_own() {
        check(
            vec![
                draft("http://x/a", "a", 0, 0, Some("http://x/canonical")),
                draft("http://x/b", "a", 0, 1, None),
            ],
            &[("http://x/canonical", 0, &[])],
        );
        // All pages name the front page: wrong on all but one.
        check(
            vec![
                draft("http://x/", "front", 0, 0, Some("http://x/")),
                draft("http://x/a", "a", 0, 1, Some("http://x/")),
                draft("http://x/b", "b", 0, 1, Some("http://x/")),
            ],
            &[("http://x/", 0, &[]), ("http://x/a", 0, &[]), ("http://x/b", 0, &[])],
        );
        let url = |text: &str| Url::parse(text).unwrap();
        assert!(is_same_host(&url("https://x/a"), &url("http://x/b")));
        assert!(!is_same_host(&url("http://x/a"), &url("https://x/b")));
        assert!(!is_same_host(&url("https://y/a"), &url("https://x/b")));
        assert!(!is_same_host(&url("https://x:1/a"), &url("https://x/b")));
    }

    #[test]
    fn a_fresh_text_stands_for_a_stale_one() {
        let mut stale = draft("http://x/a", "a", 0, 0, None);
        stale.page.stale = Some("down".to_owned());
        let folded = fold(vec![stale, draft("http://x/a2", "a", 1, 0, None)]);
        assert_eq!((folded.len(), folded[0].stale.as_deref()), (1, None));
    }
}
