-- The tree over the entries, the persons' chains, and what proofs are made from. Everything here
-- can be computed again from the entries and their order; `varde ledger verify` does.

ALTER TABLE entry ADD COLUMN erased_by uuid;

-- Committed entries on their way into the tree. The number is drawn inside the unit of work, so
-- an entry that was made after another had committed has the larger one.
CREATE TABLE pending (
    arrived    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entry      uuid NOT NULL UNIQUE,
    commitment bytea NOT NULL,
    persons    uuid[] NOT NULL
);
INSERT INTO pending (entry, commitment, persons) SELECT id, commitment, persons FROM entry ORDER BY at, id;

CREATE TABLE leaf (
    index bigint PRIMARY KEY CHECK (index >= 0),
    entry uuid NOT NULL UNIQUE
);

-- The widest version of each tile; a narrower one is its beginning (C2SP tlog-tiles).
CREATE TABLE tile (
    level  smallint NOT NULL,
    number bigint NOT NULL,
    bytes  bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 32 AND 8192 AND octet_length(bytes) % 32 = 0),
    PRIMARY KEY (level, number)
);
ALTER TABLE tile ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE TABLE checkpoint (
    size         bigint PRIMARY KEY CHECK (size > 0),
    root         bytea NOT NULL CHECK (octet_length(root) = 32),
    at           timestamptz NOT NULL,
    note         text NOT NULL,
    cosignatures integer NOT NULL DEFAULT 0
);
CREATE INDEX checkpoint_cosigned ON checkpoint (size) WHERE cosignatures > 0;

-- A person's chain: its end, and its links with the head after each.
CREATE TABLE person (
    person uuid PRIMARY KEY,
    count  bigint NOT NULL CHECK (count > 0),
    head   bytea NOT NULL CHECK (octet_length(head) = 32)
);
CREATE TABLE link (
    person   uuid NOT NULL,
    position bigint NOT NULL CHECK (position > 0),
    index    bigint NOT NULL,
    head     bytea NOT NULL CHECK (octet_length(head) = 32),
    PRIMARY KEY (person, position)
);
CREATE INDEX link_index ON link (index);

-- Keyed trees over persons (chain heads, extracts), kept so that one person's proof reads one page.
CREATE TABLE tree (
    root       bytea NOT NULL,
    tag_key    bytea NOT NULL,
    secret     bytea NOT NULL,
    leaves     bigint NOT NULL,
    page_roots bytea NOT NULL,
    PRIMARY KEY (root, tag_key)
);
CREATE TABLE tree_page (
    root      bytea NOT NULL,
    tag_key   bytea NOT NULL,
    page      bigint NOT NULL,
    first_tag bytea NOT NULL,
    bytes     bytea NOT NULL,
    PRIMARY KEY (root, tag_key, page),
    FOREIGN KEY (root, tag_key) REFERENCES tree ON DELETE CASCADE
);
CREATE INDEX tree_page_first ON tree_page (root, tag_key, first_tag);
ALTER TABLE tree_page ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Publications of everybody's chain heads.
CREATE TABLE heads (
    entry   uuid PRIMARY KEY,
    size    bigint NOT NULL,
    root    bytea NOT NULL,
    tag_key bytea NOT NULL
);

-- The door for contexts, as before; now the entry also queues for the tree, and a commitment that
-- does not belong to its entry is refused here, where it still fails the unit of work.
CREATE OR REPLACE FUNCTION enter(
    id uuid, at timestamptz, kind text, resource text, persons uuid[], body text, salt bytea, commitment bytea
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = log, pg_temp AS $$
BEGIN
    IF octet_length(salt) <> 32 OR commitment IS DISTINCT FROM sha256(salt || convert_to(body, 'UTF8')) THEN
        RAISE EXCEPTION 'the commitment does not belong to the entry';
    END IF;
    INSERT INTO entry (id, at, kind, resource, persons, body, salt, commitment)
    VALUES (id, at, kind, resource, persons, body, salt, commitment);
    INSERT INTO pending (entry, commitment, persons) VALUES (id, commitment, persons);
END;
$$;
