-- Vendors' products, their configurations, and how those that set themselves up prove whose they are.
-- Rows have two parties, the vendor and the organisation, and people act for either by roles that
-- another register keeps: no row rule on one organisation would fit. The policy is asked instead.

-- A product of a vendor.
CREATE TABLE system (
    id           uuid        PRIMARY KEY,
    -- The vendor, by its number and its id.
    vendor       text        NOT NULL CHECK (vendor ~ '^[0-9]{9}$'),
    organisation uuid        NOT NULL,
    -- What it is, as it was registered: name, tenancy, scopes, addresses, claims.
    content      jsonb       NOT NULL,
    made_by      jsonb       NOT NULL,
    made_at      timestamptz NOT NULL,
    changed_at   timestamptz NOT NULL,
    ended_at     timestamptz
);
CREATE INDEX system_vendor ON system (vendor);

-- What a product shows to make drafts. Only a digest is kept.
CREATE TABLE api_key (
    id         uuid        PRIMARY KEY,
    system     uuid        NOT NULL REFERENCES system,
    digest     text        NOT NULL UNIQUE,
    made_by    jsonb       NOT NULL,
    made_at    timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX api_key_system ON api_key (system);

-- A configuration of a product for one organisation: a client of the authorisation server, whose id
-- it has. A multi-tenant product has the vendor's own.
CREATE TABLE client (
    id           uuid        PRIMARY KEY,
    system       uuid        NOT NULL REFERENCES system,
    owner        text        NOT NULL CHECK (owner ~ '^[0-9]{9}$'),
    organisation uuid        NOT NULL,
    state        text        NOT NULL CHECK (state IN ('draft', 'active', 'refused', 'ended')),
    -- What applies, and what the organisation has not confirmed yet.
    active       jsonb,
    wanted       jsonb,
    -- The public key of a draft, until somebody confirms it.
    first_key    jsonb,
    -- Where whoever confirms is sent back to.
    return_to    text,
    made_by      jsonb       NOT NULL,
    made_at      timestamptz NOT NULL,
    changed_at   timestamptz NOT NULL,
    -- Whether the authorisation server knows what applies here.
    applied      boolean     NOT NULL,
    CHECK ((state = 'active') <= (active IS NOT NULL)),
    CHECK ((state = 'draft') <= (wanted IS NOT NULL))
);
CREATE INDEX client_system ON client (system, made_at);
CREATE INDEX client_owner ON client (owner);
CREATE INDEX client_unapplied ON client (changed_at) WHERE NOT applied;

-- Where a client publishes its keys instead of handing them in.
CREATE TABLE key_address (
    client     uuid        PRIMARY KEY REFERENCES client,
    address    text        NOT NULL,
    set_at     timestamptz NOT NULL,
    -- When keys were last read there, and what was wrong the last time, if anything was.
    fetched_at timestamptz,
    tried_at   timestamptz,
    trouble    text,
    next_at    timestamptz NOT NULL
);
CREATE INDEX key_address_next_at ON key_address (next_at);
