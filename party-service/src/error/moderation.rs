//! What a client is told about bans, reports and blocks.

use chassis::http::{ApiError, FieldErrors};
use chassis::text::{Invalid, Text};
use chrono::{DateTime, FixedOffset, Utc};

use super::codes;
use crate::domain::ban::BanError;
use crate::domain::report::ReportError;

/// Korean time is nine hours ahead of UTC, all year round.
const KOREA_S: i32 = 9 * 3600;

pub(super) const ONESELF: Invalid =
    Invalid::new("oneself", "자기 자신은 안 됩니다", "must be somebody else");

const FOR_PARTIES: Invalid = Invalid::new(
    "for_parties_only",
    "파티를 신고할 때만 쓸 수 있는 사유입니다",
    "is a reason to report a party only",
);

/// Until when somebody is banned.
pub(super) fn banned_until(end: Option<DateTime<Utc>>) -> Text {
    let Some((end, korea)) = end.zip(FixedOffset::east_opt(KOREA_S)) else {
        return Text::new("영구 정지되었습니다", "The ban has no end");
    };
    let end = end.with_timezone(&korea);
    Text::with(
        end.format("%Y-%m-%d %H:%M(한국 시간)까지 정지되었습니다").to_string(),
        end.format("The ban ends on %Y-%m-%d at %H:%M Korean time").to_string(),
    )
}

impl From<BanError> for ApiError {
    fn from(error: BanError) -> Self {
        Self::new(match error {
            BanError::NotFound => &codes::BAN_NOT_FOUND,
            BanError::AlreadyBanned => &codes::ALREADY_BANNED,
            BanError::IsAdmin => &codes::ADMIN_NOT_BANNABLE,
            BanError::EndsInThePast => {
                let past = Invalid::new(
                    "in_the_past",
                    "앞으로의 시각이어야 합니다",
                    "must be in the future",
                );
                return FieldErrors::one("/ends_at", past);
            }
        })
    }
}

impl From<ReportError> for ApiError {
    fn from(error: ReportError) -> Self {
        Self::new(match error {
            ReportError::NotFound => &codes::REPORT_NOT_FOUND,
            ReportError::AlreadyResolved => &codes::REPORT_ALREADY_RESOLVED,
            ReportError::TooMany => &codes::TOO_MANY_REPORTS,
            ReportError::MeetingNotOver => &codes::MEETING_NOT_OVER,
            ReportError::TooLate => &codes::REPORT_TOO_LATE,
            ReportError::NotAboutAbsence => &codes::NOT_ABOUT_ABSENCE,
            ReportError::OwnCase => &codes::OWN_CASE,
            ReportError::Party(error) => return error.into(),
            ReportError::IsReporter => {
                return FieldErrors::one("/reference/user_id", ONESELF);
            }
            ReportError::NotAParty => return FieldErrors::one("/reason", FOR_PARTIES),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::banned_until;
    use chassis::text::Locale;

    #[test]
    fn the_end_of_a_ban_is_told_in_korean_time() {
        let end = "2026-12-31T15:30:00Z".parse().unwrap();
        let said = |locale| banned_until(Some(end)).in_locale(locale);
        assert_eq!(said(Locale::Ko), "2027-01-01 00:30(한국 시간)까지 정지되었습니다");
        assert_eq!(said(Locale::En), "The ban ends on 2027-01-01 at 00:30 Korean time");
        assert_eq!(banned_until(None).in_locale(Locale::En), "The ban has no end");
    }
}
