ALTER TABLE bans
    DROP KEY ix_bans_enforced,
    DROP COLUMN is_enforced;
