//! Gateways behind a load balancer restart one after the other, as programs, while clients use them.

use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use chassis::identity::Role;
use contracts::UserId;
use serde_json::json;
use testkit::{Balancer, Client, TestIssuer, until};

use crate::helpers::machine_time;
use crate::raw::{self, Wire};
use crate::service;

/// A gateway as a program, started again at the same address.
struct Program {
    address: SocketAddr,
    service: SocketAddr,
    tunnels: SocketAddr,
    child: Option<Child>,
}

impl Program {
    fn before(service: SocketAddr, tunnels: SocketAddr) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut program = Self { address, service, tunnels, child: None };
        program.start();
        program
    }

    fn start(&mut self) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gateway"));
        let service = format!("http://{}", self.service);
        command
            .arg("serve")
            .env("GATEWAY__REDIS__URL", testkit::server_url("TEST_REDIS_URL"))
            .env("GATEWAY__HTTP__BIND", self.address.to_string())
            .env("GATEWAY__HTTP__WORKERS", "2")
            .env("GATEWAY__LIMITS__ADDRESS__PER_MINUTE", "0")
            .env("GATEWAY__LIMITS__GLOBAL__SIGN_UP__PER_MINUTE", "0")
            .env("GATEWAY__IDENTITY__JWKS_URL", format!("{service}/jwks.json"))
            .env("GATEWAY__IDENTITY__ISSUER", TestIssuer::identity_config("").issuer)
            .env("GATEWAY__IDENTITY__AUDIENCE", TestIssuer::identity_config("").audience)
            .stdout(Stdio::null());
        for upstream in ["PARTY", "CATALOG", "NOTIFY"] {
            command.env(format!("GATEWAY__UPSTREAMS__{upstream}"), &service);
        }
        command.env("GATEWAY__UPSTREAMS__CHAT", format!("http://{}", self.tunnels));
        self.child = Some(command.spawn().unwrap());
    }

    /// Asks it to end, and waits until it has.
    async fn stop(&mut self) {
        let mut child = self.child.take().unwrap();
        Command::new("kill").arg(child.id().to_string()).status().unwrap();
        let ended = tokio::task::spawn_blocking(move || child.wait().unwrap());
        assert!(ended.await.unwrap().success(), "it finished what was under way");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // It may have ended already.
            let _ = child.kill();
        }
    }
}

/// A service that answers, tells a stream its numbers from where the client is, and signs tokens.
fn answering(issuer: &Arc<TestIssuer>) -> SocketAddr {
    let keys = issuer.jwks();
    service::start(move |app| {
        let keys = keys.clone();
        let answer = async |body: web::Bytes| {
            tokio::time::sleep(Duration::from_millis(2)).await;
            HttpResponse::Ok().json(body.len())
        };
        app.route("/ready", web::get().to(async || HttpResponse::Ok()))
            .route(
                "/jwks.json",
                web::get().to(move || {
                    let keys = keys.clone();
                    async move { HttpResponse::Ok().json(keys) }
                }),
            )
            .route("/v1/notifications/stream", web::get().to(stream))
            .route("/v1/{rest}", web::to(answer));
    })
}

/// A number every few milliseconds, each after the last one that the client has.
async fn stream(request: HttpRequest) -> HttpResponse {
    let seen = request.headers().get("last-event-id");
    let seen = seen.and_then(|id| id.to_str().ok()?.parse().ok()).unwrap_or(0_u64);
    let numbers = futures_util::stream::unfold(seen + 1, async |number| {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let event = web::Bytes::from(format!("id: {number}\n\n"));
        Some((Ok::<_, actix_web::Error>(event), number + 1))
    });
    HttpResponse::Ok().content_type("text/event-stream").streaming(Box::pin(numbers))
}

/// A service whose WebSockets stay open until the client goes.
async fn tunnelling() -> SocketAddr {
    raw::serve(async |mut wire: Wire| {
        let head = wire.head().await;
        if head.starts_with("GET /ready ") {
            wire.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
        } else {
            wire.send(
                "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
            )
            .await;
        }
        wire.gone().await;
    })
    .await
}

/// What clients see, until the test is over.
#[derive(Clone)]
struct Load {
    url: String,
    token: String,
    is_over: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    numbers: Arc<AtomicUsize>,
    goodbyes: Arc<AtomicUsize>,
}

impl Load {
    fn goes_on(&self) -> bool {
        !self.is_over.load(Ordering::SeqCst)
    }

