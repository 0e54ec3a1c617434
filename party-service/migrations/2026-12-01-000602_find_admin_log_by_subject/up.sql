-- What was done to somebody is part of what is held about them.
ALTER TABLE admin_log ADD KEY ix_admin_log_subject (subject_id);
