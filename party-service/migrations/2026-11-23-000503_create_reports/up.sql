CREATE TABLE reports (
    id BINARY(16) NOT NULL,
    reporter_id BINARY(16) NOT NULL,
    -- What it is about: user, party or message.
    kind VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- The user, the party, or the room of the message.
    subject_id BINARY(16) NOT NULL,
    -- Which message of the room.
    message_seq BIGINT UNSIGNED NULL,
    reason VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    text VARCHAR(1000) NULL,
    -- What it is about, as long as it is open: one person has one open report of one thing.
    open_reference VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NULL,
    status VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    resolution VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
    note VARCHAR(500) NULL,
    resolved_by BINARY(16) NULL,
    resolved_at DATETIME(6) NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_reports_open (reporter_id, open_reference),
    KEY ix_reports_status (status, id),
    KEY ix_reports_reporter (reporter_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
