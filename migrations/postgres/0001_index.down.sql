DROP TABLE chunk, embedded, facet, posting, document, segment, blob, generation, embedder, index_state;
