//! The tables as the migrations make them. Generated: a test of the service fails when it
//! is stale, and writes it with `UPDATE_GENERATED=1`.

diesel::table! {
    admin_log (position) {
        position -> Unsigned<BigInt>,
        admin_id -> Nullable<Binary>,
        action -> Varchar,
        subject_id -> Binary,
        detail -> Varchar,
        created_at -> Datetime,
    }
}

diesel::table! {
    bans (id) {
        id -> Binary,
        user_id -> Binary,
        scope -> Varchar,
        reason -> Varchar,
        given_by -> Binary,
        created_at -> Datetime,
        ends_at -> Nullable<Datetime>,
        lifted_by -> Nullable<Binary>,
        lifted_at -> Nullable<Datetime>,
        is_enforced -> Bool,
    }
}

diesel::table! {
    blocks (blocker_id, blocked_id) {
        blocker_id -> Binary,
        blocked_id -> Binary,
        created_at -> Datetime,
    }
}

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
        max_penalties -> Nullable<Unsigned<TinyInt>>,
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
    penalties (id) {
        id -> Binary,
        party_id -> Binary,
        member_id -> Binary,
        given_by -> Binary,
        reason -> Varchar,
        comment -> Nullable<Varchar>,
        given_at -> Datetime,
        status -> Varchar,
        appeal -> Nullable<Varchar>,
        appealed_at -> Nullable<Datetime>,
        decided_by -> Nullable<Binary>,
        decided_at -> Nullable<Datetime>,
        decision_note -> Nullable<Varchar>,
    }
}

diesel::table! {
    profile_epoch (id) {
        id -> Unsigned<TinyInt>,
        epoch -> Varchar,
        is_open -> Bool,
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
    reports (id) {
        id -> Binary,
        reporter_id -> Binary,
        kind -> Varchar,
        subject_id -> Binary,
        message_seq -> Nullable<Unsigned<BigInt>>,
        reason -> Varchar,
        text -> Nullable<Varchar>,
        open_reference -> Nullable<Varchar>,
        status -> Varchar,
        resolution -> Nullable<Varchar>,
        note -> Nullable<Varchar>,
        resolved_by -> Nullable<Binary>,
        resolved_at -> Nullable<Datetime>,
        created_at -> Datetime,
        said_by -> Nullable<Binary>,
        said -> Nullable<Varchar>,
        said_at -> Nullable<Datetime>,
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
        email -> Nullable<Varchar>,
        password_hash -> Nullable<Varchar>,
        nickname -> Nullable<Varchar>,
        role -> Varchar,
        locale -> Varchar,
        road_address -> Nullable<Varchar>,
        latitude -> Nullable<Double>,
        longitude -> Nullable<Double>,
        version -> Unsigned<BigInt>,
        created_at -> Datetime,
        updated_at -> Datetime,
        withdrawn_at -> Nullable<Datetime>,
        withdrawal_step -> Nullable<Varchar>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    admin_log,
    bans,
    blocks,
    market_list,
    markets,
    parties,
    party_members,
    penalties,
    profile_epoch,
    refresh_tokens,
    reports,
    sessions,
    sign_in_failures,
    users,
);
