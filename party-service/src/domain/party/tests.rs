//! The rules one by one; random walks over all of them are in [`walk`].

mod walk;

use chrono::TimeDelta;
use contracts::party::MarketRef;
use contracts::{MarketId, PartyId};

use super::*;

/// When the parties of these tests are opened.
fn noon() -> DateTime<Utc> {
    "2026-11-23T03:00:00Z".parse().unwrap()
}

fn hours(hours: i64) -> DateTime<Utc> {
    noon() + TimeDelta::hours(hours)
}

/// A party that meets from the tenth to the twelfth hour, with the fifth as its deadline.
fn open(shares: Shares) -> (Party, UserId) {
    let leader_id = UserId::new();
    let schedule = Schedule::new(hours(10), hours(12), Some(hours(5)), noon()).unwrap();
    let market = MarketRef {
        market_id: MarketId::new(),
        name: "남대문시장".into(),
        latitude: 37.5592,
        longitude: 126.9777,
    };
    let item = Item { code: "060101".into(), name: "사과".into(), category_code: "06".into() };
    let purchase = Purchase {
        quantity: Quantity::new(10).unwrap(),
        unit: Unit::parse("kg").unwrap(),
        total_price: Some(Won::new(40_000).unwrap()),
        description: None,
    };
    let facts = Facts {
        id: PartyId::new(),
        version: 0,
        leader_id,
        market,
        item,
        purchase,
        shares,
        taken_shares: shares.leader(),
        members_count: 1,
        max_penalties: None,
        schedule,
        state: State::Open,
        created_at: noon(),
    };
    (Party::open(facts), leader_id)
}

fn of_four() -> (Party, UserId) {
    open(Shares::new(4, None, None).unwrap())
}

/// Somebody new who is accepted with one share.
fn join(party: &mut Party, leader: UserId) -> UserId {
    let user = UserId::new();
    party.apply(user, 1, noon()).unwrap();
    party.accept(leader, user, noon()).unwrap();
    user
}

fn state(party: &Party) -> State {
    party.facts().state
}

fn changes(party: &Party) -> Vec<PartyChange> {
    party.news().iter().map(|event| event.change).collect()
}

#[test]
fn the_last_share_locks_and_a_share_given_back_opens() {
    let (mut party, leader) = of_four();
    let members = [(); 3].map(|()| join(&mut party, leader));
    assert_eq!(state(&party), State::Locked(LockedBy::Full));
    assert_eq!(changes(&party).last(), Some(&PartyChange::Locked));

    party.leave(members[0], hours(1)).unwrap();
    assert_eq!(state(&party), State::Open);
    assert_eq!(changes(&party).last(), Some(&PartyChange::Updated));
    assert_eq!(party.facts().free_shares(), 1);
    assert_eq!(party.facts().members_count, 3);
}

#[test]
fn p04_the_deadline_locks_what_has_enough_and_cancels_what_has_not() {
    let (mut enough, leader) = of_four();
    join(&mut enough, leader);
    assert_eq!(enough.facts().state_at(hours(5)), State::Locked(LockedBy::Deadline));
    assert!(!enough.settle(hours(5) - TimeDelta::microseconds(1)));
    assert!(enough.settle(hours(5)));
    assert!(!enough.settle(hours(6)));
    assert_eq!(state(&enough), State::Locked(LockedBy::Deadline));
    assert_eq!(enough.news().last().unwrap().actor_id, None);

    let (mut lonely, leader) = of_four();
    lonely.apply(UserId::new(), 3, noon()).unwrap();
    assert_eq!(lonely.lock(leader, hours(5)), Err(PartyError::WrongState(PartyStatus::Cancelled)));
    assert_eq!(state(&lonely), State::Cancelled(CancelledBy::Deadline));
}

