-- Whose words are still to be removed, room by room: see former_members.
CREATE TABLE erasures (
    user_id BINARY(16) NOT NULL,
    PRIMARY KEY (user_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
