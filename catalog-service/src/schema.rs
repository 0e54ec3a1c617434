//! The tables as the migrations make them. Generated: a test of the service fails when it
//! is stale, and writes it with `UPDATE_GENERATED=1`.

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

diesel::allow_tables_to_appear_in_same_query!(items, versions);
