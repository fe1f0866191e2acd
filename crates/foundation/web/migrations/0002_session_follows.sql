-- The session that took the place of this one when the same person logged in once more or chose whom to
-- act for: what ends with a session ends with those before it too.
ALTER TABLE session ADD COLUMN followed_by uuid;
CREATE INDEX session_followed_by ON session (followed_by) WHERE followed_by IS NOT NULL;
