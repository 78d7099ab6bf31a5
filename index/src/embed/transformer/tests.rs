use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use serde::Deserialize;
use tempfile::TempDir;

use super::*;

/// A text and its vector by `dev/transformer_reference.py`: 64-bit numpy.
#[derive(Deserialize)]
struct Reference {
    text: String,
    vector: Vec<f32>,
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn fixture(name: &str) -> PathBuf {
    repository().join("tests/fixtures/transformers").join(name)
}

fn references(name: &str) -> Vec<Reference> {
    serde_json::from_slice(&fs::read(fixture(name)).unwrap()).unwrap()
}

fn bare() -> Option<Prefixes> {
    Some(Prefixes::default())
}

fn embed(model: &Transformer, texts: &[&str], purpose: Purpose) -> Vec<(Vec<f32>, bool)> {
    let mut found = vec![None; texts.len()];
    let mut done = |position: usize, embedding| {
        let Embedding::Vector { values, truncated } = embedding else { panic!("{embedding:?}") };
        assert!(found[position].replace((values, truncated)).is_none());
    };
    model.embed(texts, purpose, &mut done).unwrap();
    found.into_iter().map(Option::unwrap).collect()
}

#[track_caller]
fn assert_close(ours: &[f32], expected: &[f32], within: f32, text: &str) {
    assert_eq!(ours.len(), expected.len());
    let off = ours.iter().zip(expected).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max);
    assert!(off < within, "{off} off: {text:?}");
}

/// All texts at once, and each alone.
#[track_caller]
fn assert_as_the_reference(model: &Transformer, references: &[Reference]) {
    let texts: Vec<&str> = references.iter().map(|reference| reference.text.as_str()).collect();
    let together = embed(model, &texts, Purpose::Passage);
    for (Reference { text, vector }, (values, _)) in references.iter().zip(together) {
        assert_close(&values, vector, 1e-5, text);
        assert_close(&embed(model, &[text], Purpose::Query)[0].0, vector, 1e-5, text);
    }
}

#[test]
fn vectors_of_small_models_are_those_of_the_reference() {
    for name in ["first", "mean"] {
        let model = Transformer::open(&fixture(name), bare()).unwrap();
        assert_eq!((model.id().dimensions, model.longest()), (16, 12));
        assert_as_the_reference(&model, &references(&format!("{name}.json")));
    }
}

#[test]
fn vectors_of_all_minilm_are_those_of_the_reference() {
    let folder = repository().join("target/embedding-model/model");
    let model = Transformer::open(&folder, None).unwrap_or_else(|error| {
        panic!("{error}; `. dev/embedding-model` installs the model that the test needs")
    });
    assert_eq!((model.id().dimensions, model.longest()), (384, 256));
    assert_eq!(*model.prefixes(), Prefixes::default());
    assert_as_the_reference(&model, &references("all-minilm-l6-v2.json"));
}

#[test]
fn a_text_that_is_cut_says_so() {
    let model = Transformer::open(&fixture("mean"), bare()).unwrap();
    let pods = |count: usize| "pod ".repeat(count);
    let texts = [pods(10), pods(11), pods(5_000)];
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let vectors = embed(&model, &texts, Purpose::Passage);
    let truncated: Vec<bool> = vectors.iter().map(|(_, truncated)| *truncated).collect();
    assert_eq!(truncated, [false, true, true]);
    assert_close(&vectors[1].0, &vectors[0].0, 1e-6, "cut");
}

#[test]
fn prefixes_are_the_folders_or_the_familys_or_given() {
    let text = "do pods restart?";
    let check = |name: &str, given: Option<Prefixes>, query: &str, passage: &str| {
        let model = Transformer::open(&fixture(name), given).unwrap();
        let plain = Transformer::open(&fixture(name), bare()).unwrap();
        for (purpose, prefix) in [(Purpose::Query, query), (Purpose::Passage, passage)] {
            let with_prefix = format!("{prefix}{text}");
            assert_eq!(model.prefixes().of(purpose), prefix, "{name}");
            assert_eq!(embed(&model, &[text], purpose), embed(&plain, &[&with_prefix], purpose), "{name}");
        }
        assert_eq!(model.id() == plain.id(), query.is_empty() && passage.is_empty());
    };
    check("first", None, "why is ", "");
    check("mean", None, "query: ", "passage: ");
    check("mean", bare(), "", "");
    check("mean", Some(Prefixes { query: "how ".to_owned(), passage: "a ".to_owned() }), "how ", "a ");
}

