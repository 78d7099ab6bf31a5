//! Vectors and the search for the nearest, held against a search in f64 that looks at everything.

use ccr_index::vectors::{ChunkVectors, Graph, Matrix, Near, VectorsError};
use proptest::collection::vec;
use proptest::prelude::*;

/// Numbers between -1 and 1 from a seed, more often near 0: sums of four.
fn numbers(seed: u64) -> impl FnMut() -> f32 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = move || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    move || (next() + next() + next() + next()) / 4.0
}

fn unit(mut values: Vec<f32>) -> Vec<f32> {
    let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
    values.iter_mut().for_each(|value| *value /= length);
    values
}

/// Chunks in groups about common middles, three a document; every third document has none.
fn clustered(chunks: usize, dimensions: usize, seed: u64) -> ChunkVectors {
    let mut number = numbers(seed);
    let middles: Vec<Vec<f32>> =
        (0..chunks / 50 + 1).map(|_| (0..dimensions).map(|_| number()).collect()).collect();
    let values = (0..chunks).flat_map(|chunk| {
        let middle = &middles[chunk * 7 % middles.len()];
        unit(middle.iter().map(|value| value + number()).collect())
    });
    ChunkVectors {
        dimensions,
        values: values.collect(),
        documents: (0..chunks as u32).map(|chunk| chunk / 3 + chunk / 6).collect(),
    }
}

/// The nearest of all, from the values as they were handed over.
fn brute_force(vectors: &ChunkVectors, query: &[f32], among: Option<&[u32]>) -> Vec<(u32, f64)> {
    let wide = |values: &[f32]| values.iter().map(|value| f64::from(*value)).collect::<Vec<f64>>();
    let length = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>().sqrt();
    let query = wide(query);
    let mut best: Vec<(u32, f64)> = Vec::new();
    for (document, values) in vectors.documents.iter().zip(vectors.values.chunks_exact(vectors.dimensions)) {
        let values = wide(values);
        let lengths = length(&query) * length(&values);
        if lengths == 0.0 || among.is_some_and(|among| among.binary_search(document).is_err()) {
            continue;
        }
        let cosine = query.iter().zip(&values).map(|(one, other)| one * other).sum::<f64>() / lengths;
        match best.last_mut() {
            Some(last) if last.0 == *document => last.1 = last.1.max(cosine),
            _ => best.push((*document, cosine)),
        }
    }
    best.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    best
}

fn matrix(vectors: &ChunkVectors) -> Matrix {
    Matrix::open(Matrix::encode(vectors).unwrap()).unwrap()
}

/// The share of the ten nearest that was found.
fn recall(found: &[Near], expected: &[(u32, f64)]) -> f64 {
    let expected = &expected[..expected.len().min(10)];
    let has = |(document, _): &&(u32, f64)| found.iter().any(|near| near.document == *document);
    expected.iter().filter(has).count() as f64 / expected.len() as f64
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

#[test]
fn a_scan_finds_what_a_look_at_everything_finds() {
    let vectors = clustered(3_000, 64, 1);
    let matrix = matrix(&vectors);
    let mut number = numbers(2);
    let queries: Vec<Vec<f32>> = (0..40).map(|_| (0..64).map(|_| number()).collect()).collect();
    let some: Vec<u32> = (0..1_500).filter(|document| document % 7 == 0).collect();
    for among in [None, Some(some.as_slice())] {
        let recall = mean(queries.iter().map(|query| {
            let expected = brute_force(&vectors, query, among);
            let found = matrix.nearest(query, 10, among).unwrap();
            for near in &found {
                let cosine = expected.iter().find(|(document, _)| *document == near.document).unwrap().1;
                assert!((f64::from(near.cosine) - cosine).abs() < 1e-3, "{near:?} {cosine}");
            }
            recall(&found, &expected)
        }));
        assert!(recall > 0.995, "{recall}");
    }
}

#[test]
fn a_graph_finds_nearly_all_of_the_nearest() {
    let vectors = clustered(3_000, 32, 3);
    let matrix = matrix(&vectors);
    let graph = Graph::open(&Graph::build(&matrix).unwrap(), &matrix).unwrap();
    let mut number = numbers(4);
    let queries: Vec<Vec<f32>> = (0..40).map(|_| (0..32).map(|_| number()).collect()).collect();
    let most: Vec<u32> = (0..1_500).filter(|document| document % 5 != 0).collect();
    for among in [None, Some(most.as_slice())] {
        let recall = mean(queries.iter().map(|query| {
            let found = graph.nearest(&matrix, query, 10, among).unwrap().unwrap();
            assert!(among.is_none_or(|among| found.iter().all(|near| among.contains(&near.document))));
            recall(&found, &brute_force(&vectors, query, among))
        }));
        assert!(recall >= 0.98, "{recall}");
    }
    assert_eq!(graph.nearest(&matrix, &[0.0; 32], 10, None).unwrap(), Some(Vec::new()));
    // More than there are: for the scan to say.
    assert_eq!(graph.nearest(&matrix, &queries[0], 2_000, None).unwrap(), None);
    assert!(Graph::pays(&matrix, None) && Graph::pays(&matrix, Some(&most)));
    assert!(!Graph::pays(&matrix, Some(&most[..100])));
}

#[test]
fn a_graph_of_other_vectors_is_refused() {
    let one = matrix(&clustered(200, 16, 5));
    let graph = Graph::build(&one).unwrap();
    for other in [clustered(200, 32, 5), clustered(199, 16, 5)] {
        let error = Graph::open(&graph, &matrix(&other)).unwrap_err();
        assert!(matches!(error, VectorsError::Unreadable(_) | VectorsError::Graph { .. }), "{error}");
    }
}

#[test]
fn a_graph_over_nothing_leaves_the_answer_to_the_scan() {
    for chunks in [0, 5] {
        let vectors =
            ChunkVectors { dimensions: 4, documents: vec![1; chunks], values: vec![0.0; chunks * 4] };
        let matrix = matrix(&vectors);
        let graph = Graph::open(&Graph::build(&matrix).unwrap(), &matrix).unwrap();
        assert_eq!(graph.nearest(&matrix, &[1.0; 4], 3, None).unwrap(), None);
        assert_eq!(matrix.nearest(&[1.0; 4], 3, None).unwrap(), []);
    }
}

#[test]
fn a_graph_answers_many_at_once() {
    let vectors = clustered(600, 16, 6);
    let matrix = matrix(&vectors);
    let graph = Graph::open(&Graph::build(&matrix).unwrap(), &matrix).unwrap();
    let query = &vectors.values[..16];
    let expected = graph.nearest(&matrix, query, 5, None).unwrap();
    assert_eq!(expected.as_ref().unwrap()[0].document, 0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    assert_eq!(graph.nearest(&matrix, query, 5, None).unwrap(), expected);
                }
            });
        }
    });
}

