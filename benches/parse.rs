//! Lexing and parsing of Robot Framework suites, in bytes a second.

mod collections;
mod generated;

use ccr_indexer::parse::robot::parse_suite;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const SUITES: usize = 100;

fn parse(criterion: &mut Criterion) {
    let mut random = generated::Random::new(7);
    let suites: Vec<String> = (0..SUITES).map(|_| generated::suite(&mut random, 8)).collect();
    measure(criterion, "generated", &suites);
    let real: Vec<String> = collections::collections()
        .iter()
        .flat_map(|collection| collections::texts(collection, "robot"))
        .collect();
    if !real.is_empty() {
        measure(criterion, "collections", &real);
    }
}

fn measure(criterion: &mut Criterion, name: &str, suites: &[String]) {
    let mut group = criterion.benchmark_group("parse");
    group.throughput(Throughput::Bytes(suites.iter().map(|suite| suite.len() as u64).sum()));
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            suites.iter().map(|suite| parse_suite(suite, "s.robot").value.tests.len()).sum::<usize>()
        });
    });
    group.finish();
}

criterion_group!(benches, parse);
criterion_main!(benches);
