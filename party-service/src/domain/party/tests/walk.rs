//! Random walks: whatever people do and however time passes, a party stays whole.

use proptest::prelude::*;

use super::*;

/// The leader is the first of them.
const PEOPLE: usize = 6;

/// What someone may try, with people by number.
#[derive(Clone, Debug)]
enum Step {
    Wait(i64),
    Settle,
    Apply(usize, u32),
    Withdraw(usize),
    Accept(usize, usize),
    Reject(usize, usize),
    Leave(usize),
    Remove(usize, usize),
    Lock(usize),
    Cancel(usize),
    Complete(usize, Vec<bool>),
    EditShares(usize, Option<u32>, Option<u32>),
    EditTimes(usize, Option<i64>, Option<i64>, Option<i64>),
}

fn step() -> impl Strategy<Value = Step> {
    let someone = || 0..PEOPLE;
    // Mostly the leader, or nothing would ever happen.
    let leader = || prop_oneof![9 => Just(0), 1 => 0..PEOPLE];
    let hour = || prop::option::of(-1..16_i64);
    prop_oneof![
        2 => prop_oneof![9 => 0..180_i64, 1 => 0..6_000_i64].prop_map(Step::Wait),
        1 => Just(Step::Settle),
        6 => (someone(), 0..5_u32).prop_map(|(who, shares)| Step::Apply(who, shares)),
        1 => someone().prop_map(Step::Withdraw),
        8 => (leader(), someone()).prop_map(|(by, who)| Step::Accept(by, who)),
        1 => (leader(), someone()).prop_map(|(by, who)| Step::Reject(by, who)),
        2 => someone().prop_map(Step::Leave),
        1 => (leader(), someone()).prop_map(|(by, who)| Step::Remove(by, who)),
        1 => leader().prop_map(Step::Lock),
        1 => prop_oneof![4 => 1..PEOPLE, 1 => Just(0)].prop_map(Step::Cancel),
        3 => (leader(), prop::collection::vec(any::<bool>(), PEOPLE))
            .prop_map(|(by, came)| Step::Complete(by, came)),
        2 => (leader(), prop::option::of(0..9_u32), prop::option::of(0..9_u32))
            .prop_map(|(by, total, min)| Step::EditShares(by, total, min)),
        1 => (leader(), hour(), hour(), hour())
            .prop_map(|(by, start, end, deadline)| Step::EditTimes(by, start, end, deadline)),
    ]
}

/// Takes a step; says whether it was allowed.
fn take(step: &Step, party: &mut Party, people: &[UserId], now: DateTime<Utc>) -> bool {
    match step {
        Step::Wait(_) => true,
        Step::Settle => {
            party.settle(now);
            true
        }
        Step::Apply(who, shares) => party.apply(people[*who], *shares, now).is_ok(),
        Step::Withdraw(who) => party.withdraw(people[*who], now).is_ok(),
        Step::Accept(by, who) => party.accept(people[*by], people[*who], now).is_ok(),
        Step::Reject(by, who) => party.reject(people[*by], people[*who], now).is_ok(),
        Step::Leave(who) => party.leave(people[*who], now).is_ok(),
        Step::Remove(by, who) => party.remove(people[*by], people[*who], now).is_ok(),
        Step::Lock(by) => party.lock(people[*by], now).is_ok(),
        Step::Cancel(by) => party.cancel(people[*by], now).is_ok(),
        Step::Complete(by, came) => {
            let members: Vec<_> = party.members().map(|member| member.user_id).collect();
            let attendance: Vec<_> = members.into_iter().zip(came.iter().copied()).collect();
            party.complete(people[*by], &attendance, now).is_ok()
        }
        Step::EditShares(by, total, min) => {
            let edit = Edit { total_shares: *total, min_shares: *min, ..Edit::default() };
            party.edit(people[*by], edit, now).is_ok()
        }
        Step::EditTimes(by, start, end, deadline) => {
            let edit = Edit {
                starts_at: start.map(hours),
                ends_at: end.map(hours),
                join_deadline: deadline.map(hours),
                ..Edit::default()
            };
            party.edit(people[*by], edit, now).is_ok()
        }
    }
}

