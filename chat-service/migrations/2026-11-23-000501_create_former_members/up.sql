-- Where people have been who are there no longer: what somebody said is found through the rooms
-- they are or were in, so that messages need no index of their senders.
CREATE TABLE former_members (
    user_id BINARY(16) NOT NULL,
    room_id BINARY(16) NOT NULL,
    PRIMARY KEY (user_id, room_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
