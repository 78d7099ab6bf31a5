use ccr_index::model::{Priority, Visibility};

use super::super::{Crawl, Folder, FolderOrigin, Origin, Page};
use super::*;

/// Each expected error is `line:column message | hint`, of which the text may be a part.
fn check_errors(text: &str, expected: &[(&str, &str, &str)]) {
    let errors = Sources::parse(text).unwrap_err();
    let found: Vec<String> = errors.iter().map(|error| format!("{error:?}")).collect();
    assert_eq!(errors.len(), expected.len(), "{text}\n{found:#?}");
    for (error, (place, message, hint)) in errors.iter().zip(expected) {
        assert_eq!(format!("{}:{}", error.line, error.column), *place, "{text}\n{error:?}");
        assert!(error.message.contains(message), "{text}\n{error:?}");
        assert!(error.hint.as_deref().unwrap_or("").contains(hint), "{text}\n{error:?}");
    }
}

fn collection(fields: &str) -> String {
    format!("codecollections:\n  - slug: tools\n    {fields}\n")
}

#[test]
fn a_collection_with_everything() {
    let text = "\
codecollections:
  - name: Acme Tools
    slug: acme-tools
    git_url: https://example.org/acme/tools
    git_ref: release/2
    owner: Acme
    owner_email: tools@example.org
    owner_icon: https://example.org/icon.png
    description: |
      What Acme runs.
    visibility: hidden
  - slug: local.one
    path: ../local
";
    let sources = Sources::parse(text).unwrap();
    let [first, second] = &sources.collections[..] else { panic!("{sources:?}") };
    assert_eq!((first.slug.as_str(), first.name.as_str()), ("acme-tools", "Acme Tools"));
    assert_eq!(first.visibility, Visibility::Hidden);
    assert_eq!(first.description.as_deref(), Some("What Acme runs.\n"));
    assert_eq!(first.owner_email.as_deref(), Some("tools@example.org"));
    let Origin::Git { url, reference } = &first.origin else { panic!("{first:?}") };
    assert_eq!((url.secret(), reference.as_deref()), ("https://example.org/acme/tools", Some("release/2")));
    assert_eq!((second.name.as_str(), &second.origin), ("local.one", &Origin::Folder("../local".into())));
    assert_eq!(sources.notes, []);
}

#[test]
fn the_references_fields_paste_in() {
    let text = "\
codecollections:
- name: One
  slug: one
  git_url: https://example.org/acme/one
  image_source: oci
  image_registry: registry.example.org/acme/one
  default_ref: main
sources:
  libraries:
    - name: Library guide
      url: https://example.org/guide#libraries
      description: |
        How to use it.
      topics: [a, b]
      usage_examples: [\"x\"]
      key_points:
        - y
      priority: high
  faq:
    - question: How?
      answer: |
        So.
      topics:
        - how
  empty:
index_config:
  refresh_interval: 24
  crawl_linked_pages: true
  max_crawl_depth: 3
  include_code_examples: true
  relevance_weights:
    title_match: 2.0
    content_match: 1
";
    let sources = Sources::parse(text).unwrap();
    assert_eq!(sources.collections[0].image.registry.as_deref(), Some("registry.example.org/acme/one"));
    let names: Vec<&str> = sources.documentation.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["libraries", "faq"]);
    let DocumentationEntry::Page(page) = &sources.documentation[0].1[0] else { panic!("{sources:?}") };
    assert_eq!((page.priority, page.topics.len()), (Priority::High, 2));
    assert_eq!(sources.index_config.relevance_weights.title_match, Some(2.0));
    let notes: Vec<(u32, &str)> =
        sources.notes.iter().map(|note| (note.line, note.message.split(' ').next().unwrap())).collect();
    assert_eq!(
        notes,
        [
            (5, "`image_source`"),
            (6, "`image_registry`"),
            (7, "`default_ref`"),
            (27, "`refresh_interval`"),
            (31, "`relevance_weights`")
        ]
    );
}

#[test]
fn crawl_settings() {
    let text = "sources:\n  d:\n    - name: G\n      url: https://example.org/\n      \
                crawl: { depth: 2, same_path: true, include: ['/a/*'], max_pages: 50, \
                allow_private_hosts: [Wiki.Internal, '10.1.2.3:8080', '[FD00::1]:80'] }\n";
    let sources = Sources::parse(text).unwrap();
    let crawl = Crawl {
        depth: 2,
        same_path: true,
        include: vec!["/a/*".into()],
        exclude: vec![],
        max_pages: Some(50),
        allow_private_hosts: vec!["wiki.internal".into(), "10.1.2.3:8080".into(), "[fd00::1]:80".into()],
    };
    let page = Page {
        name: "G".into(),
        url: Some("https://example.org/".into()),
        crawl: Some(crawl),
        ..Page::default()
    };
    assert_eq!(sources.documentation, [("d".to_owned(), vec![DocumentationEntry::Page(page)])]);
}

