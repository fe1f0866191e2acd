-- What may be told to everybody of a release: counts of rows and people for each variable and year, small
-- ones withheld and the rest rounded. The true counts are kept nowhere.
CREATE TABLE observation (
    release     uuid PRIMARY KEY REFERENCES release (id),
    dataset     text NOT NULL,
    -- Who had opted out by then is in no number.
    observed_at timestamptz NOT NULL,
    limits      jsonb NOT NULL,
    years       jsonb NOT NULL
);
CREATE INDEX observation_dataset ON observation (dataset, observed_at DESC);

CREATE TABLE observed_variable (
    release      uuid NOT NULL REFERENCES observation (release),
    name         text NOT NULL,
    -- Where it stands in the release.
    position     integer NOT NULL,
    filled       jsonb NOT NULL,
    distribution jsonb,
    PRIMARY KEY (release, name)
);
