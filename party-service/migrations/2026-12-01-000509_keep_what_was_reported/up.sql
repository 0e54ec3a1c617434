-- What was said in a message that was reported, as the reporter could read it then: whoever decides
-- is in no chat room, and a message can lose its words.
ALTER TABLE reports
    ADD COLUMN said_by BINARY(16) NULL,
    ADD COLUMN said VARCHAR(2000) NULL,
    ADD COLUMN said_at DATETIME(6) NULL,
    ADD KEY ix_reports_said_by (said_by);
