//! Search in a process that is running: opening an index, and asking one that is open.

mod generated;
mod measure;

use std::env;
use std::fs;
use std::path::Path;

use ccr_index::lexical::invert;
use ccr_index::search::{Query, Searcher};
use ccr_index::store::local::Writer;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const DOCUMENTS: usize = 2_000;

fn search(criterion: &mut Criterion) {
    let documents = generated::documents(DOCUMENTS);
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let inverted = invert(&documents);
    let mut writer = Writer::open(folder.path()).expect("nobody else writes there");
    writer.publish(&measure::publication(&documents, &inverted)).expect("it can be published");

    let mut group = criterion.benchmark_group("search");
    let open = || Searcher::open(folder.path()).expect("the index can be opened");
    group.bench_function("open", |bencher| bencher.iter(open));
    let searcher = open();
    group.throughput(Throughput::Elements(generated::QUESTIONS.len() as u64));
    group.bench_function("warm", |bencher| {
        let total = |question: &&str| searcher.search(&Query::new(*question)).expect("it can be read").total;
        bencher.iter(|| generated::QUESTIONS.iter().map(total).sum::<usize>());
    });
    group.finish();
}

/// An index of real collections (`CCR_BENCH_INDEX`), asked the questions of a file as `ccr eval` reads them
/// (`CCR_BENCH_QUESTIONS`). The time of an iteration is that of all questions together.
fn real(criterion: &mut Criterion) {
    let (Ok(data_dir), Ok(questions)) = (env::var("CCR_BENCH_INDEX"), env::var("CCR_BENCH_QUESTIONS")) else {
        return;
    };
    let text = fs::read_to_string(questions).expect("the questions can be read");
    let question = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).expect("a line is one JSON value");
        Query::new(value["query"].as_str().expect("a line has a question"))
    };
    let questions: Vec<Query> = text.lines().map(question).collect();
    let searcher = Searcher::open(Path::new(&data_dir)).expect("the index can be opened");
    let mut group = criterion.benchmark_group("search");
    group.throughput(Throughput::Elements(questions.len() as u64));
    group.bench_function("real", |bencher| {
        let total = |question: &Query| searcher.search(question).expect("it can be read").total;
        bencher.iter(|| questions.iter().map(total).sum::<usize>());
    });
    group.finish();
}

criterion_group!(benches, real, search);
criterion_main!(benches);
