//! Entries that list addresses, and the pages that were read at these.

use ccr_index::model::{Page, Section};

use super::entries::{Listed, add_description, described, found_from, parts};
use crate::config::{self, DocumentationEntry};
use crate::source::web::WebPage;

/// Entries of one address.
pub(super) struct Group<'a> {
    /// The address as it is listed, without fragment.
    pub(super) address: &'a str,
    /// The address of the page.
    url: String,
    /// The entries, in the order of the file.
    pub(super) members: Vec<Member<'a>>,
    /// What was read.
    pub(super) read: Option<&'a WebPage>,
    /// The page that says the same, at another address.
    pub(super) same_as: Option<&'a WebPage>,
}

pub(super) struct Member<'a> {
    pub(super) position: usize,
    category: &'a str,
    entry: &'a config::Page,
    fragment: Option<&'a str>,
}

/// The entries that list an address, by their addresses, with what was read of each.
pub(super) fn groups<'a>(entries: &[Listed<'a>], seeds: &[usize], web: &'a [WebPage]) -> Vec<Group<'a>> {
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
    pub(super) fn pages(&self) -> Vec<Page> {
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