    /// Requests, one after the other, on connections that are kept. None may fail.
    async fn ask(self, number: usize) {
        let client = Client::new(self.url.clone());
        while self.goes_on() {
            if number.is_multiple_of(2) {
                client.get("/v1/items").await.expect(200);
            } else {
                // One that must not be sent twice.
                client.post("/v1/users", json!({ "name": "x" })).await.expect(200);
            }
            self.answered.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// A stream that is taken up where it ended. No number may lack or come twice.
    async fn listen(self) {
        let client = chassis::http::client::build(Duration::from_mins(10)).unwrap();
        let mut seen = 0_usize;
        while self.goes_on() {
            let request = client
                .get(format!("{}/v1/notifications/stream", self.url))
                .bearer_auth(&self.token)
                .header("accept", "text/event-stream")
                .header("last-event-id", seen.to_string());
            let mut answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 200);
            let mut text = String::new();
            // It ends as a stream ends that is over, and is not cut off.
            while let Some(chunk) = answer.chunk().await.unwrap() {
                text.push_str(std::str::from_utf8(&chunk).unwrap());
                while let Some((event, rest)) = text.split_once("\n\n") {
                    let id: usize = event.strip_prefix("id: ").unwrap().parse().unwrap();
                    assert_eq!(id, seen + 1, "one lacks or comes twice");
                    seen = id;
                    self.numbers.fetch_add(1, Ordering::SeqCst);
                    text = rest.to_owned();
                }
                if !self.goes_on() {
                    return;
                }
            }
        }
    }

    /// A WebSocket that is opened again when it is told to.
    async fn hold(self, address: SocketAddr) {
        loop {
            let mut wire = Wire::to(address).await;
            let token = &self.token;
            wire.send(format!(
                "GET /ws?token={token} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\n\
                 upgrade: websocket\r\nsec-websocket-version: 13\r\n\
                 sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            ))
            .await;
            let head = wire.head().await;
            assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
            // "Service restart", and nothing else.
            assert_eq!(wire.exactly(4).await, [0x88, 2, 0x03, 0xf4]);
            self.goodbyes.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_notices_that_gateways_restart() {
    let issuer = Arc::new(TestIssuer::new());
    let (service, tunnels) = (answering(&issuer), tunnelling().await);
    let mut gateways = [Program::before(service, tunnels), Program::before(service, tunnels)];
    let addresses = gateways.each_ref().map(|gateway| gateway.address);
    let balancer = Balancer::before(&addresses).await;
    let both_are_ready = async || {
        until("both gateways to be ready", async || (balancer.ready() == 2).then_some(())).await;
    };
    both_are_ready().await;
    let load = Load {
        url: format!("http://{}", balancer.address()),
        token: issuer.token(UserId::new(), Role::User, machine_time()),
        is_over: Arc::default(),
        answered: Arc::default(),
        numbers: Arc::default(),
        goodbyes: Arc::default(),
    };
    let mut clients: Vec<_> = (0..4).map(|n| tokio::spawn(load.clone().ask(n))).collect();
    clients.extend((0..4).map(|_| tokio::spawn(load.clone().listen())));
    let sockets: Vec<_> =
        (0..4).map(|_| tokio::spawn(load.clone().hold(balancer.address()))).collect();
    let counts = || [&load.answered, &load.numbers].map(|count| count.load(Ordering::SeqCst));
    for (index, address) in addresses.into_iter().enumerate() {
        gateways[index].stop().await;
        gateways[index].start();
        both_are_ready().await;
        let before = balancer.connections_to(address);
        let [answered, numbers] = counts();
        until("all to go on", async || {
            // Who has a connection to the other one stays there.
            Client::new(load.url.clone()).get("/v1/items").await.expect(200);
            let [answers, more] = counts();
            let is_used = balancer.connections_to(address) > before;
            (answers > answered + 200 && more > numbers + 200 && is_used).then_some(())
        })
        .await;
    }
    // Each WebSocket was on one of them, at least once.
    until("all to be told to come again", async || {
        (load.goodbyes.load(Ordering::SeqCst) >= 4).then_some(())
    })
    .await;
    load.is_over.store(true, Ordering::SeqCst);
    for client in clients {
        client.await.unwrap();
    }
    assert!(sockets.iter().all(|socket| !socket.is_finished()), "a WebSocket failed");
}
