CREATE TABLE notices (
    id BINARY(16) NOT NULL,
    content TEXT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    KEY ix_notices_created_at (created_at)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
