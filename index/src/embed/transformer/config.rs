//! What the files of settings say: the shape of the network, how its states become one vector, and how
//! long a text may be.

use serde::Deserialize;

use super::folder::ModelFolder;
use super::prefixes;
use super::{EmbedError, numbers::Activation};
use crate::embed::Prefixes;

/// Numbers that no model of this kind comes near; what is above is a mistake.
const MOST_WIDTH: usize = 8_192;
const MOST_INNER: usize = 65_536;
const MOST_LAYERS: usize = 128;
const MOST_POSITIONS: usize = 32_768;
const MOST_TOKENS: usize = 2_000_000;
/// The two tokens that frame a text, and one of its own.
const FEWEST_TOKENS: usize = 3;

/// Everything that is said about a model besides its tokens and its weights.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) bert: BertShape,
    pub(super) pooling: Pooling,
    /// Most tokens of a text, the two that frame it included.
    pub(super) longest: usize,
    /// Whether texts are made lower case before anything else.
    pub(super) lowercase: bool,
    pub(super) prefixes: Prefixes,
    /// Where the network's files lie: `""`, or a folder with `/` behind it.
    pub(super) place: String,
}

/// The shape of the network.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct BertShape {
    pub(super) width: usize,
    pub(super) layers: usize,
    pub(super) heads: usize,
    pub(super) inner: usize,
    pub(super) positions: usize,
    pub(super) tokens: usize,
    pub(super) types: usize,
    pub(super) epsilon: f32,
    pub(super) activation: Activation,
}

/// How the states of a text's tokens become one vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pooling {
    /// That of `[CLS]`.
    First,
    /// Their mean.
    Mean,
}

#[derive(Deserialize)]
struct ConfigFile {
    model_type: Option<String>,
    #[serde(default)]
    _name_or_path: String,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    max_position_embeddings: usize,
    vocab_size: usize,
    #[serde(default = "two")]
    type_vocab_size: usize,
    #[serde(default = "epsilon")]
    layer_norm_eps: f32,
    #[serde(default = "gelu")]
    hidden_act: String,
    position_embedding_type: Option<String>,
    #[serde(default)]
    is_decoder: bool,
}

fn two() -> usize {
    2
}

fn epsilon() -> f32 {
    1e-12
}

fn gelu() -> String {
    "gelu".to_owned()
}

#[derive(Deserialize)]
struct Module {
    #[serde(default)]
    path: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize, Default)]
struct SentenceFile {
    max_seq_length: Option<usize>,
    #[serde(default)]
    do_lower_case: bool,
}

#[derive(Deserialize, Default)]
struct TokenizerFile {
    model_max_length: Option<f64>,
}

impl Settings {
    pub(super) fn read(folder: &mut ModelFolder) -> Result<Settings, EmbedError> {
        let (place, pooling) = modules(folder)?;
        let file = format!("{place}config.json");
        let config: ConfigFile = folder.json(&file)?.ok_or_else(|| {
            folder.wrong(&file, "there is no such file: is this the folder of a sentence-transformers model?")
        })?;
        let bert = shape(folder, &file, &config)?;
        let sentence: SentenceFile =
            folder.json(&format!("{place}sentence_bert_config.json"))?.unwrap_or_default();
        let tokenizer: TokenizerFile =
            folder.json(&format!("{place}tokenizer_config.json"))?.unwrap_or_default();
        let longest = longest(folder, &place, &bert, &sentence, &tokenizer)?;
        let prefixes = prefixes::read(folder, &config._name_or_path)?;
        Ok(Settings { bert, pooling, longest, lowercase: sentence.do_lower_case, prefixes, place })
    }
}

/// Where the network lies and how its states are pooled. A folder without `modules.json` is a bare
/// network, which sentence-transformers takes the mean of.
fn modules(folder: &mut ModelFolder) -> Result<(String, Pooling), EmbedError> {
    let file = "modules.json";
    let Some(modules) = folder.json::<Vec<Module>>(file)? else {
        return Ok((String::new(), pooling(folder, "1_Pooling")?.unwrap_or(Pooling::Mean)));
    };
    let (mut place, mut found) = (None, None);
    for Module { path, kind } in &modules {
        if path.split(['/', '\\']).any(|part| part == "..") || path.starts_with('/') {
            return Err(folder.wrong(file, format_args!("`{path}` leads out of the folder")));
        }
        match kind.rsplit('.').next().unwrap_or_default() {
            "Transformer" if place.is_none() => {
                place = Some(if path.is_empty() { String::new() } else { format!("{path}/") });
            }
            "Pooling" if found.is_none() => {
                let config = format!("{path}/config.json");
                let said = pooling(folder, path)?;
                found =
                    Some(said.ok_or_else(|| {
                        folder.wrong(&config, "there is no such file: get the model again")
                    })?);
            }
            // Vectors are of length 1 in any case.
            "Normalize" => {}
            _ => {
                let what = format_args!(
                    "cannot run `{kind}`: only one Transformer, one Pooling and Normalize are known"
                );
                return Err(folder.wrong(file, what));
            }
        }
    }
    match (place, found) {
        (Some(place), Some(pooling)) => Ok((place, pooling)),
        _ => Err(folder.wrong(file, "names no Transformer with a Pooling: only such models can be used")),
    }
}

