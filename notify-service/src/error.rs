//! What a client is told: the only file that knows HTTP statuses.

/// The codes of this service, beside those of the chassis.
pub mod codes {
    chassis::error_codes! {
        NOTIFICATION_NOT_FOUND = NOT_FOUND, "notification_not_found", "그런 알림이 없습니다", "There is no such notification";
    }
}
