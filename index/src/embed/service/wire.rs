//! The bytes of a request and of its answer: OpenAI's `embeddings`, which Azure and others share.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::literals;
use crate::embed::unit::to_unit;

/// A request, in the order in which its fields are sent.
#[derive(Debug, Serialize)]
pub(super) struct Request<'text> {
    pub(super) input: &'text [std::borrow::Cow<'text, str>],
    pub(super) model: &'text str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dimensions: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) encoding_format: Option<&'static str>,
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

/// Only `data` counts. What else stands there is read where it is what it should be, and costs nothing where it
/// is not.
#[derive(Deserialize)]
struct RawAnswer {
    data: Vec<RawItem>,
    #[serde(default)]
    model: Value,
    #[serde(default)]
    usage: Value,
}

#[derive(Deserialize)]
struct RawItem {
    #[serde(default)]
    index: Value,
    #[serde(default)]
    embedding: RawVector,
}

/// Little-endian 32-bit numbers in base64, a list of numbers, or nothing. Read number by number: an answer
/// of many megabytes must not become one of gigabytes in memory.
#[derive(Default)]
enum RawVector {
    Numbers(Vec<f32>),
    #[default]
    Nothing,
    /// A list with something else than numbers in it.
    Nonsense,
    /// Several vectors: of tokens, where one of the text is wanted.
    Several,
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

    fn visit_bool<E>(self, _: bool) -> Result<RawVector, E> {
        Ok(RawVector::Nonsense)
    }

    fn visit_f64<E>(self, _: f64) -> Result<RawVector, E> {
        Ok(RawVector::Nonsense)
    }

    fn visit_i64<E>(self, _: i64) -> Result<RawVector, E> {
        Ok(RawVector::Nonsense)
    }

