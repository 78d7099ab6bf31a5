//! The tokens of a model and their numbers, from `tokenizer.json` or `vocab.txt`.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde::Deserialize;

use super::EmbedError;
use super::config::Settings;
use super::folder::ModelFolder;
use crate::embed::wordpiece::{Lexicon, Piece, Rules, WordPiece, layout};

/// Characters of the longest word that may be looked up.
const LONGEST_WORD: usize = 1_000;

/// A tokenizer and the numbers of its tokens.
#[derive(Debug)]
pub(super) struct Vocabulary {
    tokenizer: WordPiece,
    /// By row of the lexicon.
    numbers: Vec<u32>,
    first: u32,
    last: u32,
    unknown: u32,
}

#[derive(Deserialize)]
struct TokenizerJson {
    normalizer: Option<Normalizer>,
    pre_tokenizer: Option<Kind>,
    model: Kind,
    #[serde(default)]
    added_tokens: Vec<AddedToken>,
}

#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "type", default)]
    kind: String,
}

#[derive(Deserialize)]
struct WordPieceJson {
    model: WordPieceModel,
}

#[derive(Deserialize)]
struct WordPieceModel {
    vocab: BTreeMap<String, u32>,
    #[serde(default)]
    continuing_subword_prefix: Option<String>,
    #[serde(default)]
    max_input_chars_per_word: Option<usize>,
}

#[derive(Deserialize)]
struct Normalizer {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default = "yes")]
    clean_text: bool,
    #[serde(default = "yes")]
    handle_chinese_chars: bool,
    strip_accents: Option<bool>,
    #[serde(default = "yes")]
    lowercase: bool,
}

#[derive(Deserialize)]
struct AddedToken {
    content: String,
    #[serde(default)]
    special: bool,
}

/// The part of `tokenizer_config.json` that matters beside `vocab.txt`.
#[derive(Deserialize)]
struct TokenizerConfig {
    #[serde(default = "yes")]
    do_lower_case: bool,
    strip_accents: Option<bool>,
    #[serde(default = "yes")]
    tokenize_chinese_chars: bool,
}

fn yes() -> bool {
    true
}

impl Vocabulary {
    pub(super) fn read(folder: &mut ModelFolder, settings: &Settings) -> Result<Vocabulary, EmbedError> {
        let file = format!("{}tokenizer.json", settings.place);
        let (file, tokens, mut rules) = match folder.text(&file)? {
            Some(json) => {
                let (tokens, rules) = of_json(folder, &file, &json)?;
                (file, tokens, rules)
            }
            None => of_list(folder, settings)?,
        };
        rules.lowercase |= settings.lowercase;
        Vocabulary::of_tokens(&tokens, rules, settings.bert.tokens).map_err(|what| folder.wrong(&file, what))
    }

    /// A vocabulary of tokens and their numbers; an error says what is wrong with them.
    fn of_tokens(tokens: &BTreeMap<String, u32>, rules: Rules, rows: usize) -> Result<Vocabulary, String> {
        if let Some((token, number)) = tokens.iter().find(|(_, number)| **number as usize >= rows) {
            return Err(format!("`{token}` has the number {number}, but the model has {rows} tokens"));
        }
        let special = |token: &str| {
            let missing =
                || format!("there is no `{token}`: only vocabularies of the kind that BERT has can be used");
            tokens.get(token).copied().ok_or_else(missing)
        };
        let (first, last, unknown) = (special("[CLS]")?, special("[SEP]")?, special("[UNK]")?);
        // In the order of their bytes, as the map is.
        let sorted: Vec<&str> = tokens.keys().map(String::as_str).filter(|token| !token.is_empty()).collect();
        let numbers = sorted.iter().map(|token| tokens[*token]).collect();
        let (text, offsets) = layout(&sorted);
        let lexicon = Lexicon::new(text.into(), offsets.into()).ok_or("there are no tokens")?;
        Ok(Vocabulary { tokenizer: WordPiece::new(lexicon, rules), numbers, first, last, unknown })
    }

