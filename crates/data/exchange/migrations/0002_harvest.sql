-- Other catalogues that are read again and again. Who may see and change one is for the policy: an
-- organisation has its own, the access body sees all.
CREATE TABLE harvest (
    id          uuid        PRIMARY KEY,
    -- Where the catalogue is, on the open net.
    address     text        NOT NULL UNIQUE,
    title       text        NOT NULL,
    -- The organisation that answers here for what comes from it.
    holder      uuid        NOT NULL,
    -- The function that is told when it fails again and again.
    mail        text        NOT NULL,
    language    text        NOT NULL CHECK (language IN ('nb', 'nn', 'en')),
    every_hours integer     NOT NULL CHECK (every_hours BETWEEN 1 AND 8760),
    paused      boolean     NOT NULL DEFAULT false,
    -- Somebody has said that what is gone there is meant to be gone.
    allow_loss  boolean     NOT NULL DEFAULT false,
    -- What the server said of the answer that was read last, to ask again with.
    tag         text,
    modified    text,
    -- How often in a row it has failed.
    failures    integer     NOT NULL DEFAULT 0 CHECK (failures >= 0),
    next_at     timestamptz NOT NULL,
    created_at  timestamptz NOT NULL
);

CREATE INDEX harvest_due ON harvest (next_at) WHERE NOT paused;

-- What came of each time.
CREATE TABLE harvest_run (
    harvest   uuid        NOT NULL REFERENCES harvest,
    at        timestamptz NOT NULL,
    outcome   text        NOT NULL CHECK (outcome IN ('not_modified', 'nothing_new', 'proposed', 'failed')),
    -- Why it failed.
    trouble   text,
    -- How many datasets were there, and what was proposed of them.
    datasets  integer     NOT NULL,
    added     integer     NOT NULL,
    changed   integer     NOT NULL,
    withdrawn integer     NOT NULL,
    -- Datasets without an address, and datasets that somebody else answers for here.
    left_out  integer     NOT NULL,
    proposal  uuid,
    PRIMARY KEY (harvest, at),
    CHECK ((outcome = 'failed') = (trouble IS NOT NULL)),
    CHECK ((outcome = 'proposed') = (proposal IS NOT NULL))
);

REVOKE UPDATE, DELETE ON harvest_run FROM varde_exchange;

-- The path of each dataset that was ever taken from another catalogue, for good: it is its name here. What was
-- proposed of it last is kept, so that what a reviewer has turned down is not proposed again unchanged.
CREATE TABLE harvested (
    address  text        PRIMARY KEY,
    path     text        NOT NULL UNIQUE,
    -- None for what was taken from a file.
    harvest  uuid        REFERENCES harvest,
    proposed bytea       NOT NULL CHECK (octet_length(proposed) = 32),
    seen_at  timestamptz NOT NULL,
    -- Since when it is gone there.
    gone_at  timestamptz
);

CREATE INDEX harvested_by_harvest ON harvested (harvest);
