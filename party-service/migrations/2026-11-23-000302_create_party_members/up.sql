CREATE TABLE party_members (
    party_id BINARY(16) NOT NULL,
    user_id BINARY(16) NOT NULL,
    shares INT UNSIGNED NOT NULL,
    status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    message VARCHAR(200) NULL,
    attended BOOLEAN NULL,
    applied_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    PRIMARY KEY (party_id, user_id),
    KEY ix_party_members_user (user_id, party_id, status),
    CONSTRAINT fk_party_members_party FOREIGN KEY (party_id) REFERENCES parties (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
