-- Releases: immutable copies of datasets. The file lies beside, named by the id.
CREATE TABLE release (
    id            uuid PRIMARY KEY,
    dataset       text NOT NULL,
    -- The organisation that answers for it, where somebody has said so.
    holder        uuid,
    status        text NOT NULL CHECK (status IN ('draft', 'held', 'approved', 'superseded')),
    digest        bytea NOT NULL CHECK (length(digest) = 32),
    -- What was uploaded: the same file again is recognised by it.
    source_digest bytea NOT NULL CHECK (length(source_digest) = 32),
    bytes         bigint NOT NULL,
    rows          bigint NOT NULL,
    people        bigint NOT NULL,
    period_from   date,
    period_until  date,
    quality       jsonb NOT NULL,
    -- Who is in it: a serialised Roaring bitmap over the person index.
    presence      bytea NOT NULL,
    created_at    timestamptz NOT NULL,
    approved_at   timestamptz,
    UNIQUE (dataset, source_digest)
);
CREATE UNIQUE INDEX release_approved ON release (dataset) WHERE status = 'approved';

-- Pseudonym keys, sealed under the installation's key. Emptying `sealed` is crypto-shredding.
CREATE TABLE project_key (
    id           uuid PRIMARY KEY,
    permit       uuid NOT NULL UNIQUE,
    sealed       bytea,
    created_at   timestamptz NOT NULL,
    destroyed_at timestamptz,
    CHECK ((sealed IS NULL) = (destroyed_at IS NOT NULL))
);

-- Extracts: one for each permit.
CREATE TABLE extract (
    id              uuid PRIMARY KEY,
    permit          uuid NOT NULL UNIQUE,
    title           text NOT NULL,
    -- The persons whom the permit names.
    persons         uuid[] NOT NULL,
    status          text NOT NULL CHECK (status IN ('prepared', 'entered', 'delivered')),
    specification   jsonb NOT NULL,
    manifest        jsonb,
    manifest_digest bytea,
    signature       text,
    -- The entry that says it was delivered, and commits to who was in it.
    entry           uuid,
    created_at      timestamptz NOT NULL,
    delivered_at    timestamptz,
    CHECK ((status = 'prepared') = (manifest IS NULL)),
    CHECK ((manifest IS NULL) = (entry IS NULL))
);

-- Who was in an extract, and who was left out and why: serialised Roaring bitmaps.
CREATE TABLE extract_people (
    extract uuid NOT NULL REFERENCES extract (id),
    status  text NOT NULL,
    people  bytea NOT NULL,
    PRIMARY KEY (extract, status)
);
