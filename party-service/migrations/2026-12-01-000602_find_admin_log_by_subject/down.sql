ALTER TABLE admin_log DROP KEY ix_admin_log_subject;
