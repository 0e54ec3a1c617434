//! Notifications are not kept for ever.

use chrono::TimeDelta;
use contracts::UserId;
use contracts::party::PartyChange;
use notify_service::commands::forget_old;
use notify_service::store::{inboxes, notifications};

use crate::helpers::Service;
use crate::stage::{Stage, change, count, party};
use testkit::until;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_old_goes_and_the_inbox_knows_how_far() {
    let stage = Stage::set().await;
    let person = UserId::new();
    let mut party = party(stage.now(), UserId::new(), &[person]);
    let mut say = async |version, days| {
        party.version = version;
        stage.platform.clock.advance(TimeDelta::days(days));
        stage.say(change(PartyChange::Updated, None, &party)).await;
        stage.settled(i64::try_from(version).unwrap()).await;
    };
    say(1, 0).await;
    say(2, 1).await;
    say(3, 60).await;
    stage.service.client_of(person).act("/v1/notifications/1/read").await.expect(200);
    stage.platform.clock.advance(TimeDelta::days(40));

    // A new instance sweeps at once.
    let _instance = Service::on(&stage.platform);
    let db = stage.platform.db();
    let inbox = until("old notifications are forgotten", async || {
        let inbox = inboxes::find(&mut db.conn().await.unwrap(), person).await.unwrap();
        (inbox.forgotten_seq == 2).then_some(inbox)
    })
    .await;
    assert_eq!((inbox.unread, inbox.last_seq), (1, 3));
    until("what they said is forgotten", async || {
        let mut conn = db.conn().await.unwrap();
        (count(&mut conn, "SELECT COUNT(*) AS n FROM notices").await == 1).then_some(())
    })
    .await;
    let left = notifications::after(&mut db.conn().await.unwrap(), person, 0, 10).await.unwrap();
    assert_eq!(left.iter().map(|stored| stored.seq).collect::<Vec<_>>(), [3]);
    // Nothing is forgotten twice, nor back.
    forget_old(&mut db.conn().await.unwrap(), person, 1).await.unwrap();
    let after = inboxes::find(&mut db.conn().await.unwrap(), person).await.unwrap();
    assert_eq!(after, inbox);
}
