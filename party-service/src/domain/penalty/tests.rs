//! The rules one by one.

use chrono::TimeDelta;
use contracts::party::MembershipStatus;

use super::*;
use crate::domain::party::{CancelledBy, LockedBy, Member, PartyError, Schedule, State};

fn noon() -> DateTime<Utc> {
    "2026-11-23T03:00:00Z".parse().unwrap()
}

/// A party that was completed at noon, when it had begun an hour before, without one of its members.
fn meeting() -> Meeting {
    let (starts_at, ends_at) = (noon() - TimeDelta::hours(1), noon() + TimeDelta::hours(1));
    Meeting {
        party_id: PartyId::new(),
        item: ItemRef { code: "060101".into(), name: "사과".into() },
        leader_id: UserId::new(),
        state: State::Done,
        schedule: Schedule { starts_at, ends_at, join_deadline: starts_at },
        changed_at: noon(),
        member: Some(member(MembershipStatus::Accepted, Some(false))),
    }
}

fn member(status: MembershipStatus, attended: Option<bool>) -> Member {
    Member { user_id: UserId::new(), shares: 1, status, attended }
}

fn no_show() -> Reproach {
    Reproach::new(PenaltyReason::NoShow, None).unwrap()
}

/// Somebody who has nothing to do with it.
fn admin() -> UserId {
    UserId::new()
}

fn penalty() -> Penalty {
    let meeting = meeting();
    meeting.clone().punish(meeting.leader_id, &no_show(), noon()).unwrap()
}

#[test]
fn d46_only_the_leader_punishes() {
    let meeting = meeting();
    for other in [UserId::new(), meeting.member.unwrap().user_id] {
        let refused = meeting.clone().punish(other, &no_show(), noon());
        assert_eq!(refused, Err(PartyError::NotTheLeader.into()));
    }
}

#[test]
fn d46_only_when_the_party_is_done() {
    for state in [
        State::Open,
        State::Locked(LockedBy::Full),
        State::Cancelled(CancelledBy::Leader),
        State::Cancelled(CancelledBy::Overdue),
    ] {
        let meeting = Meeting { state, ..meeting() };
        let refused = meeting.clone().punish(meeting.leader_id, &no_show(), noon());
        assert_eq!(refused, Err(PartyError::WrongState(state.status()).into()));
    }
}

#[test]
fn d46_only_who_was_accepted_and_did_not_come() {
    let punish = |member| {
        let meeting = Meeting { member, ..meeting() };
        meeting.clone().punish(meeting.leader_id, &no_show(), noon())
    };
    assert_eq!(punish(None), Err(PartyError::NoSuchMember.into()));
    for status in [
        MembershipStatus::Applied,
        MembershipStatus::Withdrawn,
        MembershipStatus::Rejected,
        MembershipStatus::Left,
        MembershipStatus::Removed,
    ] {
        let refused = punish(Some(member(status, None)));
        assert_eq!(refused, Err(PartyError::NoSuchMember.into()), "{status:?}");
    }
    let came = punish(Some(member(MembershipStatus::Accepted, Some(true))));
    assert_eq!(came, Err(PenaltyError::Attended));
    assert!(punish(Some(member(MembershipStatus::Accepted, Some(false)))).is_ok());
}

#[test]
fn d46_only_within_three_days() {
    let after = |wait| {
        let meeting = meeting();
        meeting.clone().punish(meeting.leader_id, &no_show(), noon() + wait)
    };
    assert!(after(GIVEN_WITHIN - TimeDelta::microseconds(1)).is_ok());
    assert_eq!(after(GIVEN_WITHIN), Err(PenaltyError::TooLate));
}

#[test]
fn d46_the_member_appeals_once() {
    let mut penalty = penalty();
    assert_eq!(penalty.appeal(UserId::new(), noon()), Err(PenaltyError::NotFound));
    assert_eq!(penalty.appeal(penalty.given_by, noon()), Err(PenaltyError::NotYours));
    assert_eq!(penalty.appeal(penalty.member_id, noon()), Ok(()));
    assert_eq!(penalty.status, PenaltyStatus::Appealed);
    assert_eq!(penalty.appeal(penalty.member_id, noon()), Err(PenaltyError::AlreadyAppealed));
    assert_eq!(penalty.uphold(admin()), Ok(()));
    assert_eq!(penalty.appeal(penalty.member_id, noon()), Err(PenaltyError::AlreadyAppealed));
}

#[test]
fn nobody_appeals_against_what_counts_no_longer() {
    let mut expired = penalty();
    assert_eq!(
        expired.appeal(expired.member_id, expired.counts_until()),
        Err(PenaltyError::Expired)
    );
    let mut revoked = penalty();
    revoked.revoke(admin()).unwrap();
    assert_eq!(revoked.appeal(revoked.member_id, noon()), Err(PenaltyError::AlreadyRevoked));
}

