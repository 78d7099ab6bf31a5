//! What may be written: elements, their attributes, and the addresses in them.

use html5ever::LocalName;

/// An element that may be written, by its place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element(usize);

/// What an element is to the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Part of a line.
    Inline,
    /// On lines of its own, an empty line around it.
    Block,
    /// On a line of its own.
    Line,
    /// An item of a list.
    Item,
    /// A cell of a table.
    Cell,
    /// A line break.
    Break,
    /// An image.
    Image,
    /// A list.
    List,
    /// Text whose white space counts.
    Preformatted,
}

use Shape::{Block, Break, Cell, Image, Inline, Item, Line, List, Preformatted};

const ELEMENTS: [(&str, Shape); 52] = [
    ("a", Inline),
    ("abbr", Inline),
    ("b", Inline),
    ("blockquote", Block),
    ("br", Break),
    ("caption", Block),
    ("cite", Inline),
    ("code", Inline),
    ("dd", Item),
    ("del", Inline),
    ("div", Line),
    ("dl", List),
    ("dt", Line),
    ("em", Inline),
    ("h1", Block),
    ("h2", Block),
    ("h3", Block),
    ("h4", Block),
    ("h5", Block),
    ("h6", Block),
    ("hr", Block),
    ("i", Inline),
    ("img", Image),
    ("ins", Inline),
    ("kbd", Inline),
    ("li", Item),
    ("mark", Inline),
    ("ol", List),
    ("p", Block),
    ("pre", Preformatted),
    ("q", Inline),
    ("s", Inline),
    ("samp", Inline),
    ("small", Inline),
    ("strike", Inline),
    ("strong", Inline),
    ("sub", Inline),
    ("sup", Inline),
    ("table", Block),
    ("tbody", Line),
    ("td", Cell),
    ("tfoot", Line),
    ("th", Cell),
    ("thead", Line),
    ("tr", Line),
    ("tt", Inline),
    ("u", Inline),
    ("ul", List),
    ("var", Inline),
    ("section", Block),
    ("details", Block),
    ("summary", Line),
];

/// Elements whose content is no text of the documentation.
const DROPPED: [&str; 23] = [
    "applet",
    "audio",
    "button",
    "canvas",
    "frameset",
    "head",
    "iframe",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "option",
    "plaintext",
    "script",
    "select",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
    "video",
    "xmp",
];

/// Schemes of addresses that only lead somewhere.
const SCHEMES: [&str; 5] = ["http", "https", "mailto", "ftp", "ftps"];
/// Pictures that may stand in the documentation itself. SVG is a document of its own.
const PICTURES: [&str; 4] = ["data:image/png;", "data:image/jpeg;", "data:image/gif;", "data:image/webp;"];

/// The element of this name that may be written.
pub(super) fn element(name: &LocalName) -> Option<Element> {
    ELEMENTS.iter().position(|(known, _)| *name == **known).map(Element)
}

/// Whether an element goes with all its content.
pub(super) fn is_dropped(name: &LocalName) -> bool {
    DROPPED.iter().any(|dropped| *name == **dropped)
}

/// Whether an element has no content.
pub(super) fn is_void(element: Element) -> bool {
    matches!(element.name(), "br" | "hr" | "img")
}

impl Element {
    pub(super) fn name(self) -> &'static str {
        ELEMENTS[self.0].0
    }

    pub(super) fn shape(self) -> Shape {
        ELEMENTS[self.0].1
    }

    /// Whether this element, open, ends where `next` begins: its end tag may be left out.
    pub(super) fn ends_before(self, next: Element) -> bool {
        match self.name() {
            "p" => !matches!(next.shape(), Inline | Break | Image),
            "li" => next.name() == "li",
            "dt" | "dd" => matches!(next.name(), "dt" | "dd"),
            "td" | "th" => matches!(next.name(), "td" | "th" | "tr"),
            "tr" => next.name() == "tr",
            _ => false,
        }
    }
}

/// The value of an attribute that may be written, as it may be written.
pub(super) fn attribute(element: Element, name: &str, value: &str) -> Option<String> {
    match (element.name(), name) {
        ("a", "href") => address(value),
        ("img", "src") => address(value).or_else(|| picture(value)),
        ("a" | "img" | "abbr", "title") | ("img", "alt") => Some(without_controls(value)),
        ("td" | "th", "colspan" | "rowspan") | ("ol", "start") | ("table", "border") => {
            let is_number = (1..=4).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| value.to_owned())
        }
        _ => None,
    }
}

/// An address without a scheme, or with one that runs nothing. Browsers skip control characters and
/// spaces in front of and inside of schemes: they are gone before it is looked at.
fn address(value: &str) -> Option<String> {
    let address: String = value.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    let head = address.split(['/', '?', '#']).next().unwrap_or_default();
    match head.split_once(':') {
        None => Some(address),
        Some((scheme, _)) => {
            SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme)).then_some(address)
        }
    }
}

fn picture(value: &str) -> Option<String> {
    let is_picture = PICTURES.iter().any(|start| value.starts_with(start));
    is_picture.then(|| without_controls(value))
}

fn without_controls(value: &str) -> String {
    value.replace(char::is_control, " ")
}
