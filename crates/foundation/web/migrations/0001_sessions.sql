-- Sessions of people who have logged in, and forms held back when a session ended under them.

CREATE TABLE session (
    id              uuid        PRIMARY KEY,
    -- SHA-256 of the cookie's 256 random bits: who reads this table cannot take over a session.
    digest          bytea       NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
    -- The cookie before the last renewal, good for a short while: two tabs may ask at once.
    previous_digest bytea       UNIQUE CHECK (octet_length(previous_digest) = 32),
    person          uuid        NOT NULL,
    actor           jsonb       NOT NULL,
    display         jsonb       NOT NULL,
    -- In every form of this session. Of no use without the cookie.
    csrf            text        NOT NULL UNIQUE,
    begun_at        timestamptz NOT NULL,
    renewed_at      timestamptz NOT NULL,
    ended_at        timestamptz,
    CHECK (renewed_at >= begun_at),
    CHECK (ended_at IS NULL OR ended_at >= begun_at)
);

CREATE INDEX session_person ON session (person) WHERE ended_at IS NULL;
CREATE INDEX session_begun_at ON session (begun_at);

CREATE TABLE held_form (
    id      uuid        PRIMARY KEY,
    -- Released to this person only.
    person  uuid        NOT NULL,
    path    text        NOT NULL CHECK (path LIKE '/%'),
    fields  jsonb       NOT NULL,
    held_at timestamptz NOT NULL
);

CREATE INDEX held_form_person ON held_form (person, held_at);
