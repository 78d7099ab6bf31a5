//! The bytes of a request and of its answer: OpenAI's `embeddings`, which Azure and others share.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::embed::unit::to_unit;

/// A request, in the order in which its fields are sent.
#[derive(Debug, Serialize)]
pub(super) struct Request<'text> {
    pub(super) input: &'text [std::borrow::Cow<'text, str>],
    pub(super) model: &'text str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dimensions: Option<u32>,
    pub(super) encoding_format: &'static str,
}

/// What an answer says.
#[derive(Debug, PartialEq)]
pub(super) struct Answer {
    /// One for each text, of length 1 where it is usable.
    pub(super) vectors: Vec<Slot>,
    /// The model that answered, by its own name.
    pub(super) model: Option<String>,
    /// What is paid for.
    pub(super) tokens: Option<u64>,
}

/// What an answer holds for one text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Slot {
    /// A vector of length 1.
    Vector(Vec<f32>),
    /// What is no vector, and why.
    Spoiled(&'static str),
    /// Nothing.
    Missing,
}

/// Why an answer says nothing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Garbled(pub(super) String);

#[derive(Deserialize)]
struct RawAnswer {
    data: Vec<RawItem>,
    model: Option<String>,
    usage: Option<RawUsage>,
}

#[derive(Deserialize)]
struct RawUsage {
    total_tokens: Option<u64>,
    prompt_tokens: Option<u64>,
}

#[derive(Deserialize)]
struct RawItem {
    index: Option<usize>,
    embedding: RawVector,
}

/// Little-endian 32-bit numbers in base64, a list of numbers, or nothing. Read number by number: an answer
/// of many megabytes must not become one of gigabytes in memory.
enum RawVector {
    Numbers(Vec<f32>),
    Nothing,
    Nonsense,
}

impl<'de> Deserialize<'de> for RawVector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RawVector, D::Error> {
        deserializer.deserialize_any(VectorVisitor)
    }
}

struct VectorVisitor;

impl<'de> Visitor<'de> for VectorVisitor {
    type Value = RawVector;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a vector, as numbers or in base64")
    }

    fn visit_str<E>(self, text: &str) -> Result<RawVector, E> {
        let floats = STANDARD.decode(text).ok().and_then(|bytes| floats(&bytes));
        Ok(floats.map_or(RawVector::Nonsense, RawVector::Numbers))
    }

    fn visit_unit<E>(self) -> Result<RawVector, E> {
        Ok(RawVector::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut numbers: A) -> Result<RawVector, A::Error> {
        let mut values = Vec::new();
        let mut is_whole = true;
        while let Some(number) = numbers.next_element::<Option<f64>>()? {
            is_whole &= number.is_some();
            #[expect(clippy::cast_possible_truncation, reason = "models compute in 32 bits at most")]
            values.push(number.unwrap_or_default() as f32);
        }
        Ok(if is_whole { RawVector::Numbers(values) } else { RawVector::Nonsense })
    }
}

/// Reads the answer to a request of `count` texts. Vectors are matched with texts by their `index`, and
/// by their order only where no vector has one and there are as many as texts.
pub(super) fn read(body: &[u8], count: usize) -> Result<Answer, Garbled> {
    let raw: RawAnswer = serde_json::from_slice(body)
        .map_err(|error| Garbled(format!("the answer is not what the API describes ({error})")))?;
    let is_numbered = raw.data.iter().all(|item| item.index.is_some());
    if !is_numbered && raw.data.iter().any(|item| item.index.is_some()) {
        return Err(Garbled("some vectors of the answer have an `index` and some do not".to_owned()));
    }
    if !is_numbered && raw.data.len() != count {
        return Err(Garbled(format!("the answer has {} vectors for {count} texts", raw.data.len())));
    }
    let mut vectors = vec![Slot::Missing; count];
    for (place, item) in raw.data.into_iter().enumerate() {
        let index = item.index.unwrap_or(place);
        match vectors.get_mut(index) {
            Some(slot @ Slot::Missing) => *slot = slot_of(item.embedding),
            Some(_) => return Err(Garbled(format!("the answer has two vectors of index {index}"))),
            None => return Err(Garbled(format!("the answer has index {index}, of {count} texts"))),
        }
    }
    let tokens = raw.usage.and_then(|usage| usage.total_tokens.or(usage.prompt_tokens));
    Ok(Answer { vectors, model: raw.model.filter(|name| !name.trim().is_empty()), tokens })
}

/// Whether a body is a web page, as gateways and login pages send.
pub(super) fn is_html(body: &[u8]) -> bool {
    body.trim_ascii_start().first() == Some(&b'<')
}

fn slot_of(raw: RawVector) -> Slot {
    match raw {
        RawVector::Nothing => Slot::Spoiled("the vector is null"),
        RawVector::Nonsense => Slot::Spoiled("the vector is not made of numbers"),
        RawVector::Numbers(values) if values.is_empty() => Slot::Spoiled("the vector is empty"),
        RawVector::Numbers(values) => normalized(values),
    }
}

