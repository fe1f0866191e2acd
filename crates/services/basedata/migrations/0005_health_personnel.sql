-- The register of health personnel (HPR). Whose number it is, as it was known from recorded_at until
-- superseded_at: a number belongs to one person, and a person has one number.
CREATE TABLE health_personnel (
    number        integer NOT NULL CHECK (number BETWEEN 1 AND 999999999),
    person        integer NOT NULL REFERENCES person (index),
    recorded_at   timestamptz NOT NULL,
    superseded_at timestamptz
);
CREATE UNIQUE INDEX health_personnel_number ON health_personnel (number) WHERE superseded_at IS NULL;
CREATE UNIQUE INDEX health_personnel_person ON health_personnel (person) WHERE superseded_at IS NULL;
CREATE INDEX health_personnel_number_then ON health_personnel (number);
CREATE INDEX health_personnel_person_then ON health_personnel (person);

-- What they are authorised as, specialists in and may requisition, in two times as facts about
-- persons. The standing is dated with the rest: when an authorisation is withdrawn, one row ends and
-- another begins. `profession` is a code of 9060; `code` is one of 7704, 7426 or 7701 by the kind.
CREATE TABLE health_qualification (
    number        integer NOT NULL,
    profession    text NOT NULL CHECK (profession ~ '^[A-Z]{2}[0-9]?$'),
    kind          text NOT NULL CHECK (kind IN ('authorisation', 'speciality', 'requisition_right')),
    code          text NOT NULL CHECK (code <> ''),
    name          text NOT NULL CHECK (name <> ''),
    standing      text NOT NULL CHECK (standing IN ('in_force', 'restricted', 'suspended', 'withdrawn')),
    valid_from    date NOT NULL,
    valid_until   date CHECK (valid_until >= valid_from),
    recorded_at   timestamptz NOT NULL,
    superseded_at timestamptz
);
CREATE INDEX health_qualification_number ON health_qualification (number);

REVOKE UPDATE, DELETE ON health_personnel, health_qualification FROM varde_basedata;
GRANT UPDATE (superseded_at) ON health_personnel, health_qualification TO varde_basedata;

ALTER TABLE import_file DROP CONSTRAINT import_file_part_check;
ALTER TABLE import_file ADD CONSTRAINT import_file_part_check
    CHECK (part IN ('persons', 'relations', 'organisations', 'roles', 'health_personnel'));
