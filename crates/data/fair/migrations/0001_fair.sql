-- What was computed of sources, kept when it changed. Nothing of it is changed or deleted.
CREATE TABLE score (
    source  text        NOT NULL,
    -- Which model: fdmm, mqa, label, health.
    model   text        NOT NULL CHECK (model IN ('fdmm', 'mqa', 'label', 'health')),
    number  integer     NOT NULL CHECK (number > 0),
    -- The edition of the source that it is of.
    edition integer     NOT NULL,
    -- The digest of the model's weights and rules.
    weights text        NOT NULL,
    -- The whole score with its findings (the model's type).
    content jsonb       NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (source, model, number)
);

-- What people said of indicators. Who said what last counts.
CREATE TABLE judgement (
    source    text        NOT NULL,
    model     text        NOT NULL CHECK (model IN ('fdmm', 'mqa', 'label', 'health')),
    indicator text        NOT NULL,
    number    integer     NOT NULL CHECK (number > 0),
    -- The outcome with its reason, evidence and day (the model's type).
    content   jsonb       NOT NULL,
    -- Who said it, as the log writes actors.
    made_by   jsonb       NOT NULL,
    made_at   timestamptz NOT NULL,
    PRIMARY KEY (source, model, indicator, number)
);

REVOKE UPDATE, DELETE ON score, judgement FROM varde_fair;
