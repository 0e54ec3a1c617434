CREATE TABLE import_pages (
    run_id BINARY(16) NOT NULL,
    page INT UNSIGNED NOT NULL,
    codes TEXT NOT NULL,
    PRIMARY KEY (run_id, page),
    CONSTRAINT fk_import_pages_run FOREIGN KEY (run_id) REFERENCES import_runs (id) ON DELETE CASCADE
) CHARACTER SET ascii COLLATE ascii_bin;
