-- What the tables in approved files told, so that those that come later can be compared with them. Only added to.
CREATE TABLE told (
    id      bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    room    uuid        NOT NULL REFERENCES room,
    request uuid        NOT NULL REFERENCES request,
    -- SHA-256 of the file that told it.
    digest  bytea       NOT NULL CHECK (octet_length(digest) = 32),
    -- The table, in the form that the check keeps it in.
    content jsonb       NOT NULL,
    told_at timestamptz NOT NULL
);
CREATE INDEX told_room ON told (room, id);
REVOKE UPDATE, DELETE ON told FROM varde_rooms;

-- The last that had been told from the room when the file was copied and compared with it.
ALTER TABLE request_file ADD COLUMN told_before bigint NOT NULL DEFAULT 0;
