CREATE TABLE users (
    id BINARY(16) NOT NULL,
    email VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    nickname VARCHAR(20) NOT NULL,
    role VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    locale VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    road_address VARCHAR(200) NULL,
    latitude DOUBLE NULL,
    longitude DOUBLE NULL,
    version BIGINT UNSIGNED NOT NULL,
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_users_email (email),
    UNIQUE KEY uq_users_nickname (nickname)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
