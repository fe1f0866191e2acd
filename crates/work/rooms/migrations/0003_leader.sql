-- Who leads the project, and so may end it: the first person whom the permit names. Rooms from before do
-- not say; the access body or an operator closes them.
ALTER TABLE room ADD COLUMN leader uuid;
