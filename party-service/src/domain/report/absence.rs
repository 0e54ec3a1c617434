//! Members report that the leader of their party did not come.
//!
//! | the party is | from | until 72 hours after |
//! | --- | --- | --- |
//! | done | it was completed | it was completed |
//! | cancelled by the leader when the meeting had begun | then | then |
//! | locked, or overdue | the end of the meeting | it was overdue |
//!
//! Whoever was accepted may report it, whatever the leader wrote about who came.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::UserId;

use super::ReportError;
use crate::domain::party::{CancelledBy, PartyError, State};
use crate::domain::penalty::Meeting;

/// How long it may be reported: as long as a leader may give penalties.
const REPORTED_WITHIN: TimeDelta = crate::domain::penalty::GIVEN_WITHIN;

impl Meeting {
    /// Whether this person may report that the leader did not come.
    pub fn report_leader(&self, reporter: UserId, now: DateTime<Utc>) -> Result<(), ReportError> {
        if self.accepted().is_none_or(|member| member.user_id != reporter) {
            return Err(PartyError::NotAMember.into());
        }
        let over_at = match self.state {
            State::Done => self.changed_at,
            State::Cancelled(CancelledBy::Leader) if self.changed_at >= self.schedule.starts_at => {
                self.changed_at
            }
            State::Locked(_) if now < self.schedule.ends_at => {
                return Err(ReportError::MeetingNotOver);
            }
            State::Locked(_) | State::Cancelled(CancelledBy::Overdue) => self.schedule.overdue_at(),
            State::Open
            | State::Cancelled(
                CancelledBy::Leader
                | CancelledBy::Deadline
                | CancelledBy::Withdrawal
                | CancelledBy::Moderation,
            ) => return Err(PartyError::WrongState(self.state.status()).into()),
        };
        if now < over_at + REPORTED_WITHIN { Ok(()) } else { Err(ReportError::TooLate) }
    }
}

#[cfg(test)]
mod tests {
    use contracts::PartyId;
    use contracts::party::{ItemRef, MembershipStatus, PartyStatus};

    use super::*;
    use crate::domain::party::{LockedBy, Member, Schedule};

    fn noon() -> DateTime<Utc> {
        "2026-11-23T03:00:00Z".parse().unwrap()
    }

    fn hours(hours: i64) -> DateTime<Utc> {
        noon() + TimeDelta::hours(hours)
    }

    /// A party that meets from the tenth to the twelfth hour.
    fn meeting(state: State, changed_at: DateTime<Utc>) -> Meeting {
        let schedule =
            Schedule { starts_at: hours(10), ends_at: hours(12), join_deadline: hours(5) };
        let user_id = UserId::new();
        let accepted = MembershipStatus::Accepted;
        Meeting {
            party_id: PartyId::new(),
            item: ItemRef { code: "060101".into(), name: "사과".into() },
            leader_id: UserId::new(),
            state,
            schedule,
            changed_at,
            member: Some(Member { user_id, shares: 1, status: accepted, attended: None }),
        }
    }

    fn report(meeting: &Meeting, now: DateTime<Utc>) -> Result<(), ReportError> {
        meeting.report_leader(meeting.member.unwrap().user_id, now)
    }

    const INSTANT: TimeDelta = TimeDelta::microseconds(1);

    #[test]
    fn d46_members_report_a_leader_for_three_days() {
        for (state, changed_at, over_at) in [
            (State::Done, hours(11), hours(11)),
            (State::Cancelled(CancelledBy::Leader), hours(10), hours(10)),
            (State::Locked(LockedBy::Full), hours(1), hours(12 + 72)),
            (State::Cancelled(CancelledBy::Overdue), hours(90), hours(12 + 72)),
        ] {
            let meeting = meeting(state, changed_at);
            for now in [hours(12), over_at, over_at + REPORTED_WITHIN - INSTANT] {
                assert_eq!(report(&meeting, now), Ok(()), "{state:?}");
            }
            assert_eq!(report(&meeting, over_at + REPORTED_WITHIN), Err(ReportError::TooLate));
        }
    }

    #[test]
    fn a_leader_who_may_still_come_or_need_not_is_not_reported() {
        let locked = meeting(State::Locked(LockedBy::Leader), hours(1));
        assert_eq!(report(&locked, hours(12) - INSTANT), Err(ReportError::MeetingNotOver));
        for (state, status) in [
            (State::Open, PartyStatus::Open),
            (State::Cancelled(CancelledBy::Leader), PartyStatus::Cancelled),
            (State::Cancelled(CancelledBy::Deadline), PartyStatus::Cancelled),
            (State::Cancelled(CancelledBy::Withdrawal), PartyStatus::Cancelled),
        ] {
            let refused = report(&meeting(state, hours(10) - INSTANT), hours(13));
            assert_eq!(refused, Err(PartyError::WrongState(status).into()), "{state:?}");
        }
    }

    #[test]
    fn only_who_was_to_meet_the_leader_reports_it_and_whatever_the_leader_says_of_them() {
        let mut done = meeting(State::Done, hours(11));
        let not = Err(PartyError::NotAMember.into());
        assert_eq!(done.report_leader(UserId::new(), hours(11)), not);
        assert_eq!(done.report_leader(done.leader_id, hours(11)), not);
        for attended in [Some(true), Some(false)] {
            done.member.as_mut().unwrap().attended = attended;
            assert_eq!(report(&done, hours(11)), Ok(()));
        }
        for status in [
            MembershipStatus::Applied,
            MembershipStatus::Withdrawn,
            MembershipStatus::Rejected,
            MembershipStatus::Left,
            MembershipStatus::Removed,
        ] {
            done.member.as_mut().unwrap().status = status;
            assert_eq!(report(&done, hours(11)), not);
        }
    }
}
