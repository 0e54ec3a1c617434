//! What a client is told: the only file that knows HTTP statuses.

use std::time::Duration;

use chassis::http::{ApiError, FieldErrors, error};
use chassis::text::Invalid;

mod moderation;
pub(crate) mod party;
mod penalty;

use crate::addresses::AddressesUnavailable;
use crate::chat::ChatError;
use crate::commands::Error;
use crate::domain::account_error::AccountError;
use crate::export::{ExportError, RemoteError};
use crate::passwords::PasswordsError;
use crate::rate_limit::TooMany;

/// When an export is worth asking for again: a service is away for a while, if it is.
const EXPORT_PAUSE: Duration = Duration::from_secs(10);

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
        BANNED = FORBIDDEN, "banned", "이용이 정지되었습니다", "You are banned from this";
        BAN_NOT_FOUND = NOT_FOUND, "ban_not_found", "이용 정지를 찾을 수 없습니다", "There is no such ban";
        ALREADY_BANNED = CONFLICT, "already_banned", "이미 같은 범위로 정지된 사용자입니다", "The person is banned from that already";
        ADMIN_NOT_BANNABLE = CONFLICT, "admin_not_bannable", "관리자는 정지할 수 없습니다", "Administrators cannot be banned";
        REPORT_NOT_FOUND = NOT_FOUND, "report_not_found", "신고를 찾을 수 없습니다", "There is no such report";
        REPORT_ALREADY_RESOLVED = CONFLICT, "report_already_resolved", "이미 처리된 신고입니다", "The report is resolved";
        TOO_MANY_REPORTS = CONFLICT, "too_many_reports", "처리를 기다리는 신고가 너무 많습니다", "Too many of your reports wait for a decision";
        REPORT_TOO_LATE = CONFLICT, "report_too_late", "만남이 끝나고 72시간 안에만 신고할 수 있습니다", "It may be reported within 72 hours";
        MEETING_NOT_OVER = CONFLICT, "meeting_not_over", "아직 만남이 끝나지 않았습니다", "The meeting is not over";
        NOT_ABOUT_ABSENCE = CONFLICT, "not_about_absence", "파티장이 오지 않았다는 신고에만 페널티를 줄 수 있습니다", "A penalty is given for the absence of a leader only";
        NOT_REMOVABLE = CONFLICT, "not_removable", "사람은 삭제할 수 없습니다. 이용을 정지해 주세요", "People are not removed, but may be banned";
        NOT_BANNED = CONFLICT, "not_banned", "먼저 이용을 정지해 주세요", "The person is not banned yet";
        MESSAGE_NOT_FOUND = NOT_FOUND, "message_not_found", "메시지를 찾을 수 없습니다", "There is no such message";
        OWN_CASE = FORBIDDEN, "own_case", "자신이 관련된 일은 다른 관리자가 결정해야 합니다", "Another administrator must decide in a case of your own";
        TOO_MANY_BLOCKED = CONFLICT, "too_many_blocked", "더 이상 차단할 수 없습니다", "One person may block 1,000 others";
        BELOW_TAKEN_SHARES = CONFLICT, "below_taken_shares", "이미 정해진 몫보다 적게 줄일 수 없습니다", "There cannot be fewer shares than are taken";
        LEADING_SUSPENDED = CONFLICT, "leading_suspended", "페널티가 3개 이상이어서 파티를 열 수 없습니다", "Whoever has three active penalties may not lead a party";
        TOO_MANY_PENALTIES = CONFLICT, "too_many_penalties", "페널티가 많아 이 파티에 신청할 수 없습니다", "The leader accepts applicants with fewer penalties";
        PENALTY_NOT_FOUND = NOT_FOUND, "penalty_not_found", "페널티를 찾을 수 없습니다", "There is no such penalty";
        NOT_YOUR_PENALTY = FORBIDDEN, "not_your_penalty", "페널티를 받은 사람만 이의를 제기할 수 있습니다", "Only whoever got the penalty may appeal";
        MEMBER_ATTENDED = CONFLICT, "member_attended", "참석한 참여자에게는 페널티를 줄 수 없습니다", "Whoever came gets no penalty";
        NO_ATTENDANCE_OF_LEADERS = CONFLICT, "no_attendance_of_leaders", "파티장의 페널티에는 고칠 참석 기록이 없습니다", "Leaders have no attendance to put right; a revoked penalty is enough";
        PENALTY_TOO_LATE = CONFLICT, "penalty_too_late", "페널티는 파티가 끝난 뒤 72시간 안에만 줄 수 있습니다", "Penalties are given within 72 hours of completion";
        ALREADY_PENALIZED = CONFLICT, "already_penalized", "이 파티에서 이미 페널티를 받은 참여자입니다", "This member has a penalty of this party";
        ALREADY_APPEALED = CONFLICT, "already_appealed", "이의 제기는 한 번만 할 수 있습니다", "There was an appeal before";
        NO_OPEN_APPEAL = CONFLICT, "no_open_appeal", "검토를 기다리는 이의 제기가 없습니다", "No appeal waits for an answer";
        PENALTY_REVOKED = CONFLICT, "penalty_revoked", "이미 취소된 페널티입니다", "The penalty was revoked";
        EXPORT_TOO_LARGE = CONFLICT, "export_too_large", "보관 중인 정보가 너무 많아 한 번에 내려받을 수 없습니다. 운영자에게 요청해 주세요", "There is too much for one download; ask the operator for it";
        PENALTY_EXPIRED = CONFLICT, "penalty_expired", "이미 만료된 페널티입니다", "The penalty counts no longer";
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Account(error) => error.into(),
            Error::Ban(error) => error.into(),
            Error::Report(error) => error.into(),
            Error::Party(error) => error.into(),
            Error::Penalty(error) => error.into(),
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
            AccountError::TooManyBlocked => &codes::TOO_MANY_BLOCKED,
            AccountError::Banned { until, reason } => {
                return Self::new(&codes::BANNED).detail(moderation::banned(until, &reason));
            }
            AccountError::BlocksSelf => {
                return FieldErrors::one("user_id", moderation::ONESELF);
            }
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

impl From<ChatError> for ApiError {
    fn from(error: ChatError) -> Self {
        Self::unavailable(format_args!("chat-service: {error}"))
    }
}

impl From<ExportError> for ApiError {
    fn from(error: ExportError) -> Self {
        // Asking again would not help.
        if let ExportError::Remote(_, RemoteError::TooLong(_)) = error {
            return Self::new(&codes::EXPORT_TOO_LARGE);
        }
        Self::unavailable(format_args!("no export: {error}")).retry_after(EXPORT_PAUSE)
    }
}

impl From<TooMany> for ApiError {
    fn from(TooMany { retry_after }: TooMany) -> Self {
        Self::new(&error::codes::TOO_MANY_REQUESTS).retry_after(retry_after)
    }
}
