-- An extract about so many people that the access body looks at it once more before it is delivered
-- ('held'): how many, told as counts are, and who confirmed it, why, and on which background check of those
-- who get it.
ALTER TABLE extract DROP CONSTRAINT extract_status_check;
ALTER TABLE extract ADD CONSTRAINT extract_status_check
    CHECK (status IN ('prepared', 'making', 'held', 'entered', 'delivered', 'empty', 'stopped'));
ALTER TABLE extract ADD COLUMN held_people bigint;
ALTER TABLE extract ADD COLUMN held_at timestamptz;
ALTER TABLE extract ADD COLUMN confirmed_by uuid;
ALTER TABLE extract ADD COLUMN confirmed_at timestamptz;
ALTER TABLE extract ADD COLUMN confirmed_reason text;
ALTER TABLE extract ADD COLUMN confirmed_check text;
ALTER TABLE extract ADD CONSTRAINT extract_held_check
    CHECK ((held_people IS NULL) = (held_at IS NULL) AND (status <> 'held' OR held_at IS NOT NULL));
ALTER TABLE extract ADD CONSTRAINT extract_confirmed_check
    CHECK (num_nulls(confirmed_by, confirmed_at, confirmed_reason, confirmed_check) IN (0, 4)
           AND (confirmed_at IS NULL OR held_at IS NOT NULL));
