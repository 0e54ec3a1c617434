CREATE TABLE settings (
    user_id BINARY(16) NOT NULL,
    radius_m INT UNSIGNED NOT NULL,
    silenced VARCHAR(400) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    quiet_from SMALLINT UNSIGNED NULL,
    quiet_until SMALLINT UNSIGNED NULL,
    time_zone VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (user_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
