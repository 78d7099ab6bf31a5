-- One generation of the index. The file is written once, in the order below, and never changed
-- after: a new run writes a new file. `user_version` is the format's number, which the manifest
-- states too; any change of this file or of the encodings named here is a new format.

-- What listings and hits show. `number` is the position of the document in the run that wrote it,
-- and what posting lists speak of.
CREATE TABLE document (
    number     INTEGER PRIMARY KEY,
    id         TEXT NOT NULL,
    kind       TEXT NOT NULL,
    collection TEXT NOT NULL,
    parent     TEXT,
    title      TEXT NOT NULL,
    summary    TEXT NOT NULL,
    platform   TEXT,
    platforms  TEXT NOT NULL,   -- JSON array of strings
    tags       TEXT NOT NULL,   -- JSON array of strings
    access     TEXT,
    path       TEXT,
    symbol     TEXT,
    line       INTEGER,
    url        TEXT
) STRICT;

-- The searched texts and the record of a document, compressed (store/body.rs). They stand
-- apart so that reading ten heads does not walk over ten records.
CREATE TABLE body (
    number INTEGER PRIMARY KEY,
    bytes  BLOB NOT NULL
) STRICT;

-- Posting lists, as the lexical index encodes them.
CREATE TABLE posting (
    term  TEXT PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What else the lexical index keeps, by name.
CREATE TABLE blob (
    number INTEGER PRIMARY KEY,
    name   TEXT NOT NULL UNIQUE,
    bytes  BLOB NOT NULL
) STRICT;

-- Every value that a filter can name, with the documents that have it (store/numbers.rs).
-- `value` is folded for comparing, `shown` is its most frequent spelling.
CREATE TABLE facet (
    facet     TEXT NOT NULL,
    value     TEXT NOT NULL,
    shown     TEXT NOT NULL,
    count     INTEGER NOT NULL,
    documents BLOB NOT NULL,
    PRIMARY KEY (facet, value)
) STRICT, WITHOUT ROWID;
