//! What a client is told: the only file that knows HTTP statuses.

use std::time::Duration;

use chassis::http::ApiError;
use chassis::http::error::codes as common;
use chassis::text::Text;

use crate::commands::Error;
use crate::directory::LookupError;
use crate::stream::{Full, Refused};

/// The codes of this service, beside those of the chassis.
pub mod codes {
    chassis::error_codes! {
        ITEM_NOT_FOUND = NOT_FOUND, "item_not_found", "그런 품목이 없습니다", "There is no such item";
        MARKET_NOT_FOUND = NOT_FOUND, "market_not_found", "시장을 찾을 수 없습니다", "There is no such market";
        NOT_A_FAVORITE = NOT_FOUND, "not_a_favorite", "즐겨찾기에 없습니다", "This is not one of your favourites";
        NOTIFICATION_NOT_FOUND = NOT_FOUND, "notification_not_found", "그런 알림이 없습니다", "There is no such notification";
        PARTY_NOT_FOUND = NOT_FOUND, "party_not_found", "파티를 찾을 수 없습니다", "There is no such party";
        TOO_MANY = CONFLICT, "too_many", "더 이상 추가할 수 없습니다", "There is no room for more";
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Db(error) => error.into(),
            Error::NoSuchNotification => Self::new(&codes::NOTIFICATION_NOT_FOUND),
            Error::NoSuchParty => Self::new(&codes::PARTY_NOT_FOUND),
            Error::TooMany(max) => Self::new(&codes::TOO_MANY)
                .detail(Text::with(format!("최대 {max}개입니다"), format!("{max} at most"))),
            Error::Withdrawn => Self::new(&common::SESSION_REVOKED),
        }
    }
}

impl From<LookupError> for ApiError {
    fn from(error: LookupError) -> Self {
        Self::unavailable(error).retry_after(Duration::from_secs(2))
    }
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Full(Full::Person) => Self::new(&common::TOO_MANY_REQUESTS),
            Refused::Full(Full::Instance) | Refused::Stopping => Self::unavailable(refused),
        }
    }
}