#[test]
fn p08_whatever_became_of_it_it_can_be_revoked_once() {
    let mut upheld = penalty();
    upheld.appeal(upheld.member_id, noon()).unwrap();
    let appealed = upheld.clone();
    upheld.uphold(admin()).unwrap();
    for mut penalty in [penalty(), appealed, upheld] {
        assert_eq!(penalty.revoke(admin()), Ok(()));
        assert_eq!(penalty.status, PenaltyStatus::Revoked);
        assert_eq!(penalty.revoke(admin()), Err(PenaltyError::AlreadyRevoked));
        assert_eq!(penalty.uphold(admin()), Err(PenaltyError::AlreadyRevoked));
    }
}

#[test]
fn d46_the_leader_is_not_spared() {
    let meeting = meeting();
    let leader = meeting.leader_id;
    let penalty = meeting.clone().punish_leader(admin(), noon()).unwrap();
    assert!(penalty.is_for_leading() && penalty.member_id == leader);
    assert_eq!((penalty.reason, penalty.status), (PenaltyReason::NoShow, PenaltyStatus::Given));
    assert_eq!(meeting.punish_leader(leader, noon()), Err(PenaltyError::OwnCase));
    assert!(!self::penalty().is_for_leading());
}

#[test]
fn no_administrator_decides_on_their_own_penalty() {
    let mut penalty = penalty();
    let own = penalty.member_id;
    assert_eq!(penalty.revoke(own), Err(PenaltyError::OwnCase));
    penalty.appeal(own, noon()).unwrap();
    assert_eq!(penalty.uphold(own), Err(PenaltyError::OwnCase));
    assert_eq!(penalty.uphold(admin()), Ok(()));
}

#[test]
fn who_gave_a_penalty_takes_it_back_but_does_not_uphold_it() {
    let (admin, meeting) = (admin(), meeting());
    let mut appealed = penalty();
    appealed.appeal(appealed.member_id, noon()).unwrap();
    let mut for_leading = meeting.clone().punish_leader(admin, noon()).unwrap();
    for_leading.appeal(meeting.leader_id, noon()).unwrap();
    for mut penalty in [appealed, for_leading] {
        assert_eq!(penalty.uphold(penalty.given_by), Err(PenaltyError::OwnCase));
        assert_eq!(penalty.revoke(penalty.given_by), Ok(()));
    }
}

#[test]
fn what_is_said_about_a_leader_is_not_read_by_that_leader() {
    let (penalty, other) = (penalty(), UserId::new());
    for is_admin in [false, true] {
        assert!(penalty.lets_read_the_case(penalty.member_id, is_admin));
        assert!(!penalty.lets_read_the_case(penalty.leader_id, is_admin));
        assert_eq!(penalty.lets_read_the_case(other, is_admin), is_admin);
    }
    let for_leading = meeting().punish_leader(other, noon()).unwrap();
    assert!(for_leading.lets_read_the_case(for_leading.leader_id, false));
    assert!(for_leading.lets_read_the_case(other, true), "whoever gave it may think again");
}

#[test]
fn only_members_have_an_attendance() {
    assert_eq!(penalty().require_attendance(), Ok(()));
    let for_leading = meeting().punish_leader(admin(), noon()).unwrap();
    assert_eq!(for_leading.require_attendance(), Err(PenaltyError::NoAttendance));
}

#[test]
fn only_an_appeal_is_upheld() {
    let mut penalty = penalty();
    assert_eq!(penalty.uphold(admin()), Err(PenaltyError::NoOpenAppeal));
    penalty.appeal(penalty.member_id, noon()).unwrap();
    assert_eq!(penalty.uphold(admin()), Ok(()));
    assert_eq!(penalty.uphold(admin()), Err(PenaltyError::NoOpenAppeal));
}

#[test]
fn d46_there_is_always_a_reason() {
    let words = Comment::parse(" 약속 장소를 착각했대요 ").unwrap();
    assert_eq!(words.as_ref().unwrap().as_str(), "약속 장소를 착각했대요");
    assert_eq!(Reproach::new(PenaltyReason::Other, None).unwrap_err().code, "required");
    assert!(Reproach::new(PenaltyReason::Other, words).is_ok());
    assert_eq!(Comment::parse(" ").unwrap(), None);
    assert_eq!(Comment::parse(&"가".repeat(301)).unwrap_err().code, "too_long");
    assert_eq!(AppealText::parse(" \n").unwrap_err().code, "required");
    assert!(AppealText::parse(&"가".repeat(1_000)).is_ok());
    assert_eq!(AppealText::parse(&"가".repeat(1_001)).unwrap_err().code, "too_long");
    assert_eq!(DecisionNote::parse(" ").unwrap(), None);
    assert!(DecisionNote::parse(&"가".repeat(500)).is_ok());
    assert_eq!(DecisionNote::parse(&"가".repeat(501)).unwrap_err().code, "too_long");
}
