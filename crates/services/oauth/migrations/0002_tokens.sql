-- What has been used and given. One-time ids are kept as their SHA-256.

-- One-time ids of client assertions and proofs. All instances share it: the second use of an id
-- meets the first.
CREATE TABLE used (
    digest bytea       PRIMARY KEY,
    until  timestamptz NOT NULL
);
CREATE INDEX used_until ON used (until);

-- Access tokens that were given: for introspection and revocation.
CREATE TABLE access_token (
    id           uuid        PRIMARY KEY,
    client       uuid        NOT NULL,
    audience     text        NOT NULL,
    scope        text        NOT NULL,
    thumbprint   text        NOT NULL,
    -- For whom, by organisation number; null for a client without tenancy.
    parent       text,
    child        text,
    supplier     text,
    -- The delegations that opened it.
    delegations  uuid[]      NOT NULL,
    entry        uuid        NOT NULL,
    issued_at    timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz
);
CREATE INDEX access_token_expires_at ON access_token (expires_at);
