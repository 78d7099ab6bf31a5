//! Tags to a tree: which elements end where, of what the standard says the part that decides which text
//! stands in which element.
//!
//! The standard's own algorithm looks through all open elements at many tags and opens marks anew in
//! each paragraph, so that a page can make it take the square of its length. Here nothing is deeper
//! than `MAX_DEPTH`, and no element is ever moved.

use super::name::{Attr, Name};
use super::tree::Tree;

/// Elements inside of each other, as browsers have it; what is deeper stands in the last one.
const MAX_DEPTH: usize = 256;

/// Elements and texts of a page, and their attributes; what comes behind is left out.
const MAX_NODES: usize = 400_000;

/// Bytes of text and values; what comes behind is left out.
const MAX_TEXT: usize = 64 << 20;

#[derive(Debug)]
pub(in crate::parse::page) struct Builder {
    tree: Tree,
    /// The open elements, the root first.
    open: Vec<(usize, Name)>,
    /// How many elements were opened that are too deep.
    beyond: usize,
    /// How many drawings are open, and how many places for text in them.
    drawings: usize,
    texts_in_drawing: usize,
    bytes: usize,
}

impl Builder {
    pub(in crate::parse::page) fn new() -> Builder {
        let mut tree = Tree::default();
        let root = tree.push_element::<&str>(Name::Html, 0, &[]);
        Builder {
            tree,
            open: vec![(root, Name::Html)],
            beyond: 0,
            drawings: 0,
            texts_in_drawing: 0,
            bytes: 0,
        }
    }

    /// The name of an element as the builder knows it.
    fn name(word: &str) -> Name {
        Name::of(word).unwrap_or(Name::Other)
    }

    /// Opens an element. The word is in lower case.
    pub(in crate::parse::page) fn start<T: AsRef<str>>(
        &mut self,
        word: &str,
        attributes: &[(Attr, T)],
        closes_itself: bool,
    ) {
        let name = Self::name(word);
        if self.belongs_to_drawing(name, closes_itself) || self.is_full() {
            return;
        }
        if matches!(name, Name::Head | Name::Body) && self.is_open(name) || name == Name::Frameset {
            return;
        }
        if name == Name::Html {
            return;
        }
        self.imply_ends(name);
        if self.open.len() >= MAX_DEPTH {
            self.beyond += usize::from(!name.is_void());
            return;
        }
        if name == Name::Script {
            self.tree.scripts += 1;
        }
        self.bytes += attributes.iter().map(|(_, value)| value.as_ref().len()).sum::<usize>();
        // A place that is only named may be left open by its author: what follows does not stand in it.
        let is_place = name == Name::A && attributes.iter().all(|(attribute, _)| *attribute != Attr::Href);
        let role = attributes.iter().find(|(attribute, _)| *attribute == Attr::Role);
        let shown = role.and_then(|(_, role)| of_role(role.as_ref()));
        let shown = if matches!(name, Name::Div | Name::Span) { shown.unwrap_or(name) } else { name };
        let at = self.tree.push_element(shown, self.parent(), attributes);
        if name == Name::Svg && !closes_itself {
            self.drawings = 1;
        }
        if !(name.is_void() || is_place || matches!(name, Name::Svg)) {
            self.open.push((at, name));
        }
    }

    /// Whether a start tag belongs to a drawing, which is left out. Elements of HTML end a drawing that its
    /// author left open.
    fn belongs_to_drawing(&mut self, name: Name, closes_itself: bool) -> bool {
        if self.drawings == 0 {
            return false;
        }
        match name {
            Name::Svg => self.drawings += usize::from(!closes_itself),
            Name::ForeignObject => self.texts_in_drawing += usize::from(!closes_itself),
            name if name.is_block() && self.texts_in_drawing == 0 => {
                self.drawings = 0;
                return false;
            }
            _ => {}
        }
        true
    }

    /// Ends the elements that cannot go on where this one starts.
    fn imply_ends(&mut self, name: Name) {
        if self.open.len() > 1 && self.open[1].1 == Name::Head && !belongs_to_head(name) {
            self.end_head();
        }
        if name.is_block() && !is_part_of_table(name) {
            self.end_in_scope(|open| open == Name::P);
        }
        match name {
            Name::Li => self.end_item(|open| open == Name::Li),
            Name::Dd | Name::Dt => self.end_item(|open| matches!(open, Name::Dd | Name::Dt)),
            Name::Option | Name::Optgroup if self.last() == Name::Option => self.pop(),
            Name::A => self.end_link(),
            Name::Td | Name::Th => {
                self.end_in_table(|open| matches!(open, Name::Td | Name::Th | Name::Caption));
            }
            Name::Tr => self.end_in_table(|open| matches!(open, Name::Tr | Name::Caption)),
            Name::Tbody | Name::Thead | Name::Tfoot => self
                .end_in_table(|open| matches!(open, Name::Tbody | Name::Thead | Name::Tfoot | Name::Caption)),
            name if name.level().is_some() && self.last().level().is_some() => self.pop(),
            _ => {}
        }
    }

    fn end_head(&mut self) {
        while self.open.len() > 1 {
            self.pop();
        }
    }

