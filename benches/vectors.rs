//! The nearest of many vectors: along the graph, by the scan of bytes, and by plain scans of f32, for
//! all documents and for filters that let fewer pass. Before the times: how many of the ten nearest
//! are found, and each time over that of the plain scan.
//!
//! A vector is the sum of the directions of a text's words, the rarer the longer. Half of the words
//! follow Zipf's law, half belong to the text's subject.

mod measure;

use std::hint::black_box;
use std::io;
use std::time::{Duration, Instant};

use ccr_index::vectors::{ChunkVectors, Graph, Matrix};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use ndarray::{ArrayView1, ArrayView2};

use measure::{milliseconds, ratio, tell};

const SIZES: [usize; 2] = [10_000, 100_000];
const DIMENSIONS: usize = 256;
const WORDS: usize = 20_000;
const SUBJECTS: usize = 1_000;
const WORDS_OF_SUBJECT: usize = 30;
const QUESTIONS: usize = 100;
const COUNT: usize = 10;
/// Every so manieth document passes a filter.
const FILTERS: [usize; 4] = [1, 10, 100, 1_000];

/// Numbers from a seed (xorshift64*), between 0 and 1.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 40) as f32 / (1 << 24) as f32
    }

    /// About normally distributed.
    fn normal(&mut self) -> f32 {
        (0..6).map(|_| self.next()).sum::<f32>() - 3.0
    }

    /// The vector of a text of so many words.
    fn text(&mut self, directions: &[f32], words: usize) -> Vec<f32> {
        let mut sum = vec![0.0; DIMENSIONS];
        let subject = (self.next() * SUBJECTS as f32) as usize;
        for word in 0..words {
            let random = self.next();
            let rank = if word % 2 == 0 {
                (WORDS as f32).powf(random)
            } else {
                let number = subject * WORDS_OF_SUBJECT + (random * WORDS_OF_SUBJECT as f32) as usize;
                (number * 7_919 % WORDS) as f32 + 1.0
            };
            let start = (rank as usize).min(WORDS - 1) * DIMENSIONS;
            let weight = 1.0 + rank.ln();
            for (sum, value) in sum.iter_mut().zip(&directions[start..start + DIMENSIONS]) {
                *sum += weight * value;
            }
        }
        let length = dot(&sum, &sum).sqrt();
        sum.iter_mut().for_each(|value| *value /= length);
        sum
    }
}

fn dot(one: &[f32], other: &[f32]) -> f32 {
    const LANES: usize = 16;
    let mut sums = [0.0; LANES];
    for (one, other) in one.chunks_exact(LANES).zip(other.chunks_exact(LANES)) {
        for lane in 0..LANES {
            sums[lane] += one[lane] * other[lane];
        }
    }
    sums.iter().sum()
}

/// The best of all scores, by the number of the document.
fn best(scores: impl Iterator<Item = f32>) -> Vec<u32> {
    let mut scores: Vec<(f32, u32)> = scores.zip(0..).collect();
    let last = COUNT.min(scores.len()) - 1;
    scores.select_nth_unstable_by(last, |one, other| other.0.total_cmp(&one.0));
    scores[..=last].iter().map(|(_, document)| *document).collect()
}

/// Vectors of one size in every form that is asked.
struct Subject {
    values: Vec<f32>,
    questions: Vec<Vec<f32>>,
    matrix: Matrix,
    graph: Graph,
}

impl Subject {
    fn new(size: usize) -> io::Result<Subject> {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let directions: Vec<f32> = (0..WORDS * DIMENSIONS).map(|_| random.normal()).collect();
        let values: Vec<f32> = (0..size).flat_map(|text| random.text(&directions, 6 + text % 12)).collect();
        let questions = (0..QUESTIONS).map(|question| random.text(&directions, 3 + question % 6)).collect();
        let vectors = ChunkVectors {
            dimensions: DIMENSIONS,
            documents: (0..size as u32).collect(),
            values: values.clone(),
        };
        let bytes = Matrix::encode(&vectors).map_err(io::Error::other)?;
        let file = bytes.len();
        let matrix = Matrix::open(bytes).map_err(io::Error::other)?;
        let start = Instant::now();
        let bytes = Graph::build(&matrix).map_err(io::Error::other)?;
        let built = start.elapsed().as_secs_f64();
        let start = Instant::now();
        black_box(blake3::hash(&bytes));
        let graph = Graph::open(&bytes, &matrix).map_err(io::Error::other)?;
        tell(format_args!(
            "{size} vectors: {:.1} MB; the graph {:.1} MB, {:.0} vectors a second to build, {:.1} ms to check and load",
            file as f64 / 1e6,
            bytes.len() as f64 / 1e6,
            size as f64 / built,
            milliseconds(start.elapsed()),
        ))?;
        Ok(Subject { values, questions, matrix, graph })
    }

