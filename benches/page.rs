//! Reading pages of documentation, in pages and bytes a second.

use std::fs;
use std::path::Path;

use ccr_indexer::parse::page;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn pages(criterion: &mut Criterion) {
    let html = saved("html");
    let bytes = html.iter().map(|page| page.len() as u64).sum();
    let mut group = criterion.benchmark_group("page");
    group.throughput(Throughput::Elements(html.len() as u64));
    group.bench_function("saved pages", |bencher| bencher.iter(|| sections(&html)));
    group.throughput(Throughput::Bytes(bytes));
    group.bench_function("saved pages, bytes", |bencher| bencher.iter(|| sections(&html)));
    // All of them in one: what a long page costs.
    let long = vec![html.concat()];
    group.bench_function("one long page", |bencher| bencher.iter(|| sections(&long)));
    group.finish();
}

fn sections(pages: &[String]) -> usize {
    pages.iter().map(|text| page::html(text).sections.len()).sum()
}

/// The saved pages that the quality of reading is measured with.
fn saved(extension: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/pages");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the folder of pages is there")
        .map(|entry| entry.expect("an entry of it").path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).expect("a page")).collect()
}

criterion_group!(benches, pages);
criterion_main!(benches);
