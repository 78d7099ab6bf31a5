//! What the Markdown parser reads, as elements of a page.

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, Tag, TagEnd};

use super::super::html::{Attr, Builder, Tree, read_tags};
use super::slug::Slugs;
use crate::parse::commonmark;

/// No attributes.
const NONE: [(Attr, &str); 0] = [];

pub(super) struct Elements<'t> {
    builder: Builder,
    slugs: Slugs,
    /// What is in the heading that is open, which gets its anchor when it is read, and that anchor if the
    /// page names it.
    heading: Option<(Option<String>, Vec<Event<'t>>)>,
    /// Description and target of the image that is open, and how many are open.
    image: Option<(String, String, usize)>,
    /// The HTML block that is open.
    html: Option<String>,
    /// What is in the directive that is open: text in the form of a code block.
    directive: Option<String>,
    in_head: bool,
}

impl<'t> Elements<'t> {
    pub(super) fn new(builder: Builder) -> Elements<'t> {
        Elements {
            builder,
            slugs: Slugs::default(),
            heading: None,
            image: None,
            html: None,
            directive: None,
            in_head: false,
        }
    }

    pub(super) fn finish(self) -> Tree {
        self.builder.finish()
    }

    pub(super) fn take(&mut self, event: Event<'t>) {
        match (&mut self.heading, event) {
            (None, Event::Start(Tag::Heading { id, .. })) => {
                self.heading = Some((id.map(pulldown_cmark::CowStr::into_string), Vec::new()));
            }
            (Some(_), Event::End(TagEnd::Heading(level))) => self.end_heading(level as u8),
            (Some((_, events)), event) => events.push(event),
            (None, event) => self.event(event),
        }
    }

    fn end_heading(&mut self, level: u8) {
        let Some((id, events)) = self.heading.take() else { return };
        let text: String = events
            .iter()
            .map(|event| match event {
                Event::Text(text) | Event::Code(text) => text,
                Event::SoftBreak | Event::HardBreak => " ",
                _ => "",
            })
            .collect();
        let anchor = id.unwrap_or_else(|| self.slugs.next(&text));
        let name = ["h1", "h2", "h3", "h4", "h5", "h6"][usize::from(level.clamp(1, 6)) - 1];
        self.builder.start(name, &[(Attr::Id, anchor)], false);
        for event in events {
            self.event(event);
        }
        self.builder.end(name);
    }

    fn event(&mut self, event: Event<'t>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text(&text);
            }
            Event::Html(html) => match &mut self.html {
                Some(block) => block.push_str(&html),
                None => read_tags(&html, &mut self.builder),
            },
            Event::InlineHtml(html) if self.image.is_none() => read_tags(&html, &mut self.builder),
            Event::SoftBreak => self.text("\n"),
            Event::HardBreak => self.builder.start("br", &NONE, false),
            Event::Rule => self.builder.start("hr", &NONE, false),
            Event::InlineHtml(_) | Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some((said, ..)) = &mut self.image {
            said.push_str(text);
        } else if let Some(directive) = &mut self.directive {
            directive.push_str(text);
        } else {
            self.builder.text(text);
        }
    }

    fn open(&mut self, name: &str) {
        self.builder.start(name, &NONE, false);
    }

    fn start(&mut self, tag: Tag<'t>) {
        match tag {
            Tag::BlockQuote(kind) => {
                self.open("blockquote");
                if let Some(kind) = kind {
                    self.open("p");
                    self.builder.text(title_of(kind));
                    self.builder.end("p");
                }
            }
            Tag::CodeBlock(CodeBlockKind::Indented) => self.start_code(""),
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => self.start_code(&info),
            Tag::List(Some(first)) => {
                let first = first.to_string();
                self.builder.start("ol", &[(Attr::Start, first)], false);
            }
            Tag::Link { dest_url, .. } => {
                if self.image.is_none() {
                    self.builder.start("a", &[(Attr::Href, &*dest_url)], false);
                }
            }
            Tag::Image { dest_url, .. } => match &mut self.image {
                Some((.., open)) => *open += 1,
                None => self.image = Some((String::new(), dest_url.into_string(), 1)),
            },
            Tag::HtmlBlock => self.html = Some(String::new()),
            Tag::TableHead => {
                self.in_head = true;
                self.open("tr");
            }
            tag => {
                if let Some(name) = commonmark::element(&tag.to_end(), self.in_head) {
                    self.open(name);
                }
            }
        }
    }

    fn start_code(&mut self, info: &str) {
        if let Some((directive, argument)) = info.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            let is_code =
                matches!(directive, "code" | "code-block" | "code-cell" | "sourcecode" | "highlight");
            if !is_code && !directive.starts_with(['.', ' ', '#']) {
                // MyST: the block is a note, and its content is text.
                self.open("div");
                self.open("p");
                self.builder.text(argument.trim());
                self.builder.end("p");
                self.directive = Some(String::new());
                return;
            }
            let classes = directive.split([' ', ',']).find_map(|word| word.strip_prefix('.'));
            return self.open_code(classes.unwrap_or(argument).trim());
        }
        self.open_code(info.split([' ', ',', '{', ':', '\t']).next().unwrap_or_default());
    }

    fn open_code(&mut self, language: &str) {
        self.builder.start("pre", &[(Attr::DataLanguage, language)], false);
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::CodeBlock => match self.directive.take() {
                Some(text) => {
                    for paragraph in text.split("\n\n") {
                        self.open("p");
                        self.builder.text(paragraph);
                        self.builder.end("p");
                    }
                    self.builder.end("div");
                }
                None => self.builder.end("pre"),
            },
            TagEnd::Link => {
                if self.image.is_none() {
                    self.builder.end("a");
                }
            }
            TagEnd::Image => {
                if let Some((.., open)) = &mut self.image {
                    *open -= 1;
                }
                if let Some((said, target, _)) = self.image.take_if(|(.., open)| *open == 0) {
                    let attributes = [(Attr::Alt, said), (Attr::Src, target)];
                    self.builder.start("img", &attributes, false);
                }
            }
            TagEnd::HtmlBlock => {
                let html = self.html.take().unwrap_or_default();
                read_tags(&html, &mut self.builder);
            }
            TagEnd::TableHead => {
                self.in_head = false;
                self.builder.end("tr");
            }
            tag => {
                if let Some(name) = commonmark::element(&tag, self.in_head) {
                    self.builder.end(name);
                }
            }
        }
    }
}

fn title_of(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "Note",
        BlockQuoteKind::Tip => "Tip",
        BlockQuoteKind::Important => "Important",
        BlockQuoteKind::Warning => "Warning",
        BlockQuoteKind::Caution => "Caution",
    }
}
