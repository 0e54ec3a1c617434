CREATE TABLE favorite_items (
    user_id BINARY(16) NOT NULL,
    item_code VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name VARCHAR(200) NOT NULL,
    zone INT NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (user_id, item_code),
    KEY ix_favorite_items_near (item_code, zone, user_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
