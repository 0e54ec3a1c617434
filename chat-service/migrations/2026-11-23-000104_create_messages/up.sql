CREATE TABLE messages (
    room_id BINARY(16) NOT NULL,
    seq BIGINT UNSIGNED NOT NULL,
    kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sender_id BINARY(16) NULL,
    message_key BINARY(16) NOT NULL,
    client_message_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    content VARCHAR(2000) NOT NULL,
    sent_at DATETIME(6) NOT NULL,
    PRIMARY KEY (room_id, seq),
    UNIQUE KEY uq_messages_key (room_id, message_key)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
