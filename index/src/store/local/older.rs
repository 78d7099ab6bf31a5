use std::fs;
use std::path::Path;

use serde_json::{Deserializer, Value};

use super::MANIFEST;
use super::current::Current;
use super::layout::Layout;
use crate::store::Older;

/// What can be said of the generation in service, whose format is an older one.
pub fn older(data_dir: &Path, format: u32) -> Older {
    let layout = Layout::new(data_dir);
    let number = Current::read(&layout).ok().map(|current| current.number);
    let bytes = number.and_then(|number| fs::read(layout.generation(number).join(MANIFEST)).ok());
    // The manifest is the first of the values in its file.
    let manifest = bytes.and_then(|bytes| Deserializer::from_slice(&bytes).into_iter::<Value>().next()?.ok());
    Older::of(format, number, manifest.as_ref())
}
