-- Whoever withdraws keeps the row, which history points to, and loses what is in it: the password
-- and the place at once, the e-mail address and the nickname when they are free for others again.
ALTER TABLE users
    MODIFY email VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NULL,
    MODIFY password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
    MODIFY nickname VARCHAR(20) NULL,
    ADD COLUMN withdrawn_at DATETIME(6) NULL,
    -- What is to be done next: leave (their parties), erase (what is left of them), done.
    ADD COLUMN withdrawal_step VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD KEY ix_users_withdrawal (withdrawal_step, withdrawn_at),
    ADD CONSTRAINT ck_users_living CHECK (
        withdrawn_at IS NOT NULL
        OR (email IS NOT NULL AND password_hash IS NOT NULL AND nickname IS NOT NULL)
    );
