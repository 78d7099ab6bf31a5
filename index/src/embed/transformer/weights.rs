//! Tensors of a safetensors file, by name and shape, as numbers of 32 bits.

use half::{bf16, f16};
use ndarray::{Array1, Array2};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

use super::EmbedError;
use super::folder::ModelFolder;

/// The tensors of a model.
pub(super) struct Weights<'a> {
    folder: &'a ModelFolder,
    file: &'a str,
    tensors: SafeTensors<'a>,
    prefix: &'static str,
}

/// Rows of numbers in the form of the file, of which single ones are asked.
#[derive(Debug)]
pub(super) struct Table {
    bytes: Vec<u8>,
    format: Format,
    width: usize,
}

/// How numbers are written, little-endian all.
#[derive(Debug, Clone, Copy)]
enum Format {
    F32,
    F16,
    Bf16,
}

impl Format {
    fn size(self) -> usize {
        match self {
            Format::F32 => 4,
            Format::F16 | Format::Bf16 => 2,
        }
    }

    /// The number of the first bytes; 0 where there are too few.
    fn number(self, bytes: &[u8]) -> f32 {
        match self {
            Format::F32 => bytes.first_chunk().map(|bytes| f32::from_le_bytes(*bytes)),
            Format::F16 => bytes.first_chunk().map(|bytes| f16::from_le_bytes(*bytes).to_f32()),
            Format::Bf16 => bytes.first_chunk().map(|bytes| bf16::from_le_bytes(*bytes).to_f32()),
        }
        .unwrap_or_default()
    }
}

impl<'a> Weights<'a> {
    /// The tensors of `bytes`, which are those of `file`.
    pub(super) fn read(
        folder: &'a ModelFolder,
        file: &'a str,
        bytes: &'a [u8],
    ) -> Result<Weights<'a>, EmbedError> {
        let tensors = SafeTensors::deserialize(bytes).map_err(|error| EmbedError {
            message: folder.wrong(file, "the file is damaged or cut short: get it again").message,
            source: Some(Box::new(error)),
        })?;
        // Saved from a network with a head on top, all names begin with that of the part below.
        let below = tensors.names().iter().any(|name| name.starts_with("bert.embeddings."));
        Ok(Weights { folder, file, tensors, prefix: if below { "bert." } else { "" } })
    }

    pub(super) fn table(&self, name: &str, rows: usize, width: usize) -> Result<Table, EmbedError> {
        let (tensor, format) = self.tensor(name, &[rows, width])?;
        Ok(Table { bytes: tensor.data().to_vec(), format, width })
    }

    pub(super) fn matrix(&self, name: &str, rows: usize, columns: usize) -> Result<Array2<f32>, EmbedError> {
        let numbers = self.numbers(name, &[rows, columns])?;
        Array2::from_shape_vec((rows, columns), numbers)
            .map_err(|error| self.folder.wrong(self.file, format_args!("`{name}`: {error}")))
    }

    pub(super) fn vector(&self, name: &str, length: usize) -> Result<Array1<f32>, EmbedError> {
        self.numbers(name, &[length]).map(Array1::from_vec)
    }

    fn numbers(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, EmbedError> {
        let (tensor, format) = self.tensor(name, shape)?;
        Ok(tensor.data().chunks_exact(format.size()).map(|bytes| format.number(bytes)).collect())
    }

    fn tensor(&self, name: &str, shape: &[usize]) -> Result<(TensorView<'a>, Format), EmbedError> {
        let name = format!("{}{name}", self.prefix);
        let wrong = |what: String| self.folder.wrong(self.file, what);
        let missing =
            |_| wrong(format!("there is no tensor `{name}`: this is no whole model of the type `bert`"));
        let tensor = self.tensors.tensor(&name).map_err(missing)?;
        if tensor.shape() != shape {
            let has = tensor.shape();
            return Err(wrong(format!(
                "`{name}` is {has:?}, but config.json makes it {shape:?}: get both again"
            )));
        }
        let format = match tensor.dtype() {
            Dtype::F32 => Format::F32,
            Dtype::F16 => Format::F16,
            Dtype::BF16 => Format::Bf16,
            other => {
                return Err(wrong(format!("`{name}` holds {other:?}: only F32, F16 and BF16 can be used")));
            }
        };
        Ok((tensor, format))
    }
}

impl Table {
    /// Adds a row to `sum`; none where there is no such row.
    pub(super) fn add_row(&self, row: usize, sum: &mut [f32]) {
        let size = self.format.size();
        let start = row * self.width * size;
        let Some(bytes) = self.bytes.get(start..start + self.width * size) else { return };
        for (sum, bytes) in sum.iter_mut().zip(bytes.chunks_exact(size)) {
            *sum += self.format.number(bytes);
        }
    }
}