#[test]
fn p08_what_nobody_completes_ends_by_itself() {
    let (mut party, leader) = of_four();
    let member = join(&mut party, leader);
    // Nobody has taken note that the deadline passed either.
    let mut forgotten = party.clone();
    party.lock(leader, noon()).unwrap();
    let overdue_at = hours(12) + COMPLETED_WITHIN;
    assert!(!party.settle(overdue_at - TimeDelta::microseconds(1)));
    let mut in_time = party.clone();
    in_time.complete(leader, &[(member, true)], overdue_at - TimeDelta::microseconds(1)).unwrap();
    assert_eq!(state(&in_time), State::Done);
    for party in [&mut party, &mut forgotten] {
        let refused = party.complete(leader, &[(member, true)], overdue_at);
        assert_eq!(refused, Err(PartyError::WrongState(PartyStatus::Cancelled)));
        assert_eq!(state(party), State::Cancelled(CancelledBy::Overdue));
        assert_eq!(changes(party).last(), Some(&PartyChange::Cancelled));
        assert_eq!(party.news().last().unwrap().actor_id, None);
    }
}

#[test]
fn p08_a_leader_can_leave_by_calling_it_off_until_it_is_over() {
    let (mut open, leader) = of_four();
    let mut locked = open.clone();
    join(&mut locked, leader);
    locked.lock(leader, noon()).unwrap();
    let mut begun = locked.clone();
    let mut ended = begun.clone();
    for (party, now) in [(&mut open, noon()), (&mut locked, noon()), (&mut begun, hours(11))] {
        assert_eq!(party.leave(leader, now), Err(PartyError::IsTheLeader));
        assert_eq!(party.cancel(leader, now), Ok(()));
        assert_eq!(state(party), State::Cancelled(CancelledBy::Leader));
    }
    assert!(ended.shut_down(hours(11)));
    assert_eq!(state(&ended), State::Cancelled(CancelledBy::Moderation));
    assert_eq!(ended.news().last().unwrap().actor_id, None, "the leader is told as well");
    assert!(!ended.shut_down(hours(11)));
}

#[test]
fn a_party_whose_leader_has_left_the_platform_is_called_off_unless_it_has_begun() {
    let (mut open, leader) = of_four();
    let mut locked = open.clone();
    join(&mut locked, leader);
    locked.lock(leader, noon()).unwrap();
    let mut begun = locked.clone();
    let mut overdue = locked.clone();
    for party in [&mut open, &mut locked] {
        assert!(party.lose_leader(CancelledBy::Withdrawal, noon()));
        assert_eq!(state(party), State::Cancelled(CancelledBy::Withdrawal));
        assert!(!party.lose_leader(CancelledBy::Withdrawal, noon()), "it is over already");
    }
    for hour in [10, 11, 12, 80] {
        assert!(!begun.lose_leader(CancelledBy::Withdrawal, hours(hour)));
        assert_eq!(state(&begun), State::Locked(LockedBy::Leader));
    }
    assert!(!overdue.lose_leader(CancelledBy::Withdrawal, hours(12 + 72)));
    assert_eq!(state(&overdue), State::Cancelled(CancelledBy::Overdue));
}

#[test]
fn a_party_locked_by_hand_stays_locked() {
    let (mut party, leader) = of_four();
    let member = join(&mut party, leader);
    party.lock(leader, hours(1)).unwrap();
    party.leave(member, hours(2)).unwrap();
    assert_eq!(state(&party), State::Locked(LockedBy::Leader));
}

#[test]
fn after_the_deadline_a_share_given_back_is_judged_at_once() {
    let (mut party, leader) = open(Shares::new(4, None, Some(3)).unwrap());
    let members = [(); 3].map(|()| join(&mut party, leader));
    party.leave(members[0], hours(6)).unwrap();
    assert_eq!(state(&party), State::Locked(LockedBy::Deadline));
    assert_eq!(changes(&party).last(), Some(&PartyChange::MemberChanged));
    party.leave(members[1], hours(6)).unwrap();
    assert_eq!(state(&party), State::Cancelled(CancelledBy::Deadline));
}

