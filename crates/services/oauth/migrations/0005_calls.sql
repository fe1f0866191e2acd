-- What clients last met at the token endpoint, the last of each kind: for whoever sets one up and
-- wants to know what is wrong. Neither tokens nor numbers of persons.
CREATE TABLE call (
    client      uuid        NOT NULL REFERENCES client,
    outcome     text        NOT NULL,
    at          timestamptz NOT NULL,
    times       bigint      NOT NULL CHECK (times > 0),
    -- What the client was told, in English.
    description text        NOT NULL,
    -- By how many seconds the client's clock is ahead of ours, when that was wrong.
    clock       bigint,
    PRIMARY KEY (client, outcome)
);
CREATE INDEX call_unknown_key ON call (at) WHERE outcome = 'unknown_key';

ALTER TABLE call ENABLE ROW LEVEL SECURITY;
CREATE POLICY call_of_owner ON call
    USING (EXISTS (SELECT FROM client WHERE client.id = call.client))
    WITH CHECK (EXISTS (SELECT FROM client WHERE client.id = call.client));

-- A key that is no longer where the client publishes its keys is gone, and may come back there; one
-- that somebody removed may not.
ALTER TABLE client_key ADD COLUMN gone boolean NOT NULL DEFAULT false;
