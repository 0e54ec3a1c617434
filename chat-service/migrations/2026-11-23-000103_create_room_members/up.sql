CREATE TABLE room_members (
    room_id BINARY(16) NOT NULL,
    user_id BINARY(16) NOT NULL,
    read_seq BIGINT UNSIGNED NOT NULL,
    joined_at DATETIME(6) NOT NULL,
    PRIMARY KEY (room_id, user_id),
    KEY ix_room_members_user (user_id, room_id),
    CONSTRAINT fk_room_members_room FOREIGN KEY (room_id) REFERENCES rooms (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