#[test]
fn a_depth_is_cut_to_that_of_the_whole_file() {
    let text = "sources:\n  d:\n    - {name: G, url: 'https://example.org/', crawl: {depth: 5}}\n\
                index_config: {max_crawl_depth: 2}\n";
    let sources = Sources::parse(text).unwrap();
    let DocumentationEntry::Page(page) = &sources.documentation[0].1[0] else { panic!("{sources:?}") };
    assert_eq!(page.crawl.as_ref().map(|crawl| crawl.depth), Some(2));
    assert_eq!((sources.notes.len(), sources.notes[0].line), (1, 3));
}

#[test]
fn folders_of_documentation() {
    let text = "\
codecollections:
  - { slug: ops, path: ../ops }
sources:
  guides:
    - name: Handbook
      git_url: https://example.org/acme/handbook
      git_ref: main
      path: ./docs//guides/
      topics: [ops]
      priority: low
    - { name: Ours, collection: ops, path: docs }
    - { name: Local, path: ../notes }
";
    let sources = Sources::parse(text).unwrap();
    let folders: Vec<&Folder> = sources.documentation[0]
        .1
        .iter()
        .filter_map(|entry| match entry {
            DocumentationEntry::Folder(folder) => Some(folder),
            _ => None,
        })
        .collect();
    let [handbook, ours, local] = &folders[..] else { panic!("{sources:?}") };
    let FolderOrigin::Git { url, reference, path } = &handbook.origin else { panic!("{handbook:?}") };
    assert_eq!(
        (url.secret(), reference.as_deref(), path.as_str()),
        ("https://example.org/acme/handbook", Some("main"), "docs/guides")
    );
    assert_eq!((handbook.priority, handbook.topics.len()), (Priority::Low, 1));
    assert_eq!(ours.origin, FolderOrigin::Collection { slug: "ops".into(), path: "docs".into() });
    assert_eq!(local.origin, FolderOrigin::Disk("../notes".into()));
}

#[test]
fn mistakes_of_folders() {
    let check = |entry: &str, expected: &[(&str, &str, &str)]| {
        let hidden = "codecollections: [{slug: h, path: x, visibility: hidden}]";
        check_errors(&format!("{hidden}\nsources:\n  d:\n    - {entry}\n"), expected);
    };
    check("{git_url: /r}", &[("4:7", "missing `name`", "")]);
    check("{name: a, git_url: /r, url: 'https://x/'}", &[("4:17", "unknown field `git_url`", "")]);
    check(
        "{name: a, git_url: /r, collection: h}",
        &[("4:42", "both `git_url` and `collection`", "keep one")],
    );
    check("{name: a, path: x, git_ref: main}", &[("4:26", "`git_ref` needs a `git_url`", "")]);
    check("{name: a, git_url: /r, path: ../x}", &[("4:36", "no path inside of the repository", "root")]);
    check("{name: a, git_url: /r, path: /x}", &[("4:36", "no path inside", "")]);
    check("{name: a, git_url: 'ext::sh -c x'}", &[("4:26", "transport helper", "")]);
    check("{name: a, collection: nope}", &[("4:29", "no collection `nope`", "h")]);
    check("{name: a, collection: h}", &[("4:29", "the collection `h` is hidden", "git_url")]);
    check("{name: a, path: x, crawl: {}}", &[("4:26", "unknown field `crawl`", "")]);
    check_errors(
        "codecollections: [{slug: documentation, path: x}]\nsources: {d: []}\n",
        &[("1:26", "slug of what is listed under `sources`", "")],
    );
}

