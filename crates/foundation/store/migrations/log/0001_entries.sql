-- Entries as they were made, in the unit of work that made them. They are sequenced into the tree
-- after their commit; only the salted commitment is ever public.
CREATE TABLE entry (
    id         uuid PRIMARY KEY,
    at         timestamptz NOT NULL,
    kind       text NOT NULL,
    resource   text NOT NULL,
    persons    uuid[] NOT NULL,
    body       text,
    salt       bytea,
    commitment bytea NOT NULL CHECK (octet_length(commitment) = 32)
);

-- The one door for contexts: their roles can add entries and neither read nor change any.
CREATE FUNCTION enter(
    id uuid, at timestamptz, kind text, resource text, persons uuid[], body text, salt bytea, commitment bytea
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = log, pg_temp AS $$
    INSERT INTO entry (id, at, kind, resource, persons, body, salt, commitment)
    VALUES (id, at, kind, resource, persons, body, salt, commitment);
$$;
