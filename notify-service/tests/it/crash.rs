//! Instances that are killed at random points while thousands of events run.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;

use chassis::bus::DeadLetters;
use chassis::clock::Clock;
use contracts::UserId;
use contracts::event::Event;
use contracts::party::{MembershipStatus, PartyChange, PartyEvent};
use contracts::routing::NOTIFY;
use lapin::options::BasicPublishOptions;
use lapin::{BasicProperties, Channel};
use notify_service::store::{deliveries, inboxes, notifications};
use rand::RngExt as _;
use secrecy::ExposeSecret as _;
use testkit::until;
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

use crate::helpers::Platform;
use crate::stage::{change, count, north, party, seed_people, standing};

/// How many people star the item of every party.
const STARS: usize = 2500;
/// How many parties are opened.
const PARTIES: usize = 6;
/// How many changes each party goes through.
const CHANGES: u64 = 400;

/// How often an instance is killed.
const KILLS: u32 = 15;

/// Starts the program.
fn spawn(platform: &Platform) -> Child {
    let config = &platform.config;
    Command::new(env!("CARGO_BIN_EXE_notify-service"))
        .arg("serve")
        .env("NOTIFY__HTTP__BIND", "127.0.0.1:0")
        .env("NOTIFY__DATABASE__URL", config.database.url.expose_secret())
        .env("NOTIFY__REDIS__URL", config.redis.url.expose_secret())
        .env("NOTIFY__REDIS__KEY_PREFIX", &config.redis.key_prefix)
        .env("NOTIFY__BROKER__URL", config.broker.url.expose_secret())
        .env("NOTIFY__BROKER__NAME_PREFIX", &config.broker.name_prefix)
        .env("NOTIFY__IDENTITY__JWKS_URL", &config.identity.jwks_url)
        .env("NOTIFY__LOG__FILTER", "warn")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the program can be started")
}

/// Keeps one instance alive that is killed again and again.
async fn kill_again_and_again(platform: &Platform, enough: CancellationToken) -> u32 {
    let mut kills = 0;
    let mut instance = spawn(platform);
    // Not for ever: an event that is delivered twenty times without an answer is a dead letter.
    while !enough.is_cancelled() && kills < KILLS {
        let life = Duration::from_millis(rand::rng().random_range(150..1500));
        tokio::select! {
            () = enough.cancelled() => break,
            () = tokio::time::sleep(life) => {}
        }
        // SIGKILL: it has no time for anything.
        instance.kill().await.expect("it can be killed");
        kills += 1;
        instance = spawn(platform);
    }
    enough.cancelled().await;
    instance.kill().await.expect("it can be killed");
    kills
}

async fn publish(channel: &Channel, queue: &str, event: &Event<PartyEvent>) {
    let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
    let body = serde_json::to_vec(event).unwrap();
    let sent = channel.basic_publish("".into(), queue.into(), options, &body, properties);
    sent.await.unwrap().await.unwrap();
}

/// A party that lives through many changes, all of them told to its two members.
fn life(leader: UserId, members: &[UserId; 2]) -> Vec<Event<PartyEvent>> {
    let event = |data| Event::new("/test", Clock::System.now(), None, data);
    let mut party = party(Clock::System.now(), leader, members);
    let mut events = vec![event(change(PartyChange::Created, Some(leader), &party))];
    for version in 2..=CHANGES {
        party.version = version;
        events.push(event(if version % 2 == 0 {
            change(PartyChange::Updated, Some(leader), &party)
        } else {
            standing(MembershipStatus::Accepted, leader, members[0], &party)
        }));
    }
    events
}

#[tokio::test(flavor = "multi_thread")]
async fn every_notification_is_there_exactly_once_after_kills_at_random_points() {
    let platform = Platform::new().await;
    DeadLetters::open(&platform.bus.broker(), NOTIFY).await.unwrap();
    let near = seed_people(&platform, STARS, north(1.0)).await;
    let (leader, members) = (UserId::new(), [UserId::new(), UserId::new()]);
    let lives: Vec<_> = (0..PARTIES).map(|_| life(leader, &members)).collect();
    let total = lives.iter().map(Vec::len).sum::<usize>();

    let enough = CancellationToken::new();
    let killing = kill_again_and_again(&platform, enough.clone());
    let working = async {
        let channel = platform.bus.channel().await;
        let queue = platform.bus.broker().topology().queue(NOTIFY);
        for step in 0..usize::try_from(CHANGES).unwrap() {
            for life in &lives {
                publish(&channel, &queue, &life[step]).await;
            }
        }
        let db = platform.db();
        for share in 1..=10 {
            let enough = i64::try_from(total * share / 10).unwrap();
            until("another tenth is handled", async || {
                let mut conn = db.conn().await.ok()?;
                let handled = count(&mut conn, "SELECT COUNT(*) AS n FROM processed_events").await;
                (handled >= enough).then_some(())
            })
            .await;
        }
        until("all is told", async || {
            let mut conn = db.conn().await.ok()?;
            (deliveries::count(&mut conn).await.unwrap() == 0).then_some(())
        })
        .await;
        enough.cancel();
    };
    let (kills, ()) = tokio::join!(killing, working);
    assert!(kills > 0, "it was killed");

    let mut conn = platform.database.conn().await;
    let everyone = near.iter().map(|person| (*person, PARTIES));
    let changes = PARTIES * usize::try_from(CHANGES - 1).unwrap();
    let updates = PARTIES * usize::try_from(CHANGES / 2).unwrap();
    let concerned = everyone.chain([(members[0], changes), (members[1], updates)]);
    for (person, expected) in concerned {
        let stored = notifications::after(&mut conn, person, 0, u32::MAX).await.unwrap();
        let seqs: BTreeSet<_> = stored.iter().map(|stored| stored.seq).collect();
        assert_eq!(stored.len(), expected, "everything came, and nothing came twice");
        assert_eq!(seqs, (1..=u64::try_from(expected).unwrap()).collect());
        let inbox = inboxes::find(&mut conn, person).await.unwrap();
        assert_eq!(usize::try_from(inbox.unread).unwrap(), expected);
    }
    let notices = "SELECT COUNT(DISTINCT user_id, notice_id) AS n FROM notifications";
    let rows = "SELECT COUNT(*) AS n FROM notifications";
    assert_eq!(count(&mut conn, notices).await, count(&mut conn, rows).await);
    assert_eq!(inboxes::find(&mut conn, leader).await.unwrap().last_seq, 0);
}
