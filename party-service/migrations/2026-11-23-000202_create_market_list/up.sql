CREATE TABLE market_list (
    id TINYINT UNSIGNED NOT NULL,
    -- When a market was last added or changed: grows with each import that does, so that whoever
    -- has the markets in memory can tell whether these are still all. The one row has the id 1.
    changed_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
