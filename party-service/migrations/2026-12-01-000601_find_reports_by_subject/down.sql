ALTER TABLE reports DROP KEY ix_reports_subject;
