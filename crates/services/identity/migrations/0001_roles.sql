-- Who holds which role in which organisation. A row is never changed but for its end: the past
-- must be readable as it was (valid time in dates, recorded time in given_at and ended_at).
CREATE TABLE role_assignment (
    id           uuid        PRIMARY KEY,
    person       uuid        NOT NULL,
    organisation uuid        NOT NULL,
    role         text        NOT NULL CHECK (role IN ('researcher', 'handler', 'reviewer', 'steward', 'operator')),
    valid_from   date        NOT NULL,
    -- The last day; null when it goes on.
    valid_until  date        CHECK (valid_until >= valid_from),
    -- Who gave it, as the log writes actors.
    given_by     jsonb       NOT NULL,
    given_at     timestamptz NOT NULL,
    ended_by     jsonb,
    ended_at     timestamptz,
    CHECK ((ended_by IS NULL) = (ended_at IS NULL))
);

-- The same role twice would have to be ended twice.
CREATE UNIQUE INDEX role_assignment_once ON role_assignment (person, organisation, role) WHERE ended_at IS NULL;
CREATE INDEX role_assignment_organisation ON role_assignment (organisation) WHERE ended_at IS NULL;
