-- Updates of the extract in a room: each lies in a folder of its own beside the first, and never over it.
CREATE TABLE room_update (
    room       uuid    NOT NULL REFERENCES room,
    number     integer NOT NULL CHECK (number > 0),
    extract    uuid    NOT NULL UNIQUE,
    manifest   jsonb   NOT NULL,
    -- When all of it was there; nothing while it is being brought in.
    arrived_at timestamptz,
    PRIMARY KEY (room, number)
);
