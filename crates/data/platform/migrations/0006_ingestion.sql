-- What a release was made of: the delivery, the description it was read by and what people had asked for.
-- The release's id follows from it, so that the same once more is known, and one that was killed ends as if
-- nothing had happened.
ALTER TABLE release ADD COLUMN recipe bytea CHECK (length(recipe) = 32);
UPDATE release SET recipe = source_digest;
ALTER TABLE release ALTER COLUMN recipe SET NOT NULL;
ALTER TABLE release DROP CONSTRAINT release_dataset_source_digest_key;
ALTER TABLE release ADD CONSTRAINT release_recipe UNIQUE (dataset, recipe);

-- Deliveries that are taken in, and releases that are made anew of what was kept. `plan` is how to read
-- them: no personal data.
CREATE TABLE ingestion (
    release       uuid PRIMARY KEY,
    dataset       text NOT NULL,
    holder        uuid,
    state         text NOT NULL CHECK (state IN ('open', 'done', 'nothing', 'failed')),
    -- The release that is made anew; none for a delivery.
    base          uuid REFERENCES release (id),
    source_digest bytea NOT NULL CHECK (length(source_digest) = 32),
    recipe        bytea NOT NULL CHECK (length(recipe) = 32),
    rows          bigint NOT NULL,
    plan          jsonb NOT NULL,
    begun_at      timestamptz NOT NULL,
    ended_at      timestamptz,
    failure       text,
    CHECK ((state = 'open') = (ended_at IS NULL)),
    CHECK ((state = 'failed') = (failure IS NOT NULL))
);
CREATE INDEX ingestion_begun ON ingestion (begun_at DESC);
CREATE INDEX ingestion_base ON ingestion (base);

-- Rows that could not be used, in groups. The rows themselves lie sealed beside the release until somebody
-- has dealt with every group.
CREATE TABLE quarantine (
    release  uuid NOT NULL REFERENCES release (id),
    reason   text NOT NULL,
    "column" text NOT NULL,
    rows     bigint NOT NULL CHECK (rows > 0),
    open     bigint NOT NULL CHECK (open BETWEEN 0 AND rows),
    PRIMARY KEY (release, reason, "column")
);

-- What was decided of a group, or of some of its lines, and why.
CREATE TABLE quarantine_decision (
    id         uuid PRIMARY KEY,
    release    uuid NOT NULL REFERENCES release (id),
    kind       text NOT NULL CHECK (kind IN ('accepted', 'redelivery', 'renewed')),
    reason     text,
    "column"   text,
    -- The lines; none when it is about the whole group.
    lines      bigint[] NOT NULL,
    because    text NOT NULL,
    -- The release that was made anew.
    renewed_as uuid,
    decided_at timestamptz NOT NULL,
    FOREIGN KEY (release, reason, "column") REFERENCES quarantine (release, reason, "column"),
    CHECK ((kind = 'accepted') = (reason IS NOT NULL)),
    CHECK ((kind = 'renewed') = (renewed_as IS NOT NULL))
);
CREATE INDEX quarantine_decision_release ON quarantine_decision (release, decided_at);

-- What is left out or put right in every release that is made from now on, since a person has asked for it
-- and was right. Which rows, and what they shall say, is sealed.
CREATE TABLE amendment (
    id           uuid PRIMARY KEY,
    dataset      text NOT NULL,
    holder       uuid,
    -- The person's index.
    person       integer NOT NULL CHECK (person >= 0),
    kind         text NOT NULL CHECK (kind IN ('deletion', 'correction')),
    law          text NOT NULL,
    section      text NOT NULL,
    sealed       bytea NOT NULL,
    recorded_at  timestamptz NOT NULL,
    withdrawn_at timestamptz
);
CREATE INDEX amendment_dataset ON amendment (dataset, recorded_at);

-- What an amendment did to a release.
CREATE TABLE amendment_effect (
    amendment uuid NOT NULL REFERENCES amendment (id),
    release   uuid NOT NULL REFERENCES release (id),
    rows      bigint NOT NULL CHECK (rows >= 0),
    PRIMARY KEY (amendment, release)
);
