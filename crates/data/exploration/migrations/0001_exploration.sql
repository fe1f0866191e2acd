-- What was asked in exploration, and what was told. No row is about a person whom data are about; the
-- person who asked is named, so that they see their own questions and their budget.
CREATE TABLE question (
    id         uuid        NOT NULL PRIMARY KEY,
    -- Who asked, as the log writes actors' subjects: budgets follow it.
    asker      text        NOT NULL,
    asked_at   timestamptz NOT NULL,
    dataset    text        NOT NULL,
    release    uuid        NOT NULL,
    -- SHA-256 of the question in its canonical form: the same question has the same.
    digest     bytea       NOT NULL CHECK (length(digest) = 32),
    -- SHA-256 of whom it is about: the dataset and the conditions.
    population bytea       NOT NULL CHECK (length(population) = 32),
    -- The question (the model's type).
    content    jsonb       NOT NULL,
    outcome    text        NOT NULL CHECK (outcome IN ('answered', 'again', 'withheld', 'refused')),
    -- Why it was refused or withheld.
    reason     text,
    -- About how many people, as it was told.
    about      bigint,
    -- What the asker calls it, when they keep it.
    name       text,
    CHECK (reason IS NOT NULL OR outcome IN ('answered', 'again'))
);
CREATE INDEX question_of_asker ON question (asker, asked_at DESC);

-- Answers, so that the same question has the same answer, whoever asks, as long as the release stands.
CREATE TABLE answer (
    release    uuid        NOT NULL,
    digest     bytea       NOT NULL CHECK (length(digest) = 32),
    -- What was told (the model's type), with the record of what was checked.
    content    jsonb       NOT NULL,
    told_at    timestamptz NOT NULL,
    PRIMARY KEY (release, digest)
);

REVOKE DELETE ON question FROM varde_exploration;
REVOKE UPDATE, DELETE ON answer FROM varde_exploration;