/// What is true of every party at every moment.
fn check(party: &Party, now: DateTime<Utc>) {
    let facts = party.facts();
    let of_members: u32 = party.members().map(|member| member.shares).sum();
    assert_eq!(facts.taken_shares, facts.shares.leader() + of_members);
    assert_eq!(usize::try_from(facts.members_count).unwrap(), 1 + party.members().count());
    assert!(facts.taken_shares <= facts.shares.total(), "shares are never oversold");
    assert!(facts.shares.leader() < facts.shares.min());
    assert!(facts.shares.min() <= facts.shares.total());
    assert!(facts.schedule.join_deadline <= facts.schedule.starts_at);
    assert!(facts.schedule.starts_at < facts.schedule.ends_at);
    match facts.state_at(now) {
        State::Open => assert!(facts.free_shares() > 0 && now < facts.schedule.join_deadline),
        State::Locked(LockedBy::Full) => assert_eq!(facts.free_shares(), 0),
        State::Locked(LockedBy::Deadline) => assert!(facts.taken_shares >= facts.shares.min()),
        State::Cancelled(CancelledBy::Deadline) => {
            assert!(facts.taken_shares < facts.shares.min());
        }
        State::Cancelled(CancelledBy::Overdue) => assert!(now >= facts.schedule.overdue_at()),
        State::Locked(LockedBy::Leader)
        | State::Cancelled(
            CancelledBy::Leader | CancelledBy::Withdrawal | CancelledBy::Moderation,
        ) => {}
        State::Done => {
            assert!(now >= facts.schedule.starts_at);
            assert!(party.members().all(|member| member.attended.is_some()));
        }
    }
    if let State::Locked(_) = facts.state_at(now) {
        assert!(now < facts.schedule.overdue_at(), "what nobody completes does not stay for ever");
    }
    if facts.state != State::Done {
        assert!(party.people.iter().all(|member| member.attended.is_none()));
    }
    let mut known: Vec<_> = party.people.iter().map(|member| member.user_id).collect();
    known.sort_unstable();
    known.dedup();
    assert_eq!(known.len(), party.people.len(), "nobody stands in a party twice");
    assert!(party.person(facts.leader_id).is_none(), "the leader is not a member too");
}

/// What the events tell is what happened, in an order that can be.
fn check_news(party: &Party) {
    let news = party.news();
    let versions: Vec<_> = news.iter().map(|event| event.party.version).collect();
    let expected: Vec<_> = (1..=party.facts().version).collect();
    assert_eq!(versions, expected, "each change has its own version");
    assert_eq!(news.last().map(|event| &event.party), Some(&party.snapshot()));
    for pair in news.windows(2) {
        use PartyStatus::{Cancelled, Done, Locked, Open};
        let (from, to) = (pair[0].party.status, pair[1].party.status);
        let can_be = match from {
            Open => matches!(to, Open | Locked | Cancelled),
            // A member who goes is told of before what that brings about.
            Locked => true,
            Cancelled | Done => false,
        };
        assert!(can_be, "{from:?} → {to:?}");
        assert_eq!(to == Done, pair[1].change == PartyChange::Completed);
        assert_eq!(to == Cancelled, pair[1].change == PartyChange::Cancelled);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_party_stays_whole_whatever_happens(
        total in 2..=8_u32,
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let (mut party, leader) = open(Shares::new(total, None, None).unwrap());
        let people: Vec<_> =
            std::iter::once(leader).chain((1..PEOPLE).map(|_| UserId::new())).collect();
        let mut now = noon();
        for step in &steps {
            if let Step::Wait(minutes) = step {
                now += TimeDelta::minutes(*minutes);
            }
            let mut settled = party.clone();
            settled.settle(now);
            if !take(step, &mut party, &people, now) {
                prop_assert_eq!(&party, &settled, "a refusal changes nothing but what is due");
            }
            check(&party, now);
        }
        check_news(&party);
    }
}
