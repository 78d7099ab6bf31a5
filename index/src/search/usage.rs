//! Who calls a keyword.

use serde::{Deserialize, Serialize};

use super::Searcher;
use crate::lexical::{call_term, documents_of};
use crate::model::{CodeBundle, Kind};
use crate::store::Error;
use crate::text::keyword_key;

/// Bundles that are looked at: some keywords are called by nearly all.
const MOST_BUNDLES: usize = 400;

/// A call of a keyword by a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// Id of the bundle.
    pub codebundle: String,
    /// Its display name.
    pub title: String,
    /// Repository path of the suite.
    pub path: String,
    /// Line of the call, from 1.
    pub line: u32,
    /// Web address of the line at the commit that was indexed.
    pub url: Option<String>,
}

impl Searcher {
    /// The bundles that call a keyword of a library, each once; first those that name the library in
    /// the call, and of these first the ones that call least else, as the plainest examples.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn callers(&self, library: &str, keyword: &str) -> Result<Vec<Caller>, Error> {
        let reader = self.reader();
        let postings = reader.postings(&[&call_term(keyword)])?.pop().flatten().unwrap_or_default();
        let mut bundles = documents_of(&postings);
        bundles.retain(|number| self.kind(*number) == Some(Kind::CodeBundle));
        bundles.truncate(MOST_BUNDLES);
        let mut found: Vec<(bool, usize, Caller)> = Vec::new();
        for document in reader.documents(&bundles)? {
            let record =
                document.record.as_deref().and_then(|json| serde_json::from_str::<CodeBundle>(json).ok());
            if let Some((named, caller)) = record.as_ref().and_then(|bundle| call(bundle, library, keyword)) {
                found.push((!named, record.map_or(0, |bundle| bundle.keywords.len()), caller));
            }
        }
        found.sort_by(|a, b| (a.0, a.1, &a.2.codebundle).cmp(&(b.0, b.1, &b.2.codebundle)));
        Ok(found.into_iter().map(|(_, _, caller)| caller).collect())
    }
}

/// The bundle's call of the keyword, and whether it names the library.
fn call(bundle: &CodeBundle, library: &str, keyword: &str) -> Option<(bool, Caller)> {
    let key = keyword_key(keyword);
    let imports = bundle.imports.iter().any(|import| import.name == library);
    let mut calls =
        bundle.keywords.iter().filter(|called| keyword_key(&called.name) == key).filter_map(|called| {
            match called.name.rsplit_once('.') {
                Some((named, _)) if named.eq_ignore_ascii_case(library) => Some((true, called)),
                Some(_) => None,
                None => imports.then_some((false, called)),
            }
        });
    let (named, called) = calls.next()?;
    let caller = Caller {
        codebundle: bundle.id.clone(),
        title: bundle.display_name.clone(),
        path: called.path.clone(),
        line: called.line,
        url: called.url.clone(),
    };
    Some((named, caller))
}
