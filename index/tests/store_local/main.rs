//! The local store against its enemies: damage, interruption, rivals, full disks, odd paths.

mod damage;
mod interruption;
mod places;
mod rivals;
#[path = "../sample/mod.rs"]
mod sample;
mod verification;

use std::fs;
use std::path::{Path, PathBuf};

use ccr_index::store::local::{Reader, Writer};
use ccr_index::store::{Error, Generation};

/// The folder of a generation.
fn generation(data_dir: &Path, number: u64) -> PathBuf {
    data_dir.join("index/generations").join(format!("{number:06}"))
}

/// A writer that makes a graph of neighbours over any number of chunks.
fn writer(data_dir: &Path) -> Result<Writer, Error> {
    Ok(Writer::open(data_dir)?.graph_from(1))
}

/// Publishes the sample once more.
fn publish(data_dir: &Path) -> u64 {
    let (documents, inverted) = sample::sample();
    let vectors = sample::vectors(documents.len());
    let publication = sample::with_vectors(sample::publication(&documents, &inverted), Some(&vectors));
    writer(data_dir).unwrap().publish(&publication).unwrap().generation
}

/// The generation that answers, after reading everything of it.
fn answering(data_dir: &Path) -> Result<u64, Error> {
    let reader = Reader::open(data_dir)?;
    let (documents, inverted) = sample::sample();
    let numbers: Vec<u32> = (0..reader.document_count()).collect();
    assert_eq!(reader.documents(&numbers)?, documents);
    assert_eq!(reader.postings(&["node"])?, [Some(inverted.terms[0].1.clone())]);
    assert_eq!(reader.blob("lengths")?.as_ref(), Some(&inverted.blobs[0].1));
    asked_often(&reader)?;
    Ok(reader.manifest().generation)
}

/// Asks for the nearest until the graph is read, and beyond.
fn asked_often(reader: &Reader) -> Result<(), Error> {
    for _ in 0..70 {
        let near = reader.nearest(&[1.0, 0.0, 0.0, 0.0], 3, None)?;
        assert_eq!(near.iter().map(|near| near.document).collect::<Vec<u32>>(), [0, 1, 2]);
    }
    Ok(())
}

/// Numbers of the generations on disk.
fn generations(data_dir: &Path) -> Vec<u64> {
    let mut numbers: Vec<u64> =
        names(&data_dir.join("index/generations")).iter().filter_map(|name| name.parse().ok()).collect();
    numbers.sort_unstable();
    numbers
}

/// Names in a folder, in order.
fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Asserts that a writer left nothing unfinished behind.
fn assert_tidy(data_dir: &Path) {
    let expected: Vec<String> = generations(data_dir).iter().map(|number| format!("{number:06}")).collect();
    assert_eq!(names(&data_dir.join("index/generations")), expected);
}

/// Changes the manifest of a generation and gives it, and `current`, the digests that it then has.
fn reseal(data_dir: &Path, number: u64, change: impl FnOnce(&mut serde_json::Value)) {
    let folder = generation(data_dir, number);
    let text = fs::read_to_string(folder.join("manifest.json")).unwrap();
    let json = text[..text.len() - 1].rsplit_once('\n').unwrap().0;
    let mut manifest = serde_json::from_str(json).unwrap();
    change(&mut manifest);
    for file in manifest["files"].as_array_mut().unwrap() {
        let Some(name) = file["name"].as_str() else { continue };
        let bytes = fs::read(folder.join(name)).unwrap();
        file["size"] = bytes.len().into();
        file["blake3"] = blake3::hash(&bytes).to_hex().as_str().into();
    }
    let json = format!("{manifest}\n");
    let digest = blake3::hash(json.as_bytes()).to_hex();
    fs::write(folder.join("manifest.json"), format!("{json}{{\"blake3\":\"{digest}\"}}\n")).unwrap();
    fs::write(data_dir.join("index/current"), format!("{number:06} {digest}\n")).unwrap();
}
