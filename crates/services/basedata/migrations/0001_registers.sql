-- The population register. `index` is the dense number that the platform's files and bitmaps use;
-- it never changes and is never given to another person.
CREATE TABLE person (
    index       integer PRIMARY KEY CHECK (index >= 0),
    id          uuid NOT NULL UNIQUE,
    recorded_at timestamptz NOT NULL
);

-- The next index. One row: whoever adds persons locks it, so that the indices stay dense also when
-- a unit of work is rolled back.
CREATE TABLE next_index (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    next integer NOT NULL DEFAULT 0
);
INSERT INTO next_index DEFAULT VALUES;

-- Which number means whom. Permanent: a discontinued number still finds its person. A namespace is
-- 'national' for all numbers the state issues, or 'local:<name>', which links within itself only.
CREATE TABLE identifier (
    namespace   text NOT NULL CHECK (namespace = 'national' OR namespace ~ '^local:[a-z0-9_-]{1,40}$'),
    value       text NOT NULL,
    person      integer NOT NULL REFERENCES person (index),
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (namespace, value)
);
CREATE INDEX identifier_person ON identifier (person);

-- What is known of a person, in two times: valid in the world on the days valid_from–valid_until
-- (both included), known to us from recorded_at until superseded_at. Rows are never deleted, and
-- only superseded_at is ever set.
CREATE TABLE fact (
    person        integer NOT NULL REFERENCES person (index),
    kind          text NOT NULL CHECK (kind IN ('name', 'number', 'birth_date', 'gender', 'municipality',
                                                'protection', 'status', 'death_date')),
    value         text NOT NULL,
    valid_from    date NOT NULL,
    valid_until   date CHECK (valid_until >= valid_from),
    recorded_at   timestamptz NOT NULL,
    superseded_at timestamptz,
    CHECK (kind <> 'gender' OR value IN ('female', 'male')),
    CHECK (kind <> 'municipality' OR value ~ '^[0-9]{4}$'),
    CHECK (kind <> 'protection' OR value IN ('unclassified', 'confidential', 'strictly_confidential'))
);
CREATE INDEX fact_person ON fact (person, kind);
CREATE INDEX fact_protected ON fact (person) WHERE kind = 'protection' AND value <> 'unclassified';

CREATE TABLE relation (
    person        integer NOT NULL REFERENCES person (index),
    kind          text NOT NULL CHECK (kind IN ('mother', 'father', 'co_mother', 'spouse', 'responsible')),
    related       integer NOT NULL REFERENCES person (index) CHECK (related <> person),
    valid_from    date NOT NULL,
    valid_until   date CHECK (valid_until >= valid_from),
    recorded_at   timestamptz NOT NULL,
    superseded_at timestamptz
);
CREATE INDEX relation_person ON relation (person, kind);
CREATE INDEX relation_related ON relation (related, kind);

-- The organisation register: a sub unit always has its main unit.
CREATE TABLE organisation (
    id          uuid PRIMARY KEY,
    number      text NOT NULL UNIQUE CHECK (number ~ '^[0-9]{9}$'),
    parent      uuid REFERENCES organisation (id) CHECK (parent <> id),
    recorded_at timestamptz NOT NULL
);
CREATE INDEX organisation_parent ON organisation (parent);

CREATE TABLE organisation_fact (
    organisation  uuid NOT NULL REFERENCES organisation (id),
    kind          text NOT NULL CHECK (kind IN ('name', 'form', 'municipality')),
    value         text NOT NULL,
    valid_from    date NOT NULL,
    valid_until   date CHECK (valid_until >= valid_from),
    recorded_at   timestamptz NOT NULL,
    superseded_at timestamptz
);
CREATE INDEX organisation_fact_organisation ON organisation_fact (organisation, kind);

CREATE TABLE organisation_role (
    organisation  uuid NOT NULL REFERENCES organisation (id),
    role          text NOT NULL CHECK (role IN ('DAGL', 'LEDE', 'MEDL', 'SIGN')),
    person        integer NOT NULL REFERENCES person (index),
    valid_from    date NOT NULL,
    valid_until   date CHECK (valid_until >= valid_from),
    recorded_at   timestamptz NOT NULL,
    superseded_at timestamptz
);
CREATE INDEX organisation_role_organisation ON organisation_role (organisation, role);
CREATE INDEX organisation_role_person ON organisation_role (person);

-- The registers grow and supersede; nothing in them is deleted or rewritten.
REVOKE DELETE ON person, identifier, fact, relation, organisation, organisation_fact, organisation_role
    FROM varde_basedata;
REVOKE UPDATE ON person, identifier, fact, relation, organisation_fact, organisation_role FROM varde_basedata;
GRANT UPDATE (superseded_at) ON fact, relation, organisation_fact, organisation_role TO varde_basedata;
REVOKE INSERT, DELETE ON next_index FROM varde_basedata;
