-- What is kept of architecture: assessments, deviations, systems, standards, responsibilities. Each
-- change is a new version of the whole, so that what was said is never lost and any day can be read.
CREATE TABLE version (
    kind    text        NOT NULL CHECK (kind IN ('assessment', 'deviation', 'system', 'standard', 'responsibility')),
    -- Of which: an id, or for assessments the thing and the requirement.
    id      text        NOT NULL,
    number  integer     NOT NULL CHECK (number > 0),
    -- What it says (the model's type of that kind).
    content jsonb       NOT NULL,
    -- Who made it, as the log writes actors.
    made_by jsonb       NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (kind, id, number)
);

REVOKE UPDATE, DELETE ON version FROM varde_architecture;
