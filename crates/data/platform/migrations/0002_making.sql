-- The time as at which opt-outs count is settled when making begins ('making'), and an extract can end
-- without a delivery: nobody was left in it ('empty'), or its permit ended first ('stopped').
ALTER TABLE extract DROP CONSTRAINT extract_status_check;
ALTER TABLE extract ADD CONSTRAINT extract_status_check
    CHECK (status IN ('prepared', 'making', 'entered', 'delivered', 'empty', 'stopped'));
ALTER TABLE extract DROP CONSTRAINT extract_check;
ALTER TABLE extract ADD CONSTRAINT extract_manifest_check
    CHECK (status = 'stopped' OR (status IN ('entered', 'delivered')) = (manifest IS NOT NULL));
