//! Libdoc's specs: what `robot.libdoc` writes of a library or resource file as JSON (versions 1 to 4,
//! Robot Framework 4 to 7) or XML (versions 3 to 7), also under the ending `.libspec`.
//!
//! Whatever version is read, the value is the newest: what Robot Framework 7.5 itself prints of
//! such a file (`robot.libdocpkg.{json,xml}builder`), less what only tells of the machine that wrote it.

mod arguments;
mod json;
mod place;
mod short_doc;
mod sniff;
mod spec;
pub(crate) mod tags;
mod type_text;
mod words;
mod xml;

pub(crate) use short_doc::{lines, short};
pub use sniff::is_libspec;
pub use spec::{
    ArgumentSpec, Failure, ItemSpec, KeywordSpec, MemberSpec, Origin, Spec, TypeDocSpec, TypeSpec,
};

use super::Parsed;

/// Problems of one file that are told.
const MOST_PROBLEMS: usize = 20;

/// Reads a spec, JSON or XML by its content; none where the text is no spec at all.
///
/// What is missing or of the wrong type is a problem and left out; the rest is read.
pub fn parse(text: &str) -> Parsed<Option<Spec>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut parsed = if text.trim_start().starts_with('<') { xml::parse(text) } else { json::parse(text) };
    parsed.problems.truncate(MOST_PROBLEMS);
    parsed
}
