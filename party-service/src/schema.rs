//! The tables as the migrations make them. Generated: a test of the service fails when it
//! is stale, and writes it with `UPDATE_GENERATED=1`.

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
    markets,
    refresh_tokens,
    sessions,
    sign_in_failures,
    users,
);
