//! What is listed, and what was read of it, to pages. Nothing that is listed is lost: where a page could
//! not be read, what `sources.yaml` says of it is its text.

use std::collections::{HashMap, HashSet};

use ccr_index::model::{Page, Section, words_of};

use super::addresses::groups;
use super::files;
use crate::config::{self, DocumentationEntry, Question};
use crate::source::web::WebPage;

/// Characters of a name of our own.
const LONGEST_NAME: usize = 100;

/// An entry with the category that it stands under.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listed<'a> {
    pub(super) category: &'a str,
    pub(super) entry: &'a DocumentationEntry,
}

/// Every entry of the file, in its order.
pub(super) fn listed(documentation: &[(String, Vec<DocumentationEntry>)]) -> Vec<Listed<'_>> {
    let all = documentation
        .iter()
        .flat_map(|(category, entries)| entries.iter().map(move |entry| Listed { category, entry }));
    all.collect()
}

/// What the entries gave.
#[derive(Debug, Default)]
pub(super) struct FromEntries {
    pub(super) pages: Vec<Page>,
    /// Addresses that are listed and say what another page says, with the address of that.
    pub(super) doubles: Vec<(String, String)>,
}

/// The pages that are listed by an address or by what they say, and those that links led to.
///
/// `seeds` are the positions in `entries` that the numbers in [`WebPage::listed`] count.
pub(super) fn pages(entries: &[Listed<'_>], seeds: &[usize], web: &[WebPage]) -> FromEntries {
    let mut names = Names::default();
    let mut from = FromEntries::default();
    let pages = &mut from.pages;
    let groups = groups(entries, seeds, web);
    let mut texts: HashSet<Vec<u8>> = HashSet::new();
    for (position, listed) in entries.iter().enumerate() {
        match listed.entry {
            DocumentationEntry::Question(question) => {
                pages.push(answered(question, listed.category, &mut names));
            }
            DocumentationEntry::Page(page) if page.url.is_none() => {
                let mut told = described(page, listed.category);
                told.url = names.unique("page:", &page.name);
                pages.push(told);
            }
            DocumentationEntry::Page(_) => {
                if let Some(group) = groups.iter().find(|group| group.members[0].position == position) {
                    pages.extend(group.pages());
                    texts.extend(group.read.map(|read| text_of(&read.text.sections)));
                    let doubles = group.same_as.map(|same| (group.address.to_owned(), same.url.clone()));
                    from.doubles.extend(doubles);
                }
            }
            DocumentationEntry::Folder(_) => {}
        }
    }
    let mut known: HashSet<String> = pages.iter().map(|page| page.url.clone()).collect();
    for found in web.iter().filter(|found| found.depth > 0) {
        let is_new = !known.contains(&found.url) && texts.insert(text_of(&found.text.sections));
        let Some(listed) = seeds.get(found.listed).map(|position| entries[*position]).filter(|_| is_new)
        else {
            continue;
        };
        if let DocumentationEntry::Page(seed) = listed.entry {
            known.insert(found.url.clone());
            pages.push(found_from(seed, listed.category, found));
        }
    }
    from
}

/// The address without what follows `#`, and that.
pub(super) fn parts(url: &str) -> (&str, Option<&str>) {
    match url.split_once('#') {
        Some((page, fragment)) => (page, Some(fragment).filter(|fragment| !fragment.is_empty())),
        None => (url, None),
    }
}

/// What an entry says of its page.
pub(super) fn described(entry: &config::Page, category: &str) -> Page {
    Page {
        title: entry.name.clone(),
        description: entry.description.as_deref().unwrap_or_default().trim().to_owned(),
        category: category.to_owned(),
        topics: entry.topics.clone(),
        usage_examples: entry.usage_examples.clone(),
        key_points: entry.key_points.clone(),
        priority: entry.priority,
        ..Page::default()
    }
}

pub(super) fn found_from(seed: &config::Page, category: &str, found: &WebPage) -> Page {
    let last = found.url.trim_end_matches('/').rsplit('/').next().unwrap_or(&found.url);
    let title = found.text.title.as_deref().map(str::trim).filter(|title| !title.is_empty());
    Page {
        url: found.url.clone(),
        title: title.unwrap_or(last).to_owned(),
        description: found.text.description.clone().unwrap_or_default(),
        category: category.to_owned(),
        topics: seed.topics.clone(),
        priority: seed.priority,
        sections: found.text.sections.clone(),
        stale: found.stale.clone(),
        ..Page::default()
    }
}

/// Adds what a second entry says of the same page.
pub(super) fn add_description(page: &mut Page, entry: &config::Page) {
    for topic in &entry.topics {
        if !page.topics.contains(topic) {
            page.topics.push(topic.clone());
        }
    }
    let said = format!("{}: {}", entry.name, entry.description.as_deref().unwrap_or_default().trim());
    page.description = format!("{}\n{said}", page.description).trim().to_owned();
    page.key_points.extend(entry.key_points.iter().cloned());
    page.usage_examples.extend(entry.usage_examples.iter().cloned());
}

/// A question with its answer: a page of one section.
fn answered(question: &Question, category: &str, names: &mut Names) -> Page {
    let answer = files::whole(question.answer.as_deref().unwrap_or_default());
    Page {
        url: names.unique("faq:", &question.question),
        title: question.question.clone(),
        category: category.to_owned(),
        topics: question.topics.clone(),
        priority: question.priority,
        sections: answer.into_iter().collect(),
        ..Page::default()
    }
}

/// What makes two pages one page at two addresses.
fn text_of(sections: &[Section]) -> Vec<u8> {
    serde_json::to_vec(sections).unwrap_or_default()
}

/// Names of our own that were given.
#[derive(Default)]
struct Names(HashMap<String, u32>);

impl Names {
    fn unique(&mut self, prefix: &str, text: &str) -> String {
        let words: String = words_of(text).chars().take(LONGEST_NAME).collect();
        let name = format!("{prefix}{}", words.trim_end_matches('-'));
        let times = self.0.entry(name.clone()).or_default();
        *times += 1;
        if *times == 1 { name } else { format!("{name}-{times}") }
    }
}

#[cfg(test)]
mod tests;
