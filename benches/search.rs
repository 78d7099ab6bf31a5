//! Search in a process that is running: opening an index, and asking one that is open.

mod generated;
mod measure;

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

criterion_group!(benches, search);
criterion_main!(benches);
