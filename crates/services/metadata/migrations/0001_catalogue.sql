-- The catalogue. An edition of a source is immutable once imported; which one is current, and when
-- it was, are the recorded time. The valid time lies in the versions of each variable.

CREATE TABLE edition (
    id uuid PRIMARY KEY,
    source text NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    -- SHA-256 of the edition's canonical JSON: the same content is the same edition.
    digest bytea NOT NULL CHECK (octet_length(digest) = 32),
    -- What it came from: codebook, catalogue.
    origin text NOT NULL,
    -- The source without its datasets.
    about jsonb NOT NULL,
    variables integer NOT NULL,
    imported_at timestamptz NOT NULL,
    published_at timestamptz,
    superseded_at timestamptz,
    UNIQUE (source, number),
    CHECK (superseded_at IS NULL OR published_at IS NOT NULL),
    CHECK (superseded_at >= published_at)
);

-- A source has at most one current edition.
CREATE UNIQUE INDEX edition_current ON edition (source) WHERE published_at IS NOT NULL AND superseded_at IS NULL;

CREATE TABLE dataset (
    edition uuid NOT NULL REFERENCES edition,
    path text NOT NULL,
    position integer NOT NULL,
    -- The dataset without its variables.
    about jsonb NOT NULL,
    PRIMARY KEY (edition, path)
);

CREATE TABLE variable (
    edition uuid NOT NULL REFERENCES edition,
    path text NOT NULL,
    dataset text NOT NULL,
    position integer NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (edition, path),
    FOREIGN KEY (edition, dataset) REFERENCES dataset (edition, path)
);

CREATE INDEX variable_by_dataset ON variable (edition, dataset, position);

-- What search reads: the variables of the current editions, rebuilt for a source at publication.
CREATE TABLE search_entry (
    path text PRIMARY KEY,
    edition uuid NOT NULL REFERENCES edition,
    source text NOT NULL,
    dataset text NOT NULL,
    position integer NOT NULL,
    data_type text NOT NULL,
    retired boolean NOT NULL,
    -- Names (A) and column and codes (B): short enough to stay in the row, so that thousands of hits
    -- can be ranked without fetching what is stored apart.
    title tsvector NOT NULL,
    -- Weights: A names, B column and code values, C descriptions, D texts of codes.
    words tsvector NOT NULL,
    -- Everything in lower case, for parts of compounds that no word begins with.
    plain text NOT NULL
);

CREATE INDEX search_entry_words ON search_entry USING gin (words);
CREATE INDEX search_entry_source ON search_entry (source, data_type);

-- Lists of variables that people put together. A list later is an application's data need.
CREATE TABLE list (
    id uuid PRIMARY KEY,
    owner uuid NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
);

CREATE INDEX list_by_owner ON list (owner, changed_at DESC);

CREATE TABLE list_item (
    list uuid NOT NULL REFERENCES list ON DELETE CASCADE,
    path text NOT NULL,
    added_at timestamptz NOT NULL,
    PRIMARY KEY (list, path)
);

-- A list is seen by its owner only, also when a query forgets to ask.
ALTER TABLE list ENABLE ROW LEVEL SECURITY;
CREATE POLICY list_of_owner ON list
    USING (owner::text = current_setting('varde.person', true))
    WITH CHECK (owner::text = current_setting('varde.person', true));

ALTER TABLE list_item ENABLE ROW LEVEL SECURITY;
CREATE POLICY list_item_of_owner ON list_item
    USING (EXISTS (SELECT FROM list WHERE list.id = list_item.list))
    WITH CHECK (EXISTS (SELECT FROM list WHERE list.id = list_item.list));