#[test]
fn p06_nobody_leaves_once_the_meeting_has_begun_or_is_over() {
    let (mut party, leader) = of_four();
    let member = join(&mut party, leader);
    assert_eq!(party.leave(member, hours(10)), Err(PartyError::MeetingStarted));
    assert_eq!(party.remove(leader, member, hours(10)), Err(PartyError::MeetingStarted));
    party.complete(leader, &[(member, true)], hours(10)).unwrap();
    let wrong = PartyError::WrongState(PartyStatus::Done);
    assert_eq!(party.leave(member, hours(10)), Err(wrong));
    assert_eq!(state(&party), State::Done);
}

#[test]
fn d14_only_the_leader_answers_locks_cancels_completes_and_edits() {
    let (mut party, leader) = of_four();
    let member = join(&mut party, leader);
    let applicant = UserId::new();
    party.apply(applicant, 1, noon()).unwrap();
    let before = party.clone();
    for anyone in [member, applicant, UserId::new()] {
        let not = Err(PartyError::NotTheLeader);
        assert_eq!(party.lock(anyone, noon()), not);
        assert_eq!(party.cancel(anyone, noon()), not);
        assert_eq!(party.complete(anyone, &[], noon()), not);
        assert_eq!(party.edit(anyone, Edit::default(), noon()), Err(PartyError::NotTheLeader));
        assert_eq!(party.accept(anyone, applicant, noon()), Err(PartyError::NotTheLeader));
        assert_eq!(party.reject(anyone, applicant, noon()), Err(PartyError::NotTheLeader));
        assert_eq!(party.remove(anyone, member, noon()), Err(PartyError::NotTheLeader));
    }
    assert_eq!(party, before);
}

#[test]
fn d17_what_is_over_stays_over() {
    let (mut cancelled, leader) = of_four();
    let (member, applicant) = (join(&mut cancelled, leader), UserId::new());
    cancelled.apply(applicant, 1, noon()).unwrap();
    let mut done = cancelled.clone();
    cancelled.cancel(leader, noon()).unwrap();
    done.complete(leader, &[(member, false)], hours(11)).unwrap();
    for (mut party, status) in [(cancelled, PartyStatus::Cancelled), (done, PartyStatus::Done)] {
        let (before, now) = (party.clone(), hours(11));
        let over = PartyError::WrongState(status);
        assert_eq!(party.lock(leader, now), Err(over.clone()));
        assert_eq!(party.cancel(leader, now), Err(over.clone()));
        assert_eq!(party.complete(leader, &[(member, true)], now), Err(over.clone()));
        assert_eq!(party.edit(leader, Edit::default(), now), Err(over.clone()));
        assert_eq!(party.accept(leader, applicant, now), Err(over.clone()));
        assert_eq!(party.reject(leader, applicant, now), Err(over.clone()));
        assert_eq!(party.withdraw(applicant, now), Err(over.clone()));
        assert_eq!(party.remove(leader, member, now), Err(over.clone()));
        assert_eq!(party.leave(member, now), Err(over.clone()));
        assert_eq!(party.apply(UserId::new(), 1, now), Err(over));
        assert!(!party.settle(hours(100)));
        assert_eq!(party, before);
    }
}

#[test]
fn d17_a_party_is_not_done_before_it_begins() {
    let (mut party, leader) = of_four();
    let open = PartyError::WrongState(PartyStatus::Open);
    assert_eq!(party.complete(leader, &[], noon()), Err(open));
    party.lock(leader, noon()).unwrap();
    let early = hours(10) - TimeDelta::microseconds(1);
    assert_eq!(party.complete(leader, &[], early), Err(PartyError::MeetingNotStarted));
    party.complete(leader, &[], hours(10)).unwrap();
}

