CREATE TABLE parties (
    id BINARY(16) NOT NULL,
    version BIGINT UNSIGNED NOT NULL,
    leader_id BINARY(16) NOT NULL,
    status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- What locked or cancelled it.
    cause VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
    market_id BINARY(16) NOT NULL,
    item_code VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    item_name VARCHAR(200) NOT NULL,
    category_code VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    quantity INT UNSIGNED NOT NULL,
    unit VARCHAR(20) NOT NULL,
    total_price INT UNSIGNED NULL,
    description VARCHAR(500) NULL,
    total_shares INT UNSIGNED NOT NULL,
    leader_shares INT UNSIGNED NOT NULL,
    min_shares INT UNSIGNED NOT NULL,
    taken_shares INT UNSIGNED NOT NULL,
    members_count INT UNSIGNED NOT NULL,
    starts_at DATETIME(6) NOT NULL,
    ends_at DATETIME(6) NOT NULL,
    join_deadline DATETIME(6) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    -- Open parties of one market in the order of their ids, with all that a search filters by.
    KEY ix_parties_market (market_id, status, id, join_deadline, starts_at, item_code, category_code),
    -- The same for one item.
    KEY ix_parties_item (item_code, status, market_id, id, join_deadline, starts_at, category_code),
    -- In the order in which they close: for searches, and for the worker that closes them.
    KEY ix_parties_closing (status, join_deadline, id, market_id, starts_at, category_code),
    -- In the order in which they were opened.
    KEY ix_parties_newest (status, id, market_id, join_deadline, starts_at, category_code),
    KEY ix_parties_leader (leader_id, id, status, join_deadline),
    -- The last line of defence: the rules stand in the program.
    CONSTRAINT ck_parties_shares CHECK (leader_shares <= taken_shares AND taken_shares <= total_shares)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
