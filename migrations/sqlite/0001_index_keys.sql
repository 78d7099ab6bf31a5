-- Made after the rows are in, so that each index is sorted once and stands in one piece.
CREATE UNIQUE INDEX document_id ON document (id);
CREATE INDEX document_parent ON document (parent) WHERE parent IS NOT NULL;
