-- How editions come about: proposals, their edits and comments, who answers for what, the yearly
-- confirmation, and the registry that is common to all sources. Editions stay immutable: a proposal
-- is editions that are not published yet, a rejected one editions that never will be.

CREATE TABLE proposal (
    id uuid PRIMARY KEY,
    -- What it came from: codebook, catalogue, explorer, edit.
    origin text NOT NULL,
    title text NOT NULL,
    state text NOT NULL CHECK (state IN ('draft', 'proposed', 'in_review', 'published', 'rejected', 'withdrawn')),
    -- The sources it changes.
    sources text[] NOT NULL,
    -- Who: person:…, client:…, system:….
    proposer text NOT NULL,
    reviewer text,
    -- Why it was rejected or withdrawn, or published by one alone.
    reason text,
    created_at timestamptz NOT NULL,
    proposed_at timestamptz,
    decided_at timestamptz,
    CHECK (state NOT IN ('rejected', 'withdrawn') OR reason IS NOT NULL)
);

CREATE INDEX proposal_by_state ON proposal (state, created_at DESC);
CREATE INDEX proposal_by_source ON proposal USING gin (sources);
-- A source has one draft of field edits at a time, so that everybody's edits come together.
CREATE UNIQUE INDEX proposal_draft ON proposal ((sources[1])) WHERE state = 'draft' AND origin = 'edit';

-- The editions of a proposal, and what each was compared with when it was made.
CREATE TABLE proposal_edition (
    proposal uuid NOT NULL REFERENCES proposal,
    edition uuid NOT NULL UNIQUE REFERENCES edition,
    base uuid REFERENCES edition,
    PRIMARY KEY (proposal, edition)
);

-- The edits of a draft, in order; the edition follows from them when it is proposed.
CREATE TABLE proposal_edit (
    proposal uuid NOT NULL REFERENCES proposal,
    number integer NOT NULL,
    path text NOT NULL,
    field text NOT NULL,
    value text NOT NULL,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (proposal, number)
);

-- Comments on a field of what is proposed; answers have the comment they answer as their thread.
CREATE TABLE proposal_comment (
    id uuid PRIMARY KEY,
    proposal uuid NOT NULL REFERENCES proposal,
    thread uuid REFERENCES proposal_comment,
    path text NOT NULL,
    field text NOT NULL,
    body text NOT NULL,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL,
    resolved_by text,
    resolved_at timestamptz
);

CREATE INDEX proposal_comment_by_proposal ON proposal_comment (proposal, made_at);

-- Whether one person is enough to publish what they proposed themselves.
CREATE TABLE source_setting (
    source text PRIMARY KEY,
    approval text NOT NULL CHECK (approval IN ('people_in_two', 'always_two', 'one_enough')),
    reason text NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL
);

-- Who answers for a source or a dataset: a unit or a function, with where to reach it. Ended rather
-- than changed, so that it can be read as it was.
CREATE TABLE responsibility (
    path text NOT NULL,
    role text NOT NULL CHECK (role IN ('owner', 'steward')),
    name text NOT NULL,
    contact text NOT NULL,
    since timestamptz NOT NULL,
    ended timestamptz,
    PRIMARY KEY (path, role, since)
);

CREATE UNIQUE INDEX responsibility_current ON responsibility (path, role) WHERE ended IS NULL;

-- The yearly confirmation that a description is right (EHDS art. 60(3)).
CREATE TABLE attestation (
    source text NOT NULL,
    edition uuid NOT NULL REFERENCES edition,
    confirmed_at timestamptz NOT NULL,
    confirmed_by text NOT NULL,
    PRIMARY KEY (source, confirmed_at)
);

-- Reminders that were given, so that each is given once.
CREATE TABLE attestation_reminder (
    source text NOT NULL,
    due date NOT NULL,
    stage text NOT NULL CHECK (stage IN ('soon', 'close', 'overdue')),
    given_at timestamptz NOT NULL,
    PRIMARY KEY (source, due, stage)
);

-- Property definitions, instruments, names of code systems, saved filters: whole editions.
CREATE TABLE registry (
    number integer PRIMARY KEY,
    digest bytea NOT NULL CHECK (octet_length(digest) = 32),
    body jsonb NOT NULL,
    recorded_at timestamptz NOT NULL
);

-- What clients of the explorer's API ask for: the nodes of the current editions by their id there,
-- rebuilt for a source at publication.
CREATE TABLE explorer_node (
    id text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('source', 'dataset')),
    source text NOT NULL,
    position integer NOT NULL,
    -- Finished answers: a source's summary, whole and hierarchy; a dataset's whole.
    body jsonb NOT NULL
);

CREATE TABLE explorer_variable (
    id text PRIMARY KEY,
    source text NOT NULL,
    edition uuid NOT NULL REFERENCES edition,
    path text NOT NULL,
    position integer NOT NULL,
    -- The finished element of a page of variables.
    item jsonb NOT NULL,
    -- Everything that a filter can ask for, as kind:value.
    marks text[] NOT NULL,
    historical boolean NOT NULL,
    data_from date,
    data_until date,
    -- Name, code and description in lower case.
    words text NOT NULL
);

CREATE INDEX explorer_variable_source ON explorer_variable (source, position);
CREATE INDEX explorer_variable_marks ON explorer_variable USING gin (marks);
