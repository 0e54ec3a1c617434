//! The tables as the migrations make them. Generated: a test of the service fails when it
//! is stale, and writes it with `UPDATE_GENERATED=1`.

diesel::table! {
    import_pages (run_id, page) {
        run_id -> Binary,
        page -> Unsigned<Integer>,
        codes -> Text,
    }
}

diesel::table! {
    import_refusals (run_id, line) {
        run_id -> Binary,
        line -> Unsigned<Integer>,
        field -> Nullable<Varchar>,
        reason -> Varchar,
        code -> Nullable<Varchar>,
        content -> Varchar,
    }
}

diesel::table! {
    import_runs (id) {
        id -> Binary,
        source -> Varchar,
        missing -> Varchar,
        requested_by -> Nullable<Binary>,
        status -> Varchar,
        unfinished -> Nullable<Bool>,
        fence -> Unsigned<Integer>,
        total_rows -> Nullable<Unsigned<Integer>>,
        rows_read -> Unsigned<Integer>,
        inserted -> Unsigned<Integer>,
        updated -> Unsigned<Integer>,
        refused -> Unsigned<Integer>,
        deactivated -> Unsigned<Integer>,
        outcome -> Nullable<Varchar>,
        created_at -> Datetime,
        finished_at -> Nullable<Datetime>,
    }
}

diesel::table! {
    items (code) {
        code -> Varchar,
        category_code -> Varchar,
        category_name -> Varchar,
        item_code -> Varchar,
        item_name -> Varchar,
        variety_name -> Varchar,
        active -> Bool,
        updated_at -> Datetime,
    }
}

diesel::table! {
    versions (name) {
        name -> Varchar,
        version -> Unsigned<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    import_pages,
    import_refusals,
    import_runs,
    items,
    versions,
);
