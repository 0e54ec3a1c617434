-- Who does not want to hear of whom. What is over stays, so that news that come late change nothing.
CREATE TABLE blocks (
    blocker_id BINARY(16) NOT NULL,
    blocked_id BINARY(16) NOT NULL,
    is_over BOOLEAN NOT NULL,
    changed_at DATETIME(6) NOT NULL,
    PRIMARY KEY (blocker_id, blocked_id),
    KEY ix_blocks_blocked (blocked_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
