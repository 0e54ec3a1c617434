CREATE TABLE reminders (
    party_id BINARY(16) NOT NULL,
    hours_before TINYINT UNSIGNED NOT NULL,
    due_at DATETIME(6) NOT NULL,
    PRIMARY KEY (party_id, hours_before),
    KEY ix_reminders_due_at (due_at)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
