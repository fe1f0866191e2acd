-- Requests for statistics (EHDS art. 69), the tables that are published, and the ledger of what was told.

CREATE TABLE request (
    id            uuid        PRIMARY KEY,
    applicant     uuid        NOT NULL,
    organisation  uuid        NOT NULL,
    access_body   uuid        NOT NULL,
    state         text        NOT NULL
        CHECK (state IN ('draft', 'sent', 'approved', 'refused', 'published', 'unmade', 'withdrawn')),
    -- What is asked for (the model's type): read and written whole.
    content       jsonb       NOT NULL,
    created_at    timestamptz NOT NULL,
    sent_at       timestamptz,
    -- The decision (the model's type), never changed.
    decision      jsonb,
    -- Why no table was made.
    unmade        text,
    -- The table that was published.
    statistic     uuid        UNIQUE,
    CHECK (state IN ('draft', 'withdrawn') OR sent_at IS NOT NULL),
    CHECK ((decision IS NOT NULL) = (state IN ('approved', 'refused', 'published', 'unmade'))),
    CHECK ((unmade IS NOT NULL) = (state = 'unmade')),
    CHECK ((statistic IS NOT NULL) = (state = 'published'))
);
CREATE INDEX request_of_applicant ON request (applicant, created_at DESC);
CREATE INDEX request_on_desk ON request (access_body, state, sent_at);

-- A request is seen by the organisation that asks, by the access body once it is sent, and by Varde's own parts.
ALTER TABLE request ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_organisation ON request USING (
    organisation::text = current_setting('varde.organisation', true)
    OR (access_body::text = current_setting('varde.organisation', true) AND state <> 'draft')
    OR current_setting('varde.subject', true) = 'system'
);

-- Published tables: for everybody, and for good. Nothing here says who asked.
CREATE TABLE statistic (
    id                uuid        PRIMARY KEY,
    title             text        NOT NULL,
    dataset           text        NOT NULL,
    release           uuid        NOT NULL,
    -- What is published (the model's type), with what was checked.
    content           jsonb       NOT NULL,
    -- What each rule found, for those who review.
    record            jsonb       NOT NULL,
    made_at           timestamptz NOT NULL,
    withdrawn_at      timestamptz,
    -- Why it was withdrawn, for everybody to read.
    withdrawn_because text,
    CHECK ((withdrawn_at IS NULL) = (withdrawn_because IS NULL))
);
CREATE INDEX statistic_newest ON statistic (made_at DESC, id DESC);

-- What was told of which people, said so that they can be found again in the release: no person is in it. A row
-- stays when its table is withdrawn, since what was told cannot be taken back.
CREATE TABLE told (
    -- In the order in which tables were told: each is checked together with those before it.
    number     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    statistic  uuid        NOT NULL UNIQUE REFERENCES statistic,
    -- The datasets that the table read.
    datasets   text[]      NOT NULL,
    -- What was told (the model's type).
    content    jsonb       NOT NULL
);
CREATE INDEX told_of_datasets ON told USING gin (datasets);

REVOKE DELETE ON request FROM varde_exploration;
REVOKE DELETE ON statistic FROM varde_exploration;
REVOKE UPDATE, DELETE ON told FROM varde_exploration;
