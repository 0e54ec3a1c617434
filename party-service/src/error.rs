//! What a client is told: the only file that knows HTTP statuses.

use chassis::http::{ApiError, error};

use crate::addresses::AddressesUnavailable;
use crate::commands::Error;
use crate::rate_limit::TooMany;

/// The codes of this service, beside those of the chassis.
pub mod codes {
    chassis::error_codes! {
        MARKET_NOT_FOUND = NOT_FOUND, "market_not_found", "시장을 찾을 수 없습니다", "There is no such market";
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Db(error) => error.into(),
        }
    }
}

impl From<AddressesUnavailable> for ApiError {
    fn from(error: AddressesUnavailable) -> Self {
        match error {
            AddressesUnavailable::Kakao(error) => {
                Self::unavailable(format_args!("kakao: {error}")).retry_after(error.retry_after())
            }
            AddressesUnavailable::Db(error) => error.into(),
        }
    }
}

impl From<TooMany> for ApiError {
    fn from(TooMany { retry_after }: TooMany) -> Self {
        Self::new(&error::codes::TOO_MANY_REQUESTS).retry_after(retry_after)
    }
}
