-- Whose cosignatures a checkpoint carries, as public keys, so that every one of them can be checked
-- again. What was counted before is counted anew when the witnesses cosign next.
ALTER TABLE checkpoint ADD COLUMN witnesses text[] NOT NULL DEFAULT '{}';
UPDATE checkpoint SET cosignatures = 0 WHERE cosignatures > 0;

-- `enter` writes the entry, whose id is unique, and its place in the queue together: the queue needs
-- no index of its own for that, and every entry would pay for it.
ALTER TABLE pending DROP CONSTRAINT pending_entry_key;