    /// The numbers of a text's tokens, framed, at most `longest`, and whether there were more.
    pub(super) fn ids(&self, text: &str, longest: usize) -> (Vec<u32>, bool) {
        let mut ids = vec![self.first];
        let mut truncated = false;
        self.tokenizer.pieces(text, |piece| {
            if ids.len() + 1 == longest {
                truncated = true;
                return ControlFlow::Break(());
            }
            ids.push(match piece {
                Piece::Known(row) => self.numbers[row],
                Piece::Unknown => self.unknown,
            });
            ControlFlow::Continue(())
        });
        ids.push(self.last);
        (ids, truncated)
    }
}

/// Tokens and rules of a `tokenizer.json`.
fn of_json(
    folder: &ModelFolder,
    file: &str,
    json: &str,
) -> Result<(BTreeMap<String, u32>, Rules), EmbedError> {
    let not_understood = |error: serde_json::Error| {
        folder.wrong(file, format_args!("the tokenizer is not understood: {error}"))
    };
    let about: TokenizerJson = serde_json::from_str(json).map_err(not_understood)?;
    let kinds = [
        ("model", Some(about.model.kind.as_str()), "WordPiece"),
        (
            "normalizer",
            about.normalizer.as_ref().map(|normalizer| normalizer.kind.as_str()),
            "BertNormalizer",
        ),
        ("pre_tokenizer", about.pre_tokenizer.as_ref().map(|kind| kind.kind.as_str()), "BertPreTokenizer"),
    ];
    for (part, kind, wanted) in kinds {
        if kind != Some(wanted) {
            let kind = kind.unwrap_or("none");
            let what = format_args!("its {part} is `{kind}`: only `{wanted}`, as of BERT, can be used");
            return Err(folder.wrong(file, what));
        }
    }
    if let Some(added) = about.added_tokens.iter().find(|token| !token.special) {
        let what = format_args!("the added token `{}` is not supported: use another model", added.content);
        return Err(folder.wrong(file, what));
    }
    let model = serde_json::from_str::<WordPieceJson>(json).map_err(not_understood)?.model;
    let longest_word = model.max_input_chars_per_word.unwrap_or(Rules::UNCASED.longest_word);
    let marked = model.continuing_subword_prefix.as_deref().is_none_or(|mark| mark == "##");
    let normalizer = about.normalizer.filter(|normalizer| normalizer.clean_text);
    match normalizer {
        Some(normalizer) if marked && longest_word <= LONGEST_WORD => {
            let rules = Rules {
                lowercase: normalizer.lowercase,
                strip_accents: normalizer.strip_accents.unwrap_or(normalizer.lowercase),
                split_ideographs: normalizer.handle_chinese_chars,
                longest_word,
            };
            Ok((model.vocab, rules))
        }
        _ => Err(folder.wrong(
            file,
            format_args!(
                "only `clean_text`, the prefix `##` and words of up to {LONGEST_WORD} characters can be used"
            ),
        )),
    }
}

/// Tokens of a `vocab.txt`, the number of each being that of its line, and the rules beside it.
fn of_list(
    folder: &mut ModelFolder,
    settings: &Settings,
) -> Result<(String, BTreeMap<String, u32>, Rules), EmbedError> {
    let file = format!("{}vocab.txt", settings.place);
    let Some(text) = folder.text(&file)? else {
        let what =
            "there is neither this file nor a tokenizer.json: only models with BERT's tokenizer can be used";
        return Err(folder.wrong(&file, what));
    };
    let tokens = text.lines().map(str::to_owned).zip(0..).collect();
    let config = folder.json::<TokenizerConfig>(&format!("{}tokenizer_config.json", settings.place))?;
    let rules = config.map_or(Rules::UNCASED, |config| Rules {
        lowercase: config.do_lower_case,
        strip_accents: config.strip_accents.unwrap_or(config.do_lower_case),
        split_ideographs: config.tokenize_chinese_chars,
        ..Rules::UNCASED
    });
    Ok((file, tokens, rules))
}
