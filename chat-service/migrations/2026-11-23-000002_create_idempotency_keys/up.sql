CREATE TABLE idempotency_keys (
    user_id BINARY(16) NOT NULL,
    route VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    idempotency_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    fingerprint BINARY(32) NOT NULL,
    status SMALLINT UNSIGNED NOT NULL,
    answer TEXT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (user_id, route, idempotency_key),
    KEY ix_idempotency_keys_created_at (created_at)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
