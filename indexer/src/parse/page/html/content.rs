//! The main content as sections.

use ccr_index::model::Section;

use super::super::writer::{Gap, Writer};
use super::main_content::Main;
use super::name::{Attr, Name};
use super::noise::Noise;
use super::tree::Tree;
use super::{anchor, code};

/// Reads the main content of a page.
pub(in crate::parse::page) fn sections(tree: &Tree, noise: &Noise, main: &Main) -> Vec<Section> {
    let mut content = Content { tree, noise, writer: Writer::default(), open: Vec::new(), rows: 0 };
    for root in &main.roots {
        content.walk(*root);
    }
    content.writer.finish()
}

/// What a page says to those who run no scripts.
pub(super) fn without_scripts(tree: &Tree) -> Vec<Section> {
    let noise = Noise::none(tree);
    let roots = tree.inside(0).filter(|at| tree.name(*at) == Name::Noscript).collect();
    sections(tree, &noise, &Main { roots })
}

/// The text of a heading.
pub(super) fn heading_text(tree: &Tree, noise: &Noise, at: usize) -> String {
    let mut content = Content { tree, noise, writer: Writer::default(), open: Vec::new(), rows: 0 };
    content.writer.start_heading();
    for inner in noise.kept(tree, at) {
        content.inline(inner);
    }
    content.writer.heading().unwrap_or_default().to_owned()
}

struct Content<'t> {
    tree: &'t Tree,
    noise: &'t Noise,
    writer: Writer,
    /// The elements that are open, each with where it ends.
    open: Vec<(usize, usize)>,
    /// Rows that are open.
    rows: usize,
}

impl Content<'_> {
    fn walk(&mut self, root: usize) {
        let end = self.tree.node(root).end;
        let mut at = root;
        while at < end {
            self.leave(at);
            if self.noise.is_left_out(at) && at != root {
                at = self.tree.node(at).end;
            } else if self.enter(at) {
                self.open.push((at, self.tree.node(at).end));
                at += 1;
            } else {
                at = self.tree.node(at).end;
            }
        }
        self.leave(end);
    }

    /// Ends the elements that do not hold a node.
    fn leave(&mut self, at: usize) {
        while self.open.last().is_some_and(|(_, end)| *end <= at) {
            if let Some((element, _)) = self.open.pop() {
                self.end(element);
            }
        }
    }

    /// Begins an element, or adds what it says. Whether it is to be walked through.
    fn enter(&mut self, at: usize) -> bool {
        let name = self.tree.name(at);
        if self.writer.heading().is_some()
            || self.rows > 0 && name != Name::Td && name != Name::Th && !is_code(name)
        {
            self.inline(at);
            return name != Name::Text;
        }
        match name {
            Name::Pre | Name::Listing | Name::Xmp => {
                if let Some(code) =
                    code::block(self.tree, self.noise, at).filter(|_| !code::is_gutter(self.tree, at))
                {
                    self.writer.code(code);
                }
                return false;
            }
            Name::Ol => self.writer.start_list(Some(first_number(self.tree, at))),
            Name::Ul | Name::Menu => self.writer.start_list(None),
            Name::Li => self.writer.start_item(),
            Name::Dd => self.writer.start_definition(),
            Name::Tr if self.is_row_of_data(at) => {
                self.rows += 1;
                self.writer.start_row();
            }
            Name::Td | Name::Th if self.rows > 0 => self.writer.start_cell(),
            Name::Tr | Name::Thead | Name::Tbody | Name::Tfoot => self.writer.line(),
            name if name.level().is_some() && !self.is_in_remark() => self.writer.start_heading(),
            Name::Label | Name::Button => self.writer.line(),
            name if name.is_block() => self.writer.block(),
            _ => self.inline(at),
        }
        name != Name::Text
    }

    fn inline(&mut self, at: usize) {
        match self.tree.name(at) {
            Name::Text => self.writer.text(self.tree.text(at)),
            Name::Br => self.writer.ask(Gap::Line),
            Name::Img => {
                if let Some(alt) =
                    self.tree.said(at, Attr::Alt).filter(|alt| says_something(self.tree, at, alt))
                {
                    self.writer.ask(Gap::Space);
                    self.writer.text(alt);
                    self.writer.ask(Gap::Space);
                }
            }
            name if name.is_block() => self.writer.ask(Gap::Space),
            _ => {}
        }
    }

    fn end(&mut self, at: usize) {
        let name = self.tree.name(at);
        if let Some(level) = name.level()
            && self.writer.heading().is_some()
        {
            return self.writer.end_heading(level, anchor::of(self.tree, at));
        }
        if self.writer.heading().is_some() {
            return;
        }
        match name {
            Name::Tr if self.rows > 0 => {
                self.rows -= 1;
                self.writer.end_row();
            }
            _ if self.rows > 0 => self.inline(at),
            Name::Ol | Name::Ul | Name::Menu => self.writer.end_list(),
            Name::Li => self.writer.end_item(),
            Name::Dt => self.writer.line(),
            Name::Tr | Name::Thead | Name::Tbody | Name::Tfoot | Name::Label | Name::Button => {
                self.writer.line();
            }
            name if name.is_block() => self.writer.block(),
            _ => {}
        }
    }

    /// Headings in quotes and warnings are titles of these.
    fn is_in_remark(&self) -> bool {
        self.open.iter().any(|(at, _)| {
            self.tree.name(*at) == Name::Blockquote
                || matches!(self.tree.said(*at, Attr::Role), Some("alert" | "note"))
                || self.tree.classes(*at).any(|class| matches!(class, "admonition" | "callout" | "alert"))
        })
    }

    /// Whether a row is one of data, and not there for the looks of the page.
    fn is_row_of_data(&self, at: usize) -> bool {
        self.rows == 0
            && !self.tree.inside(at).any(|inner| {
                let name = self.tree.name(inner);
                name.level().is_some() || name == Name::Table
            })
    }
}

fn is_code(name: Name) -> bool {
    matches!(name, Name::Pre | Name::Listing | Name::Xmp)
}

fn first_number(tree: &Tree, at: usize) -> usize {
    tree.said(at, Attr::Start).and_then(|start| start.parse().ok()).unwrap_or(1)
}

/// Whether the words for an image say more than that there is one.
fn says_something(tree: &Tree, at: usize, alt: &str) -> bool {
    let file = tree.said(at, Attr::Src).and_then(|src| src.rsplit('/').next()).unwrap_or_default();
    let lower = alt.to_lowercase();
    let is_file =
        [".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp"].iter().any(|ending| lower.ends_with(ending));
    let is_nothing = matches!(
        lower.as_str(),
        "image" | "img" | "logo" | "icon" | "avatar" | "picture" | "photo" | "screenshot"
    );
    !is_file && !is_nothing && alt != file
}
