//! What embedding costs: opening the built-in model, a question, passages, and cutting text into
//! tokens; and a transformer, where `CCR_BENCH_TRANSFORMER` names its folder.

mod generated;
mod measure;

use std::env;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use ccr_index::embed::StaticModel;
use ccr_index::embed::transformer::Transformer;
use ccr_index::embed::{Embedder, Purpose, embed_query};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const PASSAGES: usize = 1_000;
/// About as long as a chunk of a document.
const CHARACTERS: usize = 700;
const MODEL_FILE: &[u8] = include_bytes!("../models/static/ccr-static.safetensors");

/// Texts of the length of chunks, cut out of a long suite.
fn passages() -> Vec<String> {
    let mut random = generated::Random::new(7);
    let mut text = String::new();
    while text.len() < PASSAGES * CHARACTERS {
        text += &generated::suite(&mut random, 50);
    }
    let passage = |chunk| String::from_utf8_lossy(chunk).into_owned();
    text.as_bytes().chunks_exact(CHARACTERS).take(PASSAGES).map(passage).collect()
}

fn embed_all(embedder: &dyn Embedder, texts: &[&str]) -> usize {
    let mut vectors = 0;
    embedder
        .embed(texts, Purpose::Passage, &mut |_, embedding| {
            black_box(embedding);
            vectors += 1;
        })
        .expect("nothing stands in the way");
    vectors
}

fn built_in(criterion: &mut Criterion) {
    let start = Instant::now();
    let model = StaticModel::built_in();
    let opened = start.elapsed();
    embed_query(&*model, generated::QUESTIONS[0]).expect("it takes any text");
    let asked = start.elapsed() - opened;
    measure::tell(format_args!("cold: opened in {opened:?}, first question in {asked:?}"))
        .expect("it is printed");

    let passages = passages();
    let passages: Vec<&str> = passages.iter().map(String::as_str).collect();
    let mut group = criterion.benchmark_group("embed");
    group.bench_function("open", |bencher| bencher.iter(|| StaticModel::read(MODEL_FILE)));
    group.throughput(Throughput::Elements(1));
    group.bench_function("question", |bencher| {
        bencher.iter(|| embed_query(&*model, black_box(generated::QUESTIONS[0])));
    });
    group.throughput(Throughput::Elements(PASSAGES as u64));
    group.bench_function("passages", |bencher| bencher.iter(|| embed_all(&*model, &passages)));
    group.throughput(Throughput::Bytes(passages.iter().map(|text| text.len() as u64).sum()));
    group.bench_function("tokens", |bencher| {
        bencher.iter(|| passages.iter().map(|text| model.tokens(text).len()).sum::<usize>());
    });
    group.finish();
}

/// One table of results: what takes seconds needs no statistics.
fn transformer(criterion: &mut Criterion) {
    let Some(folder) = env::var_os("CCR_BENCH_TRANSFORMER") else { return };
    let cpu = || measure::cpu_time().expect("it can be read");
    let start = cpu();
    let model = Transformer::open(Path::new(&folder), None).expect("it is a model");
    measure::tell(format_args!("transformer: opened in {:?} of CPU time", cpu() - start))
        .expect("it is printed");

    let passages = passages();
    let sentences: Vec<&str> = generated::QUESTIONS.iter().copied().cycle().take(400).collect();
    let chunks: Vec<&str> = passages.iter().map(String::as_str).take(100).collect();
    for (name, texts) in [("short questions", sentences), ("passages", chunks)] {
        let start = cpu();
        embed_all(&model, &texts);
        let rate = texts.len() as f64 / (cpu() - start).as_secs_f64();
        measure::tell(format_args!("transformer: {rate:.1} {name} a CPU-second")).expect("it is printed");
    }
    criterion.bench_function("embed/transformer/question", |bencher| {
        bencher.iter(|| embed_query(&model, black_box(generated::QUESTIONS[0])));
    });
}

criterion_group!(benches, built_in, transformer);
criterion_main!(benches);
