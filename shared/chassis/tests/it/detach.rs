//! Connections that a handler keeps.

use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::config::HttpConfig;
use chassis::http::ApiError;
use chassis::http::health::Readiness;
use chassis::http::server::{detach, listen, listen_detachable};
use chassis::lifecycle::Lifecycle;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use testkit::until;

/// The connections that were kept.
type Kept = Arc<Mutex<Vec<TcpStream>>>;

#[get("/kept")]
async fn keep(request: HttpRequest, kept: web::Data<Kept>) -> Result<HttpResponse, ApiError> {
    let (socket, response) = detach(&request).ok_or_else(|| ApiError::internal("attached"))?;
    kept.lock().unwrap().push(socket);
    Ok(response)
}

#[get("/plain")]
async fn plain() -> &'static str {
    "plain"
}

fn config() -> (HttpConfig, Readiness) {
    let config = HttpConfig {
        bind: SocketAddr::from(([127, 0, 0, 1], 0)),
        workers: 1,
        shutdown_timeout: Duration::from_secs(30),
    };
    (config, Readiness { life: Lifecycle::new(), checks: Vec::new() })
}

fn routes(kept: Kept) -> impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static {
    move |app| {
        app.app_data(web::Data::new(kept.clone())).service(keep).service(plain);
    }
}

fn ask(socket: &mut TcpStream, path: &str) {
    socket.write_all(format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n").as_bytes()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_the_handlers_alone() {
    let (config, readiness) = config();
    let (life, kept) = (readiness.life.clone(), Kept::default());
    let listening = listen_detachable(&config, readiness, routes(kept.clone())).unwrap();
    let address = listening.address();
    let ended = tokio::spawn(listening.run());

    let mut client = TcpStream::connect(address).unwrap();
    client.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    // The same connection may have had ordinary answers before.
    ask(&mut client, "/plain");
    let mut answer = [0; 4096];
    let length = client.read(&mut answer).unwrap();
    assert!(answer[..length].ends_with(b"plain"), "{}", String::from_utf8_lossy(&answer));

    ask(&mut client, "/kept");
    let mut server = until("it is kept", async || kept.lock().unwrap().pop()).await;
    server.write_all(b"whatever the handler says").unwrap();
    // A service that stops does not wait for connections that are not its own.
    let stopped_at = Instant::now();
    life.stop();
    assert!(ended.await.unwrap().unwrap());
    assert!(stopped_at.elapsed() < Duration::from_secs(20));
    server.write_all(b", and nothing else").unwrap();
    drop(server);
    let mut said = String::new();
    client.read_to_string(&mut said).unwrap();
    assert_eq!(said, "whatever the handler says, and nothing else");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ordinary_service_keeps_its_connections() {
    let (config, readiness) = config();
    let (life, kept) = (readiness.life.clone(), Kept::default());
    let listening = listen(&config, readiness, routes(kept)).unwrap();
    let client = testkit::Client::new(format!("http://{}", listening.address()));
    let ended = tokio::spawn(listening.run());
    client.get("/kept").await.expect_problem(500, "internal");
    life.stop();
    assert!(ended.await.unwrap().unwrap());
}
