-- Append-only: a changed mind is a new row. Two times: from when it applies, and when we knew.
CREATE TABLE preference (
    id            uuid PRIMARY KEY,
    person        uuid NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('consent', 'reservation', 'restriction')),
    scope         text NOT NULL,
    active        boolean NOT NULL,
    applies_from  timestamptz NOT NULL,
    recorded_at   timestamptz NOT NULL,
    CHECK (applies_from <= recorded_at)
);
CREATE INDEX preference_of_person ON preference (person, kind, scope, applies_from DESC, recorded_at DESC);
CREATE INDEX preference_of_scope ON preference (kind, scope, person, applies_from DESC, recorded_at DESC, id DESC);

-- A person sees their own; Varde's own components see what they must obey. Stewards who register a
-- letter insert without seeing.
ALTER TABLE preference ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON preference FOR SELECT USING (
    person::text = current_setting('varde.person', true) OR current_setting('varde.subject', true) = 'system'
);
CREATE POLICY add ON preference FOR INSERT WITH CHECK (true);
