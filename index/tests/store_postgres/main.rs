//! What only the store in PostgreSQL has to stand: migrations, rivals, jobs side by side, a server that dies,
//! connections that are cut, roles without rights; and that it gives the same bytes as the local store.

#[path = "../postgres_server/mod.rs"]
mod postgres_server;
#[path = "../sample/mod.rs"]
mod sample;

mod causes;
mod extension;
mod interruption;
mod migrations;
mod parity;
mod poolers;
mod proxy;
mod refusals;
mod rivals;
mod shards;
mod verification;

use ccr_index::lexical::invert;
use ccr_index::model::{Document, Field, Kind};
use ccr_index::store::postgres::{Address, Reader, Writer};
use ccr_index::store::{Error, Generation};

/// Documents of a collection that say `word`.
fn collection(slug: &str, word: &str, count: usize) -> Vec<Document> {
    let mut all = vec![sample::document(slug, Kind::Collection, slug)];
    for number in 0..count {
        let id = format!("{slug}/bundle-{number}");
        let text = format!("{word} number {number} of {slug}");
        all.push(Document {
            title: text.clone(),
            summary: text.clone(),
            fields: vec![(Field::Title, text.clone()), (Field::Body, format!("{text} and more of it"))],
            tags: vec![word.to_owned()],
            ..sample::document(&id, Kind::CodeBundle, slug)
        });
        all.push(Document {
            parent: Some(id.clone()),
            fields: vec![(Field::Title, format!("Do {word}")), (Field::Calls, "Run It".to_owned())],
            ..sample::document(&format!("{id}#Do {word}"), Kind::Task, slug)
        });
    }
    let library = format!("{slug}/RW.{slug}");
    all.push(Document {
        parent: Some(library.clone()),
        title: "Run It".to_owned(),
        fields: vec![(Field::Title, "Run It".to_owned())],
        ..sample::document(&format!("{library}#Run It"), Kind::Keyword, slug)
    });
    all
}

/// Publishes documents by words alone and gives the generation's number.
fn publish(address: &Address, documents: &[Document]) -> Result<u64, Error> {
    let inverted = invert(documents);
    let manifest = Writer::open(address)?.publish(&sample::publication(documents, &inverted))?;
    Ok(manifest.generation)
}

/// The ids in service, in their order.
fn ids(address: &Address) -> Vec<String> {
    let reader = Reader::open(address).unwrap();
    let numbers: Vec<u32> = (0..reader.document_count()).collect();
    reader.heads(&numbers).unwrap().into_iter().map(|head| head.id).collect()
}

fn ids_of(documents: &[Document]) -> Vec<String> {
    documents.iter().map(|document| document.id.clone()).collect()
}