    fn slices(&self, question: &[f32]) -> Vec<u32> {
        best(self.values.chunks_exact(DIMENSIONS).map(|row| dot(row, question)))
    }

    fn ndarray(&self, question: &[f32]) -> Vec<u32> {
        let rows = self.values.len() / DIMENSIONS;
        let matrix = ArrayView2::from_shape((rows, DIMENSIONS), &self.values).expect("it has this shape");
        best(matrix.dot(&ArrayView1::from(question)).into_iter())
    }

    fn scan(&self, question: &[f32], among: Option<&[u32]>) -> Vec<u32> {
        let found = self.matrix.nearest(question, COUNT, among).expect("the dimensions are right");
        found.iter().map(|near| near.document).collect()
    }

    fn graph(&self, question: &[f32], among: Option<&[u32]>) -> Vec<u32> {
        let found = self.graph.nearest(&self.matrix, question, COUNT, among);
        let found = found.expect("the dimensions are right").unwrap_or_default();
        found.iter().map(|near| near.document).collect()
    }

    fn filter(&self, each: usize) -> Option<Vec<u32>> {
        (each > 1).then(|| (0..self.matrix.chunks() as u32).step_by(each).collect())
    }

    /// The median time of a question, and how many of the nearest were found.
    fn ask(&self, ask: impl Fn(&[f32]) -> Vec<u32>, truth: &[Vec<u32>]) -> (Duration, f64) {
        let mut times = Vec::with_capacity(QUESTIONS);
        let mut found = 0;
        for (question, truth) in self.questions.iter().zip(truth) {
            let start = Instant::now();
            let answer = ask(question);
            times.push(start.elapsed());
            found += truth.iter().filter(|document| answer.contains(document)).count();
        }
        times.sort_unstable();
        (times[QUESTIONS / 2], found as f64 / (QUESTIONS * COUNT) as f64)
    }

    fn report(&self) -> io::Result<()> {
        let truth: Vec<Vec<u32>> = self.questions.iter().map(|question| self.slices(question)).collect();
        let (plain, _) = self.ask(|question| self.slices(question), &truth);
        let line = |name: &str, share: f64, (time, recall): (Duration, f64)| {
            let ratio = ratio(time, plain);
            tell(format_args!(
                "  {name:<8}{share:>6} %  recall@{COUNT} {recall:.3}  {ratio:7.3} of the plain scan"
            ))
        };
        line("ndarray", 100.0, self.ask(|question| self.ndarray(question), &truth))?;
        for each in FILTERS {
            let among = self.filter(each);
            let passing = self.values.chunks_exact(DIMENSIONS).enumerate().step_by(each);
            let truth: Vec<Vec<u32>> = self
                .questions
                .iter()
                .map(|question| {
                    let scores = passing.clone().map(|(_, row)| dot(row, question));
                    best(scores).into_iter().map(|position| position * each as u32).collect()
                })
                .collect();
            let share = 100.0 / each as f64;
            line("scan", share, self.ask(|question| self.scan(question, among.as_deref()), &truth))?;
            line("graph", share, self.ask(|question| self.graph(question, among.as_deref()), &truth))?;
        }
        Ok(())
    }
}

fn vectors(criterion: &mut Criterion) {
    for size in SIZES {
        let subject = Subject::new(size).expect("vectors can be encoded");
        subject.report().expect("standard output takes lines");
        let mut group = criterion.benchmark_group(format!("vectors/{size}"));
        group.sample_size(20);
        let mut next = (0..QUESTIONS).cycle();
        let mut question = || subject.questions[next.next().unwrap_or(0)].as_slice();
        group.bench_function("slices", |bencher| bencher.iter(|| subject.slices(question())));
        group.bench_function("ndarray", |bencher| bencher.iter(|| subject.ndarray(question())));
        for each in FILTERS {
            let among = subject.filter(each);
            let share = format!("{}%", 100.0 / each as f64);
            group.bench_function(BenchmarkId::new("scan", &share), |bencher| {
                bencher.iter(|| subject.scan(question(), among.as_deref()));
            });
            group.bench_function(BenchmarkId::new("graph", &share), |bencher| {
                bencher.iter(|| subject.graph(question(), among.as_deref()));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, vectors);
criterion_main!(benches);
