CREATE TABLE penalties (
    id BINARY(16) NOT NULL,
    party_id BINARY(16) NOT NULL,
    member_id BINARY(16) NOT NULL,
    -- The leader of the party.
    given_by BINARY(16) NOT NULL,
    reason VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    comment VARCHAR(300) NULL,
    given_at DATETIME(6) NOT NULL,
    -- given, appealed, upheld or revoked; all but the last count.
    status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    appeal VARCHAR(1000) NULL,
    appealed_at DATETIME(6) NULL,
    decided_by BINARY(16) NULL,
    decided_at DATETIME(6) NULL,
    PRIMARY KEY (id),
    -- One for each member of a party, whoever tries at the same time.
    UNIQUE KEY uq_penalties_member (party_id, member_id),
    -- Those of one person that count.
    KEY ix_penalties_active (member_id, given_at, status),
    -- Those that one person got, or gave, the newest first.
    KEY ix_penalties_received (member_id, id),
    KEY ix_penalties_given (given_by, id),
    -- The appeals that wait for an answer, the oldest first.
    KEY ix_penalties_appeals (status, appealed_at, id),
    CONSTRAINT fk_penalties_party FOREIGN KEY (party_id) REFERENCES parties (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
