//! What a client is told: the only file that knows HTTP statuses.

use chassis::http::{ApiError, FieldErrors, error};
use chassis::text::Invalid;

pub(crate) mod party;

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
        PARTY_NOT_FOUND = NOT_FOUND, "party_not_found", "파티를 찾을 수 없습니다", "There is no such party";
        MEMBER_NOT_FOUND = NOT_FOUND, "member_not_found", "이 파티의 참여자가 아닙니다", "Nobody with this id is a member";
        APPLICATION_NOT_FOUND = NOT_FOUND, "application_not_found", "대기 중인 신청이 없습니다", "No such application waits for an answer";
        NOT_THE_LEADER = FORBIDDEN, "not_the_leader", "파티장만 할 수 있습니다", "Only the leader of the party may do that";
        NOT_A_MEMBER = FORBIDDEN, "not_a_member", "파티 참여자만 할 수 있습니다", "Only members of the party may do that";
        INVALID_PARTY_STATE = CONFLICT, "invalid_party_state", "지금 파티 상태에서는 할 수 없습니다", "The state of the party does not allow it";
        PARTY_FULL = CONFLICT, "party_full", "남은 몫이 없습니다", "All shares are taken";
        NOT_ENOUGH_SHARES = CONFLICT, "not_enough_shares", "남은 몫이 부족합니다", "Fewer shares are free";
        JOIN_CLOSED = CONFLICT, "join_closed", "신청 기한이 지났습니다", "The deadline for applications has passed";
        MEETING_STARTED = CONFLICT, "meeting_started", "이미 만남이 시작되었습니다", "The meeting has begun";
        MEETING_NOT_STARTED = CONFLICT, "meeting_not_started", "아직 만남이 시작되지 않았습니다", "The meeting has not begun";
        IS_THE_LEADER = CONFLICT, "is_the_leader", "파티장은 신청하거나 나갈 수 없습니다. 파티를 취소할 수는 있습니다", "The leader neither applies nor leaves, but may cancel the party";
        ALREADY_APPLIED = CONFLICT, "already_applied", "이미 신청했습니다", "The application already waits for an answer";
        ALREADY_A_MEMBER = CONFLICT, "already_a_member", "이미 참여 중입니다", "Already a member";
        REMOVED_FROM_PARTY = CONFLICT, "removed_from_party", "내보내진 파티에는 다시 신청할 수 없습니다", "Whoever was removed cannot apply again";
        TOO_MANY_APPLICATIONS = CONFLICT, "too_many_applications", "답을 기다리는 신청이 너무 많습니다", "Too many applications wait for an answer";
        TOO_MANY_OPEN_PARTIES = CONFLICT, "too_many_open_parties", "모집 중인 파티는 5개까지 열 수 있습니다", "One person may lead five open parties";
        BELOW_TAKEN_SHARES = CONFLICT, "below_taken_shares", "이미 정해진 몫보다 적게 줄일 수 없습니다", "There cannot be fewer shares than are taken";
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Account(error) => error.into(),
            Error::Party(error) => error.into(),
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
