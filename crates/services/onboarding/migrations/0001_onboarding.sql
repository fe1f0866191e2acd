-- What can be taken into use. A changed service is a new version.
CREATE TABLE service (
    id            text        NOT NULL,
    version       integer     NOT NULL CHECK (version > 0),
    -- What it says, as it was registered (model::Service).
    content       jsonb       NOT NULL,
    -- Who registered it, as the log writes actors.
    registered_by jsonb       NOT NULL,
    registered_at timestamptz NOT NULL,
    PRIMARY KEY (id, version)
);

-- The APIs of the latest version of each service: an API belongs to one.
CREATE TABLE audience (
    audience text PRIMARY KEY,
    service  text NOT NULL
);

-- Terms of use. What was published is not changed.
CREATE TABLE terms (
    service      text        NOT NULL,
    version      integer     NOT NULL CHECK (version > 0),
    -- The text in all languages.
    content      jsonb       NOT NULL,
    applies_from timestamptz NOT NULL,
    published_by jsonb       NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (service, version)
);

-- Who has accepted which terms for which organisation.
CREATE TABLE acceptance (
    service      text        NOT NULL,
    version      integer     NOT NULL,
    organisation text        NOT NULL CHECK (organisation ~ '^[0-9]{9}$'),
    accepted_by  uuid        NOT NULL,
    -- By what they acted for it (model::Power).
    power        jsonb       NOT NULL,
    accepted_at  timestamptz NOT NULL,
    PRIMARY KEY (service, organisation, version),
    FOREIGN KEY (service, version) REFERENCES terms (service, version)
);

-- One counter a year gives the references people use.
CREATE TABLE reference_counter (
    year integer PRIMARY KEY,
    last integer NOT NULL
);

-- Orders. Who may see one follows from roles and delegations that other registers keep, so that no
-- row rule on the organisation acted for would fit: the policy is asked.
CREATE TABLE service_order (
    id              uuid        PRIMARY KEY,
    reference       text        NOT NULL UNIQUE,
    service         text        NOT NULL,
    service_version integer     NOT NULL,
    organisation    text        NOT NULL CHECK (organisation ~ '^[0-9]{9}$'),
    state           text        NOT NULL CHECK (state IN ('draft', 'terms_accepted', 'submitted', 'granted',
                        'key_registered', 'tested', 'live', 'refused', 'withdrawn', 'ended')),
    revision        bigint      NOT NULL DEFAULT 1,
    -- What is wanted (model::Wanted); read and written whole.
    wanted          jsonb       NOT NULL,
    involved        uuid[]      NOT NULL,
    begun_at        timestamptz NOT NULL,
    terms           integer,
    sent_by         uuid,
    sent_power      jsonb,
    sent_at         timestamptz,
    decided_by      uuid,
    decided_at      timestamptz,
    decided_class   text,
    decided_reason  text,
    client          text,
    FOREIGN KEY (service, service_version) REFERENCES service (id, version),
    CHECK ((sent_at IS NULL) = (sent_by IS NULL) AND (sent_at IS NULL) = (sent_power IS NULL)),
    CHECK ((decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (decided_reason IS NULL)),
    CHECK (state NOT IN ('granted', 'key_registered', 'tested', 'live') OR decided_class IS NOT NULL)
);
-- An organisation takes a service into use once at a time.
CREATE UNIQUE INDEX service_order_current ON service_order (organisation, service)
    WHERE state NOT IN ('refused', 'withdrawn', 'ended');
CREATE INDEX service_order_of_organisation ON service_order (organisation, begun_at DESC);
CREATE INDEX service_order_of_service ON service_order (service, state, sent_at);

-- What happened to an order.
CREATE TABLE step (
    service_order uuid        NOT NULL REFERENCES service_order,
    number        integer     NOT NULL,
    kind          text        NOT NULL,
    at            timestamptz NOT NULL,
    by_person     uuid,
    power         jsonb,
    said          text        NOT NULL,
    PRIMARY KEY (service_order, number)
);

-- Mail to be sent and mail that was. The text is written when it is sent.
CREATE TABLE mail (
    id            uuid        PRIMARY KEY,
    -- What it tells of: each is told once.
    about         text        NOT NULL UNIQUE,
    kind          text        NOT NULL,
    service_order uuid        NOT NULL REFERENCES service_order,
    -- The version of the terms that it is about, and how many days are left, where it is about terms.
    terms         integer,
    days          integer,
    address       text        NOT NULL,
    language      text        NOT NULL,
    made_at       timestamptz NOT NULL,
    sent_at       timestamptz,
    failed_at     timestamptz,
    -- Why it cannot be delivered, without the address.
    failure       text
);
CREATE INDEX mail_of_order ON mail (service_order, made_at);

-- The mailbox of a demonstration: mail that goes nowhere else.
CREATE TABLE mailbox (
    message_id  text        PRIMARY KEY,
    address     text        NOT NULL,
    language    text        NOT NULL,
    subject     text        NOT NULL,
    body        text        NOT NULL,
    received_at timestamptz NOT NULL
);

REVOKE UPDATE, DELETE ON service, terms, acceptance, step FROM varde_onboarding;
