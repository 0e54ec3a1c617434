ALTER TABLE penalties DROP COLUMN decision_note;
