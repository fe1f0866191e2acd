-- What other catalogues demanded of each edition that was published, and lacked, as it was found then: by
-- profile. Never changed: a later check of the same edition by other shapes would be another question.
CREATE TABLE edition_check (
    edition    uuid        NOT NULL,
    profile    text        NOT NULL,
    source     text        NOT NULL,
    -- The number of the edition within its source.
    number     integer     NOT NULL CHECK (number > 0),
    breaches   integer     NOT NULL CHECK (breaches >= 0),
    advice     integer     NOT NULL CHECK (advice >= 0),
    notes      integer     NOT NULL CHECK (notes >= 0),
    -- What was lacking, with reasons in three languages.
    lacks      jsonb       NOT NULL,
    -- The digest of what was said, as N-Triples, and of the shapes it was held up against.
    said       bytea       NOT NULL CHECK (octet_length(said) = 32),
    shapes     bytea       NOT NULL CHECK (octet_length(shapes) = 32),
    checked_at timestamptz NOT NULL,
    PRIMARY KEY (edition, profile)
);

CREATE INDEX edition_check_by_source ON edition_check (source, number DESC);

REVOKE UPDATE, DELETE ON edition_check FROM varde_exchange;
