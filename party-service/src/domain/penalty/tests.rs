//! The rules one by one.

use chrono::TimeDelta;
use contracts::party::{MembershipStatus, PartyStatus};

use super::*;
use crate::domain::party::{Member, PartyError};

fn noon() -> DateTime<Utc> {
    "2026-11-23T03:00:00Z".parse().unwrap()
}

/// A party that was completed at noon, without one of its members.
fn meeting() -> Meeting {
    Meeting {
        party_id: PartyId::new(),
        item: ItemRef { code: "060101".into(), name: "사과".into() },
        leader_id: UserId::new(),
        status: PartyStatus::Done,
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
    for status in [PartyStatus::Open, PartyStatus::Locked, PartyStatus::Cancelled] {
        let meeting = Meeting { status, ..meeting() };
        let refused = meeting.clone().punish(meeting.leader_id, &no_show(), noon());
        assert_eq!(refused, Err(PartyError::WrongState(status).into()));
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
    assert_eq!(penalty.uphold(), Ok(()));
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
    revoked.revoke().unwrap();
    assert_eq!(revoked.appeal(revoked.member_id, noon()), Err(PenaltyError::AlreadyRevoked));
}

#[test]
fn p08_whatever_became_of_it_it_can_be_revoked_once() {
    let mut upheld = penalty();
    upheld.appeal(upheld.member_id, noon()).unwrap();
    let appealed = upheld.clone();
    upheld.uphold().unwrap();
    for mut penalty in [penalty(), appealed, upheld] {
        assert_eq!(penalty.revoke(), Ok(()));
        assert_eq!(penalty.status, PenaltyStatus::Revoked);
        assert_eq!(penalty.revoke(), Err(PenaltyError::AlreadyRevoked));
        assert_eq!(penalty.uphold(), Err(PenaltyError::AlreadyRevoked));
    }
}

#[test]
fn only_an_appeal_is_upheld() {
    let mut penalty = penalty();
    assert_eq!(penalty.uphold(), Err(PenaltyError::NoOpenAppeal));
    penalty.appeal(penalty.member_id, noon()).unwrap();
    assert_eq!(penalty.uphold(), Ok(()));
    assert_eq!(penalty.uphold(), Err(PenaltyError::NoOpenAppeal));
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
}
