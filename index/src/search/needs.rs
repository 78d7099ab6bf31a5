//! What a bundle needs of others: libraries, keywords, and what is nowhere in the index.

use serde::{Deserialize, Serialize};

use super::Searcher;
use super::shelf::{Meaning, Shelf};
use crate::model::{CodeBundle, Import, KeywordUse};
use crate::store::Error;

/// What the suites of a bundle import, as far as the index knows it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Needs {
    /// The libraries and resource files, in the order of the imports.
    pub libraries: Vec<NeededLibrary>,
    /// Imports that are neither in the index nor in the repository nor of Robot Framework itself.
    pub unresolved_imports: Vec<Import>,
    /// Calls of keywords that none of the imported libraries has. Where something that is imported cannot
    /// be known whole, only those that name a library which is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown_keywords: Vec<KeywordUse>,
}

/// A library that a bundle imports.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NeededLibrary {
    /// Its import name.
    pub name: String,
    /// Its id in the index; absent for a standard library that the index does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub library: Option<String>,
    /// The keywords of it that the bundle calls, in the order of their calls.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<NeededKeyword>,
}

/// A keyword of another file that a bundle calls.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NeededKeyword {
    /// Its id in the index.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// An import that nothing in the index answers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UnresolvedImport {
    /// Slug of the collection.
    pub collection: String,
    /// In how many places the collection's bundles import it.
    pub count: u64,
    /// The first of them.
    #[serde(flatten)]
    pub first: Import,
}

impl Searcher {
    /// What a bundle of the index needs.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn needs(&self, bundle: &CodeBundle) -> Result<Needs, Error> {
        let shelf = Shelf::new(self.reader())?;
        let mut needs = Needs::default();
        for import in &bundle.imports {
            let (name, library) = match shelf.meaning(&bundle.collection, import) {
                Meaning::Library(at) => (&shelf.library(at).name, Some(shelf.library(at).id.clone())),
                Meaning::Standard => (&import.name, None),
                Meaning::Nothing => {
                    needs.unresolved_imports.push(import.clone());
                    continue;
                }
                Meaning::File | Meaning::Open => continue,
            };
            needs.add(name, library);
        }
        for used in &bundle.keywords {
            let visible = shelf.visible(bundle, &used.path);
            let Some((at, keyword, _)) = shelf.find(&used.name, &visible)? else {
                if shelf.cannot_have(&used.name, bundle, &visible)? {
                    needs.unknown_keywords.push(used.clone());
                }
                continue;
            };
            let library = shelf.library(at);
            let keywords = &mut needs.add(&library.name, Some(library.id.clone())).keywords;
            if !keywords.iter().any(|known| known.id == keyword.id) {
                keywords.push(NeededKeyword { id: keyword.id.clone(), name: keyword.name.clone() });
            }
        }
        Ok(needs)
    }

    /// The imports of all bundles that nothing in the index answers, in the order of the sources.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn unresolved_imports(&self) -> Result<Vec<UnresolvedImport>, Error> {
        let shelf = Shelf::new(self.reader())?;
        let mut unresolved = Vec::new();
        for source in &self.reader().manifest().sources {
            let slug = &source.collection.slug;
            let missing = source
                .outside_imports
                .iter()
                .filter(|import| shelf.meaning(slug, &import.first) == Meaning::Nothing);
            unresolved.extend(missing.map(|import| UnresolvedImport {
                collection: slug.clone(),
                count: import.count,
                first: import.first.clone(),
            }));
        }
        Ok(unresolved)
    }
}

impl Needs {
    /// The entry of a library, added where it is new.
    fn add(&mut self, name: &str, library: Option<String>) -> &mut NeededLibrary {
        let is_it = |known: &NeededLibrary| known.name == name && known.library == library;
        let at = self.libraries.iter().position(is_it).unwrap_or_else(|| {
            self.libraries.push(NeededLibrary { name: name.to_owned(), library, keywords: Vec::new() });
            self.libraries.len() - 1
        });
        &mut self.libraries[at]
    }
}
