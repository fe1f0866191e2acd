-- A release can be withdrawn, with a reason: nothing is made from it any more. One that was held back and
-- approved all the same says why.
ALTER TABLE release DROP CONSTRAINT release_status_check;
ALTER TABLE release ADD CONSTRAINT release_status_check
    CHECK (status IN ('draft', 'held', 'approved', 'superseded', 'withdrawn'));
ALTER TABLE release ADD COLUMN approved_because text;
ALTER TABLE release ADD COLUMN withdrawn_at timestamptz;
ALTER TABLE release ADD COLUMN withdrawn_because text;
ALTER TABLE release ADD CONSTRAINT release_withdrawn_check
    CHECK ((status = 'withdrawn') = (withdrawn_at IS NOT NULL) AND (withdrawn_at IS NULL) = (withdrawn_because IS NULL));

-- What was found in a release, as it is: for the data holder. Others read it with small groups withheld.
CREATE TABLE release_quality (
    release     uuid PRIMARY KEY REFERENCES release (id),
    -- Canonical JSON, and what the log has of it.
    report      jsonb NOT NULL,
    digest      bytea NOT NULL CHECK (length(digest) = 32),
    -- The thresholds that it was judged by, by version; NULL when none were set.
    thresholds  integer,
    misses      jsonb NOT NULL,
    assessed_at timestamptz NOT NULL
);

-- What a data holder demands of a dataset's releases. Every version is kept; the highest holds.
CREATE TABLE quality_threshold (
    dataset text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    holder  uuid,
    content jsonb NOT NULL,
    reason  text NOT NULL,
    set_at  timestamptz NOT NULL,
    PRIMARY KEY (dataset, version)
);
