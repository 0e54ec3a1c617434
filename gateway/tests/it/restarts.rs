//! Instances come and go under load, and no request fails.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::{HttpResponse, web};
use chassis::config::HttpConfig;
use chassis::http::health::Readiness;
use chassis::http::server;
use chassis::lifecycle::Lifecycle;
use serde_json::json;

use crate::helpers::Gateway;

/// An instance as our services are: on a port of its own, until its life ends.
fn instance(port: u16) -> (SocketAddr, Lifecycle) {
    let life = Lifecycle::new();
    let http = HttpConfig {
        bind: SocketAddr::from(([127, 0, 0, 1], port)),
        workers: 1,
        shutdown_timeout: Duration::from_secs(8),
    };
    let readiness = Readiness { life: life.clone(), checks: Vec::new() };
    let listening = server::listen(&http, readiness, |app| {
        let answer = async |body: web::Bytes| {
            tokio::time::sleep(Duration::from_millis(2)).await;
            HttpResponse::Ok().json(body.len())
        };
        app.route("/v1/{rest}", web::to(answer));
    })
    .unwrap();
    let address = listening.address();
    tokio::spawn(listening.run());
    (address, life)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_fails_while_every_instance_restarts() {
    let mut instances = [instance(0), instance(0)];
    let list = instances.each_ref().map(|(address, _)| format!("http://{address}")).join(",");
    let gateway = Gateway::configured(instances[0].0, |config| {
        config.forward.check_every = Duration::from_millis(100);
        config.limits.address.per_minute = 0;
        for origins in config.upstreams.values_mut() {
            *origins = list.parse().unwrap();
        }
    })
    .await;
    let (is_over, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let client = gateway.client();
    let load: Vec<_> = (0..4)
        .map(|n| {
            let (client, is_over, answered) = (client.clone(), is_over.clone(), answered.clone());
            tokio::spawn(async move {
                while !is_over.load(Ordering::SeqCst) {
                    if n % 2 == 0 {
                        client.get("/v1/items").await.expect(200);
                    } else {
                        // One that must not be sent twice.
                        client.post("/v1/users", json!({ "name": "x" })).await.expect(200);
                    }
                    answered.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    for (address, life) in &mut instances {
        life.stop();
        // Its port is free again when it has gone.
        let again = testkit::until("the port to be free", async || {
            let socket = std::net::TcpListener::bind(*address);
            socket.is_ok().then(|| drop(socket))
        });
        again.await;
        *life = instance(address.port()).1;
        let before = answered.load(Ordering::SeqCst);
        testkit::until("requests to be answered beside it", async || {
            (answered.load(Ordering::SeqCst) > before + 200).then_some(())
        })
        .await;
    }
    is_over.store(true, Ordering::SeqCst);
    for worker in load {
        worker.await.unwrap();
    }
}
