//! The tables as the migrations make them. Generated: a test of the service fails when it
//! is stale, and writes it with `UPDATE_GENERATED=1`.

diesel::table! {
    market_list (id) {
        id -> Unsigned<TinyInt>,
        changed_at -> Datetime,
    }
}

diesel::table! {
    markets (id) {
        id -> Binary,
        source_id -> Varchar,
        source -> Varchar,
        name -> Varchar,
        kind -> Varchar,
        published_type -> Varchar,
        chain -> Nullable<Varchar>,
        road_address -> Varchar,
        jibun_address -> Nullable<Varchar>,
        zip_code -> Nullable<Varchar>,
        latitude -> Double,
        longitude -> Double,
        cell -> Unsigned<BigInt>,
        search_key -> Varchar,
        address_key -> Varchar,
        updated_at -> Datetime,
    }
}

diesel::table! {
    parties (id) {
        id -> Binary,
        version -> Unsigned<BigInt>,
        leader_id -> Binary,
        status -> Varchar,
        cause -> Nullable<Varchar>,
        market_id -> Binary,
        item_code -> Varchar,
        item_name -> Varchar,
        category_code -> Varchar,
        quantity -> Unsigned<Integer>,
        unit -> Varchar,
        total_price -> Nullable<Unsigned<Integer>>,
        description -> Nullable<Varchar>,
        total_shares -> Unsigned<Integer>,
        leader_shares -> Unsigned<Integer>,
        min_shares -> Unsigned<Integer>,
        taken_shares -> Unsigned<Integer>,
        members_count -> Unsigned<Integer>,
        starts_at -> Datetime,
        ends_at -> Datetime,
        join_deadline -> Datetime,
        created_at -> Datetime,
        updated_at -> Datetime,
    }
}

diesel::table! {
    party_members (party_id, user_id) {
        party_id -> Binary,
        user_id -> Binary,
        shares -> Unsigned<Integer>,
        status -> Varchar,
        message -> Nullable<Varchar>,
        attended -> Nullable<Bool>,
        applied_at -> Datetime,
        updated_at -> Datetime,
    }
}

diesel::table! {
    refresh_tokens (token_hash) {
        token_hash -> Binary,
        session_id -> Binary,
        issued_at -> Datetime,
        used_at -> Nullable<Datetime>,
    }
}

diesel::table! {
    sessions (id) {
        id -> Binary,
        user_id -> Binary,
        origin -> Varchar,
        user_agent -> Varchar,
        created_at -> Datetime,
        last_used_at -> Datetime,
        expires_at -> Datetime,
        revoked_at -> Nullable<Datetime>,
    }
}

diesel::table! {
    sign_in_failures (subject) {
        subject -> Binary,
        failures -> Unsigned<Integer>,
        last_attempt_at -> Datetime,
        locked_until -> Nullable<Datetime>,
    }
}

diesel::table! {
    users (id) {
        id -> Binary,
        email -> Varchar,
        password_hash -> Varchar,
        nickname -> Varchar,
        role -> Varchar,
        locale -> Varchar,
        road_address -> Nullable<Varchar>,
        latitude -> Nullable<Double>,
        longitude -> Nullable<Double>,
        version -> Unsigned<BigInt>,
        created_at -> Datetime,
        updated_at -> Datetime,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    market_list,
    markets,
    parties,
    party_members,
    refresh_tokens,
    sessions,
    sign_in_failures,
    users,
);
