CREATE TABLE bans (
    ban_id BINARY(16) NOT NULL,
    user_id BINARY(16) NOT NULL,
    ends_at DATETIME(6) NULL,
    lifted TINYINT(1) NOT NULL,
    PRIMARY KEY (ban_id),
    KEY ix_bans_user (user_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
