CREATE TABLE processed_events (
    event_id BINARY(16) NOT NULL,
    consumer VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    processed_at DATETIME(6) NOT NULL,
    PRIMARY KEY (event_id, consumer),
    KEY ix_processed_events_processed_at (processed_at)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
