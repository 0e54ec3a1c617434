//! What a client is told: the only file that knows HTTP statuses.

/// The codes of this service, beside those of the chassis.
pub mod codes {
    chassis::error_codes! {
        ITEM_NOT_FOUND = NOT_FOUND, "item_not_found", "그런 품목이 없습니다", "There is no such item";
    }
}
