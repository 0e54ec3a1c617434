CREATE TABLE favorite_markets (
    user_id BINARY(16) NOT NULL,
    market_id BINARY(16) NOT NULL,
    name VARCHAR(200) NOT NULL,
    zone INT NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (user_id, market_id),
    KEY ix_favorite_markets_near (market_id, zone, user_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
