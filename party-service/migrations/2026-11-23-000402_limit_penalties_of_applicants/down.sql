ALTER TABLE parties DROP COLUMN max_penalties;
