//! Pages of documentation: what of an HTML, Markdown or plain text page is its own text, as sections
//! with their anchors. Menus, footers and banners are left out.

mod html;
mod markdown;
mod plain;
mod writer;

use ccr_index::model::Section;

pub use html::html;
pub use markdown::markdown;
pub use plain::plain;

/// What a page says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageText {
    /// Its title, without the name of the site where that can be told.
    pub title: Option<String>,
    /// What it says of itself to search engines.
    pub description: Option<String>,
    /// The address that it calls its own, as written: relative to the page, and not to be trusted.
    pub canonical: Option<String>,
    /// What it says, in order.
    pub sections: Vec<Section>,
    /// Where it leads, as written, in order, each once; those of menus too.
    pub links: Vec<String>,
    /// What links are relative to, where it is not the page's own address (`<base href>`).
    pub base: Option<String>,
    /// It asks not to be indexed (`<meta name="robots" content="noindex">`).
    pub is_private: bool,
    /// It asks that its links are not followed.
    pub keeps_links: bool,
    /// What kind of page it is.
    pub verdict: Verdict,
}

/// Whether a page is one that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verdict {
    /// It has text.
    #[default]
    Text,
    /// It has none.
    Empty,
    /// It asks who one is.
    Login,
    /// A browser has to run its programs before it says anything.
    NeedsScripts,
}
