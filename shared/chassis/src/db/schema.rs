//! The tables that every service has in its own database and the chassis reads and writes.

diesel::table! {
    outbox (position) {
        position -> Unsigned<BigInt>,
        event_id -> Binary,
        kind -> Varchar,
        payload -> Text,
        created_at -> Datetime,
        published_at -> Nullable<Datetime>,
    }
}

diesel::table! {
    processed_events (event_id, consumer) {
        event_id -> Binary,
        consumer -> Varchar,
        processed_at -> Datetime,
    }
}

diesel::table! {
    idempotency_keys (user_id, route, idempotency_key) {
        user_id -> Binary,
        route -> Varchar,
        idempotency_key -> Varchar,
        fingerprint -> Binary,
        status -> Unsigned<SmallInt>,
        answer -> Text,
        created_at -> Datetime,
    }
}
