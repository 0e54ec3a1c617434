CREATE TABLE outbox (
    position BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    event_id BINARY(16) NOT NULL,
    kind VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    payload TEXT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    published_at DATETIME(6) NULL,
    PRIMARY KEY (position),
    KEY ix_outbox_unpublished (published_at, position)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
