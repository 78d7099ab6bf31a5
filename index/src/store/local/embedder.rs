use std::fs;
use std::path::Path;

use super::MANIFEST;
use super::current::Current;
use super::layout::Layout;
use crate::store::Error;

/// The manifest of the generation in service, or of the newest where the pointer is damaged, as it stands on disk;
/// `None` where nothing was published.
pub(in crate::store) fn manifest_text(data_dir: &Path) -> Result<Option<String>, Error> {
    let layout = Layout::new(data_dir);
    let number = match Current::read(&layout) {
        Ok(current) => Some(current.number),
        Err(Error::NoIndex { .. }) => return Ok(None),
        Err(_) => layout.numbers()?.pop(),
    };
    let Some(number) = number else { return Ok(None) };
    let path = layout.generation(number).join(MANIFEST);
    let bytes = fs::read(&path).map_err(Error::io("read", path))?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}
