ALTER TABLE bans
    -- Whether the person has been taken out of the parties that the ban keeps them from.
    ADD COLUMN is_enforced BOOLEAN NOT NULL DEFAULT FALSE,
    ADD KEY ix_bans_enforced (is_enforced, id);
