//! What is known of models by their names.

use crate::embed::Prefixes;

/// A model of OpenAI's, whose weights never change under its name.
#[derive(Debug, PartialEq)]
pub(super) struct OpenAiModel {
    name: &'static str,
    /// Numbers in a vector, where none are asked for.
    pub(super) dimensions: u32,
    /// Whether fewer can be asked for.
    pub(super) takes_dimensions: bool,
    /// US dollars for a million tokens: OpenAI's list price, which is also Azure's for pay-as-you-go.
    price: f64,
}

/// Most tokens that OpenAI's models read of one text.
pub(super) const OPENAI_TOKENS: usize = 8191;

const OPENAI: [OpenAiModel; 3] = [
    OpenAiModel { name: "text-embedding-3-small", dimensions: 1536, takes_dimensions: true, price: 0.02 },
    OpenAiModel { name: "text-embedding-3-large", dimensions: 3072, takes_dimensions: true, price: 0.13 },
    OpenAiModel { name: "text-embedding-ada-002", dimensions: 1536, takes_dimensions: false, price: 0.10 },
];

/// The model of that name.
pub(super) fn openai(name: &str) -> Option<&'static OpenAiModel> {
    OPENAI.iter().find(|model| model.name == name)
}

/// Dollars for a million tokens of the model.
pub(super) fn price(name: &str) -> Option<f64> {
    openai(name).map(|model| model.price)
}

/// A family of open models.
struct Family {
    /// What stands in the names of its models.
    name: &'static str,
    /// Most tokens that it reads of one text.
    tokens: usize,
    passage: &'static str,
    query: &'static str,
}

const RETRIEVE: &str = "Represent this sentence for searching relevant passages: ";
const INSTRUCT: &str =
    "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:";

/// From the models' own descriptions; the first that fits counts.
const FAMILIES: [Family; 9] = [
    Family { name: "nomic-embed", tokens: 2048, passage: "search_document: ", query: "search_query: " },
    Family { name: "mxbai-embed-large", tokens: 512, passage: "", query: RETRIEVE },
    Family { name: "arctic-embed2", tokens: 8192, passage: "", query: "query: " },
    Family { name: "arctic-embed", tokens: 512, passage: "", query: RETRIEVE },
    Family { name: "bge-m3", tokens: 8192, passage: "", query: "" },
    Family { name: "bge-", tokens: 512, passage: "", query: RETRIEVE },
    Family { name: "qwen3-embedding", tokens: 32_768, passage: "", query: INSTRUCT },
    Family {
        name: "embeddinggemma",
        tokens: 2048,
        passage: "title: none | text: ",
        query: "task: search result | query: ",
    },
    Family { name: "all-minilm", tokens: 512, passage: "", query: "" },
];

fn family(name: &str) -> Option<&'static Family> {
    let name = name.to_lowercase();
    FAMILIES.iter().find(|family| name.contains(family.name))
}

/// What the model wants before a text.
pub(super) fn prefixes(name: &str) -> Prefixes {
    if is_e5(name) {
        return Prefixes { passage: "passage: ".to_owned(), query: "query: ".to_owned() };
    }
    family(name).map_or_else(Prefixes::default, |family| Prefixes {
        passage: family.passage.to_owned(),
        query: family.query.to_owned(),
    })
}

/// Most tokens that the model reads of one text, where that is known.
pub(super) fn max_tokens(name: &str) -> Option<usize> {
    if openai(name).is_some() {
        return Some(OPENAI_TOKENS);
    }
    if is_e5(name) { Some(512) } else { family(name).map(|family| family.tokens) }
}

/// The E5 models, but for those that take instructions instead of prefixes.
fn is_e5(name: &str) -> bool {
    let name = name.to_lowercase();
    let e5 = ["e5-small", "e5-base", "e5-large"].iter().any(|size| name.contains(size));
    e5 && !name.contains("instruct")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_known_by_the_names_that_servers_give_them() {
        let check = |name: &str, tokens: Option<usize>, passage: &str, query: &str| {
            let expected = Prefixes { passage: passage.to_owned(), query: query.to_owned() };
            assert_eq!((max_tokens(name), prefixes(name)), (tokens, expected), "{name}");
        };
        check("text-embedding-3-small", Some(8191), "", "");
        check("nomic-embed-text:v1.5", Some(2048), "search_document: ", "search_query: ");
        check("text-embedding-nomic-embed-text-v1.5", Some(2048), "search_document: ", "search_query: ");
        check("intfloat/multilingual-e5-large", Some(512), "passage: ", "query: ");
        check("intfloat/multilingual-e5-large-instruct", None, "", "");
        check("BAAI/bge-m3", Some(8192), "", "");
        check("BAAI/bge-small-en-v1.5", Some(512), "", RETRIEVE);
        check("sentence-transformers/all-MiniLM-L6-v2", Some(512), "", "");
        check("somebody/model", None, "", "");
    }
}
