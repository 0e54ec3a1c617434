//! The tables as the migrations make them. Generated: a test of the service fails when it
//! is stale, and writes it with `UPDATE_GENERATED=1`.

diesel::table! {
    blocks (blocker_id, blocked_id) {
        blocker_id -> Binary,
        blocked_id -> Binary,
        is_over -> Bool,
        changed_at -> Datetime,
    }
}

diesel::table! {
    deliveries (notice_id) {
        notice_id -> Binary,
        audience -> Text,
        wide -> Bool,
        reached -> Nullable<Binary>,
        claimed_until -> Nullable<Datetime>,
    }
}

diesel::table! {
    favorite_items (user_id, item_code) {
        user_id -> Binary,
        item_code -> Varchar,
        name -> Varchar,
        zone -> Nullable<Integer>,
        created_at -> Datetime,
    }
}

diesel::table! {
    favorite_markets (user_id, market_id) {
        user_id -> Binary,
        market_id -> Binary,
        name -> Varchar,
        zone -> Nullable<Integer>,
        created_at -> Datetime,
    }
}

diesel::table! {
    inboxes (user_id) {
        user_id -> Binary,
        last_seq -> Unsigned<BigInt>,
        unread -> Unsigned<Integer>,
        forgotten_seq -> Unsigned<BigInt>,
    }
}

diesel::table! {
    muted_parties (user_id, party_id) {
        user_id -> Binary,
        party_id -> Binary,
        muted_at -> Datetime,
    }
}

diesel::table! {
    notices (id) {
        id -> Binary,
        content -> Text,
        created_at -> Datetime,
    }
}

diesel::table! {
    notifications (user_id, seq) {
        user_id -> Binary,
        seq -> Unsigned<BigInt>,
        notice_id -> Binary,
        held -> Bool,
        created_at -> Datetime,
        read_at -> Nullable<Datetime>,
    }
}

diesel::table! {
    parties (party_id) {
        party_id -> Binary,
        version -> Unsigned<BigInt>,
        status -> Varchar,
        leader_id -> Binary,
        members -> Text,
        item_name -> Varchar,
        market_name -> Varchar,
        starts_at -> Datetime,
    }
}

diesel::table! {
    people (user_id) {
        user_id -> Binary,
        version -> Unsigned<BigInt>,
        withdrawn -> Bool,
        locale -> Varchar,
        latitude -> Nullable<Double>,
        longitude -> Nullable<Double>,
        zone -> Nullable<Integer>,
    }
}

diesel::table! {
    reminders (party_id, hours_before) {
        party_id -> Binary,
        hours_before -> Unsigned<TinyInt>,
        due_at -> Datetime,
    }
}

diesel::table! {
    settings (user_id) {
        user_id -> Binary,
        radius_m -> Unsigned<Integer>,
        silenced -> Varchar,
        quiet_from -> Nullable<Unsigned<SmallInt>>,
        quiet_until -> Nullable<Unsigned<SmallInt>>,
        time_zone -> Varchar,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    blocks,
    deliveries,
    favorite_items,
    favorite_markets,
    inboxes,
    muted_parties,
    notices,
    notifications,
    parties,
    people,
    reminders,
    settings,
);
