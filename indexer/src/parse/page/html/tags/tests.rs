//! Our tokens beside those of html5ever.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use proptest::prelude::*;

use super::*;

struct Sink(RefCell<Builder>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut builder = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => builder.text(&text),
            Token::NullCharacterToken => builder.text("\0"),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                let attributes: Vec<(Attr, String)> = tag
                    .attrs
                    .iter()
                    .filter_map(|attribute| {
                        Some((Attr::of(&attribute.name.local)?, attribute.value.to_string()))
                    })
                    .collect();
                builder.start(&tag.name, &attributes, tag.self_closing);
                return if builder.is_in_drawing() { TokenSinkResult::Continue } else { content(&tag) };
            }
            Token::TagToken(tag) => builder.end(&tag.name),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn content(tag: &Tag) -> TokenSinkResult<()> {
    match content_of(&tag.name) {
        Content::Markup => TokenSinkResult::Continue,
        Content::Text => TokenSinkResult::RawData(RawKind::Rcdata),
        Content::Raw => TokenSinkResult::RawData(RawKind::Rawtext),
        Content::Script => TokenSinkResult::RawData(RawKind::ScriptData),
        Content::Rest => TokenSinkResult::Plaintext,
    }
}

fn by_html5ever(html: &str) -> String {
    let options = TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() };
    let tokenizer = Tokenizer::new(Sink(RefCell::new(Builder::new())), options);
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    while let html5ever::TokenizerResult::Script(_) = tokenizer.feed(&input) {}
    tokenizer.end();
    format!("{:#?}", tokenizer.sink.0.into_inner().finish())
}

fn by_us(html: &str) -> String {
    let mut builder = Builder::new();
    read(html, &mut builder);
    format!("{:#?}", builder.finish())
}

#[test]
fn odd_tags() {
    for html in [
        "a<b>c</b>d<",
        "a<b",
        "a</",
        "a</>b",
        "a</ b>c",
        "<?php x > y",
        "<!doctype html>a",
        "<!-->a",
        "<!--->a",
        "<!---->a",
        "<!-- a -- b --!>c",
        "<!-- a",
        "<!---!>c-->d",
        "<![CDATA[x]]>y",
        "<p/>a",
        "<a href=x/>y",
        "<a href = 'x' href=y>",
        "<a =x href=y>",
        "<a href>x",
        "<a href= >x",
        "<a href=>x",
        "<a href/=x>",
        "<A HREF=\"&lt;&copy=\">",
        "<img alt='a>b' src=\"c\">",
        "<a href='x",
        "<a title=a\"b'c>",
        "<script>a</script >b",
        "<script><!-- <script> </script> --> </script>b",
        "<script><!-- </script>b",
        "<script><!--></script>b",
        "<script><!-- <script </script> x",
        "<script><!-- <script> </script></script>b",
        "<script><!---><script></script>b",
        "<style></styl></style x>b",
        "<title>&amp;</titles></title>b",
        "<textarea><p></TEXTAREA\n>b",
        "<plaintext></plaintext>&amp;",
        "<iframe><p></iframe>x",
        "1 < 2 <3",
        "a\0b<p\0>c",
        "\u{feff}a",
        "<svg><script/>a</svg>b",
        "<svg><title>x</svg>b",
        "<p\u{c}id=a>b",
        "<a href=\"\n\">",
        "<div / id=a / >x",
        "<xmp>&amp;</xmp>",
        "<noscript>a</noscript>",
    ] {
        assert_eq!(by_us(html), by_html5ever(html), "{html}");
    }
}

proptest! {
    #[test]
    fn tags_as_html5ever_reads_them(html in "(<|>|/|!|-|--|=|\"|'|&|;|#| |\n|a|b|id|href|class|script|style|title|svg|<p>|</p>|</|<!--|-->|<script>|</script>|<title>|</title>|&amp|&#x4|\u{e9}|\u{c}){0,60}") {
        prop_assert_eq!(by_us(&html), by_html5ever(&html));
    }
}
