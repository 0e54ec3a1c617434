CREATE TABLE admin_log (
    position BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    -- Who did it; nobody for what the operator did on the command line.
    admin_id BINARY(16) NULL,
    action VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- Whom or what it was done to.
    subject_id BINARY(16) NOT NULL,
    -- The particulars as JSON: ids and choices, never the words of people, for this stays.
    detail VARCHAR(500) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (position)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
