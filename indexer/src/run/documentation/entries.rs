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
                pages.push(answered(question, listed.category, &mut names));
            }
            DocumentationEntry::Page(page) if page.url.is_none() => {
                let mut told = described(page, listed.category);
                told.url = names.unique("page:", &page.name);
                pages.push(told);
            }
            DocumentationEntry::Page(_) => {
                if let Some(group) = groups.iter().find(|group| group.members[0].position == position) {
                    pages.extend(group.pages(web));
                    texts.extend(group.read.map(|read| text_of(&web[read].text.sections)));
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
        let is_it = |page: &&WebPage| {
            let is_first = page.depth == 0 && Some(&page.listed) == number;
            is_first || number.is_some_and(|number| page.also_listed.contains(number))
        };
        let at = |is_it: &dyn Fn(&&WebPage) -> bool| web.iter().position(|page| is_it(&page));
        let read = at(&is_it).or_else(|| at(&|page| page.url == address));
        let url = read.map_or(address, |read| web[read].url.as_str());
        let same = |group: &&mut Group<'_>| {
            group.url == url || group.members.iter().any(|other| parts(other.url).0 == address)
        };
        let url = url.to_owned();
        match groups.iter_mut().find(same) {
            Some(group) => {
                if group.read.is_none() && read.is_some() {
                    (group.url, group.read) = (url, read);
                }
                group.members.push(member);
            }
            None => groups.push(Group { url, members: vec![member], read }),
        }
    }
    groups
}

impl Group<'_> {
    /// The page, and the parts of it that are listed by themselves.
    fn pages(&self, web: &[WebPage]) -> Vec<Page> {
        let read = self.read.map(|read| &web[read]);
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
        pages.extend(parts.map(|(member, fragment)| self.part(member, fragment, read)));
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
        pages(&entries, &seeds, web)
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
    fn a_page_of_which_a_part_is_listed_is_read_whole() {
        let listed = "sources: {d: [{name: Env, url: 'https://example.org/a#env'}]}\n";
        assert_eq!(urls(&pages_of(listed, &[])), ["https://example.org/a#env"]);
        let pages =
            pages_of(listed, &[web_page("https://example.org/a", 0, 0, &[section("env", "Export it.")])]);
        assert_eq!(urls(&pages), ["https://example.org/a", "https://example.org/a#env"]);
        assert_eq!(pages[0].title, "T https://example.org/a");
    }
}
