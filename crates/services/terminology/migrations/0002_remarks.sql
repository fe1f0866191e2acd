-- What was worth a look in the file that an edition came from: shown to those who decide on it.
ALTER TABLE edition ADD COLUMN remarks jsonb NOT NULL DEFAULT '[]';
