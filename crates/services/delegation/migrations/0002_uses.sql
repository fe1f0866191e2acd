-- Every use of a delegation: each token that it opened, and each call that was reported. Rows are only
-- added; what is told twice is kept once.
CREATE TABLE delegation_use (
    delegation  uuid        NOT NULL REFERENCES change (id),
    -- The token's or the call's id, of version 7: its order is time's.
    id          uuid        NOT NULL,
    kind        text        NOT NULL CHECK (kind IN ('token', 'call')),
    at          timestamptz NOT NULL,
    -- The supplier's client, and what it was called then.
    client      uuid        NOT NULL,
    client_name text        NOT NULL,
    audience    text        NOT NULL,
    scope       text        NOT NULL,
    -- The sub-unit it was for, when one was named.
    child       text        CHECK (child ~ '^[0-9]{9}$'),
    -- The entry on the log that proves it.
    entry       uuid        NOT NULL,
    PRIMARY KEY (delegation, id)
);

-- How often and when last, so that lists need not count.
CREATE TABLE delegation_use_total (
    delegation uuid        PRIMARY KEY REFERENCES change (id),
    uses       bigint      NOT NULL CHECK (uses > 0),
    last_at    timestamptz NOT NULL
);

REVOKE UPDATE, DELETE ON delegation_use FROM varde_delegation;
REVOKE DELETE ON delegation_use_total FROM varde_delegation;
