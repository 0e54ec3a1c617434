//! Every service and the gateways before them restart, one after the other, while people use the
//! platform: no request fails, and nobody misses a message or a notification, or gets one twice.

mod listeners;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use e2e::{Platform, Service};
use serde_json::{Value, json};
use testkit::{Balancer, Client, until};
use uuid::Uuid;

use crate::people::{party, sign_in};
use listeners::{Heard, chat, stream};

/// Two instances of everything, with a load balancer before the gateways.
struct Pairs {
    services: Vec<Service>,
    balancer: Balancer,
}

impl Pairs {
    /// The platform's own instances, and another one of each.
    async fn of(platform: &mut Platform) -> Self {
        let mut services = Vec::new();
        for (name, service) in [
            ("PARTY", &platform.party),
            ("CATALOG", &platform.catalog),
            ("CHAT", &platform.chat),
            ("NOTIFY", &platform.notify),
        ] {
            let mut twin = service.twin();
            twin.start().await;
            let both = format!("{},{}", service.url(), twin.url());
            platform.gateway.set(&format!("GATEWAY__UPSTREAMS__{name}"), both);
            services.push(twin);
        }
        platform.gateway.stop().await;
        platform.gateway.start().await;
        let mut gateway = platform.gateway.twin();
        gateway.start().await;
        let balancer = Balancer::before(&[platform.gateway.address(), gateway.address()]).await;
        services.push(gateway);
        let pairs = Self { services, balancer };
        pairs.until_both_gateways_are_ready().await;
        pairs
    }

    async fn until_both_gateways_are_ready(&self) {
        until("both gateways to be ready", async || (self.balancer.ready() == 2).then_some(()))
            .await;
    }

    fn url(&self) -> String {
        format!("http://{}", self.balancer.address())
    }
}

/// What one person does again and again. Each answer must be the one that was wanted.
async fn use_it(client: Client, room: String, is_over: Arc<AtomicBool>, done: Arc<AtomicUsize>) {
    let messages = format!("/v1/chat-rooms/{room}/messages");
    while !is_over.load(Ordering::SeqCst) {
        client.get("/v1/markets?limit=1").await.expect(200);
        client.get("/v1/items?limit=1").await.expect(200);
        client.get("/v1/notifications?limit=1").await.expect(200);
        let content = json!({ "content": format!("안녕 {}", done.load(Ordering::SeqCst)) });
        client.post(&messages, content).await.expect(201);
        let nickname = format!("n{}", &Uuid::new_v4().simple().to_string()[..12]);
        let change = client
            .request("PATCH".parse().unwrap(), "/v1/users/me")
            .header("idempotency-key", Uuid::new_v4().to_string())
            .json(&json!({ "nickname": nickname }));
        assert_eq!(Client::send(change).await.expect(200)["nickname"], nickname.as_str());
        done.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_notices_that_everything_restarts() {
    let mut platform = Platform::start().await;
    let mut pairs = Pairs::of(&mut platform).await;
    let (leader, member) = (sign_in(&platform).await, sign_in(&platform).await);
    let path = party(&leader, &member).await;
    let room = until("the room is open", async || {
        let rooms = member.get("/v1/chat-rooms").await.expect(200);
        Some(rooms["items"].as_array()?.first()?["id"].as_str()?.to_owned())
    })
    .await;
    let url = pairs.url();
    let through = |client: &Client| Client::new(url.clone()).with_token(client.token().unwrap());
    let (is_over, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    // The leader has been told that the member asks to join.
    let told = until("the leader to be told", async || {
        let inbox = leader.get("/v1/notifications?limit=1").await.expect(200);
        inbox["items"].as_array()?.first()?["seq"].as_u64()
    })
    .await;
    let (talk, notices) = (Heard::default(), Heard::until(told));
    let mut work = vec![
        tokio::spawn(use_it(through(&leader), room.clone(), is_over.clone(), done.clone())),
        tokio::spawn(use_it(through(&member), room.clone(), is_over.clone(), done.clone())),
    ];
    let address = pairs.balancer.address();
    let token = |client: &Client| client.token().unwrap().to_owned();
    work.push(tokio::spawn(chat(address, token(&member), room.clone(), talk.clone())));
    work.push(tokio::spawn(stream(pairs.url(), token(&leader), notices.clone())));

    for index in 0..pairs.services.len() * 2 {
        let service = match index {
            0 => &mut platform.party,
            1 => &mut platform.catalog,
            2 => &mut platform.chat,
            3 => &mut platform.notify,
            4 => &mut platform.gateway,
            twin => &mut pairs.services[twin - 5],
        };
        service.stop().await;
        service.start().await;
        pairs.until_both_gateways_are_ready().await;
        // Somebody new asks to join, of which the leader hears.
        let before = done.load(Ordering::SeqCst);
        let applicant = through(&sign_in(&platform).await);
        applicant.post(&format!("{path}/applications"), json!({ "shares": 1 })).await.expect(201);
        until("everyone to go on", async || {
            assert!(work.iter().all(|one| !one.is_finished()), "somebody noticed");
            let is_used = done.load(Ordering::SeqCst) > before + 4;
            let told = usize::try_from(notices.count()).unwrap();
            (is_used && told > index).then_some(())
        })
        .await;
    }
    is_over.store(true, Ordering::SeqCst);
    for one in work.drain(..2) {
        one.await.unwrap();
    }
    let last: Value =
        leader.get(&format!("/v1/chat-rooms/{room}/messages?limit=1")).await.expect(200);
    let last = last["items"][0]["seq"].as_u64().unwrap();
    until("the last message to be heard", async || (talk.last() >= last).then_some(())).await;
    assert!(work.iter().all(|one| !one.is_finished()), "a listener missed something");
}
