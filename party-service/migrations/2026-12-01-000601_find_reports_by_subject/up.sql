-- What was written about somebody is found when they are to be forgotten.
ALTER TABLE reports ADD KEY ix_reports_subject (subject_id, kind);
