-- People's logins at clients. Whatever is a secret (the address of a pushed request, a code, a
-- refresh token, a browser's cookie) is kept as its SHA-256.

-- A request that a client pushed (RFC 9126), until the person has been sent back with the answer.
CREATE TABLE pushed_request (
    digest     bytea       PRIMARY KEY,
    client     uuid        NOT NULL,
    -- What was asked, checked.
    content    jsonb       NOT NULL,
    pushed_at  timestamptz NOT NULL,
    -- Until when it may be opened; later, once it is opened: until when the person may log in.
    expires_at timestamptz NOT NULL,
    -- The browser that opened it: no other may go on.
    browser    bytea,
    opened_at  timestamptz,
    used_at    timestamptz
);
CREATE INDEX pushed_request_expires_at ON pushed_request (expires_at);

-- A person's login at a client. Everything that is given on the strength of it names it, so that it
-- ends with it.
CREATE TABLE login (
    id           uuid        PRIMARY KEY,
    client       uuid        NOT NULL,
    person       uuid        NOT NULL,
    -- The session here.
    session      uuid        NOT NULL,
    level        text        NOT NULL CHECK (level IN ('substantial', 'high')),
    logged_in_at timestamptz NOT NULL,
    -- What was asked for and is granted.
    content      jsonb       NOT NULL,
    code         bytea       NOT NULL UNIQUE,
    code_until   timestamptz NOT NULL,
    code_used_at timestamptz,
    given_at     timestamptz NOT NULL,
    -- Until when anything given on the strength of it may be good.
    expires_at   timestamptz NOT NULL,
    ended_at     timestamptz
);
CREATE INDEX login_expires_at ON login (expires_at);

CREATE TABLE refresh_token (
    digest      bytea       PRIMARY KEY,
    login       uuid        NOT NULL REFERENCES login ON DELETE CASCADE,
    -- The key it is bound to.
    thumbprint  text        NOT NULL,
    issued_at   timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    -- When another took its place. Used after that, it ends the login.
    replaced_at timestamptz
);
CREATE INDEX refresh_token_login ON refresh_token (login);

-- The person behind an access token, and the login it came from.
ALTER TABLE access_token ADD COLUMN person uuid, ADD COLUMN login uuid;
CREATE INDEX access_token_login ON access_token (login) WHERE login IS NOT NULL;
