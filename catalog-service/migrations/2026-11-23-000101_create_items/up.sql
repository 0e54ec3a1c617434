CREATE TABLE items (
    code VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    category_code VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    category_name VARCHAR(100) NOT NULL,
    item_code VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    item_name VARCHAR(100) NOT NULL,
    variety_name VARCHAR(100) NOT NULL,
    active TINYINT(1) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    PRIMARY KEY (code)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
