ALTER TABLE reports
    DROP KEY ix_reports_said_by,
    DROP COLUMN said_by,
    DROP COLUMN said,
    DROP COLUMN said_at;
