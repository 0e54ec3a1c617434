-- What the administrator who decided says about it, to the person whose penalty it is.
ALTER TABLE penalties ADD COLUMN decision_note VARCHAR(500) NULL;
