//! The file of the built-in model: what it must hold, and its tensors where they lie.
//!
//! | tensor | type | |
//! |---|---|---|
//! | `embeddings` | I8 `[rows, dimensions]` | a row for each token |
//! | `scales` | F32 `[rows]` | what a row is multiplied by: its quantisation and the token's weight |
//! | `vocabulary` | U8 `[bytes]` | the tokens in ascending order of their UTF-8, without any between |
//! | `offsets` | U32 `[rows + 1]` | where each token begins, and where the last ends |

use std::collections::HashMap;

use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensorError, SafeTensors};

use super::EmbedError;
use crate::embed::wordpiece::{Lexicon, Rules};

/// Dimensions that a model may have.
const MOST_DIMENSIONS: usize = 4_096;
/// The longest word that may be looked up.
const LONGEST_WORD: usize = 1_000;

/// What a file holds.
#[derive(Debug)]
pub(super) struct ModelFile {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) rules: Rules,
    pub(super) lexicon: Lexicon,
    pub(super) matrix: Matrix,
}

/// Rows of bytes with a scale each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matrix {
    embeddings: &'static [u8],
    scales: &'static [u8],
    dimensions: usize,
}

impl Matrix {
    pub(super) fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// Adds a row to `sum`; none where there is no such row.
    pub(super) fn add_row(&self, row: usize, sum: &mut [f32]) {
        let start = row * self.dimensions;
        let Some(values) = self.embeddings.get(start..start + self.dimensions) else { return };
        let Some(scale) = self.scales.get(row * 4..).and_then(<[u8]>::first_chunk) else { return };
        let scale = f32::from_le_bytes(*scale);
        for (sum, value) in sum.iter_mut().zip(values) {
            *sum += scale * f32::from(value.cast_signed());
        }
    }
}

impl ModelFile {
    /// Reads the header, and of the tensors no more than it must to look up tokens.
    pub(super) fn read(bytes: &'static [u8]) -> Result<ModelFile, EmbedError> {
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(unreadable)?;
        let tensors = SafeTensors::deserialize(bytes).map_err(unreadable)?;
        let none = HashMap::new();
        let notes = header.metadata().as_ref().unwrap_or(&none);

        let embeddings = tensor(&tensors, "embeddings", Dtype::I8)?;
        let &[rows, dimensions] = embeddings.shape() else {
            return Err(broken("`embeddings` must have two dimensions"));
        };
        if rows == 0 || dimensions == 0 || dimensions > MOST_DIMENSIONS {
            return Err(broken(&format!("`embeddings` must not be {rows} rows of {dimensions} numbers")));
        }
        let scales = tensor(&tensors, "scales", Dtype::F32)?;
        let offsets = tensor(&tensors, "offsets", Dtype::U32)?;
        let vocabulary = tensor(&tensors, "vocabulary", Dtype::U8)?;
        if scales.shape() != [rows] || offsets.shape() != [rows + 1] {
            return Err(broken("`scales` and `offsets` do not fit the rows of `embeddings`"));
        }
        if note(notes, "dimensions")? != dimensions.to_string() {
            return Err(broken("`dimensions` is not the length of a row of `embeddings`"));
        }
        let lexicon = Lexicon::new(vocabulary.data().into(), offsets.data().into())
            .ok_or_else(|| broken("`offsets` has no entries"))?;
        Ok(ModelFile {
            name: note(notes, "name")?.to_owned(),
            version: note(notes, "version")?.to_owned(),
            rules: rules(notes)?,
            lexicon,
            matrix: Matrix { embeddings: embeddings.data(), scales: scales.data(), dimensions },
        })
    }

    /// What is wrong with the tensors' numbers, if anything is. Reads all of them.
    #[cfg(test)]
    pub(super) fn fault(&self) -> Option<&'static str> {
        let mut scales =
            self.matrix.scales.chunks_exact(4).map(|scale| f32::from_le_bytes(scale.try_into().unwrap()));
        let finite = scales.all(|scale| scale.is_finite() && scale >= 0.0);
        self.lexicon.fault().or((!finite).then_some("a scale is no finite number"))
    }
}

fn rules(notes: &HashMap<String, String>) -> Result<Rules, EmbedError> {
    let longest_word: usize = note(notes, "max_word_characters")?
        .parse()
        .ok()
        .filter(|longest| (1..=LONGEST_WORD).contains(longest))
        .ok_or_else(|| broken(&format!("`max_word_characters` must be a number up to {LONGEST_WORD}")))?;
    match note(notes, "lowercase")? {
        "true" => Ok(Rules { longest_word, ..Rules::UNCASED }),
        "false" => Ok(Rules { longest_word, lowercase: false, strip_accents: false, ..Rules::UNCASED }),
        _ => Err(broken("`lowercase` must be `true` or `false`")),
    }
}

fn note<'a>(notes: &'a HashMap<String, String>, name: &str) -> Result<&'a str, EmbedError> {
    notes.get(name).map(String::as_str).ok_or_else(|| broken(&format!("`__metadata__` has no `{name}`")))
}

fn tensor(
    tensors: &SafeTensors<'static>,
    name: &str,
    dtype: Dtype,
) -> Result<TensorView<'static>, EmbedError> {
    let found = tensors.tensor(name).map_err(|_| broken(&format!("there is no tensor `{name}`")))?;
    if found.dtype() != dtype {
        return Err(broken(&format!("`{name}` must be {dtype:?}, not {:?}", found.dtype())));
    }
    Ok(found)
}

fn broken(what: &str) -> EmbedError {
    EmbedError::new(format!("the built-in model cannot be used: {what}"))
}

fn unreadable(error: SafeTensorError) -> EmbedError {
    let source: Box<dyn std::error::Error + Send + Sync> = Box::new(error);
    EmbedError { source: Some(source), ..broken("its file is damaged") }
}
