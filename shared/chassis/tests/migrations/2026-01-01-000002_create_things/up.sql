CREATE TABLE things (
    id INT UNSIGNED NOT NULL,
    label VARCHAR(40) NOT NULL,
    amount INT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_things_label (label),
    CONSTRAINT ck_things_amount CHECK (amount >= 0)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
