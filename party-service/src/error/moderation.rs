//! What a client is told about bans, reports and blocks.

use chassis::http::{ApiError, FieldErrors};
use chassis::text::{Invalid, Text};
use chrono::{DateTime, FixedOffset, Utc};

use super::codes;
use crate::domain::ban::{BanError, BanReason};
use crate::domain::report::ReportError;

/// Korean time is nine hours ahead of UTC, all year round.
pub(super) const KOREA_S: i32 = 9 * 3600;

pub(super) const ONESELF: Invalid =
    Invalid::new("oneself", "자기 자신은 안 됩니다", "must be somebody else");

const FOR_PARTIES: Invalid = Invalid::new(
    "for_parties_only",
    "파티를 신고할 때만 쓸 수 있는 사유입니다",
    "is a reason to report a party only",
);

/// Until when somebody is banned, and why.
pub(super) fn banned(end: Option<DateTime<Utc>>, reason: &BanReason) -> Text {
    let reason = reason.as_str();
    let Some((end, korea)) = end.zip(FixedOffset::east_opt(KOREA_S)) else {
        return Text::with(
            format!("영구 정지되었습니다. 사유: {reason}"),
            format!("The ban has no end. The reason: {reason}"),
        );
    };
    let end = end.with_timezone(&korea);
    Text::with(
        format!("{}까지 정지되었습니다. 사유: {reason}", end.format("%Y-%m-%d %H:%M(한국 시간)")),
        format!(
            "The ban ends on {} Korean time. The reason: {reason}",
            end.format("%Y-%m-%d at %H:%M")
        ),
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
            ReportError::NoSuchMessage => &codes::MESSAGE_NOT_FOUND,
            ReportError::NotRemovable => &codes::NOT_REMOVABLE,
            ReportError::NotBanned => &codes::NOT_BANNED,
            ReportError::SaidByReporter => return FieldErrors::one("/reference", ONESELF),
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
    use super::banned;
    use crate::domain::ban::BanReason;
    use chassis::text::Locale;

    #[test]
    fn a_ban_is_told_with_its_end_in_korean_time_and_its_reason() {
        let (end, reason) =
            ("2026-12-31T15:30:00Z".parse().ok(), BanReason::parse("사기").unwrap());
        let said = |end, locale| banned(end, &reason).in_locale(locale).into_owned();
        assert_eq!(
            said(end, Locale::Ko),
            "2027-01-01 00:30(한국 시간)까지 정지되었습니다. 사유: 사기"
        );
        assert_eq!(
            said(end, Locale::En),
            "The ban ends on 2027-01-01 at 00:30 Korean time. The reason: 사기"
        );
        assert_eq!(said(None, Locale::Ko), "영구 정지되었습니다. 사유: 사기");
    }
}
