//! The network: tokens to hidden states.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView2, Axis, concatenate, s};

use super::EmbedError;
use super::config::{BertShape, Settings};
use super::folder::ModelFolder;
use super::numbers::{Activation, Norm, softmax};
use super::weights::{Table, Weights};

/// A network with its weights.
#[derive(Debug)]
pub(super) struct Bert {
    words: Table,
    /// Positions, with the type of a text that stands alone.
    places: Array2<f32>,
    norm: Norm,
    layers: Vec<Layer>,
    heads: usize,
}

#[derive(Debug)]
struct Layer {
    /// Queries, keys and values in one product.
    attention: Linear,
    attended: Linear,
    attended_norm: Norm,
    inner: Linear,
    activation: Activation,
    outer: Linear,
    outer_norm: Norm,
}

/// A product with a matrix `[outputs, inputs]`, and something added.
#[derive(Debug)]
struct Linear {
    weight: Array2<f32>,
    bias: Array1<f32>,
}

impl Linear {
    fn read(weights: &Weights<'_>, name: &str, outputs: usize, inputs: usize) -> Result<Linear, EmbedError> {
        Ok(Linear {
            weight: weights.matrix(&format!("{name}.weight"), outputs, inputs)?,
            bias: weights.vector(&format!("{name}.bias"), outputs)?,
        })
    }

    /// `rows` `[n, inputs]` to `[n, outputs]`.
    fn apply(&self, rows: &Array2<f32>) -> Array2<f32> {
        let mut out = Array2::zeros((rows.nrows(), self.bias.len()));
        out.axis_iter_mut(Axis(0)).for_each(|mut row| row.assign(&self.bias));
        general_mat_mul(1.0, rows, &self.weight.t(), 1.0, &mut out);
        out
    }
}

impl Bert {
    pub(super) fn read(folder: &mut ModelFolder, settings: &Settings) -> Result<Bert, EmbedError> {
        let file = format!("{}model.safetensors", settings.place);
        let Some(bytes) = folder.weights(&file)? else {
            let what = "there is no such file: get the model in the safetensors format, in one file";
            return Err(folder.wrong(&file, what));
        };
        let weights = Weights::read(folder, &file, &bytes)?;
        let shape = &settings.bert;
        let mut places =
            weights.matrix("embeddings.position_embeddings.weight", shape.positions, shape.width)?;
        places +=
            &weights.matrix("embeddings.token_type_embeddings.weight", shape.types, shape.width)?.row(0);
        Ok(Bert {
            words: weights.table("embeddings.word_embeddings.weight", shape.tokens, shape.width)?,
            places,
            norm: norm(&weights, "embeddings.LayerNorm", shape)?,
            layers: (0..shape.layers)
                .map(|number| layer(&weights, number, shape))
                .collect::<Result<_, _>>()?,
            heads: shape.heads,
        })
    }

    /// The last hidden states of texts, those of each behind those of the one before: a row for each
    /// token. A text has no more tokens than the network has positions.
    pub(super) fn hidden(&self, texts: &[&[u32]]) -> Array2<f32> {
        let mut states = self.embedded(texts);
        for layer in &self.layers {
            let mut mixed = layer.attended.apply(&self.attention(&layer.attention.apply(&states), texts));
            mixed += &states;
            layer.attended_norm.apply(&mut mixed);
            let mut inner = layer.inner.apply(&mixed);
            layer.activation.apply(&mut inner);
            states = layer.outer.apply(&inner);
            states += &mixed;
            layer.outer_norm.apply(&mut states);
        }
        states
    }

    /// The sum of what a token and its position say.
    fn embedded(&self, texts: &[&[u32]]) -> Array2<f32> {
        let tokens = || texts.iter().flat_map(|text| text.iter().enumerate());
        let mut states = Array2::zeros((tokens().count(), self.places.ncols()));
        for ((position, token), mut row) in tokens().zip(states.axis_iter_mut(Axis(0))) {
            row.assign(&self.places.row(position));
            if let Some(row) = row.as_slice_mut() {
                self.words.add_row(*token as usize, row);
            }
        }
        self.norm.apply(&mut states);
        states
    }

    /// What each token takes from the others of its text. `mixture` holds queries, keys and values
    /// side by side.
    fn attention(&self, mixture: &Array2<f32>, texts: &[&[u32]]) -> Array2<f32> {
        let width = mixture.ncols() / 3;
        let part = width / self.heads;
        let scale = (part as f32).sqrt().recip();
        let mut out = Array2::zeros((mixture.nrows(), width));
        let mut start = 0;
        for text in texts {
            let rows = start..start + text.len();
            start = rows.end;
            let mut weights = Array2::zeros((text.len(), text.len()));
            for head in 0..self.heads {
                let of = |which: usize| -> ArrayView2<'_, f32> {
                    let first = which * width + head * part;
                    mixture.slice(s![rows.clone(), first..first + part])
                };
                general_mat_mul(scale, &of(0), &of(1).t(), 0.0, &mut weights);
                softmax(&mut weights.view_mut());
                let mut taken = out.slice_mut(s![rows.clone(), head * part..(head + 1) * part]);
                general_mat_mul(1.0, &weights, &of(2), 0.0, &mut taken);
            }
        }
        out
    }
}

fn layer(weights: &Weights<'_>, number: usize, shape: &BertShape) -> Result<Layer, EmbedError> {
    let (width, inner) = (shape.width, shape.inner);
    let linear = |name: &str, outputs, inputs| {
        Linear::read(weights, &format!("encoder.layer.{number}.{name}"), outputs, inputs)
    };
    let norm = |name: &str| norm(weights, &format!("encoder.layer.{number}.{name}"), shape);
    let [query, key, value] =
        ["query", "key", "value"].map(|part| linear(&format!("attention.self.{part}"), width, width));
    let (query, key, value) = (query?, key?, value?);
    let together =
        |error: ndarray::ShapeError| EmbedError::new(format!("layer {number} is damaged: {error}"));
    Ok(Layer {
        attention: Linear {
            weight: concatenate(Axis(0), &[query.weight.view(), key.weight.view(), value.weight.view()])
                .map_err(together)?,
            bias: concatenate(Axis(0), &[query.bias.view(), key.bias.view(), value.bias.view()])
                .map_err(together)?,
        },
        attended: linear("attention.output.dense", width, width)?,
        attended_norm: norm("attention.output.LayerNorm")?,
        inner: linear("intermediate.dense", inner, width)?,
        activation: shape.activation,
        outer: linear("output.dense", width, inner)?,
        outer_norm: norm("output.LayerNorm")?,
    })
}

fn norm(weights: &Weights<'_>, name: &str, shape: &BertShape) -> Result<Norm, EmbedError> {
    Ok(Norm {
        weight: weights.vector(&format!("{name}.weight"), shape.width)?,
        bias: weights.vector(&format!("{name}.bias"), shape.width)?,
        epsilon: shape.epsilon,
    })
}
