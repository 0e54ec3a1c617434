//! Many deliverers at once: everyone gets everything once, and numbers have no gaps.

use std::collections::BTreeSet;
use std::sync::Arc;

use contracts::UserId;
use contracts::party::PartyChange;
use notify_service::store::{inboxes, notifications};

use crate::helpers::{Platform, Service};
use crate::stage::{Stage, change, north, party};

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_fan_outs_to_the_same_people_keep_the_order_of_their_numbers() {
    const PEOPLE: usize = 30;
    const PARTIES: usize = 40;
    let platform = Arc::new(Platform::new().await);
    let stage = Stage::on(platform.clone()).await;
    let _others = [Service::on(&platform), Service::on(&platform)];
    let mut people = Vec::new();
    for _ in 0..PEOPLE {
        let person = stage.person(Some(north(1.0)), "ko").await;
        stage.star_item(person, "060103").await;
        people.push(person);
    }
    for _ in 0..PARTIES {
        let mut party = party(stage.now(), UserId::new(), &people);
        stage.say(change(PartyChange::Created, None, &party)).await;
        party.version = 2;
        stage.say(change(PartyChange::Locked, None, &party)).await;
    }
    stage.settled(i64::try_from(PARTIES * 2).unwrap()).await;

    let mut conn = platform.database.conn().await;
    for person in people {
        let stored = notifications::after(&mut conn, person, 0, 1000).await.unwrap();
        let seqs: Vec<_> = stored.iter().map(|stored| stored.seq).collect();
        let wanted: Vec<_> = (1..=u64::try_from(PARTIES * 2).unwrap()).collect();
        assert_eq!(seqs, wanted);
        let told: BTreeSet<_> =
            stored.iter().map(|s| (s.content.about.party_id, s.content.kind)).collect();
        assert_eq!(told.len(), PARTIES * 2, "nothing is told twice");
        let inbox = inboxes::find(&mut conn, person).await.unwrap();
        assert_eq!(u64::from(inbox.unread), inbox.last_seq);
    }
}
