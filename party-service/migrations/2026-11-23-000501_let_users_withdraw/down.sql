ALTER TABLE users
    DROP CONSTRAINT ck_users_living,
    DROP KEY ix_users_withdrawal,
    DROP COLUMN withdrawal_step,
    DROP COLUMN withdrawn_at,
    MODIFY email VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    MODIFY password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    MODIFY nickname VARCHAR(20) NOT NULL;