#[test]
fn equally_near_documents_come_by_their_numbers() {
    let vectors = ChunkVectors {
        dimensions: 2,
        documents: vec![1, 1, 4, 6, 7, 9],
        values: [[0.0, 1.0], [1.0, 0.0], [1.0, 0.0], [0.0, 0.0], [-1.0, 0.0], [1.0, 0.0]].concat(),
    };
    let matrix = matrix(&vectors);
    let near = |document, cosine| Near { document, cosine };
    let all = [near(1, 1.0), near(4, 1.0), near(9, 1.0), near(7, -1.0)];
    assert_eq!(matrix.nearest(&[3.0, 0.0], 10, None).unwrap(), all);
    assert_eq!(matrix.nearest(&[3.0, 0.0], 2, None).unwrap(), all[..2]);
    assert_eq!(matrix.nearest(&[3.0, 0.0], 0, None).unwrap(), []);
    assert_eq!(matrix.nearest(&[3.0, 0.0], 2, Some(&[0, 4, 5, 6, 7, 800])).unwrap(), [all[1], all[3]]);
    assert_eq!(matrix.nearest(&[3.0, 0.0], 2, Some(&[])).unwrap(), []);
    assert_eq!(matrix.nearest(&[0.0, 0.0], 10, None).unwrap(), []);
    assert_eq!(matrix.similarities(&[2e-30, 0.0], &[9, 0, 6, 7, 1]).unwrap(), [1.0, 0.0, 0.0, -1.0, 1.0]);
    assert_eq!(matrix.similarities(&[0.0, 0.0], &[9, 0]).unwrap(), [0.0, 0.0]);
    assert_eq!(matrix.similarities(&[f32::MAX, f32::MAX], &[9]).unwrap().len(), 1);
}

#[test]
fn questions_of_other_embedders_are_refused() {
    let matrix = matrix(&clustered(10, 8, 7));
    let other = VectorsError::OtherDimensions { expected: 8, found: 9 };
    assert_eq!(matrix.nearest(&[1.0; 9], 1, None), Err(other.clone()));
    assert_eq!(matrix.similarities(&[1.0; 9], &[]), Err(other));
    for value in [f32::NAN, f32::INFINITY] {
        let mut query = [1.0; 8];
        query[3] = value;
        assert_eq!(matrix.nearest(&query, 1, None), Err(VectorsError::QuestionNotFinite));
    }
}

