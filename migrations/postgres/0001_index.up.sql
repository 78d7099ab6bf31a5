-- The index in PostgreSQL. Everything below stands in one schema (`ccr` unless the URL says another), and
-- the extension `vector` (pgvector 0.8 or newer) is there before this runs.
--
-- A generation is a row with an ordered list of segments; a segment is what one source gave, and never
-- changes; documents are kept by their contents, so that a segment of which little changed writes little.
-- Only rows of `generation` and `segment` that are in no list of a kept generation are ever removed, and
-- what they alone held. Text that PostgreSQL cannot keep (the character NUL) is escaped by
-- index/src/store/postgres/text.rs, which also cuts keys that are too long for an index.

-- One row: what is in service, and the numbers that were given last. Whoever publishes locks it.
CREATE TABLE index_state (
    only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    -- Of the tables' contents: encodings and what they mean. A program reads its own only.
    format     integer NOT NULL,
    generation bigint,
    generations bigint NOT NULL DEFAULT 0,
    segments   bigint NOT NULL DEFAULT 0,
    documents  bigint NOT NULL DEFAULT 0,
    embedders  integer NOT NULL DEFAULT 0
);

-- What computed vectors. Those of different embedders cannot be compared.
CREATE TABLE embedder (
    number     integer PRIMARY KEY,
    provider   text NOT NULL,
    model      text NOT NULL,
    dimensions integer NOT NULL,
    UNIQUE (provider, model, dimensions)
);

-- A generation. `digest` is the BLAKE3 of `manifest` as it is written, and names the generation.
CREATE TABLE generation (
    number   bigint PRIMARY KEY,
    manifest json NOT NULL,
    digest   text NOT NULL UNIQUE,
    segments bigint[] NOT NULL,
    embedder integer REFERENCES embedder
);

-- What ranking reads whole, by name: `outline`, `lexicon`, `spread`.
CREATE TABLE blob (
    generation bigint NOT NULL REFERENCES generation ON DELETE CASCADE,
    name       text NOT NULL,
    bytes      bytea NOT NULL,
    PRIMARY KEY (generation, name)
);

-- The documents of one source in their order, and its part of the tables of the whole
-- (index/src/lexical/join.rs). `digest` is the BLAKE3 of everything that the segment holds.
CREATE TABLE segment (
    number    bigint PRIMARY KEY,
    source    text NOT NULL,
    documents bigint[] NOT NULL,
    outline   bytea NOT NULL,
    words     bytea NOT NULL,
    calls     bytea NOT NULL,
    size      bigint NOT NULL,
    digest    text NOT NULL
);

-- A document with certain contents. `under` is the title of the document that holds it, which its vectors
-- speak of too; `content` is the BLAKE3 of all columns from `under` to `body`.
CREATE TABLE document (
    version    bigint PRIMARY KEY,
    content    bytea NOT NULL,
    under      text NOT NULL,
    id         text NOT NULL,
    kind       text NOT NULL,
    collection text NOT NULL,
    parent     text,
    title      text NOT NULL,
    summary    text NOT NULL,
    platform   text,
    platforms  text[] NOT NULL,
    tags       text[] NOT NULL,
    access     text,
    path       text,
    symbol     text,
    line       bigint,
    url        text,
    -- The searched texts and the record, compressed (index/src/store/body.rs).
    body       bytea NOT NULL,
    written    timestamptz NOT NULL DEFAULT now(),
    -- For people's own questions in SQL. Ranking does not use it.
    words      tsvector NOT NULL GENERATED ALWAYS AS
        (to_tsvector('simple'::regconfig, left(title || ' ' || summary, 100000))) STORED
);
CREATE UNIQUE INDEX document_content ON document (content);
-- Longer ones would not fit into an index; whoever looks one up compares the whole as well.
CREATE INDEX document_id ON document (left(id, 500) COLLATE "C");
CREATE INDEX document_parent ON document USING hash (parent) WHERE parent IS NOT NULL;
CREATE INDEX document_words ON document USING gin (words);
CREATE INDEX document_tags ON document USING gin (tags);

-- Posting lists, as the lexical index encodes them, by position in the segment. `documents` is how many
-- documents a list holds.
CREATE TABLE posting (
    segment   bigint NOT NULL,
    term      text COLLATE "C" NOT NULL,
    documents integer NOT NULL,
    bytes     bytea NOT NULL,
    PRIMARY KEY (segment, term)
);

-- Every value that a filter can name, with the documents of the segment that have it
-- (index/src/store/numbers.rs). `value` is folded for comparing; `spellings` stood so many `times`.
CREATE TABLE facet (
    segment   bigint NOT NULL,
    facet     text COLLATE "C" NOT NULL,
    value     text COLLATE "C" NOT NULL,
    spellings text[] NOT NULL,
    times     integer[] NOT NULL,
    count     integer NOT NULL,
    documents bytea NOT NULL,
    PRIMARY KEY (segment, facet, value)
);

-- How many chunks of a document have a vector of an embedder, and how many it refused.
CREATE TABLE embedded (
    embedder integer NOT NULL REFERENCES embedder,
    document bigint NOT NULL,
    chunks   integer NOT NULL,
    refused  integer NOT NULL,
    PRIMARY KEY (embedder, document)
);

-- The vectors. Each has the dimensions of its embedder; a graph of neighbours is an index for one embedder,
-- `chunk_nearest_<embedder>`, which the first large publish makes.
CREATE TABLE chunk (
    document  bigint NOT NULL,
    embedder  integer NOT NULL,
    ordinal   integer NOT NULL,
    -- Whether the vector is 0: such a chunk is near to nothing.
    zero      boolean NOT NULL,
    embedding halfvec NOT NULL,
    PRIMARY KEY (document, embedder, ordinal)
);
-- Vectors are read all the time: they stay in the row where they fit into a page at all.
ALTER TABLE chunk ALTER COLUMN embedding SET STORAGE EXTERNAL;
ALTER TABLE chunk SET (toast_tuple_target = 8160);

INSERT INTO index_state (format) VALUES (1);
