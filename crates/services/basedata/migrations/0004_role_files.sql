-- Files of who holds which role are taken in as the others are.
ALTER TABLE import_file DROP CONSTRAINT import_file_part_check;
ALTER TABLE import_file ADD CONSTRAINT import_file_part_check
    CHECK (part IN ('persons', 'relations', 'organisations', 'roles'));