    fn visit_u64<E>(self, _: u64) -> Result<RawVector, E> {
        Ok(RawVector::Nonsense)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<RawVector, A::Error> {
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(RawVector::Nonsense)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<RawVector, A::Error> {
        let mut values = Vec::new();
        let mut inner: Option<RawVector> = None;
        let mut is_whole = true;
        while let Some(part) = parts.next_element::<Part>()? {
            match part {
                Part::Number(number) => values.push(number),
                Part::Vector(vector) if inner.is_none() => inner = Some(vector),
                Part::Vector(_) => inner = Some(RawVector::Several),
                Part::Other => is_whole = false,
            }
        }
        Ok(match inner {
            // Some servers put the one vector into a list of its own.
            Some(vector) if values.is_empty() && is_whole => vector,
            None if is_whole => RawVector::Numbers(values),
            _ => RawVector::Nonsense,
        })
    }
}

/// What stands in a vector's list.
enum Part {
    Number(f32),
    Vector(RawVector),
    Other,
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Part, D::Error> {
        deserializer.deserialize_any(PartVisitor)
    }
}

struct PartVisitor;

#[expect(clippy::cast_possible_truncation, reason = "models compute in 32 bits at most")]
impl<'de> Visitor<'de> for PartVisitor {
    type Value = Part;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number")
    }

    fn visit_f64<E>(self, number: f64) -> Result<Part, E> {
        Ok(Part::Number(number as f32))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Part, E> {
        Ok(Part::Number(number as f32))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Part, E> {
        Ok(Part::Number(number as f32))
    }

    fn visit_unit<E>(self) -> Result<Part, E> {
        Ok(Part::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Part, E> {
        Ok(Part::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<Part, E> {
        Ok(Part::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Part, A::Error> {
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Part::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, parts: A) -> Result<Part, A::Error> {
        VectorVisitor.visit_seq(parts).map(Part::Vector)
    }
}

/// Reads the answer to a request of `count` texts. Vectors are matched with texts by their `index`, and
/// by their order only where the indexes tell nothing and there are as many vectors as texts.
pub(super) fn read(body: &[u8], count: usize) -> Result<Answer, Garbled> {
    let mut no_numbers = false;
    let raw: RawAnswer = serde_json::from_slice(body).or_else(|error| {
        let said =
            |error: serde_json::Error| Garbled(format!("the answer is not what the API describes ({error})"));
        let Some(replaced) = literals::replaced(body) else { return Err(said(error)) };
        no_numbers = true;
        serde_json::from_slice(&replaced).map_err(said)
    })?;
    let indexes: Vec<Option<usize>> = raw.data.iter().map(|item| whole(&item.index)).collect();
    let places = places(&indexes, count)?;
    let mut vectors = vec![Slot::Missing; count];
    for (place, item) in places.into_iter().zip(raw.data) {
        match vectors.get_mut(place) {
            Some(slot @ Slot::Missing) => *slot = slot_of(item.embedding, no_numbers),
            Some(_) => return Err(Garbled(format!("the answer has two vectors of index {place}"))),
            None => return Err(Garbled(format!("the answer has index {place}, of {count} texts"))),
        }
    }
    let tokens =
        ["total_tokens", "prompt_tokens", "input_tokens"].iter().find_map(|name| tokens(&raw.usage, name));
    let model = raw.model.as_str().map(str::to_owned).filter(|name| !name.trim().is_empty());
    Ok(Answer { vectors, model, tokens })
}

/// For each vector the text that it belongs to.
fn places(indexes: &[Option<usize>], count: usize) -> Result<Vec<usize>, Garbled> {
    let in_order = || Ok((0..count).collect());
    let is_whole = indexes.len() == count;
    let Some(known) = indexes.iter().copied().collect::<Option<Vec<usize>>>() else {
        // What is there may still say that the order is that of the texts.
        let fits = indexes.iter().enumerate().all(|(place, index)| index.is_none_or(|index| index == place));
        return match indexes.iter().any(Option::is_some) {
            _ if is_whole && fits => in_order(),
            true => Err(Garbled("some vectors of the answer have an `index` and some do not".to_owned())),
            false => Err(Garbled(format!("the answer has {} vectors for {count} texts", indexes.len()))),
        };
    };
    // Servers that count nothing, and those that count from 1.
    let is_uncounted = count > 1 && known.iter().all(|index| *index == 0);
    let mut sorted = known.clone();
    sorted.sort_unstable();
    let is_from_one = is_whole && sorted.iter().copied().eq(1..=count);
    match (is_whole && is_uncounted, is_from_one) {
        (true, _) => in_order(),
        (_, true) => Ok(known.into_iter().map(|index| index - 1).collect()),
        _ => Ok(known),
    }
}

/// A whole number, in whatever way it is written.
fn whole(value: &Value) -> Option<usize> {
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is whole and small")]
    let index = (number >= 0.0 && number.fract() == 0.0 && number < 1e9).then_some(number as usize);
    index
}

/// Tokens that a service counted. Nothing is read out of what is no count.
fn tokens(usage: &Value, name: &str) -> Option<u64> {
    let value = usage.get(name)?;
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is small")]
    let tokens = (number.fract() == 0.0 && (0.0..1e12).contains(&number)).then_some(number as u64);
    // Servers that count nothing say 0.
    tokens.filter(|tokens| *tokens > 0)
}

/// Whether a body is a web page, as gateways and login pages send.
pub(super) fn is_html(body: &[u8]) -> bool {
    matches!(body.trim_ascii_start(), [b'<', next, ..] if next.is_ascii_alphabetic() || matches!(next, b'!' | b'?'))
}

/// What no numbers stand for, in the words for it.
const NO_NUMBERS: &str = "the vector holds numbers that are none (NaN or infinity)";

/// `no_numbers`: whether the answer had literals in the place of numbers, which JSON does not know.
fn slot_of(raw: RawVector, no_numbers: bool) -> Slot {
    match raw {
        RawVector::Nonsense if no_numbers => Slot::Spoiled(NO_NUMBERS),
        RawVector::Several => {
            Slot::Spoiled("there are several vectors, one for each token: is it an embedding model?")
        }
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
        return Slot::Spoiled(NO_NUMBERS);
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
            Request { input: &input, model: "m", dimensions: Some(256), encoding_format: Some("base64") };
        let json = |request: &Request<'_>| serde_json::to_string(request).expect("a request is JSON");
        let expected =
            r#"{"input":["a \"b\"","é\n"],"model":"m","dimensions":256,"encoding_format":"base64"}"#;
        assert_eq!(json(&request), expected);
        (request.dimensions, request.encoding_format) = (None, None);
        assert_eq!(json(&request), r#"{"input":["a \"b\"","é\n"],"model":"m"}"#);
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
        // What is written in place of numbers, and is no JSON.
        check("[1.0, NaN]", "NaN or infinity");
        check("[-Infinity, 1.0]", "NaN or infinity");
        check("[-nan,inf]", "NaN or infinity");
        check("true", "not made of numbers");
        check("1", "not made of numbers");
        check("{\"float\": [1.0]}", "not made of numbers");
        check("[[1.0], [1.0]]", "several vectors");
        check("[\"1\"]", "not made of numbers");
    }

    #[test]
    fn decorations_cost_nothing() {
        let check = |rest: &str, tokens: Option<u64>, model: Option<&str>| {
            let body = format!(r#"{{"data":[{{"embedding":[1.0]}}]{rest}}}"#);
            let answer = read(body.as_bytes(), 1).expect("an answer");
            assert_eq!((answer.tokens, answer.model.as_deref()), (tokens, model), "{body}");
            assert_eq!(answer.vectors, [Slot::Vector(vec![1.0])]);
        };
        check("", None, None);
        check(r#","usage":null,"model":null"#, None, None);
        check(r#","usage":{"prompt_tokens":1.5,"total_tokens":null}"#, None, None);
        check(r#","usage":{"prompt_tokens":"7"}"#, Some(7), None);
        check(r#","usage":{"prompt_tokens":-7,"total_tokens":1e300}"#, None, None);
        check(r#","usage":{"prompt_tokens":0,"total_tokens":0}"#, None, None);
        check(r#","usage":{"total_tokens":{"text":3}},"model":7"#, None, None);
        check(r#","usage":[1],"model":["m"],"object":{}"#, None, None);
        check(r#","usage":"free","model":"m","object":1,"data_too":[1]"#, None, Some("m"));
        check(r#","usage":NaN,"model":"NaN""#, None, Some("NaN"));
    }

    #[test]
    fn indexes_that_tell_nothing_leave_the_order() {
        let check = |indexes: &[&str], expected: Option<&[f32]>| {
            let data: Vec<String> = indexes
                .iter()
                .zip(1..)
                .map(|(index, number)| format!(r#"{{{index}"embedding":[{number}.0,1.0]}}"#))
                .collect();
            let body = format!(r#"{{"data":[{}]}}"#, data.join(","));
            let found = read(body.as_bytes(), indexes.len()).ok().map(|answer| {
                let numbers = answer.vectors.iter().map(|slot| match slot {
                    Slot::Vector(vector) => (vector[0] / vector[1]).round(),
                    _ => 0.0,
                });
                numbers.collect::<Vec<f32>>()
            });
            assert_eq!(found.as_deref(), expected, "{body}");
        };
        check(&["", "", ""], Some(&[1.0, 2.0, 3.0]));
        check(&[r#""index":0,"#; 3], Some(&[1.0, 2.0, 3.0]));
        check(&[r#""index":null,"#; 2], Some(&[1.0, 2.0]));
        check(&[r#""index":{},"#; 2], Some(&[1.0, 2.0]));
        check(&[r#""index":"1","#, r#""index":"0","#], Some(&[2.0, 1.0]));
        check(&[r#""index":1.0,"#, r#""index":0.0,"#], Some(&[2.0, 1.0]));
        check(&[r#""index":2,"#, r#""index":1,"#], Some(&[2.0, 1.0]));
        check(&[r#""index":0,"#, "", r#""index":2,"#], Some(&[1.0, 2.0, 3.0]));
        // Not by any order that is safe.
        check(&[r#""index":1,"#, ""], None);
        check(&[r#""index":1,"#, r#""index":1,"#], None);
    }

    #[test]
    fn one_vector_in_a_list_of_its_own_is_a_vector() {
        let body = br#"{"data":[{"index":0,"embedding":[[0.0,2.0]]}]}"#;
        assert_eq!(read(body, 1).expect("an answer").vectors, [Slot::Vector(vec![0.0, 1.0])]);
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
        check(r#"{"data":[{"index":2,"embedding":[1]}]}"#, "index 2");
        check(r#"{"data":[{"index":1,"embedding":[1]},{"index":1,"embedding":[1]}]}"#, "two vectors");
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
