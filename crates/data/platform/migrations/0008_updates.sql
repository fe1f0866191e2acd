-- A project may have its extract made again from newer releases: updates are further extracts of the same
-- permit under the same key, numbered from 1. The first extract is number 0.
ALTER TABLE extract DROP CONSTRAINT extract_permit_key;
ALTER TABLE extract ADD COLUMN number integer NOT NULL DEFAULT 0 CHECK (number >= 0);
ALTER TABLE extract ADD CONSTRAINT extract_number UNIQUE (permit, number);
-- Who of the project asked for it; nobody when it came by itself.
ALTER TABLE extract ADD COLUMN asked_by uuid CHECK (asked_by IS NULL OR number > 0);
