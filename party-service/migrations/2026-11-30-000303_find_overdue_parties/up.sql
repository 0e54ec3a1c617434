-- Those that nobody has completed, the oldest first, for the worker that ends them.
ALTER TABLE parties ADD KEY ix_parties_overdue (status, ends_at, id);
