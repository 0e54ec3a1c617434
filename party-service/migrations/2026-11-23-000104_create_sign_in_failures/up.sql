CREATE TABLE sign_in_failures (
    subject BINARY(32) NOT NULL,
    failures INT UNSIGNED NOT NULL,
    last_attempt_at DATETIME(6) NOT NULL,
    locked_until DATETIME(6) NULL,
    PRIMARY KEY (subject),
    KEY ix_sign_in_failures_last_attempt_at (last_attempt_at)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
