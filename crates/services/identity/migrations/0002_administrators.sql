-- Administrators give and end the roles of their own organisation. What needs two people is proposed
-- by one and given when another accepts.
ALTER TABLE role_assignment DROP CONSTRAINT role_assignment_role_check;
ALTER TABLE role_assignment ADD CONSTRAINT role_assignment_role_check
    CHECK (role IN ('researcher', 'handler', 'reviewer', 'steward', 'operator', 'administrator'));

CREATE TABLE role_proposal (
    id           uuid        PRIMARY KEY,
    person       uuid        NOT NULL,
    organisation uuid        NOT NULL,
    role         text        NOT NULL
        CHECK (role IN ('researcher', 'handler', 'reviewer', 'steward', 'operator', 'administrator')),
    valid_from   date        NOT NULL,
    -- The last day; null when it goes on.
    valid_until  date        CHECK (valid_until >= valid_from),
    proposed_by  uuid        NOT NULL CHECK (proposed_by <> person),
    proposed_at  timestamptz NOT NULL,
    -- Who said yes or no, as the log writes actors.
    settled_by   jsonb,
    settled_at   timestamptz,
    accepted     boolean,
    CHECK ((settled_by IS NULL) = (settled_at IS NULL) AND (settled_by IS NULL) = (accepted IS NULL))
);

-- The same proposal twice would have to be settled twice.
CREATE UNIQUE INDEX role_proposal_once ON role_proposal (person, organisation, role) WHERE settled_at IS NULL;
CREATE INDEX role_proposal_organisation ON role_proposal (organisation) WHERE settled_at IS NULL;
