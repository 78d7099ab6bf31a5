//! Any HTML to HTML that is safe, and to text.
//!
//! The tokens of the input are never copied: elements and attributes of a closed list are written
//! anew, text and values are escaped anew, and every element that was opened is closed. None of the
//! elements in the list switches a browser into another way of reading, so that what is written here
//! is read as it was meant.

mod elements;
mod text;

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::{LocalName, local_name};

use super::Rendered;
use super::plain::{push_escaped, push_quoted};
use elements::{Element, attribute, element, is_dropped, is_void};
use text::Text;

/// Elements inside of each other; what is deeper loses its marks and keeps its text.
const MAX_DEPTH: usize = 64;

/// Reads HTML of any kind.
pub(super) fn clean(html: &str) -> Rendered {
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    // The tokenizer stops where a script would run: there is none, so it goes on.
    while let html5ever::TokenizerResult::Script(_) = tokenizer.feed(&input) {}
    tokenizer.end();
    tokenizer.sink.writer.into_inner().finish()
}

#[derive(Default)]
struct Sink {
    writer: RefCell<Writer>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut writer = self.writer.borrow_mut();
        match token {
            Token::CharacterTokens(text) => writer.characters(&text),
            Token::TagToken(tag) => return writer.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[derive(Default)]
struct Writer {
    html: String,
    text: Text,
    open: Vec<Element>,
    /// An element whose content is left out, and how often it was opened again inside.
    dropped: Option<(LocalName, usize)>,
}

impl Writer {
    fn characters(&mut self, text: &str) {
        if self.dropped.is_none() {
            // A browser drops or replaces control characters; nobody needs them.
            let text = text.replace(|c: char| c.is_control() && !matches!(c, '\n' | '\t'), "");
            push_escaped(&text, &mut self.html);
            self.text.push(&text);
        }
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        if let Some((name, depth)) = &mut self.dropped {
            if tag.name == *name {
                match tag.kind {
                    TagKind::StartTag if !tag.self_closing => *depth += 1,
                    TagKind::StartTag => {}
                    TagKind::EndTag => *depth -= 1,
                }
                if *depth == 0 {
                    self.dropped = None;
                }
            }
            return TokenSinkResult::Continue;
        }
        match tag.kind {
            TagKind::StartTag if is_dropped(&tag.name) => self.drop_content(tag),
            TagKind::StartTag => {
                if let Some(element) = element(&tag.name) {
                    self.start(element, tag);
                }
                TokenSinkResult::Continue
            }
            TagKind::EndTag => {
                if let Some(element) = element(&tag.name) {
                    self.end(element);
                }
                TokenSinkResult::Continue
            }
        }
    }

    /// Leaves an element out with all that is in it, read as a browser would read it.
    fn drop_content(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        if tag.self_closing && matches!(tag.name, local_name!("svg") | local_name!("math")) {
            return TokenSinkResult::Continue;
        }
        self.dropped = Some((tag.name.clone(), 1));
        match tag.name {
            local_name!("script") => TokenSinkResult::RawData(RawKind::ScriptData),
            local_name!("style")
            | local_name!("iframe")
            | local_name!("xmp")
            | local_name!("noembed")
            | local_name!("noframes") => TokenSinkResult::RawData(RawKind::Rawtext),
            local_name!("textarea") | local_name!("title") => TokenSinkResult::RawData(RawKind::Rcdata),
            local_name!("plaintext") => TokenSinkResult::Plaintext,
            _ => TokenSinkResult::Continue,
        }
    }

    fn start(&mut self, element: Element, tag: &Tag) {
        while self.open.last().is_some_and(|open| open.ends_before(element)) {
            self.close_last();
        }
        if self.open.len() >= MAX_DEPTH {
            return;
        }
        self.text.start(element, tag);
        self.html.push('<');
        self.html.push_str(element.name());
        for written in &tag.attrs {
            if let Some(value) = attribute(element, &written.name.local, &written.value) {
                self.html.push(' ');
                self.html.push_str(&written.name.local);
                self.html.push_str("=\"");
                push_quoted(&value, &mut self.html);
                self.html.push('"');
            }
        }
        self.html.push('>');
        if !is_void(element) {
            self.open.push(element);
        }
    }

    fn end(&mut self, element: Element) {
        if let Some(at) = self.open.iter().rposition(|open| *open == element) {
            while self.open.len() > at {
                self.close_last();
            }
        }
    }

    fn close_last(&mut self) {
        if let Some(element) = self.open.pop() {
            self.text.end(element);
            self.html.push_str("</");
            self.html.push_str(element.name());
            self.html.push('>');
        }
    }

    fn finish(mut self) -> Rendered {
        while !self.open.is_empty() {
            self.close_last();
        }
        self.html.truncate(self.html.trim_end().len());
        Rendered { html: self.html, text: self.text.finish() }
    }
}
