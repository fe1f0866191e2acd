-- Project rooms, what was run in them, and the airlock.

-- One room per permit. The permit's and the manifest's own words are kept as they were delivered.
CREATE TABLE room (
    id             uuid        PRIMARY KEY,
    permit         uuid        NOT NULL UNIQUE,
    permit_version integer     NOT NULL CHECK (permit_version > 0),
    extract        uuid        NOT NULL,
    title          text        NOT NULL,
    holder         uuid        NOT NULL,
    access_body    uuid        NOT NULL,
    valid_from     date        NOT NULL,
    valid_until    date,
    minimum_group  integer     NOT NULL CHECK (minimum_group >= 0),
    -- The room's number on the machine: its user id there.
    slot           integer     GENERATED ALWAYS AS IDENTITY UNIQUE,
    state          text        NOT NULL CHECK (state IN ('opening', 'open', 'closing', 'closed', 'failed')),
    failure        text,
    manifest       jsonb       NOT NULL,
    created_at     timestamptz NOT NULL,
    opened_at      timestamptz,
    closed_at      timestamptz,
    CHECK ((state = 'failed') = (failure IS NOT NULL))
);

CREATE TABLE member (
    room   uuid NOT NULL REFERENCES room,
    person uuid NOT NULL,
    PRIMARY KEY (room, person)
);
CREATE INDEX member_person ON member (person);

CREATE TABLE run (
    id           uuid        PRIMARY KEY,
    room         uuid        NOT NULL REFERENCES room,
    person       uuid        NOT NULL,
    tool         text        NOT NULL CHECK (tool IN ('sql', 'python', 'r')),
    script       text        NOT NULL,
    state        text        NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'timed_out', 'interrupted')),
    output       text        NOT NULL DEFAULT '',
    errors       text        NOT NULL DEFAULT '',
    cut          boolean     NOT NULL DEFAULT false,
    started_at   timestamptz NOT NULL,
    milliseconds bigint
);
CREATE INDEX run_room ON run (room, started_at DESC);

-- What members did, for their own eyes; the log has it too.
CREATE TABLE activity (
    id     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    room   uuid        NOT NULL REFERENCES room,
    person uuid,
    at     timestamptz NOT NULL,
    kind   text        NOT NULL,
    detail text        NOT NULL DEFAULT ''
);
CREATE INDEX activity_room ON activity (room, person, id DESC);

CREATE TABLE request (
    id                 uuid        PRIMARY KEY,
    room               uuid        NOT NULL REFERENCES room,
    author             uuid        NOT NULL,
    purpose            text        NOT NULL,
    state              text        NOT NULL CHECK (state IN ('draft', 'submitted', 'in_review', 'returned', 'approved',
                                                             'rejected', 'withdrawn', 'released')),
    round              integer     NOT NULL DEFAULT 0,
    reviewers_required integer     NOT NULL CHECK (reviewers_required > 0),
    created_at         timestamptz NOT NULL,
    submitted_at       timestamptz,
    decided_at         timestamptz
);
CREATE INDEX request_room ON request (room, created_at DESC);
CREATE INDEX request_waiting ON request (submitted_at) WHERE state IN ('submitted', 'in_review');

CREATE TABLE request_file (
    id          uuid   PRIMARY KEY,
    request     uuid   NOT NULL REFERENCES request,
    name        text   NOT NULL,
    digest      bytea  NOT NULL CHECK (octet_length(digest) = 32),
    bytes       bigint NOT NULL CHECK (bytes >= 0),
    findings    jsonb  NOT NULL,
    explanation text   NOT NULL DEFAULT '',
    UNIQUE (request, name)
);

CREATE TABLE review (
    request  uuid        NOT NULL REFERENCES request,
    round    integer     NOT NULL,
    reviewer uuid        NOT NULL,
    verdict  text        NOT NULL CHECK (verdict IN ('approve', 'return', 'reject')),
    reason   text        NOT NULL,
    at       timestamptz NOT NULL,
    PRIMARY KEY (request, round, reviewer)
);

-- Rooms belong to the organisation that holds the permit, to the persons named in it, and are
-- overseen by the access body; nobody else's query finds them, even if it forgets to ask. Varde's
-- own components see all.
ALTER TABLE room ENABLE ROW LEVEL SECURITY;
CREATE POLICY room_parties ON room USING (
    current_setting('varde.subject', true) = 'system'
    OR holder::text = current_setting('varde.organisation', true)
    OR access_body::text = current_setting('varde.organisation', true)
    OR EXISTS (SELECT FROM member WHERE member.room = room.id AND member.person::text = current_setting('varde.person', true))
);
