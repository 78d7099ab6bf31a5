/// Why vectors cannot be kept or asked.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum VectorsError {
    /// A question's vector has another number of dimensions than the index.
    #[error(
        "the question has {found} dimensions, the vectors of the index have {expected}: \
         ask with the embedder that the index was built with, or rebuild it with `ccr index --force`"
    )]
    OtherDimensions {
        /// Dimensions of the index.
        expected: usize,
        /// Dimensions of the question.
        found: usize,
    },
    /// A question's vector holds NaN or an infinite number.
    #[error(
        "the vector of the question holds a number that is not finite: the embedder is broken, use another"
    )]
    QuestionNotFinite,
    /// Dimensions that no embedder has.
    #[error("vectors of {0} dimensions cannot be kept: 1 to {max} are possible", max = super::layout::MAX_DIMENSIONS)]
    Dimensions(usize),
    /// The numbers are not as many as the chunks and the dimensions say.
    #[error(
        "{chunks} chunks of {dimensions} dimensions do not make {values} numbers: hand over all of each chunk"
    )]
    Shape {
        /// Number of chunks.
        chunks: usize,
        /// Numbers in each vector.
        dimensions: usize,
        /// Numbers in all.
        values: usize,
    },
    /// The chunks are not in the order of their documents.
    #[error("chunk {chunk} belongs to an earlier document than the one before it: sort chunks by document")]
    OutOfOrder {
        /// Position of the chunk.
        chunk: usize,
    },
    /// A vector holds NaN or an infinite number, or is neither 0 nor of length 1.
    #[error(
        "the vector of chunk {chunk} of document {document} has length {length}: it must be 1 (or 0 for \
         a text without meaning): use another embedder"
    )]
    Length {
        /// Position of the chunk.
        chunk: usize,
        /// Its document.
        document: u32,
        /// Euclidean length.
        length: f32,
    },
    /// Bytes are not what was encoded.
    #[error("it holds no vectors: {0}")]
    Unreadable(String),
    /// The graph could not be built or asked.
    #[error("could not {doing} the graph of neighbours: {why}")]
    Graph {
        /// The operation, such as `build`.
        doing: &'static str,
        /// What the library says.
        why: String,
    },
}
