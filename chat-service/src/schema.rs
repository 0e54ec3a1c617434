//! The tables as the migrations make them. Generated: a test of the service fails when it
//! is stale, and writes it with `UPDATE_GENERATED=1`.

diesel::table! {
    bans (ban_id) {
        ban_id -> Binary,
        user_id -> Binary,
        ends_at -> Nullable<Datetime>,
        lifted -> Bool,
    }
}

diesel::table! {
    erasures (user_id) {
        user_id -> Binary,
    }
}

diesel::table! {
    former_members (user_id, room_id) {
        user_id -> Binary,
        room_id -> Binary,
    }
}

diesel::table! {
    messages (room_id, seq) {
        room_id -> Binary,
        seq -> Unsigned<BigInt>,
        kind -> Varchar,
        sender_id -> Nullable<Binary>,
        message_key -> Binary,
        client_message_id -> Nullable<Varchar>,
        content -> Varchar,
        sent_at -> Datetime,
        removed -> Bool,
    }
}

diesel::table! {
    people (user_id) {
        user_id -> Binary,
        version -> Unsigned<BigInt>,
        nickname -> Varchar,
        withdrawn -> Bool,
    }
}

diesel::table! {
    room_members (room_id, user_id) {
        room_id -> Binary,
        user_id -> Binary,
        read_seq -> Unsigned<BigInt>,
        joined_at -> Datetime,
    }
}

diesel::table! {
    rooms (id) {
        id -> Binary,
        party_id -> Binary,
        party_version -> Unsigned<BigInt>,
        party_status -> Varchar,
        leader_id -> Binary,
        item_code -> Varchar,
        item_name -> Varchar,
        market_name -> Varchar,
        starts_at -> Datetime,
        last_seq -> Unsigned<BigInt>,
        active_at -> Datetime,
        opened_at -> Nullable<Datetime>,
        ended_at -> Nullable<Datetime>,
        hidden_at -> Nullable<Datetime>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    bans,
    erasures,
    former_members,
    messages,
    people,
    room_members,
    rooms,
);
