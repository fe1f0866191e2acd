-- Issued permits. A permit is never edited: a changed one is a new row that names its predecessor.
CREATE TABLE permit (
    id          uuid PRIMARY KEY,
    decision    uuid NOT NULL UNIQUE,
    application uuid NOT NULL,
    predecessor uuid UNIQUE REFERENCES permit (id),
    holder      uuid NOT NULL,
    persons     uuid[] NOT NULL,
    decided_at  timestamptz NOT NULL,
    issued_at   timestamptz NOT NULL,
    -- The sealed permit: JWS compact serialisation. What it says is read from here and nowhere else.
    sealed      text NOT NULL
);
CREATE INDEX permit_holder ON permit (holder, decided_at);
CREATE INDEX permit_persons ON permit USING gin (persons);
CREATE INDEX permit_decided ON permit (decided_at, id);

CREATE TABLE revocation (
    permit     uuid PRIMARY KEY REFERENCES permit (id),
    reason     text NOT NULL,
    revoked_at timestamptz NOT NULL
);

REVOKE UPDATE, DELETE ON permit, revocation FROM varde_permit;