#[test]
fn d18_nobody_is_accepted_beyond_the_shares() {
    let (mut party, leader) = of_four();
    let (two, also_two) = (UserId::new(), UserId::new());
    party.apply(two, 2, noon()).unwrap();
    party.apply(also_two, 2, noon()).unwrap();
    assert_eq!(party.apply(UserId::new(), 4, noon()), Err(PartyError::NotEnoughShares { free: 3 }));
    party.accept(leader, two, noon()).unwrap();
    let one_left = PartyError::NotEnoughShares { free: 1 };
    assert_eq!(party.accept(leader, also_two, noon()), Err(one_left));
    join(&mut party, leader);
    assert_eq!(party.accept(leader, also_two, noon()), Err(PartyError::Full));
    assert_eq!(party.apply(UserId::new(), 1, noon()), Err(PartyError::Full));
}

#[test]
fn d19_a_decision_is_not_taken_back_and_the_leader_is_no_member() {
    let (mut party, leader) = of_four();
    let member = join(&mut party, leader);
    assert_eq!(party.reject(leader, member, noon()), Err(PartyError::AlreadyMember));
    assert_eq!(party.accept(leader, member, noon()), Err(PartyError::AlreadyMember));
    assert_eq!(party.withdraw(member, noon()), Err(PartyError::AlreadyMember));
    assert_eq!(party.apply(leader, 1, noon()), Err(PartyError::IsTheLeader));
    assert_eq!(party.accept(leader, leader, noon()), Err(PartyError::NoSuchApplication));
    assert_eq!(party.reject(leader, leader, noon()), Err(PartyError::NoSuchApplication));
    assert_eq!(party.remove(leader, leader, noon()), Err(PartyError::IsTheLeader));
    assert_eq!(party.leave(leader, noon()), Err(PartyError::IsTheLeader));
}

#[test]
fn d20_one_applies_once_and_again_after_a_rejection() {
    let (mut party, leader) = of_four();
    let user = UserId::new();
    party.apply(user, 1, noon()).unwrap();
    assert_eq!(party.apply(user, 2, noon()), Err(PartyError::AlreadyApplied));
    party.reject(leader, user, noon()).unwrap();
    party.apply(user, 2, noon()).unwrap();
    party.withdraw(user, noon()).unwrap();
    party.apply(user, 1, noon()).unwrap();
    party.accept(leader, user, noon()).unwrap();
    assert_eq!(party.apply(user, 1, noon()), Err(PartyError::AlreadyMember));
    party.leave(user, noon()).unwrap();
    party.apply(user, 1, noon()).unwrap();
    party.accept(leader, user, noon()).unwrap();
    party.remove(leader, user, noon()).unwrap();
    assert_eq!(party.apply(user, 1, noon()), Err(PartyError::WasRemoved));
}

#[test]
fn d20_nobody_joins_what_is_closed() {
    let (mut late, leader) = of_four();
    join(&mut late, leader);
    assert_eq!(late.apply(UserId::new(), 1, hours(5)), Err(PartyError::JoinClosed));
    let (mut locked, leader) = of_four();
    locked.lock(leader, noon()).unwrap();
    let wrong = PartyError::WrongState(PartyStatus::Locked);
    assert_eq!(locked.apply(UserId::new(), 1, noon()), Err(wrong));
    for shares in [0, 100, u32::MAX] {
        let refused = of_four().0.apply(UserId::new(), shares, noon());
        assert!(matches!(refused, Err(PartyError::Refused(_))));
    }
}

#[test]
fn an_event_never_has_to_name_more_than_so_many() {
    let (mut party, _) = of_four();
    for _ in 0..MAX_APPLICANTS {
        party.apply(UserId::new(), 1, noon()).unwrap();
    }
    assert_eq!(party.apply(UserId::new(), 1, noon()), Err(PartyError::TooManyApplications));
}

