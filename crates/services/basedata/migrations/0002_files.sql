-- How far each file has been taken in, written with the records themselves, so that an import that was
-- killed goes on where it stopped. A file is known by the SHA-256 of its bytes.
CREATE TABLE import_file (
    digest      bytea       NOT NULL CHECK (length(digest) = 32),
    part        text        NOT NULL CHECK (part IN ('persons', 'relations', 'organisations')),
    done        bigint      NOT NULL CHECK (done >= 0),
    began_at    timestamptz NOT NULL,
    finished_at timestamptz,
    PRIMARY KEY (digest, part)
);
