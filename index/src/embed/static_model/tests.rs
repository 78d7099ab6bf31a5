use std::collections::HashMap;

use proptest::prelude::*;
use safetensors::tensor::{Dtype, TensorView};
use serde::Deserialize;

use super::*;

/// A text as the scripts that made the model see it.
#[derive(Deserialize)]
struct Reference {
    text: String,
    teacher_tokens: Vec<String>,
    tokens: Vec<String>,
    vector: Vec<f32>,
}

fn references() -> Vec<Reference> {
    let json = include_str!("../../../../models/static/reference.json");
    let references: Vec<Reference> = serde_json::from_str(json).unwrap();
    assert!(references.len() > 50);
    references
}

#[test]
fn the_built_in_model_is_whole() {
    assert_eq!(ModelFile::read(BUILT_IN).unwrap().fault(), None);
    let model = StaticModel::built_in();
    assert_eq!(model.id().provider, "builtin");
    assert!(model.id().model.starts_with("ccr-static-"), "{}", model.id().model);
    assert_eq!(model.id().dimensions, 256);
}

#[test]
fn tokens_and_vectors_are_those_of_the_scripts_that_made_the_model() {
    let model = StaticModel::built_in();
    for Reference { text, tokens: expected, vector, .. } in references() {
        assert_eq!(model.tokens(&text), expected, "{text:?}");
        let ours = model.vector(&text);
        assert_eq!(ours.len(), vector.len());
        let off = ours.iter().zip(&vector).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max);
        assert!(off < 1e-5, "{off} off: {text:?}");
    }
}

#[test]
fn words_that_the_teacher_knows_are_cut_as_the_teacher_does() {
    let model = StaticModel::built_in();
    let mut same = 0;
    for Reference { text, teacher_tokens, tokens: extended, .. } in references() {
        if teacher_tokens == extended {
            assert_eq!(model.tokens(&text), teacher_tokens, "{text:?}");
            same += 1;
        }
    }
    assert!(same > 20, "only {same}");
}

#[test]
fn a_text_of_which_nothing_is_known_has_a_vector_of_zeros() {
    let model = StaticModel::built_in();
    for text in ["", " \n", "\u{200b}", &"x".repeat(101)] {
        assert!(model.vector(text).iter().all(|value| *value == 0.0), "{text:?}");
    }
}

#[test]
fn each_text_is_handed_over_once_and_as_if_it_were_alone() {
    let model = StaticModel::built_in();
    let texts: Vec<String> = (0..BLOCK + 100).map(|number| format!("pod {number} restarts")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut vectors = vec![None; texts.len()];
    let mut done = |position: usize, embedding| {
        assert_eq!(vectors[position].replace(embedding), None);
    };
    model.embed(&texts, Purpose::Passage, &mut done).unwrap();
    for (text, embedding) in texts.iter().zip(vectors) {
        let values = model.vector(text);
        let length: f32 = values.iter().map(|value| value * value).sum();
        assert!((length - 1.0).abs() < 1e-5);
        assert_eq!(embedding, Some(Embedding::Vector { values, truncated: false }));
    }
}

type Tensors = Vec<(&'static str, Dtype, Vec<usize>, Vec<u8>)>;

/// A model of two tokens, `a` and `b`.
fn tiny() -> (Tensors, HashMap<String, String>) {
    let floats: Vec<u8> = [1.0f32, 0.5].iter().flat_map(|scale| scale.to_le_bytes()).collect();
    let offsets: Vec<u8> = [0u32, 1, 2].iter().flat_map(|offset| offset.to_le_bytes()).collect();
    let tensors = vec![
        ("embeddings", Dtype::I8, vec![2, 2], vec![3, 0, 0, 8]),
        ("offsets", Dtype::U32, vec![3], offsets),
        ("scales", Dtype::F32, vec![2], floats),
        ("vocabulary", Dtype::U8, vec![2], b"ab".to_vec()),
    ];
    let notes = [
        ("name", "tiny"),
        ("version", "7"),
        ("dimensions", "2"),
        ("max_word_characters", "100"),
        ("lowercase", "true"),
    ];
    (tensors, notes.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
}

fn bytes((tensors, notes): &(Tensors, HashMap<String, String>)) -> Vec<u8> {
    let views = tensors.iter().map(|(name, dtype, shape, data)| {
        (name.to_string(), TensorView::new(*dtype, shape.clone(), data).unwrap())
    });
    safetensors::serialize(views, Some(notes.clone())).unwrap()
}

fn read(bytes: Vec<u8>) -> Result<StaticModel, EmbedError> {
    StaticModel::read(bytes.leak())
}

#[test]
fn a_vector_is_the_sum_of_scaled_rows_of_length_1() {
    let model = read(bytes(&tiny())).unwrap();
    assert_eq!(model.id().model, "tiny-7");
    assert_eq!(model.vector("A"), [1.0, 0.0]);
    assert_eq!(model.vector("a, b zz"), [0.6, 0.8]);
}

#[test]
fn a_damaged_file_is_an_error_that_says_what_is_wrong() {
    #[track_caller]
    fn check(damage: impl FnOnce(&mut (Tensors, HashMap<String, String>)), expected: &str) {
        let mut model = tiny();
        damage(&mut model);
        let error = read(bytes(&model)).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    check(|model| drop(model.0.remove(0)), "no tensor `embeddings`");
    check(|model| model.0[0].1 = Dtype::U8, "must be I8");
    check(|model| model.0[0].2 = vec![4], "two dimensions");
    check(|model| model.0[0].2 = vec![1, 4], "do not fit");
    check(|model| (model.0[0].2, model.0[0].3) = (vec![0, 2], Vec::new()), "0 rows");
    check(|model| (model.0[2].2, model.0[2].3) = (vec![1], vec![0; 4]), "do not fit");
    check(|model| drop(model.1.insert("dimensions".into(), "3".into())), "`dimensions`");
    check(|model| drop(model.1.insert("lowercase".into(), "yes".into())), "`lowercase`");
    check(|model| drop(model.1.insert("max_word_characters".into(), "0".into())), "`max_word_characters`");
    check(|model| drop(model.1.remove("version")), "no `version`");
    check(|model| model.1.clear(), "__metadata__");
}

#[test]
fn a_file_that_is_cut_short_is_an_error() {
    let whole = bytes(&tiny());
    for length in 0..whole.len() {
        let error = read(whole[..length].to_vec()).unwrap_err().to_string();
        assert!(error.contains("damaged"), "{length}: {error}");
    }
}

proptest! {
    #[test]
    fn flipped_bytes_give_an_error_or_vectors(place in any::<prop::sample::Index>(), flip in 1u8.., text in ".{0,40}") {
        let mut damaged = bytes(&tiny());
        let place = place.index(damaged.len());
        damaged[place] ^= flip;
        if let Ok(model) = read(damaged) {
            let values = model.vector(&text);
            prop_assert!(values.iter().all(|value| value.is_finite()));
        }
    }

    #[test]
    fn any_text_has_a_vector_of_length_1_or_0(text in "\\PC{0,200}|.{0,200}") {
        let values = StaticModel::built_in().vector(&text);
        let length: f32 = values.iter().map(|value| value * value).sum();
        prop_assert!(length == 0.0 || (length - 1.0).abs() < 1e-5);
    }
}