#[test]
fn vectors_that_cannot_be_asked_are_not_encoded() {
    let good = || clustered(6, 4, 8);
    let check = |change: &dyn Fn(&mut ChunkVectors), words: &str| {
        let mut vectors = good();
        change(&mut vectors);
        let message = Matrix::encode(&vectors).unwrap_err().to_string();
        assert!(message.contains(words), "{message}");
    };
    assert!(Matrix::encode(&good()).is_ok());
    check(&|vectors| vectors.values[9] = f32::NAN, "chunk 2 of document 0 has length NaN");
    check(&|vectors| vectors.values[0] = f32::INFINITY, "has length inf");
    check(&|vectors| vectors.values[..4].fill(1.0), "chunk 0 of document 0 has length 2");
    check(&|vectors| vectors.documents.swap(1, 5), "sort chunks by document");
    check(&|vectors| vectors.values.truncate(23), "6 chunks of 4 dimensions do not make 23 numbers");
    check(&|vectors| vectors.dimensions = 0, "vectors of 0 dimensions");
    check(&|vectors| vectors.dimensions = usize::MAX, "cannot be kept");
}

#[test]
fn bytes_of_another_length_are_refused() {
    let bytes = Matrix::encode(&clustered(6, 4, 9)).unwrap();
    for length in 0..bytes.len() {
        assert!(Matrix::open(bytes[..length].to_vec()).is_err(), "{length}");
    }
    assert!(Matrix::open([bytes.as_slice(), &[0]].concat()).is_err());
    let empty = ChunkVectors { dimensions: 3, ..ChunkVectors::default() };
    let none = matrix(&empty);
    assert_eq!((none.chunks(), none.last_document()), (0, None));
    assert_eq!(none.nearest(&[1.0, 0.0, 0.0], 3, None).unwrap(), []);
    assert_eq!(none.to_chunk_vectors(), empty);
}

fn any_vectors() -> impl Strategy<Value = ChunkVectors> {
    (1_usize..40, vec((0_u32..3, any::<u64>()), 0..80)).prop_map(|(dimensions, chunks)| {
        let mut document = 0;
        let mut vectors = ChunkVectors { dimensions, ..ChunkVectors::default() };
        for (step, seed) in chunks {
            document += step;
            vectors.documents.push(document);
            let mut number = numbers(seed);
            let values: Vec<f32> = (0..dimensions).map(|_| number()).collect();
            let empty = seed % 8 == 0 || values.iter().all(|value| *value == 0.0);
            vectors.values.extend(if empty { vec![0.0; dimensions] } else { unit(values) });
        }
        vectors
    })
}

proptest! {
    #[test]
    fn what_is_encoded_comes_back_and_encodes_to_the_same_bytes(vectors in any_vectors()) {
        let bytes = Matrix::encode(&vectors).unwrap();
        let back = Matrix::open(bytes.clone()).unwrap().to_chunk_vectors();
        prop_assert_eq!(back.dimensions, vectors.dimensions);
        prop_assert_eq!(&back.documents, &vectors.documents);
        for (one, other) in back.values.iter().zip(&vectors.values) {
            prop_assert!((one - other).abs() <= 1e-3, "{} {}", one, other);
        }
        prop_assert_eq!(Matrix::encode(&back).unwrap(), bytes);
    }

    #[test]
    fn the_nearest_are_those_of_a_look_at_everything(
        vectors in any_vectors(),
        seed: u64,
        count in 0_usize..20,
        filter in proptest::option::of(proptest::collection::btree_set(0_u32..160, 0..80)),
    ) {
        let matrix = matrix(&vectors);
        let mut number = numbers(seed);
        let query: Vec<f32> = (0..vectors.dimensions).map(|_| number()).collect();
        let among: Option<Vec<u32>> = filter.map(|filter| filter.into_iter().collect());
        let found = matrix.nearest(&query, count, among.as_deref()).unwrap();
        let expected = brute_force(&vectors, &query, among.as_deref());
        prop_assert_eq!(found.len(), expected.len().min(count));
        let documents: Vec<u32> = found.iter().map(|near| near.document).collect();
        let similarities = matrix.similarities(&query, &documents).unwrap();
        for ((near, (_, cosine)), similarity) in found.iter().zip(&expected).zip(similarities) {
            prop_assert!((f64::from(near.cosine) - cosine).abs() < 2e-3, "{:?} {}", near, cosine);
            prop_assert_eq!(near.cosine, similarity);
        }
    }

    #[test]
    fn any_bytes_are_vectors_or_an_error(bytes in vec(any::<u8>(), 0..200)) {
        let _ = Matrix::open(bytes);
    }

    #[test]
    fn altered_bytes_never_panic(
        vectors in any_vectors(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = Matrix::encode(&vectors).unwrap();
        for (position, byte) in changes {
            let position = position.index(bytes.len());
            bytes[position] = byte;
        }
        if let Ok(matrix) = Matrix::open(bytes) {
            let query = vec![0.5; matrix.dimensions()];
            let found = matrix.nearest(&query, 5, None).unwrap();
            prop_assert!(found.iter().all(|near| near.cosine.is_finite()));
            let _ = matrix.nearest(&query, 5, Some(&[0, 1, 5, 90])).unwrap();
            let _ = matrix.similarities(&query, &[0, 1, 2]).unwrap();
            let _ = matrix.to_chunk_vectors();
        }
    }
}
