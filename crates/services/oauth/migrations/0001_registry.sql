-- Who may ask for tokens, for which APIs, and the keys we sign with.

-- An API and everything that is registered about it.
CREATE TABLE api (
    -- Its short name, the audience of its tokens.
    audience      text        PRIMARY KEY CHECK (audience <> ''),
    organisation  uuid        NOT NULL,
    content       jsonb       NOT NULL,
    registered_at timestamptz NOT NULL,
    changed_at    timestamptz NOT NULL
);

CREATE TABLE client (
    id            uuid        PRIMARY KEY,
    -- The owner's id, for the row rules, and its number, for tokens.
    organisation  uuid        NOT NULL,
    owner         text        NOT NULL,
    name          text        NOT NULL CHECK (name <> ''),
    tenancy       text        NOT NULL CHECK (tenancy IN ('none', 'single-tenant', 'multi-tenant')),
    -- Sub-units, grants, scopes, addresses, refresh tokens, the national profile.
    settings      jsonb       NOT NULL,
    registered_by jsonb       NOT NULL,
    registered_at timestamptz NOT NULL,
    changed_at    timestamptz NOT NULL,
    ended_at      timestamptz
);
CREATE INDEX client_organisation ON client (organisation) WHERE ended_at IS NULL;

-- Public keys of a client. Several at once, so that one can be replaced without a pause.
CREATE TABLE client_key (
    client      uuid        NOT NULL REFERENCES client,
    kid         text        NOT NULL,
    jwk         jsonb       NOT NULL,
    added_by    jsonb       NOT NULL,
    added_at    timestamptz NOT NULL,
    valid_until timestamptz NOT NULL,
    removed_at  timestamptz,
    PRIMARY KEY (client, kid)
);

-- An organisation sees its own clients and their keys, also when a query forgets to ask. The server
-- itself, which must know whoever knocks, is a component.
ALTER TABLE client ENABLE ROW LEVEL SECURITY;
CREATE POLICY client_of_owner ON client
    USING (organisation::text = current_setting('varde.organisation', true)
           OR current_setting('varde.subject', true) = 'system')
    WITH CHECK (organisation::text = current_setting('varde.organisation', true)
           OR current_setting('varde.subject', true) = 'system');
ALTER TABLE client_key ENABLE ROW LEVEL SECURITY;
CREATE POLICY client_key_of_owner ON client_key
    USING (EXISTS (SELECT FROM client WHERE client.id = client_key.client))
    WITH CHECK (EXISTS (SELECT FROM client WHERE client.id = client_key.client));

-- Our own keys: the next is published before it signs, the last is published until what it signed
-- has expired. Private halves are sealed with the installation's key file.
CREATE TABLE signing_key (
    kid          text        PRIMARY KEY,
    algorithm    text        NOT NULL,
    jwk          jsonb       NOT NULL,
    sealed       bytea       NOT NULL,
    published_at timestamptz NOT NULL,
    signs_from   timestamptz NOT NULL,
    -- From when a newer one signs; null for the newest.
    signs_until  timestamptz,
    withdrawn_at timestamptz
);

-- Secrets that all instances share: for nonces and for pseudonyms. Sealed likewise.
CREATE TABLE secret (
    name   text  PRIMARY KEY,
    sealed bytea NOT NULL
);