#[test]
fn mistakes_of_collections() {
    let check = |fields: &str, expected: &[(&str, &str, &str)]| check_errors(&collection(fields), expected);
    check("git_url: /r\n    git_ref: 1.10", &[("4:14", "`git_ref` must be a text", "quote it: \"1.10\"")]);
    check("git_url: /r\n    git_ref: 1e10 # tag", &[("4:14", "found a number", "quote it: \"1e10\"")]);
    // A short commit that overflows as a number, and one that YAML reads as another number.
    check("git_url: /r\n    git_ref: 12e45678", &[("4:14", "found a number", "quote it: \"12e45678\"")]);
    check("git_url: /r\n    git_ref: 0123456", &[("4:14", "found a number", "quote it: \"0123456\"")]);
    check("git_url: /r\n    name: true", &[("4:11", "`name` must be a text, found a boolean", "\"true\"")]);
    check("git_url: /r\n    name: [a]", &[("4:11", "found a list", "")]);
    check("git_url: /r\n    git_ref: -x", &[("4:14", "no name of a branch", "")]);
    check("git_url: /r\n    git_ref: a:b", &[("4:14", "no name of a branch", "")]);
    check("git_url: /r\n    git_ref: a..b", &[("4:14", "no name of a branch", "")]);
    check(
        "git_ulr: /r",
        &[("2:5", "missing `git_url`", ""), ("3:5", "unknown field `git_ulr`", "did you mean `git_url`?")],
    );
    check("url: /r", &[("2:5", "missing `git_url`", ""), ("3:5", "unknown field `url`", "git_url")]);
    check("git_url: /r\n    Owner-Email: x", &[("4:5", "unknown field", "did you mean `owner_email`?")]);
    check("git_url: /r\n    colour: x", &[("4:5", "unknown field `colour`", "known fields: name, slug")]);
    check("git_url: /r\n    path: /r", &[("4:11", "both `git_url` and `path`", "keep one")]);
    check("path: /r\n    git_ref: main", &[("4:5", "`git_ref` needs a `git_url`", "")]);
    check("git_url: ''", &[("3:14", "`git_url` is empty", "")]);
    check("git_url:", &[("2:5", "missing `git_url`", "")]);
    check("git_url: --upload-pack=x", &[("3:14", "starts with `-`", "")]);
    check("git_url: ext::sh -c x", &[("3:14", "transport helper `ext::`", "https://")]);
    check("git_url: /r\n    visibility: private", &[("4:17", "cannot be `private`", "`public`, `hidden`")]);
    check("git_url: /r\n    git_url: /q", &[("4:5", "duplicate", "keep one")]);
}

#[test]
fn mistakes_of_slugs() {
    for slug in ["'../x'", "Tools", "-x", ".x", "a/b", "a..b", "'a b'", "''", "é"] {
        let errors =
            Sources::parse(&format!("codecollections:\n  - slug: {slug}\n    git_url: /r\n")).unwrap_err();
        assert_eq!((errors.len(), errors[0].line, errors[0].column), (1, 2, 11), "{errors:?}");
    }
    check_errors("codecollections:\n  - git_url: /r\n", &[("2:5", "missing `slug`", "add `slug:`")]);
    check_errors(
        "codecollections:\n  - {slug: a, git_url: /r}\n  - {slug: a, git_url: /q}\n",
        &[("3:12", "duplicate slug `a`, first on line 2", "")],
    );
}

#[test]
fn mistakes_of_the_whole() {
    check_errors("", &[("1:1", "`sources.yaml` must be a mapping, found nothing", "codecollections")]);
    check_errors("- a\n", &[("1:1", "found a list", "")]);
    check_errors("sources:\n", &[("1:1", "no sources are listed", "codecollections")]);
    // What a template makes of a list that came out empty.
    check_errors("codecollections: []\n", &[("1:18", "no sources are listed", "codecollections")]);
    check_errors("codecollections:\n  []\n", &[("2:3", "no sources are listed", "codecollections")]);
    check_errors("index_config: {standard_libraries: false}\n", &[("1:1", "no sources are listed", "")]);
    check_errors("codecollections:\nsources: {}\n", &[("2:10", "no sources are listed", "")]);
    check_errors("codecollections: []\nsources: {faq: [], docs: }\n", &[("1:18", "no sources", "")]);
    check_errors("codecollections: x\n", &[("1:18", "must be a list, found a text", "`- `")]);
    check_errors("codecollections: [x]\n", &[("1:19", "a code collection must be a mapping", "")]);
    check_errors(
        "codecollection: []\n",
        &[("1:1", "unknown field", "did you mean `codecollections`?"), ("1:1", "no sources", "")],
    );
    check_errors("codecollections: [\n", &[("1:18", "unclosed", "quotes")]);
    check_errors("a: &a [*a]\n", &[("1:8", "", "")]);
    check_errors("a: b: c\n", &[("1:5", "mapping values", "quote")]);
    check_errors("sources:\n\td: []\n", &[("2:2", "tab", "spaces")]);
}

