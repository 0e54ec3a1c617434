CREATE TABLE notifications (
    user_id BINARY(16) NOT NULL,
    seq BIGINT UNSIGNED NOT NULL,
    notice_id BINARY(16) NOT NULL,
    held BOOLEAN NOT NULL,
    created_at DATETIME(6) NOT NULL,
    read_at DATETIME(6) NULL,
    PRIMARY KEY (user_id, seq),
    KEY ix_notifications_created_at (created_at)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
