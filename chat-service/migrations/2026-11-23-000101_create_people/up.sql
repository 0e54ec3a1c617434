CREATE TABLE people (
    user_id BINARY(16) NOT NULL,
    version BIGINT UNSIGNED NOT NULL,
    nickname VARCHAR(64) NOT NULL,
    withdrawn TINYINT(1) NOT NULL,
    PRIMARY KEY (user_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