    /// Ends the innermost open element that is meant, unless something stands between that keeps it.
    fn end_in_scope(&mut self, is_meant: impl Fn(Name) -> bool) {
        let found = self
            .open
            .iter()
            .enumerate()
            .rev()
            .take_while(|(_, (_, name))| is_meant(*name) || !name.is_scope())
            .find(|(_, (_, name))| is_meant(*name))
            .map(|(at, _)| at);
        self.pop_to(found);
    }

    fn end_item(&mut self, is_meant: impl Fn(Name) -> bool) {
        let found = self
            .open
            .iter()
            .enumerate()
            .rev()
            .find(|(_, (_, name))| {
                is_meant(*name) || name.is_block() && !matches!(name, Name::Address | Name::Div | Name::P)
            })
            .filter(|(_, (_, name))| is_meant(*name))
            .map(|(at, _)| at);
        self.pop_to(found);
    }

    fn end_link(&mut self) {
        let found = self
            .open
            .iter()
            .enumerate()
            .rev()
            .take_while(|(_, (_, name))| !name.is_scope())
            .find(|(_, (_, name))| *name == Name::A)
            .map(|(at, _)| at);
        self.pop_to(found);
    }

    /// Ends the outermost element that is meant of the innermost table.
    fn end_in_table(&mut self, is_meant: impl Fn(Name) -> bool) {
        let found = self
            .open
            .iter()
            .enumerate()
            .rev()
            .take_while(|(_, (_, name))| *name != Name::Table)
            .filter(|(_, (_, name))| is_meant(*name))
            .last()
            .map(|(at, _)| at);
        self.pop_to(found);
    }

    /// Whether a drawing is open: what is in it is not read as HTML is.
    pub(super) fn is_in_drawing(&self) -> bool {
        self.drawings > 0
    }

    /// Ends an element.
    pub(in crate::parse::page) fn end(&mut self, word: &str) {
        let name = Self::name(word);
        if self.drawings > 0 {
            match name {
                Name::Svg => {
                    self.drawings -= 1;
                    self.texts_in_drawing = 0;
                }
                Name::ForeignObject => self.texts_in_drawing = self.texts_in_drawing.saturating_sub(1),
                _ => {}
            }
            return;
        }
        if name.is_void() || matches!(name, Name::Html | Name::Body) {
            return;
        }
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        if name.level().is_some() {
            self.end_in_scope(|open| open.level().is_some());
        } else if is_part_of_table(name) {
            let found = self
                .open
                .iter()
                .enumerate()
                .rev()
                .take_while(|(_, (_, open))| name == Name::Table || *open != Name::Table)
                .find(|(_, (_, open))| *open == name)
                .map(|(at, _)| at);
            self.pop_to(found);
        } else if name.is_block() || name.is_scope() || name == Name::Head {
            self.end_in_scope(|open| open == name);
        } else {
            let found = self
                .open
                .iter()
                .enumerate()
                .rev()
                .take_while(|(_, (_, open))| !open.is_block())
                .find(|(_, (_, open))| *open == name)
                .map(|(at, _)| at);
            self.pop_to(found);
        }
    }

    /// Adds text where the page stands.
    pub(in crate::parse::page) fn text(&mut self, text: &str) {
        if self.drawings > 0 || self.is_full() || text.is_empty() {
            return;
        }
        if matches!(self.last(), Name::Script | Name::Style | Name::Iframe) {
            return;
        }
        if self.last() == Name::Head && text.contains(|c: char| !c.is_whitespace()) {
            self.end_head();
        }
        self.bytes += text.len();
        let parent = self.parent();
        self.tree.push_text(text, parent);
    }

    pub(in crate::parse::page) fn finish(mut self) -> Tree {
        self.pop_to(Some(0));
        self.tree
    }

    fn is_full(&self) -> bool {
        self.tree.len() >= MAX_NODES || self.bytes >= MAX_TEXT
    }

    fn is_open(&self, name: Name) -> bool {
        self.open.iter().any(|(_, open)| *open == name)
    }

    fn last(&self) -> Name {
        self.open.last().map_or(Name::Html, |(_, name)| *name)
    }

    fn parent(&self) -> usize {
        self.open.last().map_or(0, |(at, _)| *at)
    }

    fn pop(&mut self) {
        if let Some((at, _)) = self.open.pop() {
            self.tree.close(at);
        }
    }

    fn pop_to(&mut self, at: Option<usize>) {
        while at.is_some_and(|at| self.open.len() > at) {
            self.pop();
        }
    }
}

/// The element that another one is shown as.
fn of_role(role: &str) -> Option<Name> {
    Some(match role {
        "table" | "grid" => Name::Table,
        "row" => Name::Tr,
        "cell" | "gridcell" | "rowheader" | "columnheader" => Name::Td,
        _ => return None,
    })
}

fn belongs_to_head(name: Name) -> bool {
    use Name::{Base, Link, Meta, Noscript, Script, Style, Template, Title};
    matches!(name, Base | Link | Meta | Noscript | Script | Style | Template | Title)
}

fn is_part_of_table(name: Name) -> bool {
    use Name::{Caption, Table, Tbody, Td, Tfoot, Th, Thead, Tr};
    matches!(name, Caption | Table | Tbody | Td | Tfoot | Th | Thead | Tr)
}
