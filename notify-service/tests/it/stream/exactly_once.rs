//! Whatever becomes of announcements, a client sees each notification once and in order.

use std::time::Duration;

use contracts::UserId;
use futures_util::future::join_all;
use testkit::EventStream;

use super::writer::Writer;
use crate::helpers::{Platform, Service};

#[tokio::test(flavor = "multi_thread")]
async fn d39_lost_doubled_and_late_announcements_do_no_harm() {
    let service = Service::start().await;
    let (writer, person) = (Writer::new(&service.platform), UserId::new());
    let mut stream = EventStream::live(&service.client_of(person)).await;
    let mut written = Vec::new();
    for _ in 0..6 {
        written.push(writer.write(&[person], false).await);
    }
    // The first is never told of, the third comes late, the fourth twice.
    for index in [1, 3, 3, 2, 4, 5, 4] {
        writer.announce(&written[index]);
    }
    assert_eq!(stream.seqs(6).await, [1, 2, 3, 4, 5, 6]);
    writer.tell(&[person]).await;
    assert_eq!(stream.seqs(1).await, [7]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_lived_to_announce_is_found() {
    let platform = std::sync::Arc::new(Platform::new().await);
    let mut config = platform.config.clone();
    config.stream.sweep_every = Duration::from_millis(50);
    let service = Service::with(&platform, &config);
    let (writer, person) = (Writer::new(&platform), UserId::new());
    let mut stream = EventStream::live(&service.client_of(person)).await;
    writer.write(&[person], false).await;
    assert_eq!(stream.seqs(1).await, [1]);
    writer.write(&[person], false).await;
    writer.write(&[person], false).await;
    assert_eq!(stream.seqs(2).await, [2, 3]);
}

/// Three writers tell many people many things at once, each of which every third announcement is
/// lost; clients come and go. The last thing said is announced.
#[tokio::test(flavor = "multi_thread")]
async fn d40_many_writers_and_clients_that_come_and_go() {
    const EACH: u64 = 30;
    let platform = std::sync::Arc::new(Platform::new().await);
    let services = [Service::on(&platform), Service::on(&platform)];
    let people: Vec<UserId> = std::iter::repeat_with(UserId::new).take(8).collect();
    let writing = join_all((0..3).map(async |number| {
        let writer = Writer::new(&platform);
        for turn in 0..EACH {
            let written = writer.write(&people, false).await;
            if (turn + number) % 3 != 0 || turn + 1 == EACH {
                writer.announce(&written);
            }
        }
        writer
    }));
    let listening: Vec<_> = people
        .iter()
        .enumerate()
        .map(|(number, person)| {
            let clients = services.each_ref().map(|service| service.client_of(*person));
            tokio::spawn(async move {
                let (mut seen, mut last_id) = (Vec::new(), "0".to_owned());
                // A client changes the instance after a few events.
                for turn in number.. {
                    let client = &clients[turn % 2];
                    let mut stream = EventStream::open(client, Some(&last_id)).await;
                    for _ in 0..=turn % 7 {
                        seen.push(stream.event().await.seq());
                        if seen.last() == Some(&(3 * EACH)) {
                            return seen;
                        }
                    }
                    last_id = seen.last().map_or_else(|| "0".into(), u64::to_string);
                }
                seen
            })
        })
        .collect();
    let _writers = writing.await;
    for seen in listening {
        assert_eq!(seen.await.unwrap(), (1..=3 * EACH).collect::<Vec<_>>());
    }
}
