//! Services to stand behind the gateway.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::{Value, json};

/// A service with these routes.
pub(crate) fn start(
    routes: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = HttpServer::new(move || {
        App::new().app_data(web::PayloadConfig::new(16 * 1024 * 1024)).configure(routes.clone())
    })
    .workers(1)
    .disable_signals()
    .listen(listener)
    .unwrap();
    tokio::spawn(server.run());
    address
}

/// A service that answers everything with what it was asked, and counts.
pub(crate) fn echo() -> (SocketAddr, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let address = start(move |app| {
        let counter = counter.clone();
        app.default_service(web::to(move |request: HttpRequest, body: web::Bytes| {
            counter.fetch_add(1, Ordering::SeqCst);
            let view = view(&request, &body);
            async move { HttpResponse::Ok().insert_header(("x-from", "echo")).json(view) }
        }));
    });
    (address, asked)
}

/// A request as a service sees it.
fn view(request: &HttpRequest, body: &[u8]) -> Value {
    let mut headers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in request.headers() {
        headers.entry(name.as_str()).or_default().push(value.to_str().unwrap());
    }
    json!({
        "method": request.method().as_str(),
        "target": request.uri().to_string(),
        "headers": headers,
        "body": String::from_utf8_lossy(body),
    })
}
