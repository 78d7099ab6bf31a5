//! A model for tests: a text's vector comes from its BLAKE3.

use std::fmt::Write;

use crate::server::{Reply, Request};

/// Numbers in a vector, unless others are asked for.
pub(crate) const DIMENSIONS: usize = 8;
/// What the model calls itself.
pub(crate) const NAME: &str = "text-embedding-3-small";

/// The vector as a service sends it, of any length.
pub(crate) fn vector(text: &str, dimensions: usize) -> Vec<f32> {
    let mut bytes = vec![0; dimensions];
    blake3::Hasher::new().update(text.as_bytes()).finalize_xof().fill(&mut bytes);
    bytes.iter().map(|byte| f32::from(*byte) - 127.5).collect()
}

/// The vector of length 1.
pub(crate) fn unit(text: &str, dimensions: usize) -> Vec<f32> {
    let values = vector(text, dimensions);
    let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
    values.iter().map(|value| value / length).collect()
}

/// One vector of an answer.
pub(crate) struct Part {
    pub(crate) index: usize,
    /// As JSON.
    pub(crate) embedding: String,
}

/// The vectors of an answer, the last first, as services may.
pub(crate) fn parts(request: &Request) -> Vec<Part> {
    let dimensions =
        request.field("dimensions").as_u64().map_or(DIMENSIONS, |asked| usize::try_from(asked).expect("few"));
    let is_base64 = request.field("encoding_format") == "base64";
    let embedding = |text: &str| {
        let values = vector(text, dimensions);
        if is_base64 { base64(&values) } else { serde_json::to_string(&values).expect("numbers") }
    };
    let texts = request.texts();
    let parts = texts.iter().enumerate().map(|(index, text)| Part { index, embedding: embedding(text) });
    parts.rev().collect()
}

/// An answer of these vectors by the model of that name.
pub(crate) fn answer(parts: &[Part], model: &str) -> Reply {
    let mut body = String::from(r#"{"object":"list","data":["#);
    for (place, Part { index, embedding }) in parts.iter().enumerate() {
        let comma = if place > 0 { "," } else { "" };
        write!(body, r#"{comma}{{"object":"embedding","index":{index},"embedding":{embedding}}}"#)
            .expect("text grows");
    }
    let tokens = parts.len() * 10;
    write!(body, r#"],"model":"{model}","usage":{{"prompt_tokens":{tokens},"total_tokens":{tokens}}}}}"#)
        .expect("text grows");
    Reply::json(200, &body)
}

/// The right answer.
pub(crate) fn right(request: &Request) -> Reply {
    answer(&parts(request), NAME)
}

/// Numbers in base64, as JSON.
pub(crate) fn base64(values: &[f32]) -> String {
    use base64::Engine;
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    format!("\"{}\"", base64::engine::general_purpose::STANDARD.encode(bytes))
}
