CREATE TABLE import_refusals (
    run_id BINARY(16) NOT NULL,
    line INT UNSIGNED NOT NULL,
    field VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
    reason VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    code VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
    content VARCHAR(500) NOT NULL,
    PRIMARY KEY (run_id, line),
    CONSTRAINT fk_import_refusals_run FOREIGN KEY (run_id) REFERENCES import_runs (id) ON DELETE CASCADE
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
