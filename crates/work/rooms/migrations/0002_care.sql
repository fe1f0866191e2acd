-- Why a room was closed, what ended a script, and until when the airlock keeps its copies.

ALTER TABLE room ADD COLUMN closed_why text;

ALTER TABLE run DROP CONSTRAINT run_state_check;
ALTER TABLE run ADD CONSTRAINT run_state_check
    CHECK (state IN ('running', 'succeeded', 'failed', 'timed_out', 'killed', 'disk_full', 'interrupted'));

-- When nothing more could happen to the request, but that its author fetches again: the first
-- fetch, the rejection or the withdrawal.
ALTER TABLE request ADD COLUMN ended_at timestamptz;
UPDATE request SET ended_at = coalesce(decided_at, submitted_at, created_at)
    WHERE state IN ('rejected', 'withdrawn', 'released');

-- When the copy in the airlock was deleted; its digest stays for the record.
ALTER TABLE request_file ADD COLUMN removed_at timestamptz;
CREATE INDEX request_file_kept ON request_file (request) WHERE removed_at IS NULL;
