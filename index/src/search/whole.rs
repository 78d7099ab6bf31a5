//! Everything known of one thing, as one JSON value, the same at every door.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Searcher;
use crate::model::{CodeBundle, CodeCollection, Document, Keyword, Kind, Library, Page, id_in_collection};
use crate::store::Error;

impl Searcher {
    /// The record of a document, with what the rest of the index says of it: what a bundle needs, who
    /// imports a library, who calls a keyword. `None` where the index holds no record that can be read.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn whole(&self, document: &Document) -> Result<Option<Value>, Error> {
        Ok(match document.kind {
            Kind::CodeBundle => match read::<CodeBundle>(document) {
                Some(bundle) => with(json!(bundle), "needs", json!(self.needs(&bundle)?)),
                None => None,
            },
            Kind::Library => match read::<Library>(document) {
                Some(library) => with(json!(library), "imported_by", json!(self.users(&library.id)?)),
                None => None,
            },
            Kind::Keyword => self.whole_keyword(document)?,
            Kind::Task => self.whole_task(document)?,
            Kind::Collection => read::<CodeCollection>(document).and_then(|collection| {
                let sources = &self.reader().manifest().sources;
                let source = sources.iter().find(|source| source.collection.slug == collection.slug);
                let counts = source.map(|source| source.counts.clone()).unwrap_or_default();
                with(json!(collection), "counts", json!(counts))
            }),
            Kind::Documentation if document.parent.is_some() => self.whole_section(document)?,
            Kind::Documentation | Kind::Script => read(document),
        })
    }

    /// What the generation says of itself, with the imports that nothing in it answers.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn status(&self) -> Result<Value, Error> {
        let mut value = json!(self.reader().manifest());
        value["unresolved_imports"] = json!(self.unresolved_imports()?);
        Ok(value)
    }

    fn whole_keyword(&self, document: &Document) -> Result<Option<Value>, Error> {
        let Some(keyword) = read::<Keyword>(document) else { return Ok(None) };
        let library = document.parent.as_deref().unwrap_or_default();
        let callers = self.callers(library, &keyword.name)?;
        let mut value = json!(keyword);
        value["library"] = json!(id_in_collection(library));
        value["called_by"] = json!({ "codebundles": callers.bundles, "tasks": callers.tasks });
        value["callers"] = json!(callers.calls);
        Ok(Some(value))
    }

    /// A section stands inside its page's record.
    fn whole_section(&self, document: &Document) -> Result<Option<Value>, Error> {
        let parent = document.parent.as_deref().unwrap_or_default();
        let Some(number) = self.reader().find(parent)? else { return Ok(None) };
        let Some(page) = read::<Page>(&self.reader().document(number)?) else { return Ok(None) };
        let section = page.parts().find(|(id, _)| *id == document.id).map(|(_, section)| json!(section));
        Ok(section.map(|mut section| {
            section["url"] = json!(document.location.url.as_deref().unwrap_or(&document.id));
            section["page"] = json!({ "url": page.url, "title": page.title, "category": page.category });
            if let Some(stale) = &page.stale {
                section["stale"] = json!(stale);
            }
            section
        }))
    }

    /// A task stands inside its bundle's record.
    fn whole_task(&self, document: &Document) -> Result<Option<Value>, Error> {
        let parent = document.parent.as_deref().unwrap_or_default();
        let Some(number) = self.reader().find(parent)? else { return Ok(None) };
        let bundle = read::<CodeBundle>(&self.reader().document(number)?);
        let task = bundle.and_then(|bundle| bundle.tasks.into_iter().find(|task| task.id == document.id));
        Ok(task.and_then(|task| with(json!(task), "codebundle", json!(parent))))
    }
}

fn read<T: DeserializeOwned>(document: &Document) -> Option<T> {
    serde_json::from_str(document.record.as_deref()?).ok()
}

fn with(mut value: Value, name: &str, more: Value) -> Option<Value> {
    value[name] = more;
    Some(value)
}
