//! What a client is told: the only file that knows HTTP statuses.

use chassis::http::{ApiError, FieldErrors, error};
use chassis::text::Invalid;

use crate::addresses::AddressesUnavailable;
use crate::commands::Error;
use crate::domain::account_error::AccountError;
use crate::passwords::PasswordsError;
use crate::rate_limit::TooMany;

/// The codes of this service, beside those of the chassis.
pub mod codes {
    chassis::error_codes! {
        EMAIL_TAKEN = CONFLICT, "email_taken", "이미 가입된 이메일입니다", "Someone has signed up with this e-mail address";
        NICKNAME_TAKEN = CONFLICT, "nickname_taken", "이미 사용 중인 닉네임입니다", "Someone goes by this nickname";
        INVALID_CREDENTIALS = UNAUTHORIZED, "invalid_credentials", "이메일 또는 비밀번호가 올바르지 않습니다", "The e-mail address or the password is wrong";
        TOO_MANY_ATTEMPTS = TOO_MANY_REQUESTS, "too_many_attempts", "로그인에 여러 번 실패했습니다. 잠시 후 다시 시도해 주세요", "Too many failed attempts; try again later";
        INVALID_REFRESH_TOKEN = UNAUTHORIZED, "invalid_refresh_token", "다시 로그인해 주세요", "Sign in again";
        USER_NOT_FOUND = NOT_FOUND, "user_not_found", "사용자를 찾을 수 없습니다", "There is no such person";
        SESSION_NOT_FOUND = NOT_FOUND, "session_not_found", "세션을 찾을 수 없습니다", "There is no such session";
        MARKET_NOT_FOUND = NOT_FOUND, "market_not_found", "시장을 찾을 수 없습니다", "There is no such market";
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Account(error) => error.into(),
            Error::Db(error) => error.into(),
        }
    }
}

impl From<AccountError> for ApiError {
    fn from(error: AccountError) -> Self {
        Self::new(match error {
            AccountError::EmailTaken => &codes::EMAIL_TAKEN,
            AccountError::NicknameTaken => &codes::NICKNAME_TAKEN,
            AccountError::WrongCredentials => &codes::INVALID_CREDENTIALS,
            AccountError::InvalidRefreshToken => &codes::INVALID_REFRESH_TOKEN,
            AccountError::NoSuchUser => &codes::USER_NOT_FOUND,
            AccountError::NoSuchSession => &codes::SESSION_NOT_FOUND,
            AccountError::TooManyAttempts { wait } => {
                return Self::new(&codes::TOO_MANY_ATTEMPTS).retry_after(wait);
            }
            AccountError::WrongPassword => {
                return FieldErrors::one(
                    "/current_password",
                    Invalid::new(
                        "wrong_password",
                        "현재 비밀번호가 올바르지 않습니다",
                        "This is not the current password",
                    ),
                );
            }
        })
    }
}

impl From<PasswordsError> for ApiError {
    fn from(error: PasswordsError) -> Self {
        match error {
            PasswordsError::Busy => Self::unavailable(error),
            PasswordsError::Failed(_) => Self::internal(error),
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
