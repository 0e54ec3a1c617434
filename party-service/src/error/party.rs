//! What a client is told when something about a party was refused.

use chassis::http::{ApiError, FieldErrors};
use chassis::text::Text;
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use contracts::party::PartyStatus;

use super::codes;
use super::moderation::KOREA_S;
use crate::catalog::CatalogUnavailable;
use crate::domain::party::{PartyError, Refusal, Refusals};

impl From<PartyError> for ApiError {
    fn from(error: PartyError) -> Self {
        match error {
            PartyError::NotFound => Self::new(&codes::PARTY_NOT_FOUND),
            PartyError::NotTheLeader => Self::new(&codes::NOT_THE_LEADER),
            PartyError::NotAMember => Self::new(&codes::NOT_A_MEMBER),
            PartyError::NoSuchMember => Self::new(&codes::MEMBER_NOT_FOUND),
            PartyError::NoSuchApplication => Self::new(&codes::APPLICATION_NOT_FOUND),
            PartyError::WrongState(status) => {
                Self::new(&codes::INVALID_PARTY_STATE).detail(state(status))
            }
            PartyError::Full => Self::new(&codes::PARTY_FULL),
            PartyError::NotEnoughShares { free } => {
                Self::new(&codes::NOT_ENOUGH_SHARES).detail(Text::with(
                    format!("남은 몫은 {free}개입니다"),
                    format!("{free} share(s) are free"),
                ))
            }
            PartyError::JoinClosed => Self::new(&codes::JOIN_CLOSED),
            PartyError::MeetingStarted => Self::new(&codes::MEETING_STARTED),
            PartyError::MeetingNotStarted => Self::new(&codes::MEETING_NOT_STARTED),
            PartyError::IsTheLeader => Self::new(&codes::IS_THE_LEADER),
            PartyError::AlreadyApplied => Self::new(&codes::ALREADY_APPLIED),
            PartyError::AlreadyMember => Self::new(&codes::ALREADY_A_MEMBER),
            PartyError::WasRemoved => Self::new(&codes::REMOVED_FROM_PARTY),
            PartyError::TooManyApplications => Self::new(&codes::TOO_MANY_APPLICATIONS),
            PartyError::TooManyOpenParties => Self::new(&codes::TOO_MANY_OPEN_PARTIES),
            PartyError::LeadingSuspended { until } => {
                Self::new(&codes::LEADING_SUSPENDED).detail(suspended_until(until))
            }
            PartyError::TooManyPenalties { max } => {
                Self::new(&codes::TOO_MANY_PENALTIES).detail(Text::with(
                    format!("페널티가 {max}개 이하인 이웃만 신청할 수 있습니다"),
                    format!("applicants may have {max} penalties at most"),
                ))
            }
            PartyError::BelowTaken { taken } => {
                Self::new(&codes::BELOW_TAKEN_SHARES).detail(Text::with(
                    format!("이미 {taken}개의 몫이 정해졌습니다"),
                    format!("{taken} share(s) are taken"),
                ))
            }
            PartyError::Refused(refusals) => {
                let mut fields = FieldErrors::default();
                keep::<()>(&mut fields, Err(refusals));
                fields.into()
            }
        }
    }
}

/// Keeps the refusals if there are any, and hands on the value if there is one.
pub(crate) fn keep<T>(fields: &mut FieldErrors, value: Result<T, Refusals>) -> Option<T> {
    match value {
        Ok(value) => Some(value),
        Err(refusals) => {
            for Refusal { field, reason } in refusals {
                fields.add(&format!("/{field}"), reason);
            }
            None
        }
    }
}

impl From<CatalogUnavailable> for ApiError {
    fn from(error: CatalogUnavailable) -> Self {
        let pause = error.retry_after();
        Self::unavailable(format_args!("catalog-service: {error}")).retry_after(pause)
    }
}

/// When somebody may lead again: the first minute that begins when it is so.
fn suspended_until(until: DateTime<Utc>) -> Text {
    const ALMOST_A_MINUTE: TimeDelta = TimeDelta::microseconds(59_999_999);
    let minute = until + ALMOST_A_MINUTE;
    let Some(minute) = FixedOffset::east_opt(KOREA_S).map(|korea| minute.with_timezone(&korea))
    else {
        return codes::LEADING_SUSPENDED.title.clone();
    };
    Text::with(
        minute.format("%Y-%m-%d %H:%M(한국 시간)부터 다시 열 수 있습니다").to_string(),
        minute.format("You may lead again from %Y-%m-%d, %H:%M Korean time").to_string(),
    )
}

const fn state(status: PartyStatus) -> Text {
    match status {
        PartyStatus::Open => Text::new("아직 모집 중인 파티입니다", "The party is still open"),
        PartyStatus::Locked => Text::new("모집이 마감된 파티입니다", "The party is locked"),
        PartyStatus::Cancelled => Text::new("취소된 파티입니다", "The party was cancelled"),
        PartyStatus::Done => Text::new("이미 끝난 파티입니다", "The party is done"),
    }
}

#[cfg(test)]
mod tests {
    use chassis::text::Locale;

    use super::suspended_until;

    #[test]
    fn who_may_not_lead_is_told_a_minute_at_which_it_is_over() {
        for (until, said) in [
            ("2026-12-31T15:30:00Z", "2027-01-01 00:30(한국 시간)부터 다시 열 수 있습니다"),
            ("2026-12-31T15:30:00.000001Z", "2027-01-01 00:31(한국 시간)부터 다시 열 수 있습니다"),
        ] {
            assert_eq!(suspended_until(until.parse().unwrap()).in_locale(Locale::Ko), said);
        }
    }
}
