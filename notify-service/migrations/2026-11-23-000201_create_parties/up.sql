CREATE TABLE parties (
    party_id BINARY(16) NOT NULL,
    version BIGINT UNSIGNED NOT NULL,
    status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    leader_id BINARY(16) NOT NULL,
    members TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    item_name VARCHAR(200) NOT NULL,
    market_name VARCHAR(200) NOT NULL,
    starts_at DATETIME(6) NOT NULL,
    PRIMARY KEY (party_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
