-- Whom an administrator has found by their national number and may give a role: an id from elsewhere
-- gives nobody a role, and tells no name. Kept for a day.
CREATE TABLE person_found (
    organisation uuid        NOT NULL,
    person       uuid        NOT NULL,
    found_by     uuid        NOT NULL,
    found_at     timestamptz NOT NULL,
    PRIMARY KEY (organisation, person, found_by)
);
