//! Members are reminded of a meeting 24 hours and one hour before.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::UserId;
use contracts::party::{PartyChange, PartyStatus};
use notify_service::store::deliveries;
use testkit::until;

use crate::helpers::{Platform, Service};
use crate::stage::{Stage, change, count, party};

impl Stage {
    /// Lets time pass until a moment, and the reminders of it be sent.
    async fn at(&self, moment: DateTime<Utc>) {
        self.platform.clock.advance(moment - self.now());
        let db = self.platform.db();
        until("no reminder is due", async || {
            let mut conn = db.conn().await.unwrap();
            let now = moment.naive_utc().format("%F %T%.6f");
            let due = format!("SELECT COUNT(*) AS n FROM reminders WHERE due_at <= '{now}'");
            // In this order: what is due no longer is on its way by then, or there.
            let is_due = count(&mut conn, &due).await > 0;
            let on_their_way = deliveries::count(&mut conn).await.unwrap();
            (!is_due && on_their_way == 0).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_who_takes_part_is_reminded_twice_once_each() {
    let platform = Arc::new(Platform::new().await);
    let stage = Stage::on(platform.clone()).await;
    let _another = Service::on(&platform);
    let [leader, member, applicant] = [(); 3].map(|()| UserId::new());
    let mut party = party(stage.now(), leader, &[member]);
    party.applicants = crate::stage::refs(&[applicant]);
    stage.say(change(PartyChange::Created, Some(leader), &party)).await;
    stage.settled(1).await;

    let meeting = party.starts_at;
    stage.at(meeting - TimeDelta::hours(24) - TimeDelta::seconds(1)).await;
    assert!(stage.inbox(member).await.is_empty());
    stage.at(meeting - TimeDelta::hours(24)).await;
    stage.at(meeting - TimeDelta::hours(2)).await;
    assert_eq!(stage.inbox(member).await, ["PARTY_REMINDER"]);
    stage.at(meeting - TimeDelta::hours(1)).await;
    stage.at(meeting + TimeDelta::hours(1)).await;
    for person in [leader, member] {
        let titles: Vec<_> = stage.list(person).await.iter().map(|n| n["title"].clone()).collect();
        assert_eq!(titles, ["1시간 뒤에 만나요", "24시간 뒤에 만나요"]);
    }
    assert!(stage.inbox(applicant).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn reminders_follow_edits_and_cancellations() {
    let stage = Stage::set().await;
    let [member, other] = [UserId::new(), UserId::new()];
    let mut edited = party(stage.now(), UserId::new(), &[member]);
    let mut cancelled = party(stage.now(), UserId::new(), &[other]);
    for party in [&edited, &cancelled] {
        stage.say(change(PartyChange::Created, None, party)).await;
    }
    stage.settled(2).await;
    let meeting = edited.starts_at;
    stage.at(meeting - TimeDelta::hours(24)).await;
    // Nothing that matters to reminders: it is not said again.
    edited.version = 2;
    edited.status = PartyStatus::Locked;
    stage.say(change(PartyChange::Locked, None, &edited)).await;
    cancelled.version = 2;
    cancelled.status = PartyStatus::Cancelled;
    stage.say(change(PartyChange::Cancelled, None, &cancelled)).await;
    stage.settled(4).await;
    stage.at(meeting - TimeDelta::hours(23)).await;
    assert_eq!(stage.inbox(member).await, ["PARTY_REMINDER", "PARTY_LOCKED"]);
    // A day later: there is a new day before.
    edited.version = 3;
    edited.starts_at = meeting + TimeDelta::days(1);
    stage.say(change(PartyChange::Updated, None, &edited)).await;
    stage.settled(5).await;
    stage.at(meeting).await;
    stage.at(meeting + TimeDelta::hours(23)).await;
    stage.at(meeting + TimeDelta::hours(25)).await;
    assert_eq!(
        stage.inbox(member).await,
        ["PARTY_REMINDER", "PARTY_LOCKED", "PARTY_UPDATED", "PARTY_REMINDER", "PARTY_REMINDER"]
    );
    assert_eq!(stage.inbox(other).await, ["PARTY_REMINDER", "PARTY_CANCELLED"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_outage_one_reminder_says_how_long_there_is_left() {
    let stage = Stage::set().await;
    let [member, too_late] = [UserId::new(), UserId::new()];
    let soon = party(stage.now(), UserId::new(), &[member]);
    let mut over = party(stage.now(), UserId::new(), &[too_late]);
    over.starts_at = soon.starts_at - TimeDelta::minutes(50);
    for party in [&soon, &over] {
        stage.say(change(PartyChange::Created, None, party)).await;
    }
    stage.settled(2).await;
    // As if nobody had looked for days.
    stage.at(soon.starts_at - TimeDelta::minutes(40)).await;
    let list = stage.list(member).await;
    assert_eq!((list.len(), &list[0]["title"]), (1, &"1시간 뒤에 만나요".into()));
    assert!(stage.inbox(too_late).await.is_empty());
}
