CREATE TABLE inboxes (
    user_id BINARY(16) NOT NULL,
    last_seq BIGINT UNSIGNED NOT NULL,
    unread INT UNSIGNED NOT NULL,
    forgotten_seq BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (user_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
