//! A gateway for each test, before services of the test's own.

use std::net::SocketAddr;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use actix_web::{HttpResponse, web};
use chassis::clock::{Clock, ManualClock};
use chassis::identity::Role;
use chassis::lifecycle::Lifecycle;
use chrono::{DateTime, Utc};
use contracts::UserId;
use gateway::app::Application;
use gateway::config::Config;
use testkit::{Client, TestIssuer, until};
use tokio::sync::mpsc;

use crate::logs;
use crate::raw::{self, Wire};
use crate::service;

/// A running gateway.
pub(crate) struct Gateway {
    /// Where clients come in.
    pub(crate) address: SocketAddr,
    /// Where those come in who run it.
    pub(crate) admin_address: SocketAddr,
    /// Who signs the tokens it believes.
    pub(crate) issuer: Arc<RwLock<TestIssuer>>,
    /// What time it is for the gateway.
    pub(crate) clock: ManualClock,
    /// The configuration it runs with.
    pub(crate) config: Config,
    life: Lifecycle,
}

impl Gateway {
    /// A gateway before one service that is everything.
    pub(crate) async fn before(service: SocketAddr) -> Self {
        Self::configured(service, |_| {}).await
    }

    /// A gateway before a service whose connections the test handles itself.
    pub(crate) async fn by_hand() -> (Self, mpsc::Receiver<Wire>) {
        let (service, connections) = raw::by_hand().await;
        (Self::before(service).await, connections)
    }

    /// A gateway that leads to these two, and nowhere else.
    pub(crate) async fn before_two(party: SocketAddr, catalog: SocketAddr) -> Self {
        Self::configured(party, |config| {
            let both = [("party", party), ("catalog", catalog)];
            let origin = |address| format!("http://{address}").parse().unwrap();
            let named = both.map(|(name, address)| (name.to_owned(), origin(address)));
            config.upstreams = named.into_iter().collect();
            config.routes.retain(|route| config.upstreams.contains_key(&route.upstream));
        })
        .await
    }

    /// The same, configured further.
    pub(crate) async fn configured(
        service: SocketAddr,
        configure: impl FnOnce(&mut Config),
    ) -> Self {
        let issuer = Arc::new(RwLock::new(TestIssuer::new()));
        let published = issuer.clone();
        let keys = service::start(move |app| {
            let published = published.clone();
            app.route(
                "/jwks.json",
                web::get().to(move || {
                    let keys = published.read().unwrap().jwks();
                    async move { HttpResponse::Ok().json(keys) }
                }),
            );
        });
        Self::with_issuer(service, issuer, &format!("http://{keys}/jwks.json"), configure).await
    }

    /// The same, with keys published elsewhere.
    pub(crate) async fn with_issuer(
        service: SocketAddr,
        issuer: Arc<RwLock<TestIssuer>>,
        jwks_url: &str,
        configure: impl FnOnce(&mut Config),
    ) -> Self {
        chassis::telemetry::init_metrics().unwrap();
        let mut config = Config::defaults().unwrap();
        config.http.bind = "127.0.0.1:0".parse().unwrap();
        config.http.workers = 1;
        config.http.shutdown_timeout = Duration::from_secs(1);
        for origin in config.upstreams.values_mut() {
            *origin = format!("http://{service}").parse().unwrap();
        }
        config.identity = TestIssuer::identity_config(jwks_url);
        config.redis = testkit::redis_config();
        // Services made by hand do not expect to be asked how they do.
        config.forward.check_every = Duration::ZERO;
        // All tests come from one address.
        for quota in config.limits.global.values_mut() {
            quota.per_minute = 0;
        }
        configure(&mut config);
        let clock = ManualClock::at(machine_time());
        let application =
            Application::build_logging_to(logs::access(), &config, Clock::Manual(clock.clone()))
                .unwrap();
        let (address, admin_address) = (application.address(), application.admin_address());
        let life = application.life().clone();
        tokio::spawn(application.run());
        let gateway = Self { address, admin_address, issuer, clock, config, life };
        // Only some can be asked in plain words.
        if !gateway.config.clients.proxy_protocol && gateway.config.clients.tls_key.is_none() {
            gateway.until_it_listens().await;
        }
        gateway
    }

    /// A gateway behind a load balancer that speaks the PROXY protocol.
    pub(crate) async fn through_load_balancer(service: SocketAddr) -> Self {
        Self::configured(service, |config| {
            config.clients.proxy_protocol = true;
            config.forward.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
        })
        .await
    }

    async fn until_it_listens(&self) {
        let client = self.client();
        until("the gateway to listen", async || {
            let health = Client::try_send(client.request(reqwest::Method::GET, "/health")).await;
            health.ok().filter(|answer| answer.status == 200)
        })
        .await;
    }

    /// A client without a token.
    pub(crate) fn client(&self) -> Client {
        Client::new(format!("http://{}", self.address))
    }

    /// A good token of someone.
    pub(crate) fn token(&self) -> String {
        self.issuer.read().unwrap().token(UserId::new(), Role::User, self.clock.now())
    }

    /// A client with a good token.
    pub(crate) fn signed_in(&self) -> Client {
        self.client().with_token(self.token())
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.life.stop();
    }
}

/// The time of the machine, for the tokens and for Redis.
pub(crate) fn machine_time() -> DateTime<Utc> {
    Clock::System.now()
}
