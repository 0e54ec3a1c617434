-- One row: which entries of the cache of public profiles may be relied on.
CREATE TABLE profile_epoch (
    id TINYINT UNSIGNED NOT NULL,
    epoch VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    is_open BOOLEAN NOT NULL,
    PRIMARY KEY (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
