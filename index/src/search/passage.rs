//! What a page of documentation answers with: the text of its best section.

use super::{Hit, Searcher};
use crate::model::{Document, Field, Kind};
use crate::store::Error;

/// A text of a page that answers a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Id of the section, or of the page where its own text answers.
    pub id: String,
    /// The heading of the section, behind those above it; absent where the page's own text answers.
    pub heading: Option<String>,
    /// The whole text, code fenced.
    pub text: String,
    /// Where it can be read, with its anchor.
    pub url: Option<String>,
}

impl Searcher {
    /// The text that makes a page a hit; `None` for hits of another kind.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn passage(&self, hit: &Hit) -> Result<Option<Passage>, Error> {
        if hit.kind != Kind::Documentation {
            return Ok(None);
        }
        // A page that says nothing before its sections, or nothing at all, is shown by its best section.
        let own = self.passage_of(&hit.id)?;
        let is_part = |part: &&super::Match| part.id != hit.id;
        let part = hit.matches.iter().find(is_part).map(|part| part.id.as_str());
        let is_own = hit.matches.first().is_none_or(|first| first.id == hit.id);
        match (own, part) {
            (Some(own), Some(_)) if is_own && !own.text.is_empty() => Ok(Some(own)),
            (_, Some(part)) => self.passage_of(part),
            (own, None) => Ok(own),
        }
    }

    fn passage_of(&self, id: &str) -> Result<Option<Passage>, Error> {
        let Some(number) = self.reader().find(id)? else { return Ok(None) };
        let document = self.reader().document(number)?;
        let above = texts(&document, Field::Name).flat_map(str::lines).skip(1);
        let heading: Vec<&str> = above.chain([document.title.as_str()]).collect();
        Ok(Some(Passage {
            heading: document.parent.is_some().then(|| heading.join(" > ")),
            text: written(&document),
            url: document.location.url,
            id: document.id,
        }))
    }
}

fn texts(document: &Document, wanted: Field) -> impl Iterator<Item = &str> {
    document.fields.iter().filter(move |(field, _)| *field == wanted).map(|(_, text)| text.as_str())
}

/// The text of a document for people: what it is about where it is a page, its text, its code.
fn written(document: &Document) -> String {
    let about = texts(document, Field::Summary).chain(texts(document, Field::Body));
    let code = texts(document, Field::Code).filter(|code| !code.trim().is_empty());
    let code = code.map(|code| format!("```\n{}\n```", code.trim_end()));
    let parts = about.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).chain(code);
    parts.collect::<Vec<_>>().join("\n\n")
}
