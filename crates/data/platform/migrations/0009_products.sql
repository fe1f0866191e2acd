-- Data products: derived datasets that are declared and made again when their sources change. `wanted` counts
-- how often somebody wanted it made, `taken` how many of those have been taken up: what changes before a
-- making is taken up is in it, what changes later wants another.
CREATE TABLE product (
    dataset    text PRIMARY KEY,
    holder     uuid NOT NULL,
    wanted     bigint NOT NULL DEFAULT 0,
    taken      bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    CHECK (taken <= wanted)
);

-- What a product is. A version changes only while it is a draft.
CREATE TABLE product_version (
    dataset       text NOT NULL REFERENCES product (dataset),
    version       integer NOT NULL CHECK (version > 0),
    state         text NOT NULL CHECK (state IN ('draft', 'asked', 'in_force', 'ended')),
    declaration   jsonb NOT NULL,
    digest        bytea NOT NULL CHECK (length(digest) = 32),
    -- The other organisations that answer for its sources.
    holders       uuid[] NOT NULL,
    edited_at     timestamptz NOT NULL,
    in_force_at   timestamptz,
    ended_at      timestamptz,
    ended_because text,
    PRIMARY KEY (dataset, version),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL)),
    CHECK (state <> 'in_force' OR in_force_at IS NOT NULL)
);
CREATE UNIQUE INDEX product_version_draft ON product_version (dataset) WHERE state IN ('draft', 'asked');
CREATE UNIQUE INDEX product_version_in_force ON product_version (dataset) WHERE state = 'in_force';

-- That another organisation lets its source be used so.
CREATE TABLE product_consent (
    dataset  text NOT NULL,
    version  integer NOT NULL,
    holder   uuid NOT NULL,
    given_at timestamptz NOT NULL,
    PRIMARY KEY (dataset, version, holder),
    FOREIGN KEY (dataset, version) REFERENCES product_version (dataset, version)
);

-- Each time it is made. `want` is which of the wants it takes up.
CREATE TABLE product_build (
    dataset        text NOT NULL REFERENCES product (dataset),
    want           bigint NOT NULL,
    version        integer NOT NULL,
    state          text NOT NULL CHECK (state IN ('open', 'done', 'unchanged', 'failed')),
    -- What it became, or the release that it would have become again.
    release        uuid REFERENCES release (id),
    preferences_at timestamptz,
    begun_at       timestamptz NOT NULL,
    ended_at       timestamptz,
    failure        text,
    PRIMARY KEY (dataset, want),
    CHECK ((state = 'open') = (ended_at IS NULL)),
    CHECK ((state = 'failed') = (failure IS NOT NULL)),
    CHECK ((state IN ('done', 'unchanged')) = (release IS NOT NULL))
);

-- How the release of a product came to be.
CREATE TABLE product_release (
    release uuid PRIMARY KEY REFERENCES release (id),
    dataset text NOT NULL,
    version integer NOT NULL,
    lineage jsonb NOT NULL,
    FOREIGN KEY (dataset, version) REFERENCES product_version (dataset, version)
);

-- The releases that a release is made of: those it was made of itself, and those that they are made of.
CREATE TABLE made_of (
    release uuid NOT NULL REFERENCES release (id),
    source  uuid NOT NULL REFERENCES release (id),
    direct  boolean NOT NULL,
    PRIMARY KEY (release, source),
    CHECK (release <> source)
);
CREATE INDEX made_of_source ON made_of (source);
