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
    let has_url =
        |listed: &Listed<'_>| matches!(listed.entry, DocumentationEntry::Page(page) if page.url.is_some());
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
    assert_eq!(urls(&pages)[..2], ["https://www.example.org/basics/", "https://www.example.org/basics/#env"]);
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
    let expected =
        [("https://example.org/old", 0), ("https://example.org/old#env", 1), ("https://example.org/new", 1)];
    assert_eq!(told, expected);
    assert_eq!(found.doubles, [("https://example.org/old".to_owned(), "https://example.org/new".to_owned())]);
}

#[test]
fn a_page_of_which_a_part_is_listed_is_read_whole() {
    let listed = "sources: {d: [{name: Env, url: 'https://example.org/a#env'}]}\n";
    assert_eq!(urls(&pages_of(listed, &[])), ["https://example.org/a#env"]);
    let pages = pages_of(listed, &[web_page("https://example.org/a", 0, 0, &[section("env", "Export it.")])]);
    assert_eq!(urls(&pages), ["https://example.org/a", "https://example.org/a#env"]);
    assert_eq!(pages[0].title, "T https://example.org/a");
}
