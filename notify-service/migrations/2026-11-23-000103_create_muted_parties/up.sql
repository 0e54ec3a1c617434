CREATE TABLE muted_parties (
    user_id BINARY(16) NOT NULL,
    party_id BINARY(16) NOT NULL,
    muted_at DATETIME(6) NOT NULL,
    PRIMARY KEY (user_id, party_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
