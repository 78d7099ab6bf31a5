//! What is listed, and what was read of it, to pages. Nothing that is listed is lost: where a page could
//! not be read, what `sources.yaml` says of it is its text.

use std::collections::{HashMap, HashSet};

use ccr_index::model::{Page, Section, words_of};

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

/// Entries of one address.
struct Group<'a> {
    /// The address as it is listed, without fragment.
    address: &'a str,
    /// The address of the page.
    url: String,
    /// The entries, in the order of the file.
    members: Vec<Member<'a>>,
    /// What was read.
    read: Option<&'a WebPage>,
    /// The page that says the same, at another address.
    same_as: Option<&'a WebPage>,
}

struct Member<'a> {
    position: usize,
    category: &'a str,
    entry: &'a config::Page,
    fragment: Option<&'a str>,
}

fn groups<'a>(entries: &[Listed<'a>], seeds: &[usize], web: &'a [WebPage]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for (position, listed) in entries.iter().enumerate() {
        let DocumentationEntry::Page(entry) = listed.entry else { continue };
        let Some(url) = entry.url.as_deref() else { continue };
        let (address, fragment) = parts(url);
        let member = Member { position, category: listed.category, entry, fragment };
        match groups.iter_mut().find(|group| group.address == address) {
            Some(group) => group.members.push(member),
            None => groups.push(Group {
                address,
                url: address.to_owned(),
                members: vec![member],
                read: None,
                same_as: None,
            }),
        }
    }
    for page in web.iter().filter(|page| page.depth == 0) {
        let positions: Vec<usize> = [&page.listed]
            .into_iter()
            .chain(&page.also_listed)
            .filter_map(|seed| seeds.get(*seed).copied())
            .collect();
        give(&mut groups, page, &positions);
    }
    groups
}

/// Gives a page to the entries that list it. Where several addresses led to it, it is that of the entries
/// that list its own address, or else of the first; the others are left with what they say themselves.
fn give<'a>(groups: &mut [Group<'a>], page: &'a WebPage, positions: &[usize]) {
    let lists = |group: &Group<'_>| group.members.iter().any(|member| positions.contains(&member.position));
    let is_own = |group: &Group<'_>| group.address.trim_end_matches('/') == page.url.trim_end_matches('/');
    let found: Vec<usize> = (0..groups.len()).filter(|at| lists(&groups[*at])).collect();
    let owner = found.iter().find(|at| is_own(&groups[**at])).or(found.first()).copied();
    let is_taken = groups.iter().enumerate().any(|(at, group)| Some(at) != owner && is_own(group));
    for at in found {
        let group = &mut groups[at];
        if Some(at) != owner {
            group.same_as = Some(page);
            continue;
        }
        group.read = Some(page);
        if !is_taken {
            group.url.clone_from(&page.url);
        }
    }
}