#[test]
fn many_texts_of_any_length_get_what_each_gets_alone() {
    let model = Transformer::open(&fixture("mean"), None).unwrap();
    let texts: Vec<String> = (0..300).map(|number| "pod disk ".repeat(number * 7 % 13)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    for (text, (values, _)) in texts.iter().zip(embed(&model, &texts, Purpose::Passage)) {
        assert_close(&values, &embed(&model, &[text], Purpose::Passage)[0].0, 1e-6, text);
    }
    assert_eq!(embed(&model, &[], Purpose::Passage), []);
}

/// A copy of a small model that may be damaged.
fn copy(name: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut wanted = vec![PathBuf::new()];
    while let Some(inside) = wanted.pop() {
        for entry in fs::read_dir(fixture(name).join(&inside)).unwrap() {
            let entry = entry.unwrap();
            let place = inside.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                fs::create_dir(folder.path().join(&place)).unwrap();
                wanted.push(place);
            } else {
                fs::copy(entry.path(), folder.path().join(&place)).unwrap();
            }
        }
    }
    folder
}

fn replace(folder: &Path, file: &str, from: &str, to: &str) {
    let text = fs::read_to_string(folder.join(file)).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    fs::write(folder.join(file), text.replace(from, to)).unwrap();
}

#[test]
fn a_changed_model_has_another_id() {
    let model = |folder: &Path| Transformer::open(folder, None).unwrap().id().clone();
    let folder = copy("first");
    let before = model(folder.path());
    let name = folder.path().file_name().unwrap().to_str().unwrap();
    assert_eq!(before.provider, "local");
    assert_eq!(before.model.strip_prefix(name).map(str::len), Some("-0123456789ab".len()), "{before:?}");
    assert_eq!(model(folder.path()), before);

    let weights = folder.path().join("model.safetensors");
    let mut bytes = fs::read(&weights).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&weights, bytes).unwrap();
    let changed = model(folder.path());
    assert_ne!(changed, before);
    replace(folder.path(), "sentence_bert_config.json", "12", "13");
    assert_ne!(model(folder.path()), changed);
}

