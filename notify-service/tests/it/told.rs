//! Each event is told to exactly the people it concerns, in their language.

use contracts::chat::RoomOpened;
use contracts::party::{MembershipStatus, PartyChange, PartyStatus};
use contracts::penalty::{PenaltyChange, PenaltyEvent, PenaltyReason};
use contracts::{PenaltyId, RoomId, UserId};

use crate::stage::{Stage, change, party, refs, standing};

#[tokio::test(flavor = "multi_thread")]
async fn d35_everyone_concerned_hears_of_it_and_nobody_else() {
    let stage = Stage::set().await;
    let [leader, one, other, applicant, stranger] = [(); 5].map(|()| UserId::new());
    let mut party = party(stage.now(), leader, &[]);
    let next = |party: &mut contracts::party::PartySnapshot| party.version += 1;

    stage.say(change(PartyChange::Created, Some(leader), &party)).await;
    next(&mut party);
    party.applicants = refs(&[one]);
    stage.say(standing(MembershipStatus::Applied, one, one, &party)).await;
    next(&mut party);
    party.applicants = refs(&[applicant]);
    party.members = refs(&[one]);
    stage.say(standing(MembershipStatus::Accepted, leader, one, &party)).await;
    next(&mut party);
    party.members = refs(&[one, other]);
    stage.say(standing(MembershipStatus::Accepted, leader, other, &party)).await;
    next(&mut party);
    stage.say(change(PartyChange::Updated, Some(leader), &party)).await;
    next(&mut party);
    party.status = PartyStatus::Locked;
    stage.say(change(PartyChange::Locked, None, &party)).await;
    next(&mut party);
    party.members = refs(&[one]);
    stage.say(standing(MembershipStatus::Removed, leader, other, &party)).await;
    next(&mut party);
    party.status = PartyStatus::Cancelled;
    stage.say(change(PartyChange::Cancelled, Some(leader), &party)).await;
    stage.settled(8).await;

    assert_eq!(stage.inbox(leader).await, ["JOIN_REQUESTED", "PARTY_LOCKED"]);
    assert_eq!(
        stage.inbox(one).await,
        ["JOIN_ACCEPTED", "PARTY_UPDATED", "PARTY_LOCKED", "PARTY_CANCELLED"]
    );
    assert_eq!(
        stage.inbox(other).await,
        ["JOIN_ACCEPTED", "PARTY_UPDATED", "PARTY_LOCKED", "REMOVED"]
    );
    assert_eq!(stage.inbox(applicant).await, ["PARTY_CANCELLED"]);
    assert!(stage.inbox(stranger).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_completions_rejections_and_penalties_are_told() {
    let stage = Stage::set().await;
    let [leader, member, applicant] = [(); 3].map(|()| UserId::new());
    let mut party = party(stage.now(), leader, &[member]);
    party.status = PartyStatus::Done;
    let room_id = RoomId::new();
    stage
        .say(RoomOpened {
            room_id,
            party_id: party.party_id,
            item: party.item.clone(),
            leader_id: leader,
            member_ids: vec![member],
        })
        .await;
    stage.settled(1).await;
    stage.say(standing(MembershipStatus::Rejected, leader, applicant, &party)).await;
    stage.settled(2).await;
    party.version += 1;
    stage.say(change(PartyChange::Completed, Some(leader), &party)).await;
    stage.settled(3).await;
    let penalty = PenaltyEvent {
        change: PenaltyChange::Given,
        penalty_id: PenaltyId::new(),
        party_id: party.party_id,
        item: party.item.clone(),
        actor_id: leader,
        member_id: member,
        reason: PenaltyReason::NoShow,
        active_count: 1,
    };
    stage.say(penalty.clone()).await;
    for change in [PenaltyChange::Upheld, PenaltyChange::Revoked] {
        stage.say(PenaltyEvent { change, actor_id: UserId::new(), ..penalty.clone() }).await;
    }
    stage.settled(6).await;

    assert_eq!(stage.inbox(leader).await, ["CHAT_CREATED"]);
    assert_eq!(stage.inbox(applicant).await, ["JOIN_REJECTED"]);
    let told =
        ["CHAT_CREATED", "PARTY_COMPLETED", "PENALTY_GIVEN", "PENALTY_UPHELD", "PENALTY_REVOKED"];
    assert_eq!(stage.inbox(member).await, told);
    let links: Vec<_> = stage.list(member).await.iter().map(|n| n["link"].clone()).collect();
    let party = format!("/v1/parties/{}", party.party_id);
    let penalty = format!("/v1/penalties/{}", penalty.penalty_id);
    let room = format!("/v1/chat-rooms/{room_id}");
    assert_eq!(links, [penalty.clone(), penalty.clone(), penalty, party, room]);
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_reads_it_in_their_language() {
    let stage = Stage::set().await;
    let (korean, english) = (stage.person(None, "ko").await, stage.person(None, "en").await);
    let party = party(stage.now(), UserId::new(), &[korean, english]);
    stage.say(change(PartyChange::Locked, Some(party.leader_id), &party)).await;
    stage.settled(1).await;
    let ko = &stage.list(korean).await[0];
    let en = &stage.list(english).await[0];
    assert_eq!(
        (ko["title"].as_str(), ko["seq"].as_u64()),
        (Some("파티 모집이 마감됐어요"), Some(1))
    );
    assert_eq!(ko["body"], "사과 (후지) · 남대문시장 · 11월 26일 (목) 12:00");
    assert_eq!(en["title"], "Your party is settled");
    assert_eq!(en["body"], "사과 (후지) · 남대문시장 · Thu 26 Nov, 12:00 KST");
}