impl Group<'_> {
    /// The page, and the parts of it that are listed by themselves.
    fn pages(&self) -> Vec<Page> {
        let read = self.read;
        let mut pages: Vec<Page> = Vec::new();
        let mut whole = self.members.iter().filter(|member| member.fragment.is_none());
        match (whole.next(), read) {
            (Some(first), _) => {
                let mut page = described(first.entry, first.category);
                page.url.clone_from(&self.url);
                whole.for_each(|other| add_description(&mut page, other.entry));
                if let Some(read) = read {
                    page.sections.clone_from(&read.text.sections);
                    page.stale.clone_from(&read.stale);
                    if page.description.is_empty() {
                        page.description = read.text.description.clone().unwrap_or_default();
                    }
                }
                pages.push(page);
            }
            // Only parts of it are listed: what the page is about it says itself.
            (None, Some(read)) => {
                let first = &self.members[0];
                pages.push(found_from(first.entry, first.category, read));
            }
            (None, None) => {}
        }
        let parts = self.members.iter().filter_map(|member| Some((member, member.fragment?)));
        let said = read.or(self.same_as);
        pages.extend(parts.map(|(member, fragment)| self.part(member, fragment, said)));
        pages
    }

    /// A part of the page as a page of its own: it has a name and topics of its own.
    fn part(&self, member: &Member<'_>, fragment: &str, read: Option<&WebPage>) -> Page {
        let sections = read.map_or(&[][..], |read| &read.text.sections);
        let said = sections.iter().find(|section| section.anchor.as_deref() == Some(fragment));
        let own = |section: &Section| Section {
            text: section.text.clone(),
            code: section.code.clone(),
            ..Section::default()
        };
        Page {
            url: format!("{}#{fragment}", self.url),
            sections: said.map(own).into_iter().collect(),
            stale: read.and_then(|read| read.stale.clone()),
            ..described(member.entry, member.category)
        }
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

/// Adds what a second entry says of the same page.
fn add_description(page: &mut Page, entry: &config::Page) {
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
mod tests {
    use ccr_index::model::Priority;

    use super::*;
    use crate::config::Sources;
    use crate::parse::page::PageText;

    const LISTED: &str = "
sources:
  guides:
    - name: Environment Variables
      url: https://example.org/basics#env
      description: Set them.
      topics: [variables]
    - name: Basics
      url: https://example.org/basics
      priority: high
    - name: Basics Again
      url: https://example.org/basics
      topics: [more]
    - name: Unread
      url: https://example.org/unread
      key_points: [It is down.]
    - name: Only described
      usage_examples: [Like so.]
    - name: Only described!
  faq:
    - question: How?
      answer: |
        So:
        ```bash
        ls
        ```
";

    fn section(anchor: &str, text: &str) -> Section {
        Section {
            anchor: Some(anchor.into()),
            heading: anchor.to_uppercase(),
            level: 2,
            text: text.into(),
            ..Section::default()
        }
    }

    fn web_page(url: &str, listed: usize, depth: u32, sections: &[Section]) -> WebPage {
        let text =
            PageText { title: Some(format!("T {url}")), sections: sections.to_vec(), ..PageText::default() };
        let also_listed = Vec::new();
        WebPage { url: url.into(), listed, also_listed, depth, text, read_at: 0, stale: None }
    }

    fn pages_of(text: &str, web: &[WebPage]) -> Vec<Page> {
        let sources = Sources::parse(text).unwrap();
        let entries = listed(&sources.documentation);
        let has_url = |listed: &Listed<'_>| matches!(listed.entry, DocumentationEntry::Page(page) if page.url.is_some());
        let seeds: Vec<usize> = (0..entries.len()).filter(|at| has_url(&entries[*at])).collect();
        pages(&entries, &seeds, web).pages
    }

    fn urls(pages: &[Page]) -> Vec<&str> {
        pages.iter().map(|page| page.url.as_str()).collect()
    }

    #[test]
    fn nothing_that_is_listed_is_lost_where_nothing_is_read() {
        let pages = pages_of(LISTED, &[]);
        assert_eq!(
            urls(&pages),
            [
                "https://example.org/basics",
                "https://example.org/basics#env",
                "https://example.org/unread",
                "page:only-described",
                "page:only-described-2",
                "faq:how",
            ]
        );
        let basics = &pages[0];
        assert_eq!((basics.title.as_str(), basics.priority), ("Basics", Priority::High));
        assert_eq!(
            (basics.description.as_str(), &basics.topics[..]),
            ("Basics Again:", &["more".to_owned()][..])
        );
        assert_eq!(
            (pages[1].description.as_str(), &pages[1].topics[..]),
            ("Set them.", &["variables".to_owned()][..])
        );
        assert_eq!(
            (&pages[2].key_points[..], &pages[3].usage_examples[..]),
            (&["It is down.".to_owned()][..], &["Like so.".to_owned()][..])
        );
        let answer = &pages[5].sections[0];
        assert_eq!((answer.text.as_str(), answer.code[0].text.as_str()), ("So:", "ls"));
    }

    #[test]
    fn what_was_read_stands_below_what_is_listed() {
        let sections = [section("intro", "Hello"), section("env", "Export it.")];
        let web = [
            web_page("https://www.example.org/basics/", 1, 0, &sections),
            web_page("https://www.example.org/next", 1, 1, &[section("a", "Other")]),
            web_page("https://www.example.org/print", 1, 1, &sections),
        ];
        let pages = pages_of(LISTED, &web);
        assert_eq!(
            urls(&pages)[..2],
            ["https://www.example.org/basics/", "https://www.example.org/basics/#env"]
        );
        assert_eq!((pages[0].title.as_str(), pages[0].sections.len()), ("Basics", 2));
        assert_eq!(pages[1].sections[0].text, "Export it.");
        // The same text at another address is the same page.
        assert_eq!(urls(&pages)[6..], ["https://www.example.org/next"]);
        assert_eq!(
            (pages[6].title.as_str(), pages[6].priority),
            ("T https://www.example.org/next", Priority::High)
        );
    }

    #[test]
    fn a_page_that_several_addresses_lead_to_is_one_and_every_entry_stays() {
        let listed = "
sources:
  d:
    - {name: Old, url: 'https://example.org/old', description: Where it was.}
    - {name: New, url: 'https://example.org/new/'}
    - {name: New part, url: 'https://example.org/old#env'}
";
        let sections = [section("env", "Export it.")];
        let mut page = web_page("https://example.org/new", 0, 0, &sections);
        page.also_listed = vec![1, 2];
        let sources = Sources::parse(listed).unwrap();
        let found = pages(&super::listed(&sources.documentation), &[0, 1, 2], &[page]);
        let told: Vec<(&str, usize)> =
            found.pages.iter().map(|page| (page.url.as_str(), page.sections.len())).collect();
        let expected = [
            ("https://example.org/old", 0),
            ("https://example.org/old#env", 1),
            ("https://example.org/new", 1),
        ];
        assert_eq!(told, expected);
        assert_eq!(
            found.doubles,
            [("https://example.org/old".to_owned(), "https://example.org/new".to_owned())]
        );
    }

    #[test]
    fn a_page_of_which_a_part_is_listed_is_read_whole() {
        let listed = "sources: {d: [{name: Env, url: 'https://example.org/a#env'}]}\n";
        assert_eq!(urls(&pages_of(listed, &[])), ["https://example.org/a#env"]);
        let pages =
            pages_of(listed, &[web_page("https://example.org/a", 0, 0, &[section("env", "Export it.")])]);
        assert_eq!(urls(&pages), ["https://example.org/a", "https://example.org/a#env"]);
        assert_eq!(pages[0].title, "T https://example.org/a");
    }
}