#[test]
fn what_is_no_usable_model_is_one_error_with_the_file_and_what_to_do() {
    #[track_caller]
    fn check(name: &str, damage: impl FnOnce(&Path), expected: &[&str]) {
        let folder = copy(name);
        damage(folder.path());
        let error = Transformer::open(folder.path(), None).map(|model| model.id().clone()).unwrap_err();
        let message = error.to_string();
        for part in expected {
            assert!(message.contains(part), "{message}");
        }
    }
    let remove = |file: &'static str| move |folder: &Path| fs::remove_file(folder.join(file)).unwrap();
    let swap = |file: &'static str, from: &'static str, to: &'static str| {
        move |folder: &Path| replace(folder, file, from, to)
    };
    check("first", |folder| fs::remove_dir_all(folder).unwrap(), &["no model folder", "give the path"]);
    check("first", remove("config.json"), &["config.json", "sentence-transformers model"]);
    check("first", remove("model.safetensors"), &["model.safetensors", "safetensors format"]);
    check("first", remove("vocab.txt"), &["vocab.txt", "tokenizer.json"]);
    check("first", remove("1_Pooling/config.json"), &["1_Pooling/config.json", "get the model again"]);
    check("first", swap("config.json", "{", "{{"), &["config.json", "not understood"]);
    check(
        "first",
        swap("config.json", "\"bert\"", "\"roberta\""),
        &["`roberta`", "use one of the type `bert`"],
    );
    check("first", swap("config.json", "\"hidden_size\": 16", "\"hidden_size\": 0"), &["`hidden_size`"]);
    check("first", swap("config.json", "\"hidden_size\": 16", "\"hidden_size\": -1"), &["not understood"]);
    check(
        "first",
        swap("config.json", "\"hidden_size\": 16", "\"hidden_size\": 4000000000"),
        &["more than 8192"],
    );
    check(
        "first",
        swap("config.json", "\"hidden_size\": 16", "\"hidden_size\": 32"),
        &["is [20, 16]", "makes it [20, 32]"],
    );
    check("first", swap("config.json", "_layers\": 2", "_layers\": 3"), &["encoder.layer.2", "no tensor"]);
    check("first", swap("config.json", "_heads\": 4", "_heads\": 5"), &["5 heads", "width of 16"]);
    check("first", swap("config.json", "1e-12", "-1"), &["layer_norm_eps"]);
    check("first", swap("config.json", "gelu", "swish"), &["activation `swish`"]);
    check(
        "first",
        swap("config.json", "\"vocab_size\": 43", "\"vocab_size\": 9"),
        &["has the number", "9 tokens"],
    );
    check("first", swap("sentence_bert_config.json", "12", "21"), &["21 tokens", "20 positions"]);
    check("first", swap("sentence_bert_config.json", "12", "2"), &["2 tokens", "max_seq_length"]);
    check(
        "first",
        swap("modules.json", "models.Normalize", "models.Dense"),
        &["models.Dense", "modules.json"],
    );
    check(
        "first",
        swap("modules.json", "models.Pooling", "models.Normalize"),
        &["no Transformer with a Pooling"],
    );
    check("first", swap("modules.json", "1_Pooling", "../1_Pooling"), &["leads out"]);
    check(
        "first",
        swap("1_Pooling/config.json", "mean_tokens\": false", "max_tokens\": true"),
        &["mean or CLS"],
    );
    check("first", swap("vocab.txt", "[CLS]", "<s>"), &["vocab.txt", "no `[CLS]`"]);
    check("mean", swap("tokenizer.json", "\"WordPiece\"", "\"Unigram\""), &["tokenizer.json", "`Unigram`"]);
    check("mean", swap("tokenizer.json", "BertNormalizer", "NFC"), &["normalizer is `NFC`"]);
    check("mean", swap("tokenizer.json", "\"##\"", "\"@@\""), &["prefix `##`"]);
    check("mean", |folder| fs::write(folder.join("tokenizer.json"), [0xff]).unwrap(), &["not UTF-8"]);
    let weights = "model.safetensors";
    check("first", |folder| fs::write(folder.join(weights), b"").unwrap(), &[weights, "get it again"]);
    let directory = |folder: &Path| {
        fs::remove_file(folder.join(weights)).unwrap();
        fs::create_dir(folder.join(weights)).unwrap();
    };
    check("first", directory, &[weights]);
    let error = Transformer::open(&fixture("first/vocab.txt"), None).unwrap_err().to_string();
    assert!(error.contains("no folder"), "{error}");
}

#[test]
fn weights_that_are_cut_short_or_no_numbers_are_errors() {
    let folder = copy("first");
    let file = folder.path().join("model.safetensors");
    let whole = fs::read(&file).unwrap();
    for length in (0..whole.len()).step_by(whole.len() / 23) {
        fs::write(&file, &whole[..length]).unwrap();
        let error = Transformer::open(folder.path(), None).unwrap_err().to_string();
        assert!(error.contains("model.safetensors") && error.contains("damaged"), "{error}");
    }
    let mut infinite = whole.clone();
    let header = 8 + usize::try_from(u64::from_le_bytes(*whole.first_chunk().unwrap())).unwrap();
    infinite[header..].fill(0xff);
    fs::write(&file, infinite).unwrap();
    let model = Transformer::open(folder.path(), None).unwrap();
    let error = model.embed(&["pod"], Purpose::Query, &mut |_, _| panic!("no vector")).unwrap_err();
    assert!(error.to_string().contains("damaged"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_has_a_vector_of_length_1(texts in prop::collection::vec(".{0,60}", 0..6)) {
        let model = Transformer::open(&fixture("mean"), None).unwrap();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        for (values, _) in embed(&model, &texts, Purpose::Query) {
            let length: f32 = values.iter().map(|value| value * value).sum();
            prop_assert!((length - 1.0).abs() < 1e-5);
        }
    }
}
