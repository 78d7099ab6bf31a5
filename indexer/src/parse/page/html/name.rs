//! Names of elements and attributes that the reading of a page tells apart.

/// The words of an enumeration, which a compiler turns into few comparisons.
macro_rules! names {
    ($enum:ident: $($variant:ident $word:literal),+ $(,)?) => {
        impl $enum {
            /// What a word in lower case means.
            pub(in crate::parse::page) fn of(word: &str) -> Option<$enum> {
                Some(match word.as_bytes() {
                    $($word => $enum::$variant,)+
                    _ => return None,
                })
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
    A b"a", Address b"address", Annotation b"annotation", Area b"area", Article b"article", Aside b"aside",
    Audio b"audio", Base b"base", Blockquote b"blockquote", Body b"body", Br b"br", Button b"button", Canvas b"canvas",
    Caption b"caption", Center b"center", Code b"code", Col b"col", Colgroup b"colgroup", Dd b"dd", Details b"details",
    Dialog b"dialog", Div b"div", Dl b"dl", Dt b"dt", Embed b"embed", Fieldset b"fieldset", Figcaption b"figcaption",
    Figure b"figure", Footer b"footer", ForeignObject b"foreignobject", Form b"form", Frameset b"frameset", H1 b"h1",
    H2 b"h2", H3 b"h3", H4 b"h4", H5 b"h5", H6 b"h6", Head b"head", Header b"header", Hgroup b"hgroup", Hr b"hr",
    Html b"html", Iframe b"iframe", Img b"img", Input b"input", Label b"label", Legend b"legend", Li b"li", Link b"link",
    Listing b"listing", Main b"main", Menu b"menu", Meta b"meta", Nav b"nav", Noembed b"noembed", Noframes b"noframes",
    Noscript b"noscript", Object b"object", Ol b"ol", Optgroup b"optgroup", Option b"option", P b"p",
    Plaintext b"plaintext", Pre b"pre", Rp b"rp", Script b"script", Search b"search", Section b"section",
    Select b"select", Source b"source", Span b"span", Style b"style", Summary b"summary", Sup b"sup", Svg b"svg",
    Table b"table", Tbody b"tbody", Td b"td", Template b"template", Textarea b"textarea", Tfoot b"tfoot", Th b"th",
    Thead b"thead", Time b"time", Title b"title", Tr b"tr", Track b"track", Ul b"ul", Video b"video", Wbr b"wbr", Xmp b"xmp",
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
        Alt b"alt", AriaHidden b"aria-hidden", AriaLabel b"aria-label", AriaLevel b"aria-level", Class b"class",
        Content b"content", DataCodeLang b"data-code-lang", DataFootnoteRef b"data-footnote-ref", DataLang b"data-lang",
        DataLanguage b"data-language", DataSyntax b"data-syntaxhighlighter-params", Hidden b"hidden", Href b"href",
        Id b"id", Itemprop b"itemprop", Name b"name", Property b"property", Rel b"rel", Role b"role",
        Shadow b"shadowrootmode", Src b"src", Start b"start", Style b"style", Title b"title", Type b"type",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found() {
        assert_eq!(Name::of("a"), Some(Name::A));
        assert_eq!(Name::of("xmp"), Some(Name::Xmp));
        assert_eq!(Name::of("app-root"), None);
        assert_eq!(Attr::of("data-lang"), Some(Attr::DataLang));
        assert_eq!(Attr::of("onclick"), None);
    }
}
