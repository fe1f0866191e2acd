-- What is kept of harmonisation: concepts, represented variables, and relations between variables with
-- the decisions about them. Each change is a new version of the whole, so that nothing that was proposed
-- or decided is lost and any day can be read.
CREATE TABLE said (
    kind    text        NOT NULL CHECK (kind IN ('concept', 'represented', 'relation')),
    id      uuid        NOT NULL,
    number  integer     NOT NULL CHECK (number > 0),
    -- What it says (the model's type of that kind).
    content jsonb       NOT NULL,
    -- Who said it, as the log writes actors.
    said_by jsonb       NOT NULL,
    said_at timestamptz NOT NULL,
    PRIMARY KEY (kind, id, number)
);

REVOKE UPDATE, DELETE ON said FROM varde_harmonisation;
