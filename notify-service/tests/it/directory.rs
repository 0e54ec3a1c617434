//! Stands in for the services that know items and markets.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::{App, HttpResponse, HttpServer, web};
use contracts::MarketId;
use serde_json::json;

/// Knows the items `060103` and `10000…`, and one market.
pub(crate) struct OtherServices {
    address: SocketAddr,
    pub(crate) market: MarketId,
    failing: Arc<AtomicBool>,
}

impl OtherServices {
    pub(crate) fn start() -> Self {
        let (market, failing) = (MarketId::new(), Arc::new(AtomicBool::new(false)));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let fails = failing.clone();
        let server = HttpServer::new(move || {
            let (fails, fails_too) = (fails.clone(), fails.clone());
            let item = move |code: web::Path<String>| {
                let known = code.starts_with("10000") || *code == "060103";
                std::future::ready(answer(fails.load(Ordering::Relaxed), known, "사과 (후지)"))
            };
            let market = move |id: web::Path<MarketId>| {
                let known = *id == market;
                std::future::ready(answer(fails_too.load(Ordering::Relaxed), known, "남대문시장"))
            };
            App::new()
                .route("/v1/items/{code}", web::get().to(item))
                .route("/v1/markets/{id}", web::get().to(market))
        });
        let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
        tokio::spawn(server);
        Self { address, market, failing }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on it fails, or does not.
    pub(crate) fn fail(&self, fails: bool) {
        self.failing.store(fails, Ordering::Relaxed);
    }
}

fn answer(fails: bool, known: bool, name: &str) -> HttpResponse {
    match (fails, known) {
        (true, _) => HttpResponse::InternalServerError().finish(),
        (false, true) => HttpResponse::Ok().json(json!({ "name": name })),
        (false, false) => HttpResponse::NotFound().finish(),
    }
}
