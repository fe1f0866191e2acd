-- Mail that other parts of Varde want sent: written by them, sent as that about orders is.
CREATE TABLE notice (
    id        uuid        PRIMARY KEY,
    -- What it tells of: each is told once.
    about     text        NOT NULL UNIQUE,
    address   text        NOT NULL,
    language  text        NOT NULL,
    subject   text        NOT NULL,
    body      text        NOT NULL,
    made_at   timestamptz NOT NULL,
    sent_at   timestamptz,
    failed_at timestamptz,
    -- Why it cannot be delivered, without the address.
    failure   text
);
