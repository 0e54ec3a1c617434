CREATE TABLE bans (
    id BINARY(16) NOT NULL,
    user_id BINARY(16) NOT NULL,
    scope VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    reason VARCHAR(500) NOT NULL,
    given_by BINARY(16) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    -- When it ends by itself; never, if it does not say.
    ends_at DATETIME(6) NULL,
    lifted_by BINARY(16) NULL,
    lifted_at DATETIME(6) NULL,
    PRIMARY KEY (id),
    KEY ix_bans_user (user_id, lifted_at, ends_at),
    CONSTRAINT fk_bans_user FOREIGN KEY (user_id) REFERENCES users (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
