-- New editions of code systems, as they are told in the open applications that ask for variables with
-- codes of them.
CREATE TABLE code_news (
    application  uuid NOT NULL REFERENCES application,
    -- The code systems' edition.
    edition      uuid NOT NULL,
    -- The code system's key, and its name in three languages.
    key          text NOT NULL,
    title        jsonb NOT NULL,
    version      text NOT NULL,
    -- How many variables of the data need have codes of it.
    variables    bigint NOT NULL,
    told_at      timestamptz NOT NULL,
    PRIMARY KEY (application, edition)
);
ALTER TABLE code_news ENABLE ROW LEVEL SECURITY;
CREATE POLICY with_application ON code_news USING (application IN (SELECT id FROM application));
