CREATE TABLE people (
    user_id BINARY(16) NOT NULL,
    version BIGINT UNSIGNED NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    locale VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    latitude DOUBLE NULL,
    longitude DOUBLE NULL,
    zone INT NULL,
    PRIMARY KEY (user_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
