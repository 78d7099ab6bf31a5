//! How far a seed goes: which links are followed, and when it is enough.

use std::collections::{BTreeMap, HashMap, HashSet};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use url::Url;

use super::normal;
use crate::config::Crawl;

/// Addresses that differ in numbers only, such as the days of a calendar.
const PER_PATTERN: u32 = 100;
/// Addresses that differ in what follows `?` only.
const PER_QUERY: u32 = 20;
/// Addresses that are remembered of a seed; what comes after them is counted and not looked at.
const MOST_SEEN: usize = 200_000;
/// Parts of a path.
const MOST_PARTS: usize = 20;
/// How often a part may stand in a path; more is what wrong relative links make.
const MOST_REPEATS: usize = 3;

/// Ends of names that no page has.
const NO_PAGES: &[&str] = &[
    "7z",
    "apk",
    "avi",
    "bin",
    "bmp",
    "bz2",
    "css",
    "csv",
    "deb",
    "dmg",
    "doc",
    "docx",
    "eot",
    "exe",
    "gif",
    "gz",
    "ico",
    "iso",
    "jar",
    "jpeg",
    "jpg",
    "js",
    "json",
    "map",
    "mjs",
    "mov",
    "mp3",
    "mp4",
    "msi",
    "odt",
    "ogg",
    "otf",
    "png",
    "ppt",
    "pptx",
    "rar",
    "rpm",
    "rss",
    "atom",
    "svg",
    "tar",
    "tgz",
    "tif",
    "tiff",
    "ttf",
    "wasm",
    "wav",
    "webm",
    "webmanifest",
    "webp",
    "whl",
    "woff",
    "woff2",
    "xls",
    "xlsx",
    "xml",
    "xz",
    "yaml",
    "yml",
    "zip",
    "zst",
];

/// What a seed leads to.
#[derive(Debug)]
pub(super) struct Scope {
    depth: u32,
    same_path: bool,
    include: Option<GlobSet>,
    exclude: GlobSet,
    most: u32,
    /// Where the seed was found: known once it was read.
    home: Option<Home>,
    seen: HashSet<String>,
    taken: u32,
    patterns: HashMap<String, u32>,
    left_out: BTreeMap<LeftOut, Omitted>,
}

#[derive(Debug)]
struct Home {
    origin: String,
    folder: String,
}

/// Why links are not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum LeftOut {
    MaxPages,
    Pattern,
    Query,
    Endless,
}

#[derive(Debug)]
struct Omitted {
    count: u64,
    example: String,
}

impl Scope {
    /// A pattern that is none is an error.
    pub(super) fn new(crawl: Option<&Crawl>, max_pages: u32) -> Result<Scope, globset::Error> {
        let none = Crawl::default();
        let crawl = crawl.unwrap_or(&none);
        Ok(Scope {
            depth: crawl.depth,
            same_path: crawl.same_path,
            include: (!crawl.include.is_empty()).then(|| globs(&crawl.include)).transpose()?,
            exclude: globs(&crawl.exclude)?,
            most: crawl.max_pages.unwrap_or(max_pages).max(1),
            home: None,
            seen: HashSet::new(),
            taken: 1,
            patterns: HashMap::new(),
            left_out: BTreeMap::new(),
        })
    }

    /// Links to follow in a row.
    pub(super) fn depth(&self) -> u32 {
        self.depth
    }

    /// The seed is at `listed`, and was read at `found`.
    pub(super) fn begin(&mut self, listed: &Url, found: &Url) {
        self.seen.insert(listed.to_string());
        self.seen.insert(found.to_string());
        self.home = Some(Home { origin: normal::origin(found), folder: folder(found.path()) });
    }

    /// Whether an address was met before.
    pub(super) fn has_seen(&self, url: &Url) -> bool {
        self.seen.contains(url.as_str())
    }

    /// An address that was read already, where a redirect led to it.
    pub(super) fn saw(&mut self, url: &Url) {
        self.seen.insert(url.to_string());
    }

    /// Whether a page is one that the seed is meant to lead to.
    pub(super) fn holds(&self, url: &Url) -> bool {
        let Some(home) = &self.home else { return false };
        let path = url.path();
        let is_below = || path.starts_with(&home.folder) || Some(path) == home.folder.strip_suffix('/');
        normal::origin(url) == home.origin
            && (!self.same_path || is_below())
            && self.include.as_ref().is_none_or(|include| include.is_match(path))
            && !self.exclude.is_match(path)
    }

    /// Whether a link is to be followed. Says so once of each.
    pub(super) fn take(&mut self, url: &Url) -> bool {
        if !self.holds(url) || !is_perhaps_a_page(url) || self.seen.contains(url.as_str()) {
            return false;
        }
        let has_room = self.seen.len() < MOST_SEEN;
        if has_room {
            self.seen.insert(url.to_string());
        }
        let reason = if !has_room {
            Some(LeftOut::MaxPages)
        } else if is_endless(url) {
            Some(LeftOut::Endless)
        } else if self.taken >= self.most {
            Some(LeftOut::MaxPages)
        } else {
            self.spend(url)
        };
        let Some(reason) = reason else {
            self.taken += 1;
            return true;
        };
        let first = || Omitted { count: 0, example: url.to_string() };
        self.left_out.entry(reason).or_insert_with(first).count += 1;
        false
    }

    /// What the budgets of like addresses say.
    fn spend(&mut self, url: &Url) -> Option<LeftOut> {
        let mut spend = |key: String, most: u32| {
            let spent = self.patterns.entry(key).or_default();
            *spent += 1;
            *spent > most
        };
        if url.query().is_some() && spend(format!("?{}", url.path()), PER_QUERY) {
            return Some(LeftOut::Query);
        }
        let pattern = without_numbers(url.path());
        (pattern != url.path() && spend(pattern, PER_PATTERN)).then_some(LeftOut::Pattern)
    }

