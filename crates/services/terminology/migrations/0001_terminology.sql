-- Code systems, maps and value sets in editions. An edition's content is never changed: what changes
-- is how far it has come. `version` and the period say for which time it holds, `revision` and
-- `status` which text of that version counts.

CREATE TABLE edition (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('code_system', 'concept_map', 'value_set')),
    key text NOT NULL,
    url text NOT NULL,
    version text NOT NULL,
    revision integer NOT NULL CHECK (revision > 0),
    status text NOT NULL CHECK (status IN ('draft', 'published', 'superseded', 'closed')),
    valid_from date NOT NULL,
    valid_until date,
    -- SHA-256 of subject, version, period and content in canonical JSON.
    digest bytea NOT NULL CHECK (octet_length(digest) = 32),
    -- The subject: everything but the concepts or mappings.
    about jsonb NOT NULL,
    -- Concepts or mappings.
    size integer NOT NULL,
    -- What it came from: sas, csv, icpc2b, fhir.
    origin text NOT NULL,
    -- Why it was taken in although it loses many codes.
    loss_reason text,
    -- The persons who brought it here; four eyes need another one to publish it.
    involved uuid[] NOT NULL,
    imported_at timestamptz NOT NULL,
    published_at timestamptz,
    closed_at timestamptz,
    UNIQUE (kind, key, version, revision),
    CHECK (valid_until >= valid_from)
);

-- Of each version one text is in force, and one waits.
CREATE UNIQUE INDEX edition_published ON edition (kind, key, version) WHERE status = 'published';
CREATE UNIQUE INDEX edition_draft ON edition (kind, key, version) WHERE status = 'draft';
CREATE INDEX edition_url ON edition (kind, url);

CREATE TABLE concept (
    edition uuid NOT NULL REFERENCES edition,
    position integer NOT NULL,
    code text NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (edition, position),
    UNIQUE (edition, code)
);

CREATE INDEX concept_by_code ON concept (code);

CREATE TABLE mapping (
    edition uuid NOT NULL REFERENCES edition,
    position integer NOT NULL,
    source text NOT NULL,
    targets text[] NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (edition, position)
);

CREATE INDEX mapping_by_source ON mapping (source);
CREATE INDEX mapping_by_target ON mapping USING gin (targets);

-- What an owner has set for one of its code systems, maps or value sets.
CREATE TABLE rule (
    kind text NOT NULL,
    key text NOT NULL,
    eyes smallint NOT NULL CHECK (eyes IN (1, 2)),
    loss_percent smallint NOT NULL CHECK (loss_percent BETWEEN 0 AND 100),
    set_at timestamptz NOT NULL,
    PRIMARY KEY (kind, key)
);
