ALTER TABLE parties DROP KEY ix_parties_overdue;
