//! From documents to a generation in service: inverting in bytes of text a second, publishing in
//! documents a second.

mod generated;
mod measure;

use ccr_index::lexical::invert;
use ccr_index::store::local::Writer;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const DOCUMENTS: usize = 2_000;

fn index(criterion: &mut Criterion) {
    let documents = generated::documents(DOCUMENTS);
    let mut group = criterion.benchmark_group("index");
    group.sample_size(20);
    group.throughput(Throughput::Bytes(generated::text_bytes(&documents)));
    group.bench_function("invert", |bencher| bencher.iter(|| invert(&documents)));

    let inverted = invert(&documents);
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut writer = Writer::open(folder.path()).expect("nobody else writes there");
    group.throughput(Throughput::Elements(DOCUMENTS as u64));
    group.bench_function("publish", |bencher| {
        bencher.iter(|| {
            writer.publish(&measure::publication(&documents, &inverted)).expect("it can be published")
        });
    });
    group.finish();
}

criterion_group!(benches, index);
criterion_main!(benches);
