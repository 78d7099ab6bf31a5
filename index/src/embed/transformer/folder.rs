//! The files of a model's folder: read whole, up to a size, and digested as they are read.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::EmbedError;

/// Bytes of the largest file of settings or tokens.
const LARGEST_TEXT: u64 = 64 << 20;
/// Bytes of the largest file of weights.
const LARGEST_WEIGHTS: u64 = 4 << 30;
/// Digits of the digest that tells models of one name apart.
const DIGITS: usize = 12;

/// A folder that should hold a model.
pub(super) struct ModelFolder {
    path: PathBuf,
    name: String,
    digest: blake3::Hasher,
}

impl ModelFolder {
    pub(super) fn open(path: &Path) -> Result<ModelFolder, EmbedError> {
        let whole = path.canonicalize().map_err(|error| {
            with_source(format!("there is no model folder `{}`: give the path of one", path.display()), error)
        })?;
        if !whole.is_dir() {
            return Err(EmbedError::new(format!(
                "`{}` is no folder: give the folder that holds the model's config.json",
                path.display()
            )));
        }
        let name = whole.file_name().map_or_else(|| "model".into(), |name| name.to_string_lossy());
        let name = name.into_owned();
        Ok(ModelFolder { path: whole, name, digest: blake3::Hasher::new() })
    }

    /// The folder's own name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The path of a file in it.
    pub(super) fn path_of(&self, file: &str) -> PathBuf {
        self.path.join(file)
    }

    /// A digest of what was read so far and of `said`.
    pub(super) fn digest(&self, said: &str) -> String {
        let mut digest = self.digest.clone();
        digest.update(said.as_bytes());
        digest.finalize().to_hex()[..DIGITS].to_owned()
    }

    /// The value that a file of JSON holds; `None` if there is no such file.
    pub(super) fn json<T: DeserializeOwned>(&mut self, file: &str) -> Result<Option<T>, EmbedError> {
        let Some(bytes) = self.bytes(file, LARGEST_TEXT)? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| {
            with_source(
                format!("`{}` is not understood: get the model again", self.path_of(file).display()),
                error,
            )
        })
    }

    /// The text of a file; `None` if there is no such file.
    pub(super) fn text(&mut self, file: &str) -> Result<Option<String>, EmbedError> {
        let Some(bytes) = self.bytes(file, LARGEST_TEXT)? else { return Ok(None) };
        String::from_utf8(bytes)
            .map(Some)
            .map_err(|error| with_source(format!("`{}` is not UTF-8", self.path_of(file).display()), error))
    }

    /// The bytes of a file of weights; `None` if there is no such file.
    pub(super) fn weights(&mut self, file: &str) -> Result<Option<Vec<u8>>, EmbedError> {
        self.bytes(file, LARGEST_WEIGHTS)
    }

    fn bytes(&mut self, file: &str, most: u64) -> Result<Option<Vec<u8>>, EmbedError> {
        let path = self.path_of(file);
        let failed = |error| with_source(format!("could not read `{}`", path.display()), error);
        // Asked before it is opened: opening a pipe waits for somebody to write into it.
        let about = match fs::metadata(&path) {
            Ok(about) => about,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        if !about.is_file() || about.len() > most {
            let message = format!("`{}` is no file of at most {} MB", path.display(), most >> 20);
            return Err(EmbedError::new(message));
        }
        let opened = File::open(&path).map_err(failed)?;
        let mut bytes = Vec::with_capacity(usize::try_from(about.len()).unwrap_or_default());
        opened.take(most).read_to_end(&mut bytes).map_err(failed)?;
        self.digest.update(file.as_bytes()).update(&(bytes.len() as u64).to_le_bytes()).update(&bytes);
        Ok(Some(bytes))
    }

    /// An error about a file of it.
    pub(super) fn wrong(&self, file: &str, what: impl std::fmt::Display) -> EmbedError {
        EmbedError::new(format!("`{}`: {what}", self.path_of(file).display()))
    }
}

fn with_source(message: String, source: impl std::error::Error + Send + Sync + 'static) -> EmbedError {
    EmbedError { message, source: Some(Box::new(source)) }
}
