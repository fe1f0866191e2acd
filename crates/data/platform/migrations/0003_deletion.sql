-- A delivery is deleted when its permit has ended. What it was stays: the specification, the manifest, and
-- who was in it, which the people concerned are told of.
ALTER TABLE extract ADD COLUMN deleted_at timestamptz CHECK (deleted_at IS NULL OR status = 'delivered');