    /// What was left out, for people.
    pub(super) fn left_out(&self) -> Vec<String> {
        let told = self.left_out.iter().map(|(reason, Omitted { count, example })| {
            let pages = if *count == 1 { "address was" } else { "addresses were" };
            let why = match reason {
                LeftOut::MaxPages => {
                    format!("{} pages are read at most; raise `max_pages` or narrow the crawl", self.most)
                }
                LeftOut::Pattern => format!("they differ in numbers only from {PER_PATTERN} others"),
                LeftOut::Query => format!("they differ from {PER_QUERY} others in what follows `?` only"),
                LeftOut::Endless => "they repeat themselves or never end".to_owned(),
            };
            format!("{count} {pages} left out, such as {example}: {why}")
        });
        told.collect()
    }
}

fn globs(patterns: &[String]) -> Result<GlobSet, globset::Error> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(GlobBuilder::new(pattern).literal_separator(true).build()?);
    }
    set.build()
}

/// The folder of a page's path, with `/` at its end: a page without a suffix is one itself.
fn folder(path: &str) -> String {
    let last = path.rsplit('/').next().unwrap_or_default();
    if last.contains('.') {
        path[..path.len() - last.len()].to_owned()
    } else {
        format!("{}/", path.trim_end_matches('/'))
    }
}

fn is_perhaps_a_page(url: &Url) -> bool {
    let name = url.path().rsplit('/').next().unwrap_or_default();
    let suffix = name.rsplit_once('.').map(|(_, suffix)| suffix.to_ascii_lowercase());
    suffix.is_none_or(|suffix| !NO_PAGES.contains(&suffix.as_str()))
}

/// Whether a path is of the kind that links make when they are resolved wrongly again and again.
fn is_endless(url: &Url) -> bool {
    let parts: Vec<&str> = url.path().split('/').filter(|part| !part.is_empty()).collect();
    let repeats = |part: &&str| parts.iter().filter(|other| *other == part).count() > MOST_REPEATS;
    parts.len() > MOST_PARTS || parts.iter().any(repeats)
}

/// A path with `0` for each number in it.
fn without_numbers(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        match c {
            '0'..='9' if out.ends_with('\u{0}') => {}
            '0'..='9' => out.push('\u{0}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn scope(crawl: &Crawl, seed: &str) -> Scope {
        let mut scope = Scope::new(Some(crawl), 500).unwrap();
        scope.begin(&url(seed), &url(seed));
        scope
    }

    #[test]
    fn hosts_paths_and_patterns() {
        let crawl = Crawl {
            depth: 1,
            same_path: true,
            include: vec!["/docs/**".into()],
            exclude: vec!["/docs/*/old".into(), "**/private/**".into()],
            ..Crawl::default()
        };
        let mut scope = scope(&crawl, "https://x.org/docs/en/");
        let mut check = |text: &str, expected: bool| assert_eq!(scope.take(&url(text)), expected, "{text}");
        check("https://x.org/docs/en/a", true);
        check("https://x.org/docs/en/a", false);
        check("https://x.org/docs/en/old", false);
        check("https://x.org/docs/en/a/old", true);
        check("https://x.org/docs/en/private/x", false);
        check("https://x.org/docs/english", false);
        check("https://x.org/docs/", false);
        check("https://x.org/docs/en", true);
        check("http://x.org/docs/en/b", false);
        check("https://y.org/docs/en/b", false);
        check("https://x.org:8443/docs/en/b", false);
        check("https://x.org/docs/en/b.PNG", false);
        check("https://x.org/docs/en/v1.2", true);
        assert!(scope.left_out().is_empty());
    }

    #[test]
    fn folders() {
        for (path, expected) in [
            ("/", "/"),
            ("/a", "/a/"),
            ("/a/", "/a/"),
            ("/a/index.html", "/a/"),
            ("/x.html", "/"),
            ("/v1.2/", "/v1.2/"),
        ] {
            assert_eq!(folder(path), expected, "{path}");
        }
    }

    #[test]
    fn what_never_ends_is_left_out_and_told() {
        let crawl = Crawl { depth: 9, max_pages: Some(160), ..Crawl::default() };
        let mut scope = scope(&crawl, "https://x.org/");
        let taken = |scope: &mut Scope, make: &dyn Fn(u32) -> String| {
            (0..1000).filter(|&number| scope.take(&url(&format!("https://x.org/{}", make(number))))).count()
        };
        assert_eq!(taken(&mut scope, &|n| format!("calendar/{}/{}", n / 12, n % 12)), 100);
        assert_eq!(taken(&mut scope, &|n| format!("list?page={n}")), 20);
        assert_eq!(taken(&mut scope, &|n| "a/".repeat(n as usize)), 3);
        assert_eq!(
            taken(&mut scope, &|n| "abcdefghi"
                .chars()
                .map(|c| format!("{}/", String::from(c).repeat(n as usize)))
                .collect()),
            36
        );
        let told = scope.left_out();
        assert_eq!(told.len(), 4, "{told:#?}");
        assert!(told[0].contains("160 pages are read at most"), "{told:#?}");
        assert!(
            told[1].starts_with("900 addresses were left out, such as https://x.org/calendar/8/4"),
            "{told:#?}"
        );
        assert!(told[2].contains("`?`") && told[3].contains("never end"), "{told:#?}");
    }
}
