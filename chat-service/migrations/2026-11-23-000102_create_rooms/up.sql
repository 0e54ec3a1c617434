CREATE TABLE rooms (
    id BINARY(16) NOT NULL,
    party_id BINARY(16) NOT NULL,
    party_version BIGINT UNSIGNED NOT NULL,
    party_status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    leader_id BINARY(16) NOT NULL,
    item_code VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    item_name VARCHAR(255) NOT NULL,
    market_name VARCHAR(255) NOT NULL,
    starts_at DATETIME(6) NOT NULL,
    last_seq BIGINT UNSIGNED NOT NULL,
    active_at DATETIME(6) NOT NULL,
    opened_at DATETIME(6) NULL,
    ended_at DATETIME(6) NULL,
    hidden_at DATETIME(6) NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_rooms_party (party_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