fn pooling(folder: &mut ModelFolder, place: &str) -> Result<Option<Pooling>, EmbedError> {
    let file = format!("{place}/config.json");
    let Some(said) = folder.json::<serde_json::Map<String, serde_json::Value>>(&file)? else {
        return Ok(None);
    };
    let by_flag = said
        .iter()
        .filter(|(_, value)| value.as_bool() == Some(true))
        .filter_map(|(name, _)| name.strip_prefix("pooling_mode_"));
    let by_name = said.get("pooling_mode").and_then(|mode| mode.as_str());
    let modes: Vec<&str> = by_flag.chain(by_name).collect();
    if said.get("include_prompt").and_then(serde_json::Value::as_bool) == Some(false) {
        return Err(folder.wrong(&file, "a prompt that is not pooled is not supported: use another model"));
    }
    match modes.as_slice() {
        ["mean_tokens" | "mean"] => Ok(Some(Pooling::Mean)),
        ["cls_token" | "cls"] => Ok(Some(Pooling::First)),
        _ => {
            let modes = modes.join("`, `");
            let what =
                format_args!("pooling by `{modes}` is not supported: use a model with mean or CLS pooling");
            Err(folder.wrong(&file, what))
        }
    }
}

fn shape(folder: &ModelFolder, file: &str, config: &ConfigFile) -> Result<BertShape, EmbedError> {
    let wrong = |what: String| folder.wrong(file, what);
    match config.model_type.as_deref() {
        Some("bert") => {}
        kind => {
            let kind = kind.unwrap_or("unknown");
            return Err(wrong(format!(
                "a model of the type `{kind}` cannot be run: use one of the type `bert`"
            )));
        }
    }
    if config.position_embedding_type.as_deref().is_some_and(|kind| kind != "absolute") || config.is_decoder {
        return Err(wrong("only encoders with absolute positions can be run: use another model".to_owned()));
    }
    let within = |name: &str, value: usize, most: usize| match value {
        0 => Err(wrong(format!("`{name}` must not be 0"))),
        value if value > most => Err(wrong(format!("`{name}` is {value}, more than {most}"))),
        value => Ok(value),
    };
    let shape = BertShape {
        width: within("hidden_size", config.hidden_size, MOST_WIDTH)?,
        layers: within("num_hidden_layers", config.num_hidden_layers, MOST_LAYERS)?,
        heads: within("num_attention_heads", config.num_attention_heads, config.hidden_size)?,
        inner: within("intermediate_size", config.intermediate_size, MOST_INNER)?,
        positions: within("max_position_embeddings", config.max_position_embeddings, MOST_POSITIONS)?,
        tokens: within("vocab_size", config.vocab_size, MOST_TOKENS)?,
        types: within("type_vocab_size", config.type_vocab_size, MOST_TOKENS)?,
        epsilon: config.layer_norm_eps,
        activation: Activation::named(&config.hidden_act).ok_or_else(|| {
            wrong(format!("the activation `{}` is not known: use another model", config.hidden_act))
        })?,
    };
    if !shape.width.is_multiple_of(shape.heads) {
        return Err(wrong(format!("{} heads do not divide a width of {}", shape.heads, shape.width)));
    }
    if !(shape.epsilon > 0.0 && shape.epsilon < 1.0) {
        return Err(wrong(format!("`layer_norm_eps` is {}: it must be between 0 and 1", shape.epsilon)));
    }
    Ok(shape)
}

/// Most tokens of a text: what is said for sentences, else what the tokenizer and the network allow.
fn longest(
    folder: &ModelFolder,
    place: &str,
    bert: &BertShape,
    sentence: &SentenceFile,
    tokenizer: &TokenizerFile,
) -> Result<usize, EmbedError> {
    // Without a limit, tokenizers write 10 to the power of 30.
    let of_tokenizer = tokenizer.model_max_length.map_or(usize::MAX, |length| length as usize);
    let longest = sentence.max_seq_length.unwrap_or(of_tokenizer.min(bert.positions));
    if !(FEWEST_TOKENS..=bert.positions).contains(&longest) {
        let file = format!("{place}sentence_bert_config.json");
        let what = format!(
            "texts of {longest} tokens do not fit {} positions: correct `max_seq_length`",
            bert.positions
        );
        return Err(folder.wrong(&file, what));
    }
    Ok(longest)
}
