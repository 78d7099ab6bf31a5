//! What is listed, and what was read of it, to pages. Nothing that is listed is lost: where a page could
//! not be read, what `sources.yaml` says of it is its text.

use std::collections::{HashMap, HashSet};

use ccr_index::model::{Page, Section, words_of};

use super::files;
use super::web::WebPage;
use crate::config::{self, DocumentationEntry, Question};

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

/// The pages that are listed by an address or by what they say, and those that links led to.
///
/// `seeds` are the positions in `entries` that the numbers in [`WebPage::listed`] count.
pub(super) fn pages(entries: &[Listed<'_>], seeds: &[usize], web: &[WebPage]) -> Vec<Page> {
    let mut names = Names::default();
    let mut pages: Vec<Page> = Vec::new();
    let groups = groups(entries, seeds, web);
    let mut texts: HashSet<Vec<u8>> = HashSet::new();
    for (position, listed) in entries.iter().enumerate() {
        match listed.entry {
            DocumentationEntry::Question(question) => {
                pages.push(answered(question, listed.category, &mut names))
            }
            DocumentationEntry::Page(page) if page.url.is_none() => {
                let mut told = described(page, listed.category);
                told.url = names.unique("page:", &page.name);
                pages.push(told);
            }
            DocumentationEntry::Page(_) => {
                if let Some(group) = groups.iter().find(|group| group.members[0].position == position) {
                    let page = group.page(web);
                    texts.extend(group.read.map(|read| text_of(&web[read].text.sections)));
                    pages.push(page);
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
    pages
}

/// The address without what follows `#`, and that.
pub(super) fn parts(url: &str) -> (&str, Option<&str>) {
    match url.split_once('#') {
        Some((page, fragment)) => (page, Some(fragment).filter(|fragment| !fragment.is_empty())),
        None => (url, None),
    }
}

/// Entries of one page.
struct Group<'a> {
    /// Its address.
    url: String,
    /// The entries, in the order of the file.
    members: Vec<Member<'a>>,
    /// Position of what was read.
    read: Option<usize>,
}

struct Member<'a> {
    position: usize,
    category: &'a str,
    entry: &'a config::Page,
    url: &'a str,
    fragment: Option<&'a str>,
}

fn groups<'a>(entries: &[Listed<'a>], seeds: &[usize], web: &[WebPage]) -> Vec<Group<'a>> {
    let numbers: HashMap<usize, usize> =
        seeds.iter().enumerate().map(|(number, position)| (*position, number)).collect();
    let listed_pages = entries.iter().enumerate().filter_map(|(position, listed)| match listed.entry {
        DocumentationEntry::Page(entry) => {
            let url = entry.url.as_deref()?;
            let (_, fragment) = parts(url);
            Some(Member { position, category: listed.category, entry, url, fragment })
        }
        _ => None,
    });
    let mut groups: Vec<Group<'a>> = Vec::new();
    for member in listed_pages {
        let (address, _) = parts(member.url);
        let number = numbers.get(&member.position);
        let is_it = |page: &&WebPage| page.depth == 0 && Some(&page.listed) == number;
        let read = web.iter().find(is_it).or_else(|| web.iter().find(|page| page.url == address));
        let url = read.map_or(address, |page| page.url.as_str());
        let same = |group: &&mut Group<'_>| {
            group.url == url || group.members.iter().any(|other| parts(other.url).0 == address)
        };
        if let Some(group) = groups.iter_mut().find(same) {
            group.members.push(member);
            continue;
        }
        let read = read.and_then(|read| web.iter().position(|page| std::ptr::eq(page, read)));
        groups.push(Group { url: url.to_owned(), members: vec![member], read });
    }
    groups
}

impl Group<'_> {
    fn page(&self, web: &[WebPage]) -> Page {
        let whole = self.members.iter().position(|member| member.fragment.is_none());
        let first = &self.members[whole.unwrap_or(0)];
        let mut page = described(first.entry, first.category);
        page.url.clone_from(&self.url);
        let mut others: Vec<&Member<'_>> = self.members.iter().collect();
        match self.read.map(|read| &web[read]) {
            Some(read) => {
                page.sections.clone_from(&read.text.sections);
                page.stale.clone_from(&read.stale);
                let own = read.text.description.as_deref().map(str::trim).unwrap_or_default();
                if whole.is_none() {
                    // All entries are about parts of it: what the page is about it says itself.
                    page =
                        Page { url: page.url, sections: page.sections, stale: page.stale, ..Page::default() };
                    page.title = read.text.title.clone().unwrap_or_else(|| first.entry.name.clone());
                    page.category = first.category.to_owned();
                    page.priority = first.entry.priority;
                }
                if page.description.is_empty() {
                    page.description = own.to_owned();
                }
            }
            None if whole.is_none() => page.link = Some(first.url.to_owned()),
            None => {}
        }
        if whole.is_some() || self.read.is_none() {
            others.retain(|member| member.position != first.position);
        }
        for other in others {
            match other.fragment {
                Some(fragment) => add_part(&mut page, other.entry, fragment),
                None => add_description(&mut page, other.entry),
            }
        }
        page
    }
}

/// What an entry says of its page.
fn described(entry: &config::Page, category: &str) -> Page {
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

fn found_from(seed: &config::Page, category: &str, found: &WebPage) -> Page {
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

/// Adds what an entry says of a part of a page to that part, or as a part of its own.
fn add_part(page: &mut Page, entry: &config::Page, fragment: &str) {
    add_topics(page, entry);
    let about = entry.description.as_deref().map(str::trim).unwrap_or_default();
    let listed = entry.key_points.iter().chain(&entry.usage_examples).map(String::as_str);
    let said: Vec<&str> = [about].into_iter().chain(listed).filter(|text| !text.is_empty()).collect();
    let part = page.sections.iter_mut().find(|section| section.anchor.as_deref() == Some(fragment));
    if let Some(section) = part {
        let name = (section.heading != entry.name).then_some(entry.name.as_str());
        let said: Vec<&str> = name.into_iter().chain(said).collect();
        section.text = format!("{}\n\n{}", said.join("\n"), section.text).trim().to_owned();
        return;
    }
    page.sections.push(Section {
        anchor: Some(fragment.to_owned()),
        heading: entry.name.clone(),
        level: 2,
        path: vec![page.title.clone()],
        text: if said.is_empty() { entry.name.clone() } else { said.join("\n") },
        code: Vec::new(),
    });
}

/// Adds what a second entry says of the same page.
fn add_description(page: &mut Page, entry: &config::Page) {
    add_topics(page, entry);
    let said = format!("{}: {}", entry.name, entry.description.as_deref().unwrap_or_default().trim());
    page.description = format!("{}\n{said}", page.description).trim().to_owned();
    page.key_points.extend(entry.key_points.iter().cloned());
    page.usage_examples.extend(entry.usage_examples.iter().cloned());
}

fn add_topics(page: &mut Page, entry: &config::Page) {
    for topic in &entry.topics {
        if !page.topics.contains(topic) {
            page.topics.push(topic.clone());
        }
    }
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
