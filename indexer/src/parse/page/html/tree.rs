//! A page as a tree in one list: each node stands behind its parent, and all that is in it follows it.

use std::ops::Range;

use super::name::{Attr, Name};

/// A node: an element or a text.
#[derive(Debug, Clone, Copy)]
pub(in crate::parse::page) struct Node {
    pub(in crate::parse::page) name: Name,
    /// The element that it is in; the root is in itself.
    pub(in crate::parse::page) parent: usize,
    /// Behind the last node that is in it.
    pub(in crate::parse::page) end: usize,
    /// Its text, or its attributes.
    from: u32,
    to: u32,
}

/// A page. Node 0 is the root.
#[derive(Debug, Default)]
pub(in crate::parse::page) struct Tree {
    nodes: Vec<Node>,
    attributes: Vec<(Attr, Range<u32>)>,
    /// All texts and values, one behind the other.
    text: String,
    /// How many scripts the page has.
    pub(in crate::parse::page) scripts: usize,
}

impl Tree {
    pub(in crate::parse::page) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(in crate::parse::page) fn node(&self, at: usize) -> &Node {
        &self.nodes[at]
    }

    pub(in crate::parse::page) fn name(&self, at: usize) -> Name {
        self.nodes[at].name
    }

    /// The text of a text; nothing of elements.
    pub(in crate::parse::page) fn text(&self, at: usize) -> &str {
        let node = &self.nodes[at];
        if node.name == Name::Text { self.written(node.from..node.to) } else { "" }
    }

    /// The value of an attribute, as written.
    pub(in crate::parse::page) fn value(&self, at: usize, wanted: Attr) -> Option<&str> {
        let node = &self.nodes[at];
        if node.name == Name::Text {
            return None;
        }
        self.attributes[node.from as usize..node.to as usize]
            .iter()
            .find(|(attribute, _)| *attribute == wanted)
            .map(|(_, value)| self.written(value.clone()))
    }

    /// The value of an attribute, trimmed, if it has one.
    pub(in crate::parse::page) fn said(&self, at: usize, wanted: Attr) -> Option<&str> {
        self.value(at, wanted).map(str::trim).filter(|value| !value.is_empty())
    }

    /// The words of its class.
    pub(in crate::parse::page) fn classes(&self, at: usize) -> impl Iterator<Item = &str> {
        self.value(at, Attr::Class).unwrap_or_default().split_ascii_whitespace()
    }

    pub(in crate::parse::page) fn has_class(&self, at: usize, wanted: &str) -> bool {
        self.classes(at).any(|class| class == wanted)
    }

    /// The elements that it is in, the innermost first.
    pub(in crate::parse::page) fn ancestors(&self, at: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(at), |at| Some(self.nodes[*at].parent).filter(|parent| parent < at))
            .skip(1)
    }

    /// All that is in it, in order, without itself.
    pub(in crate::parse::page) fn inside(&self, at: usize) -> Range<usize> {
        at + 1..self.nodes[at].end
    }

    /// All the text in it, as written.
    pub(in crate::parse::page) fn text_in(&self, at: usize) -> String {
        self.inside(at).map(|inner| self.text(inner)).collect()
    }

    fn written(&self, range: Range<u32>) -> &str {
        self.text.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    pub(super) fn push_element<T: AsRef<str>>(
        &mut self,
        name: Name,
        parent: usize,
        attributes: &[(Attr, T)],
    ) -> usize {
        let from = self.attributes.len();
        for (attribute, value) in attributes {
            let start = self.text.len();
            self.text.push_str(value.as_ref());
            self.attributes.push((*attribute, start as u32..self.text.len() as u32));
        }
        self.push(name, parent, from, self.attributes.len())
    }

    /// Adds text; it joins a text that it stands directly behind.
    pub(super) fn push_text(&mut self, text: &str, parent: usize) {
        let start = self.text.len();
        self.text.push_str(text);
        let end = self.text.len() as u32;
        match self.nodes.last_mut() {
            Some(last) if last.name == Name::Text && last.parent == parent && last.to == start as u32 => {
                last.to = end;
            }
            _ => {
                self.push(Name::Text, parent, start, end as usize);
            }
        }
    }

    fn push(&mut self, name: Name, parent: usize, from: usize, to: usize) -> usize {
        let at = self.nodes.len();
        self.nodes.push(Node { name, parent, end: at + 1, from: from as u32, to: to as u32 });
        at
    }

    pub(super) fn close(&mut self, at: usize) {
        self.nodes[at].end = self.nodes.len();
    }
}
