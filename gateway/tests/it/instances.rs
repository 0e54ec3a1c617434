//! Several instances of a service, of which some are away, ill, slow or about to go.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::{HttpResponse, web};
use serde_json::json;
use testkit::{Client, until};

use crate::helpers::Gateway;
use crate::raw::{self, Wire};
use crate::service;

/// An instance that counts what it is asked, and is ready as long as the flag says so.
fn instance() -> (SocketAddr, Arc<AtomicUsize>, Arc<AtomicBool>) {
    let (asked, is_ready) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(true)));
    let (counter, flag) = (asked.clone(), is_ready.clone());
    let address = service::start(move |app| {
        let (counter, flag) = (counter.clone(), flag.clone());
        app.route(
            "/ready",
            web::get().to(move || {
                let is_ready = flag.load(Ordering::SeqCst);
                async move {
                    if is_ready {
                        HttpResponse::Ok().finish()
                    } else {
                        HttpResponse::ServiceUnavailable().finish()
                    }
                }
            }),
        )
        .default_service(web::to(move || {
            counter.fetch_add(1, Ordering::SeqCst);
            async { HttpResponse::Ok().body("ok") }
        }));
    });
    (address, asked, is_ready)
}

/// A gateway before these instances of one service.
async fn before(instances: &[SocketAddr], check_every: Duration) -> Gateway {
    let list: Vec<_> = instances.iter().map(|address| format!("http://{address}")).collect();
    Gateway::configured(instances[0], |config| {
        config.forward.check_every = check_every;
        config.forward.connect_timeout = Duration::from_millis(200);
        for origins in config.upstreams.values_mut() {
            *origins = list.join(",").parse().unwrap();
        }
    })
    .await
}

fn taken(counter: &AtomicUsize) -> usize {
    counter.swap(0, Ordering::SeqCst)
}

#[tokio::test]
async fn instances_take_turns() {
    let ((one, one_asked, _), (two, two_asked, _)) = (instance(), instance());
    let gateway = before(&[one, two], Duration::ZERO).await;
    for _ in 0..20 {
        gateway.client().get("/v1/items").await.expect(200);
    }
    assert_eq!((taken(&one_asked), taken(&two_asked)), (10, 10));
}

#[tokio::test]
async fn who_has_much_to_do_gets_less() {
    let slow = raw::serve(async |mut wire: Wire| {
        wire.head().await;
        wire.rest().await;
    })
    .await;
    let (quick, quick_asked, _) = instance();
    let gateway = before(&[slow, quick], Duration::ZERO).await;
    let mut stuck = Wire::to(gateway.address).await;
    let mut more = Wire::to(gateway.address).await;
    for wire in [&mut stuck, &mut more] {
        wire.send("GET /v1/items HTTP/1.1\r\nhost: x\r\n\r\n").await;
    }
    until("one of the two to be answered", async || {
        (quick_asked.load(Ordering::SeqCst) == 1).then_some(())
    })
    .await;
    let before = taken(&quick_asked);
    for _ in 0..5 {
        gateway.client().get("/v1/items").await.expect(200);
    }
    assert_eq!((before, taken(&quick_asked)), (1, 5), "none went where one is stuck");
}

#[tokio::test]
async fn an_instance_that_is_not_there_costs_no_request() {
    let (nobody, _held) = raw::nobody();
    let (full, _full) = raw::full().await;
    let (there, asked, _) = instance();
    let gateway = before(&[nobody, full, there], Duration::ZERO).await;
    for _ in 0..20 {
        gateway.client().get("/v1/items").await.expect(200);
        // Nothing of it was sent, so it may go elsewhere, body and all.
        gateway.client().post("/v1/users", json!({ "name": "x" })).await.expect(200);
    }
    assert_eq!(taken(&asked), 40);
}

#[tokio::test]
async fn an_instance_that_says_it_is_not_ready_gets_nothing_until_it_is() {
    let ((one, one_asked, one_ready), (two, two_asked, _)) = (instance(), instance());
    let gateway = before(&[one, two], Duration::from_millis(20)).await;
    one_ready.store(false, Ordering::SeqCst);
    until("the gateway to see it", async || {
        taken(&one_asked);
        for _ in 0..4 {
            gateway.client().get("/v1/items").await.expect(200);
        }
        (taken(&one_asked) == 0).then_some(())
    })
    .await;
    taken(&two_asked);
    one_ready.store(true, Ordering::SeqCst);
    until("it to get requests again", async || {
        gateway.client().get("/v1/items").await.expect(200);
        (taken(&one_asked) > 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_service_of_which_no_instance_is_ready_answers_for_itself() {
    let (one, asked, is_ready) = instance();
    is_ready.store(false, Ordering::SeqCst);
    let gateway = before(&[one], Duration::from_millis(20)).await;
    until("the gateway to have asked", async || {
        let view = gateway.client().get("/ready").await;
        (view.status == 503).then_some(())
    })
    .await;
    gateway.client().get("/v1/items").await.expect(200);
    assert_eq!(taken(&asked), 1);
}

#[tokio::test]
async fn a_silent_instance_is_left_alone() {
    let silent = raw::serve(async |mut wire: Wire| {
        wire.head().await;
        wire.rest().await;
    })
    .await;
    let (there, _, _) = instance();
    let list = [silent, there].map(|address| format!("http://{address}")).join(",");
    let gateway = Gateway::configured(there, |config| {
        config.forward.first_byte_timeout = Duration::from_millis(500);
        for origins in config.upstreams.values_mut() {
            *origins = list.parse().unwrap();
        }
    })
    .await;
    let mut failed = 0;
    for _ in 0..40 {
        let answer = gateway.client().get("/v1/items").await;
        if answer.status != 200 {
            answer.expect_problem(504, "gateway_timeout");
            failed += 1;
        }
    }
    assert!((1..=8).contains(&failed), "{failed} of 40 requests waited for it");
}

/// Waiting for a service that does not answer binds connections and people. So after some requests
/// the answer comes at once, and says when to come again.
#[tokio::test]
async fn a_service_that_fails_is_given_a_rest() {
    let silent = raw::serve(async |mut wire: Wire| {
        wire.head().await;
        wire.rest().await;
    })
    .await;
    let gateway = Gateway::configured(silent, |config| {
        config.forward.first_byte_timeout = Duration::from_millis(50);
    })
    .await;
    let answer = until("the gateway to give it a rest", async || {
        let answer = gateway.client().get("/v1/items").await;
        (answer.status == 503).then_some(answer)
    })
    .await;
    answer.expect_problem(503, "unavailable");
    assert!(answer.headers.contains_key("retry-after"));
    // And then it is tried again.
    until("it to be tried again", async || {
        (gateway.client().get("/v1/items").await.status == 504).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_service_whose_every_instance_is_away_is_not_tried_for_ever() {
    let ((one, _one), (two, _two)) = (raw::nobody(), raw::nobody());
    let gateway = before(&[one, two], Duration::ZERO).await;
    let request = gateway.client().request(reqwest::Method::GET, "/v1/items");
    Client::send(request).await.expect_problem(502, "bad_gateway");
}
