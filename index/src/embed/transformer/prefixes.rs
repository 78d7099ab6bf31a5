//! What a model wants to stand before questions and before passages.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::EmbedError;
use super::folder::ModelFolder;
use crate::embed::Prefixes;

/// The part of `config_sentence_transformers.json` that is about prefixes.
#[derive(Deserialize, Default)]
struct PromptFile {
    #[serde(default)]
    prompts: BTreeMap<String, Option<String>>,
    default_prompt_name: Option<String>,
}

impl PromptFile {
    /// The first prompt of these names, else the one that is for every text.
    fn one_of(&self, names: &[&str]) -> Option<String> {
        let named = names.iter().copied().chain(self.default_prompt_name.as_deref());
        named.filter_map(|name| self.prompts.get(name)).flatten().next().cloned()
    }
}

/// The prefixes that the folder says, else those that the model's family is documented to want. The
/// family is known by the name that the model was saved under, or by the folder's.
pub(super) fn read(folder: &mut ModelFolder, saved_as: &str) -> Result<Prefixes, EmbedError> {
    let file: PromptFile = folder.json("config_sentence_transformers.json")?.unwrap_or_default();
    let (query, passage) = (file.one_of(&["query"]), file.one_of(&["document", "passage", "corpus"]));
    // Newer versions write both prompts, empty, where nobody set any.
    let said = [&query, &passage].iter().any(|prompt| prompt.as_ref().is_some_and(|text| !text.is_empty()));
    if said {
        let (query, passage) = (query.unwrap_or_default(), passage.unwrap_or_default());
        return Ok(Prefixes { query, passage });
    }
    Ok(of_family(saved_as).or_else(|| of_family(folder.name())).unwrap_or_default())
}

/// What the model cards of E5 and BGE ask for.
fn of_family(name: &str) -> Option<Prefixes> {
    let name = name.to_lowercase();
    let words: Vec<&str> = name.split(|character: char| !character.is_alphanumeric()).collect();
    let has = |wanted: &str| words.contains(&wanted);
    let prefixes =
        |query: &str, passage: &str| Prefixes { query: query.to_owned(), passage: passage.to_owned() };
    if has("e5") {
        Some(prefixes("query: ", "passage: "))
    } else if has("bge") && has("en") {
        Some(prefixes("Represent this sentence for searching relevant passages: ", ""))
    } else if has("bge") && has("zh") {
        Some(prefixes("为这个句子生成表示以用于检索相关文章：", ""))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_known_by_name() {
        let check = |name: &str, query: &str| {
            assert_eq!(of_family(name).unwrap_or_default().query, query, "{name}");
        };
        check("intfloat/e5-small-v2", "query: ");
        check("/models/E5_base", "query: ");
        check("BAAI_bge-small-en-v1.5/", "Represent this sentence for searching relevant passages: ");
        check("bge-small-zh", "为这个句子生成表示以用于检索相关文章：");
        check("bge-m3", "");
        check("nreimers/MiniLM-L6-H384-uncased", "");
        check("thenlper/gte-small", "");
        check("some5-model", "");
    }

    #[test]
    fn a_folder_may_say_its_prompts_under_several_names() {
        let check = |json: &str, query: Option<&str>, passage: Option<&str>| {
            let file: PromptFile = serde_json::from_str(json).unwrap();
            assert_eq!(file.one_of(&["query"]).as_deref(), query, "{json}");
            assert_eq!(file.one_of(&["document", "passage", "corpus"]).as_deref(), passage, "{json}");
        };
        check("{}", None, None);
        check(r#"{"prompts": {"query": "q: ", "passage": "p: "}}"#, Some("q: "), Some("p: "));
        check(
            r#"{"prompts": {"document": "d: "}, "default_prompt_name": "document"}"#,
            Some("d: "),
            Some("d: "),
        );
        check(r#"{"prompts": {"query": null}}"#, None, None);
    }
}