#[test]
fn attendance_names_each_member_once() {
    let (mut party, leader) = of_four();
    let (a, b) = (join(&mut party, leader), join(&mut party, leader));
    party.lock(leader, noon()).unwrap();
    let stranger = UserId::new();
    for bad in [
        &[][..],
        &[(a, true)],
        &[(a, true), (a, true)],
        &[(a, true), (b, true), (b, false)],
        &[(a, true), (stranger, true)],
        &[(a, true), (b, true), (leader, true)],
    ] {
        let refused = party.complete(leader, bad, hours(10));
        assert!(matches!(refused, Err(PartyError::Refused(_))), "{bad:?}");
    }
    party.complete(leader, &[(b, false), (a, true)], hours(10)).unwrap();
    assert_eq!(party.person(a).unwrap().attended, Some(true));
    assert_eq!(party.person(b).unwrap().attended, Some(false));
}

#[test]
fn d15_shares_are_never_cut_below_what_is_taken() {
    let (mut party, leader) = of_four();
    join(&mut party, leader);
    join(&mut party, leader);
    let cut = |total| Edit { total_shares: Some(total), ..Edit::default() };
    assert_eq!(party.edit(leader, cut(2), noon()), Err(PartyError::BelowTaken { taken: 3 }));
    assert_eq!(party.edit(leader, cut(4), noon()), Ok(false));
    assert_eq!(party.edit(leader, cut(5), noon()), Ok(true));
    assert_eq!(party.edit(leader, cut(3), noon()), Ok(true));
    assert_eq!(state(&party), State::Locked(LockedBy::Full));
    let wrong = PartyError::WrongState(PartyStatus::Locked);
    assert_eq!(party.edit(leader, cut(5), noon()), Err(wrong));
}

#[test]
fn p01_what_can_be_edited_follows_the_state() {
    let (mut party, leader) = of_four();
    party.lock(leader, noon()).unwrap();
    let words = Edit {
        total_price: Some(None),
        description: Some(Description::parse("입구에서 만나요").unwrap()),
        starts_at: Some(hours(4)),
        ..Edit::default()
    };
    assert_eq!(party.edit(leader, words.clone(), noon()), Ok(true));
    assert_eq!(party.facts().schedule.join_deadline, hours(4));
    let deadline = Edit { join_deadline: Some(hours(3)), ..Edit::default() };
    let wrong = PartyError::WrongState(PartyStatus::Locked);
    assert_eq!(party.edit(leader, deadline, noon()), Err(wrong));
    assert_eq!(party.edit(leader, words, hours(4)), Err(PartyError::MeetingStarted));
}

#[test]
fn an_edit_that_changes_nothing_is_no_news() {
    let (mut party, leader) = of_four();
    let same = Edit { min_shares: Some(2), ends_at: Some(hours(12)), ..Edit::default() };
    assert_eq!(party.edit(leader, same, noon()), Ok(false));
    assert_eq!(changes(&party), [PartyChange::Created]);
    let bad = Edit { total_shares: Some(1), starts_at: Some(noon()), ..Edit::default() };
    let Err(PartyError::Refused(refusals)) = party.edit(leader, bad, noon()) else {
        panic!("it is refused");
    };
    let fields: Vec<_> = refusals.iter().map(|refusal| refusal.field).collect();
    assert_eq!(fields, ["total_shares", "starts_at"]);
}

#[test]
fn p05_amounts_are_the_price_to_the_won() {
    let (mut party, leader) = open(Shares::new(3, None, None).unwrap());
    let price = Edit { total_price: Some(Some(Won::new(10_000).unwrap())), ..Edit::default() };
    party.edit(leader, price, noon()).unwrap();
    assert_eq!(party.facts().amounts(&[1, 1]), [3334, 3333, 3333]);
    // What nobody took stays with the leader; a member pays the same.
    assert_eq!(party.facts().amounts(&[1]), [6667, 3333]);
    assert_eq!(party.facts().amounts(&[]), [10_000]);
    let unknown = Edit { total_price: Some(None), ..Edit::default() };
    party.edit(leader, unknown, noon()).unwrap();
    assert!(party.facts().amounts(&[1, 1]).is_empty());
}
