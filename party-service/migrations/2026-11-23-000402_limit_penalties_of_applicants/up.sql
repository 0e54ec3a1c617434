-- How many active penalties an applicant may have; NULL for any number.
ALTER TABLE parties ADD COLUMN max_penalties TINYINT UNSIGNED NULL AFTER members_count;
