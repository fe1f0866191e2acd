-- What can be delegated. A changed resource is a new version.
CREATE TABLE resource (
    id            text        NOT NULL,
    version       integer     NOT NULL CHECK (version > 0),
    -- What it says, as it was registered.
    content       jsonb       NOT NULL,
    -- Who registered it, as the log writes actors.
    registered_by jsonb       NOT NULL,
    registered_at timestamptz NOT NULL,
    PRIMARY KEY (id, version)
);

-- Who has given whom which right. A right that ends is one more row; the latest row of a right says
-- whether it is held. Both parties read a row, and who may see it is settled by roles that another
-- register keeps, so that no row rule on one organisation would fit: the policy is asked.
CREATE TABLE change (
    id               uuid        PRIMARY KEY,
    -- The id of the grant that began it.
    delegation       uuid        NOT NULL,
    resource         text        NOT NULL,
    resource_version integer     NOT NULL,
    giver            text        NOT NULL CHECK (giver ~ '^[0-9]{9}$'),
    receiver         text        NOT NULL CHECK (receiver ~ '^[0-9]{9}$'),
    position         integer     NOT NULL CHECK (position > 0),
    kind             text        NOT NULL CHECK (kind IN ('grant', 'revoke', 'revoke_by_receiver')),
    -- Two times: from when it applies, and when we knew.
    applies_from     timestamptz NOT NULL,
    recorded_at      timestamptz NOT NULL,
    made_by          jsonb       NOT NULL,
    FOREIGN KEY (resource, resource_version) REFERENCES resource (id, version),
    -- Of two who change the same right at once, one wins.
    UNIQUE (resource, giver, receiver, position),
    CHECK (giver <> receiver),
    CHECK (applies_from <= recorded_at),
    -- Given, ended, given, ended.
    CHECK ((position % 2 = 1) = (kind = 'grant')),
    CHECK ((kind = 'grant') = (delegation = id))
);
CREATE INDEX change_giver ON change (giver);
CREATE INDEX change_receiver ON change (receiver);
CREATE INDEX change_delegation ON change (delegation);

REVOKE UPDATE, DELETE ON resource, change FROM varde_delegation;