#[test]
fn mistakes_of_documentation() {
    let check = |entry: &str, expected: &[(&str, &str, &str)]| {
        check_errors(&format!("sources:\n  d:\n    - {entry}\n"), expected);
    };
    check("{url: 'https://x/'}", &[("3:7", "missing `name`", "")]);
    check("{name: a, url: 'javascript:x'}", &[("3:22", "no http or https", "")]);
    check("{name: a, url: 'https://u:p@x/'}", &[("3:22", "no http or https", "")]);
    check("{name: a, priority: urgent}", &[("3:27", "cannot be `urgent`", "`high`, `medium`, `low`")]);
    check("{name: a, topics: x}", &[("3:25", "`topics` must be a list", "")]);
    check("{name: a, topics: [1.10]}", &[("3:26", "`topics` must be a text", "\"1.10\"")]);
    check("{question: a, url: x}", &[("3:21", "unknown field `url`", "")]);
    check("{name: a, crawl: {depth: 1}}", &[("3:24", "needs a `url`", "")]);
    check("{name: a, url: 'http://x', crawl: {depth: 99}}", &[("3:49", "from 0 to 10", "")]);
    check("{name: a, url: 'http://x', crawl: {same_path: 1}}", &[("3:53", "true or false", "")]);
    check("{name: a, url: 'http://x', crawl: {include: ['/a[']}}", &[("3:51", "`/a[` is no pattern", "")]);
    for host in ["http://x", "x/y", "u@x", "*", "a b", ""] {
        let entry = format!("{{name: a, url: 'http://x', crawl: {{allow_private_hosts: ['{host}']}}}}");
        check(&entry, &[("3:63", "", "")]);
    }
    check_errors("sources: [a]\n", &[("1:10", "mapping of categories", "")]);
    check_errors("sources:\n  d: a\n", &[("2:6", "`d` must be a list", "")]);
    check_errors(
        "index_config: {refresh_interval: x, relevance_weights: {title_match: -1, body: 2}, x: 1}\n",
        &[
            ("1:34", "whole number", ""),
            ("1:70", "from 0 up", ""),
            ("1:74", "`body`", ""),
            ("1:84", "`x`", ""),
        ],
    );
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let text =
        "codecollections:\n  - {slug: A, git_url: -x, color: y}\n  - {slug: b, visibility: no}\nzone: x\n";
    let places: Vec<(u32, u32)> =
        Sources::parse(text).unwrap_err().iter().map(|error| (error.line, error.column)).collect();
    assert_eq!(places, [(2, 12), (2, 24), (2, 28), (3, 5), (3, 27), (4, 1)]);
}

#[test]
fn an_alias_bomb_is_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let below = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    let errors = Sources::parse(&text).unwrap_err();
    assert_eq!(errors.len(), 1);
    assert!(errors[0].message.contains("expands too many aliases"), "{errors:?}");
}

#[test]
fn credentials_are_noted_and_not_shown() {
    let sources = Sources::parse(&collection("git_url: https://u:s3cret@example.org/a/b")).unwrap();
    assert!(!format!("{sources:?}").contains("s3cret"));
    assert_eq!((sources.notes.len(), sources.notes[0].line), (1, 3));
}

#[test]
fn the_shipped_file_is_clean() {
    let sources = Sources::parse(include_str!("../../../../sources.yaml")).unwrap();
    assert_eq!((sources.collections.len(), sources.notes.len()), (8, 0));
}

proptest::proptest! {
    #[test]
    fn never_panics(text in "(codecollections|sources|slug|git_url|crawl|d|[:\\-\\[\\]{}&*'\",\\n ~0-9.é]){0,40}") {
        let _ = Sources::parse(&text);
    }
}

#[test]
fn the_standard_libraries_can_be_switched_off() {
    let listed = "codecollections: [{slug: robotframework, path: a}]\n";
    let off = "index_config: {standard_libraries: false}\n";
    let sources = Sources::parse(&format!("{listed}{off}")).unwrap();
    assert!(!sources.standard_libraries());
    assert_eq!((sources.collections.len(), sources.notes.len()), (1, 0));
    let errors = Sources::parse(listed).unwrap_err();
    assert_eq!((errors[0].line, errors[0].column), (1, 26));
    assert!(errors[0].message.contains("slug of Robot Framework's standard libraries"), "{errors:?}");
    let both = "codecollections: []\nindex_config: {standard_libraries: true, max_crawl_depth: 1}\n";
    let sources = Sources::parse(both).unwrap();
    assert!(sources.standard_libraries());
    assert_eq!(sources.notes.len(), 0);
}
