//! Names of elements and attributes that the reading of a page tells apart.

/// An element, or text.
macro_rules! names {
    ($enum:ident: $($variant:ident $word:literal),+ $(,)?) => {
        /// In the order of their words.
        const WORDS: &[(&str, $enum)] = &[$(($word, $enum::$variant)),+];

        impl $enum {
            /// What a word means; letter case is that of the list.
            pub(in crate::parse::page) fn of(word: &str) -> Option<$enum> {
                WORDS.binary_search_by(|(known, _)| (*known).cmp(word)).ok().map(|at| WORDS[at].1)
            }
        }
    };
}

/// What a node of a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[rustfmt::skip]
pub(in crate::parse::page) enum Name {
    /// Text, without a name.
    Text,
    /// An element that nobody asks for by name; it is inline.
    Other,
    A, Address, Annotation, Area, Article, Aside, Audio, Base, Blockquote, Body, Br, Button, Canvas, Caption,
    Center, Code, Col, Colgroup, Dd, Details, Dialog, Div, Dl, Dt, Embed, Fieldset, Figcaption, Figure, Footer,
    ForeignObject, Form, Frameset, H1, H2, H3, H4, H5, H6, Head, Header, Hgroup, Hr, Html, Iframe, Img, Input,
    Label, Legend, Li, Link, Listing, Main, Menu, Meta, Nav, Noembed, Noframes, Noscript, Object, Ol, Optgroup,
    Option, P, Plaintext, Pre, Rp, Script, Search, Section, Select, Source, Span, Style, Summary, Sup, Svg,
    Table, Tbody, Td, Template, Textarea, Tfoot, Th, Thead, Time, Title, Tr, Track, Ul, Video, Wbr, Xmp,
}

names!(Name:
    A "a", Address "address", Annotation "annotation", Area "area", Article "article", Aside "aside",
    Audio "audio", Base "base", Blockquote "blockquote", Body "body", Br "br", Button "button", Canvas "canvas",
    Caption "caption", Center "center", Code "code", Col "col", Colgroup "colgroup", Dd "dd", Details "details",
    Dialog "dialog", Div "div", Dl "dl", Dt "dt", Embed "embed", Fieldset "fieldset", Figcaption "figcaption",
    Figure "figure", Footer "footer", ForeignObject "foreignobject", Form "form", Frameset "frameset", H1 "h1",
    H2 "h2", H3 "h3", H4 "h4", H5 "h5", H6 "h6", Head "head", Header "header", Hgroup "hgroup", Hr "hr",
    Html "html", Iframe "iframe", Img "img", Input "input", Label "label", Legend "legend", Li "li", Link "link",
    Listing "listing", Main "main", Menu "menu", Meta "meta", Nav "nav", Noembed "noembed", Noframes "noframes",
    Noscript "noscript", Object "object", Ol "ol", Optgroup "optgroup", Option "option", P "p",
    Plaintext "plaintext", Pre "pre", Rp "rp", Script "script", Search "search", Section "section",
    Select "select", Source "source", Span "span", Style "style", Summary "summary", Sup "sup", Svg "svg",
    Table "table", Tbody "tbody", Td "td", Template "template", Textarea "textarea", Tfoot "tfoot", Th "th",
    Thead "thead", Time "time", Title "title", Tr "tr", Track "track", Ul "ul", Video "video", Wbr "wbr", Xmp "xmp",
);

impl Name {
    /// The level of a heading.
    pub(in crate::parse::page) fn level(self) -> Option<u8> {
        Some(match self {
            Name::H1 => 1,
            Name::H2 => 2,
            Name::H3 => 3,
            Name::H4 => 4,
            Name::H5 => 5,
            Name::H6 => 6,
            _ => return None,
        })
    }

    /// It has no content and no end tag.
    pub(super) fn is_void(self) -> bool {
        use Name::{Area, Base, Br, Col, Embed, Hr, Img, Input, Link, Meta, Source, Track, Wbr};
        matches!(self, Area | Base | Br | Col | Embed | Hr | Img | Input | Link | Meta | Source | Track | Wbr)
    }

    /// Text before it and behind it does not stand on its lines. Its start ends a paragraph.
    #[rustfmt::skip]
    pub(in crate::parse::page) fn is_block(self) -> bool {
        use Name::*;
        matches!(
            self,
            Address | Article | Aside | Blockquote | Body | Caption | Center | Dd | Details | Dialog | Div | Dl | Dt
                | Fieldset | Figcaption | Figure | Footer | Form | H1 | H2 | H3 | H4 | H5 | H6 | Header | Hgroup | Hr
                | Html | Legend | Li | Listing | Main | Menu | Nav | Noscript | Ol | P | Plaintext | Pre | Search | Section
                | Summary | Table | Tbody | Td | Tfoot | Th | Thead | Tr | Ul | Xmp
        )
    }

    /// What stands outside of it is not ended by what stands inside.
    pub(super) fn is_scope(self) -> bool {
        use Name::{Button, Caption, Html, Object, Table, Td, Template, Th};
        matches!(self, Button | Caption | Html | Object | Table | Td | Template | Th)
    }
}

/// An attribute that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[rustfmt::skip]
pub(in crate::parse::page) enum Attr {
    Alt, AriaHidden, AriaLabel, AriaLevel, Class, Content, DataCodeLang, DataFootnoteRef, DataLang, DataLanguage,
    DataSyntax, Hidden, Href, Id, Itemprop, Name, Property, Rel, Role, Shadow, Src, Start, Style, Title, Type,
}

mod attributes {
    use super::Attr;

    names!(Attr:
        Alt "alt", AriaHidden "aria-hidden", AriaLabel "aria-label", AriaLevel "aria-level", Class "class",
        Content "content", DataCodeLang "data-code-lang", DataFootnoteRef "data-footnote-ref", DataLang "data-lang",
        DataLanguage "data-language", DataSyntax "data-syntaxhighlighter-params", Hidden "hidden", Href "href",
        Id "id", Itemprop "itemprop", Name "name", Property "property", Rel "rel", Role "role",
        Shadow "shadowrootmode", Src "src", Start "start", Style "style", Title "title", Type "type",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found() {
        assert!(WORDS.is_sorted_by_key(|(word, _)| *word));
        for (word, name) in WORDS {
            assert_eq!(Name::of(word), Some(*name));
        }
        assert_eq!(Attr::of("type"), Some(Attr::Type));
        assert_eq!(Attr::of("alt"), Some(Attr::Alt));
        assert_eq!(Attr::of("data-lang"), Some(Attr::DataLang));
        assert_eq!(Attr::of("onclick"), None);
    }
}
