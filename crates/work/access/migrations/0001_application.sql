-- Applications and what belongs to them. `content` is the document the applicant writes
-- (model::Content); it is read and written whole, and never queried inside.
CREATE TABLE application (
    id            uuid PRIMARY KEY,
    reference     text NOT NULL UNIQUE,
    applicant     uuid NOT NULL,
    organisation  uuid NOT NULL,
    access_body   uuid NOT NULL,
    state         text NOT NULL CHECK (state IN ('draft', 'submitted', 'processing', 'awaiting_answer', 'decided', 'withdrawn')),
    revision      bigint NOT NULL DEFAULT 1,
    content       jsonb NOT NULL,
    -- What the applicant is making it from, so that beginning twice gives one draft.
    origin        text NOT NULL,
    created_at    timestamptz NOT NULL,
    submitted_at  timestamptz,
    UNIQUE (applicant, origin)
);
CREATE INDEX application_of_applicant ON application (applicant, created_at DESC);
CREATE INDEX application_on_desk ON application (access_body, state, submitted_at);

-- One counter a year gives the references people use.
CREATE TABLE reference_counter (
    year  integer PRIMARY KEY,
    last  integer NOT NULL
);

CREATE TABLE step (
    application  uuid NOT NULL REFERENCES application,
    number       integer NOT NULL,
    kind         text NOT NULL,
    at           timestamptz NOT NULL,
    by_person    uuid,
    PRIMARY KEY (application, number)
);

CREATE TABLE question (
    application  uuid NOT NULL REFERENCES application,
    number       integer NOT NULL,
    field        text NOT NULL,
    text         text NOT NULL,
    asked_by     uuid NOT NULL,
    asked_at     timestamptz NOT NULL,
    answer       text,
    answered_by  uuid,
    answered_at  timestamptz,
    PRIMARY KEY (application, number)
);

CREATE TABLE assessment (
    application  uuid NOT NULL REFERENCES application,
    criterion    text NOT NULL,
    finding      text NOT NULL CHECK (finding IN ('met', 'partly', 'not_met', 'not_relevant')),
    reason       text NOT NULL CHECK (reason <> ''),
    assessed_by  uuid NOT NULL,
    assessed_at  timestamptz NOT NULL,
    PRIMARY KEY (application, criterion)
);

-- One decision an application, never changed.
CREATE TABLE decision (
    id           uuid PRIMARY KEY,
    application  uuid NOT NULL UNIQUE REFERENCES application,
    body         jsonb NOT NULL
);

-- An application is seen by the organisation that applies, by the access body it was sent to, and
-- by Varde's own components, even if a query forgets to ask.
ALTER TABLE application ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_organisation ON application USING (
    organisation::text = current_setting('varde.organisation', true)
    OR (access_body::text = current_setting('varde.organisation', true) AND state <> 'draft')
    OR current_setting('varde.subject', true) = 'system'
);
-- What belongs to an application is seen with it: the sub-select is itself under the policy above.
ALTER TABLE step ENABLE ROW LEVEL SECURITY;
CREATE POLICY with_application ON step USING (application IN (SELECT id FROM application));
ALTER TABLE question ENABLE ROW LEVEL SECURITY;
CREATE POLICY with_application ON question USING (application IN (SELECT id FROM application));
ALTER TABLE assessment ENABLE ROW LEVEL SECURITY;
CREATE POLICY with_application ON assessment USING (application IN (SELECT id FROM application));
ALTER TABLE decision ENABLE ROW LEVEL SECURITY;
CREATE POLICY with_application ON decision USING (application IN (SELECT id FROM application));