fn floats(bytes: &[u8]) -> Option<Vec<f32>> {
    let (numbers, rest) = bytes.as_chunks::<4>();
    rest.is_empty().then(|| numbers.iter().map(|number| f32::from_le_bytes(*number)).collect())
}

fn normalized(mut values: Vec<f32>) -> Slot {
    let length = to_unit(&mut values);
    if !length.is_finite() {
        return Slot::Spoiled("the vector holds numbers that are none (NaN or infinity)");
    }
    if length == 0.0 {
        return Slot::Spoiled("the vector is all zero");
    }
    Slot::Vector(values)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::*;

    fn base64(values: &[f32]) -> String {
        STANDARD.encode(values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>())
    }

    #[test]
    fn a_request_is_what_the_reference_sends() {
        let input = [Cow::from("a \"b\""), Cow::from("é\n")];
        let mut request =
            Request { input: &input, model: "m", dimensions: Some(256), encoding_format: "base64" };
        let json = |request: &Request<'_>| serde_json::to_string(request).expect("a request is JSON");
        let expected =
            r#"{"input":["a \"b\"","é\n"],"model":"m","dimensions":256,"encoding_format":"base64"}"#;
        assert_eq!(json(&request), expected);
        request.dimensions = None;
        assert!(!json(&request).contains("dimensions"));
    }

    #[test]
    fn vectors_go_to_their_texts() {
        let body = format!(
            r#"{{"data":[{{"index":1,"embedding":[0,2.5]}},{{"index":0,"embedding":"{}"}}],"model":"m","usage":{{"prompt_tokens":7,"total_tokens":7}}}}"#,
            base64(&[3.0, 4.0])
        );
        let vectors = vec![Slot::Vector(vec![0.6, 0.8]), Slot::Vector(vec![0.0, 1.0])];
        let expected = Answer { vectors, model: Some("m".to_owned()), tokens: Some(7) };
        assert_eq!(read(body.as_bytes(), 2), Ok(expected));
    }

    #[test]
    fn what_is_no_vector_spoils_no_other() {
        let check = |vector: &str, expected: &str| {
            let body =
                format!(r#"{{"data":[{{"index":0,"embedding":{vector}}},{{"index":1,"embedding":[1.0]}}]}}"#);
            let vectors = read(body.as_bytes(), 3).expect("an answer").vectors;
            assert_eq!(vectors[1..], [Slot::Vector(vec![1.0]), Slot::Missing]);
            assert!(matches!(vectors[0], Slot::Spoiled(why) if why.contains(expected)), "{:?}", vectors[0]);
        };
        check("null", "null");
        check("[]", "empty");
        check("[1.0, null]", "not made of numbers");
        check("[0.0, 0]", "zero");
        check("[1e300]", "NaN or infinity");
        check("\"AAA\"", "not made of numbers");
        check(&format!("\"{}\"", base64(&[1.0, f32::NAN])), "NaN or infinity");
        check(&format!("\"{}\"", base64(&[f32::INFINITY])), "NaN or infinity");
        check("\"AAAAAAA=\"", "not made of numbers");
    }

    #[test]
    fn an_answer_that_cannot_be_matched_says_nothing() {
        let check = |body: &str, expected: &str| {
            let Garbled(why) = read(body.as_bytes(), 2).expect_err("no answer");
            assert!(why.contains(expected), "{why}");
        };
        check("<html>", "not what the API describes");
        check("", "not what the API describes");
        check(r#"{"data":[{"index":0,"emb"#, "not what the API describes");
        check(r#"{"error":"x"}"#, "missing field `data`");
        check(r#"{"data":[{"index":0,"embedding":[NaN]}]}"#, "not what the API describes");
        check(r#"{"data":[{"index":2,"embedding":[1]}]}"#, "index 2");
        check(r#"{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}"#, "two vectors");
        check(r#"{"data":[{"embedding":[1]}]}"#, "1 vectors for 2 texts");
        check(r#"{"data":[{"embedding":[1]},{"index":0,"embedding":[1]}]}"#, "some do not");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn no_answer_panics(body in proptest::collection::vec(any::<u8>(), 0..200), count in 0_usize..4) {
            let _ = read(&body, count);
        }

        #[test]
        fn vectors_have_length_one(values in proptest::collection::vec(-1e30_f32..1e30, 1..40)) {
            let body = format!(r#"{{"data":[{{"embedding":"{}"}}]}}"#, base64(&values));
            let slot = read(body.as_bytes(), 1).expect("an answer").vectors.remove(0);
            if let Slot::Vector(vector) = slot {
                let length: f32 = vector.iter().map(|value| value * value).sum();
                prop_assert!((length - 1.0).abs() < 1e-4);
            }
        }
    }
}
