//! What a page says of itself: title, description, addresses, robots; and where it leads.

use std::collections::HashSet;

use super::main_content::Main;
use super::name::{Attr, Name};
use super::noise::Noise;
use super::tree::Tree;

/// Links of a page; what comes behind is left out.
const MAX_LINKS: usize = 20_000;

/// What stands between the title of a page and the name of its site.
const SEPARATORS: [&str; 8] = [" | ", " — ", " – ", " · ", " • ", " :: ", " » ", " - "];

#[derive(Debug, Default)]
pub(super) struct Head {
    /// The text of `<title>`.
    pub(super) title: Option<String>,
    og_title: Option<String>,
    site: Option<String>,
    pub(super) description: Option<String>,
    pub(super) canonical: Option<String>,
    pub(super) base: Option<String>,
    pub(super) is_private: bool,
    pub(super) keeps_links: bool,
}

/// Reads the elements that speak of the page; they count wherever they stand.
pub(super) fn read(tree: &Tree) -> Head {
    let mut head = Head::default();
    let mut og_description = None;
    for at in tree.inside(0) {
        match tree.name(at) {
            Name::Title => first(&mut head.title, || collapsed(&tree.text_in(at))),
            Name::Base => first(&mut head.base, || tree.said(at, Attr::Href).map(str::to_owned)),
            Name::Link if rel(tree, at, "canonical") => {
                first(&mut head.canonical, || tree.said(at, Attr::Href).map(str::to_owned));
            }
            Name::Meta => {
                let Some(name) = tree.said(at, Attr::Name).or(tree.said(at, Attr::Property)) else {
                    continue;
                };
                let content = || tree.said(at, Attr::Content).and_then(collapsed);
                match name.to_ascii_lowercase().as_str() {
                    "description" => first(&mut head.description, content),
                    "og:description" => first(&mut og_description, content),
                    "og:title" => first(&mut head.og_title, content),
                    "og:site_name" => first(&mut head.site, content),
                    "robots" => robots(&mut head, tree.said(at, Attr::Content).unwrap_or_default()),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    head.description = head.description.or(og_description);
    head
}

fn first(place: &mut Option<String>, read: impl FnOnce() -> Option<String>) {
    if place.is_none() {
        *place = read();
    }
}

fn robots(head: &mut Head, content: &str) {
    for word in content.split([',', ' ']).map(str::trim) {
        let none = word.eq_ignore_ascii_case("none");
        head.is_private |= none || word.eq_ignore_ascii_case("noindex");
        head.keeps_links |= none || word.eq_ignore_ascii_case("nofollow");
    }
}

fn rel(tree: &Tree, at: usize, wanted: &str) -> bool {
    let said = tree.said(at, Attr::Rel).unwrap_or_default();
    said.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case(wanted))
}

/// Text with its white space collapsed, if there is any.
pub(super) fn collapsed(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    Some(words.join(" ")).filter(|text| !text.is_empty())
}

/// The title of the page: its own first heading, else what it calls itself, without the name of the site.
pub(super) fn title(head: &Head, tree: &Tree, noise: &Noise, main: &Main) -> Option<String> {
    let own = main.heading(tree, noise).map(|at| super::content::heading_text(tree, noise, at));
    own.filter(|text| !text.is_empty())
        .or_else(|| head.og_title.as_deref().map(|title| without_site(title, head.site.as_deref())))
        .or_else(|| head.title.as_deref().map(|title| without_site(title, head.site.as_deref())))
}

/// A title without the name of the site behind it or before it.
fn without_site(title: &str, site: Option<&str>) -> String {
    let cut = |site: &str| {
        SEPARATORS.iter().find_map(|separator| {
            let before = title.strip_suffix(site).and_then(|rest| rest.strip_suffix(separator));
            before.or_else(|| title.strip_prefix(site).and_then(|rest| rest.strip_prefix(separator)))
        })
    };
    if let Some(own) = site.and_then(cut).filter(|own| !own.trim().is_empty()) {
        return own.trim().to_owned();
    }
    // The last part is the name of the site, unless it is most of the title.
    let parted = SEPARATORS.iter().find_map(|separator| {
        title.rfind(separator).map(|at| (&title[..at], &title[at + separator.len()..]))
    });
    match parted {
        Some((own, site)) if !own.trim().is_empty() && site.split_whitespace().count() <= 6 => {
            own.trim().to_owned()
        }
        _ => title.to_owned(),
    }
}

/// Where the links of the page lead, each once, in order.
pub(in crate::parse::page) fn links(tree: &Tree) -> Vec<String> {
    let mut seen = HashSet::new();
    tree.inside(0)
        .filter(|at| matches!(tree.name(*at), Name::A | Name::Area))
        .filter_map(|at| tree.said(at, Attr::Href))
        .filter(|href| leads_somewhere(href) && seen.insert(*href))
        .take(MAX_LINKS)
        .map(str::to_owned)
        .collect()
}

/// Whether a link names a page, and not a program or a person.
pub(in crate::parse::page) fn leads_somewhere(href: &str) -> bool {
    let scheme: String = href
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .take_while(|c| *c != ':')
        .take(16)
        .collect();
    let has_scheme =
        href.contains(':') && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c));
    !has_scheme || scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sites_are_cut() {
        for (title, site, own) in [
            ("Install | Example Docs", None, "Install"),
            ("Install — Example 1.2 documentation", None, "Install"),
            ("Example: Install", Some("Example"), "Example: Install"),
            ("Example - Install", Some("Example"), "Install"),
            ("Set-up - and more | Site", None, "Set-up - and more"),
            ("Install", Some("Example"), "Install"),
            (" - Example", None, " - Example"),
        ] {
            assert_eq!(without_site(title, site), own, "{title}");
        }
    }

    #[test]
    fn links_that_lead_nowhere() {
        for href in ["a.html", "/a:b", "#x", "https://e.org", "HTTP://e.org", "?a=b:c", "//e.org/x:y"] {
            assert!(leads_somewhere(href), "{href}");
        }
        for href in ["javascript:void(0)", "java\nscript:x", "mailto:a@e.org", "tel:1", "data:text/html,x"] {
            assert!(!leads_somewhere(href), "{href}");
        }
    }
}
