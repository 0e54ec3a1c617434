//! What a client is told: the only file that knows HTTP statuses.

use chassis::http::ApiError;

use crate::addresses::AddressesUnavailable;
use crate::commands::Error;

/// The codes of this service, beside those of the chassis.
pub mod codes {
    chassis::error_codes! {}
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
            AddressesUnavailable::Db(error) => error.into(),
        }
    }
}
