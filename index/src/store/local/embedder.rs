use std::fs;
use std::path::Path;

use super::MANIFEST;
use super::current::Current;
use super::layout::Layout;
use crate::store::Error;

/// The manifests that can be read, as they stand on disk: that of the generation in service first, then the others,
/// the newest first. `None` where nothing was published.
pub(in crate::store) fn manifest_texts(data_dir: &Path) -> Result<Option<Vec<String>>, Error> {
    let layout = Layout::new(data_dir);
    let current = match Current::read(&layout) {
        Ok(current) => Some(current.number),
        Err(Error::NoIndex { .. }) => return Ok(None),
        Err(_) => None,
    };
    let numbers = layout.numbers()?;
    if numbers.is_empty() {
        return Ok(None);
    }
    let others = numbers.into_iter().rev().filter(|number| Some(*number) != current);
    let paths = current.into_iter().chain(others).map(|number| layout.generation(number).join(MANIFEST));
    let texts = paths.filter_map(|path| fs::read(path).ok());
    Ok(Some(texts.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()))
}
