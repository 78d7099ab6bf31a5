-- What is in service, for people's own questions, and under the names that the readers of the RunWhen
-- registry know: `vector_codebundles`, `vector_codecollections`, `vector_libraries`, `vector_documentation`.

-- The documents in service in their order.
CREATE VIEW document_in_service AS
SELECT d.*, row_number() OVER (ORDER BY s.place, v.place) - 1 AS number, g.embedder
FROM index_state state
JOIN generation g ON g.number = state.generation
CROSS JOIN LATERAL unnest(g.segments) WITH ORDINALITY AS s(segment, place)
JOIN segment ON segment.number = s.segment
CROSS JOIN LATERAL unnest(segment.documents) WITH ORDINALITY AS v(version, place)
JOIN document d ON d.version = v.version;

-- What the manifest in service says of each collection.
CREATE VIEW collection_in_service AS
SELECT source -> 'collection' ->> 'slug' AS slug,
       source -> 'collection' ->> 'name' AS name,
       source -> 'collection' ->> 'description' AS description,
       source -> 'collection' ->> 'git_url' AS git_url,
       source -> 'collection' ->> 'owner' AS owner
FROM index_state state
JOIN generation g ON g.number = state.generation
CROSS JOIN LATERAL json_array_elements(g.manifest -> 'sources') AS source;

CREATE VIEW vector_codebundles AS
SELECT d.id, c.embedding::vector AS embedding, concat_ws(E'\n', d.title, nullif(d.summary, '')) AS document,
       jsonb_build_object(
           'slug', substr(d.id, length(d.collection) + 2),
           'collection_slug', d.collection,
           'name', substr(d.id, length(d.collection) + 2),
           'display_name', d.title,
           'description', left(d.summary, 500),
           'platform', coalesce(d.platform, ''),
           'tags', array_to_string(d.tags[1:10], ',')
       ) AS metadata,
       d.written AS created_at, d.written AS updated_at
FROM document_in_service d
LEFT JOIN chunk c ON c.document = d.version AND c.embedder = d.embedder AND c.ordinal = 0
WHERE d.kind = 'codebundle';

CREATE VIEW vector_codecollections AS
SELECT d.id, c.embedding::vector AS embedding, concat_ws(' — ', d.title, nullif(d.summary, '')) AS document,
       jsonb_build_object(
           'slug', d.id,
           'name', d.title,
           'description', left(d.summary, 500),
           'git_url', coalesce(s.git_url, ''),
           'owner', coalesce(s.owner, '')
       ) AS metadata,
       d.written AS created_at, d.written AS updated_at
FROM document_in_service d
LEFT JOIN collection_in_service s ON s.slug = d.collection
LEFT JOIN chunk c ON c.document = d.version AND c.embedder = d.embedder AND c.ordinal = 0
WHERE d.kind = 'collection';

CREATE VIEW vector_libraries AS
SELECT d.id, c.embedding::vector AS embedding, concat_ws(E'\n', d.title, nullif(d.summary, '')) AS document,
       jsonb_build_object(
           'name', d.title,
           'import_path', d.title,
           'collection_slug', d.collection,
           'description', left(d.summary, 500),
           'category', coalesce(d.platform, 'general'),
           'url', coalesce(d.url, '')
       ) AS metadata,
       d.written AS created_at, d.written AS updated_at
FROM document_in_service d
LEFT JOIN chunk c ON c.document = d.version AND c.embedder = d.embedder AND c.ordinal = 0
WHERE d.kind = 'library';

CREATE VIEW vector_documentation AS
SELECT d.id, c.embedding::vector AS embedding, concat_ws(E'\n', d.title, nullif(d.summary, '')) AS document,
       jsonb_build_object(
           'name', d.title,
           'description', left(d.summary, 500),
           'url', coalesce(d.url, d.id),
           'category', coalesce(d.tags[1], ''),
           'topics', array_to_string(d.tags, ','),
           'has_crawled_content', 'true'
       ) AS metadata,
       d.written AS created_at, d.written AS updated_at
FROM document_in_service d
LEFT JOIN chunk c ON c.document = d.version AND c.embedder = d.embedder AND c.ordinal = 0
WHERE d.kind = 'documentation';
