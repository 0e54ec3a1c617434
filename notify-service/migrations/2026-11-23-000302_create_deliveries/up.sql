CREATE TABLE deliveries (
    notice_id BINARY(16) NOT NULL,
    audience TEXT NOT NULL,
    wide BOOLEAN NOT NULL,
    reached BINARY(16) NULL,
    claimed_until DATETIME(6) NULL,
    PRIMARY KEY (notice_id),
    KEY ix_deliveries_wide (wide, notice_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
