//! A service with a market and a catalogue, and people who meet there.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::{MarketId, UserId};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Answer, Client, TestDatabase};

use crate::catalog_stand_in::CatalogStandIn;
use crate::helpers::{TestApp, config, database, noon};
use party_service::config::Config;

/// The service and what it needs for parties.
pub struct Stage {
    pub app: TestApp,
    pub catalog: CatalogStandIn,
    /// 남대문시장.
    pub market: MarketId,
}

/// Somebody signed in.
#[derive(Clone)]
pub struct Person {
    pub id: UserId,
    pub client: Client,
}

/// Where 남대문시장 is.
pub const MARKET: (f64, f64) = (37.5592, 126.9777);

/// So many hours after noon.
pub fn hours(hours: i64) -> DateTime<Utc> {
    noon() + TimeDelta::hours(hours)
}

impl Stage {
    pub async fn spawn() -> Self {
        Self::spawn_with(|_| {}).await
    }

    /// A stage whose configuration is changed before it starts.
    pub async fn spawn_with(change: impl FnOnce(&mut Config)) -> Self {
        let database = database().await;
        let catalog = CatalogStandIn::start();
        let mut config = Self::config(&database, &catalog);
        change(&mut config);
        let app = TestApp::spawn_with(database, &config);
        let market = app.market("남대문시장", MARKET.0, MARKET.1).await;
        Self { app, catalog, market }
    }

    /// How a service on this database is configured.
    pub fn config(database: &TestDatabase, catalog: &CatalogStandIn) -> Config {
        let mut config = config(database);
        config.catalog = catalog.config();
        // Nobody is signed out when a test moves the clock by days.
        config.tokens.access_lifetime = Duration::from_hours(24 * 365);
        config
    }

    /// Moves the clock to so many hours after noon.
    pub fn at(&self, hour: i64) {
        self.app.clock.advance(hours(hour) - self.app.clock.now());
    }

    /// Someone new.
    pub async fn person(&self, nickname: &str) -> Person {
        let client = self.app.sign_up(nickname).await;
        let me = client.get("/v1/users/me").await.expect(200);
        Person { id: me["id"].as_str().unwrap().parse().unwrap(), client }
    }

    /// Several people, called after a letter.
    pub async fn people<const N: usize>(&self) -> [Person; N] {
        let mut people = Vec::new();
        for number in 0..N {
            people.push(self.person(&format!("이웃 {number}")).await);
        }
        people.try_into().ok().unwrap()
    }

    /// A wish for a party of four shares, which meets from the tenth to the twelfth hour and can be
    /// joined until the fifth.
    pub fn wish(&self) -> Value {
        json!({
            "market_id": self.market,
            "item_code": "060103",
            "quantity": 10,
            "unit": "kg",
            "total_price": 40_000,
            "description": "정문 앞에서 만나요",
            "total_shares": 4,
            "starts_at": hours(10),
            "ends_at": hours(12),
            "join_deadline": hours(5),
        })
    }

    /// The path of a new party of four shares.
    pub async fn open(&self, leader: &Person) -> String {
        self.open_with(leader, json!({})).await
    }

    /// The path of a new party in which some things are different.
    pub async fn open_with(&self, leader: &Person, different: Value) -> String {
        let party = leader.client.post("/v1/parties", with(self.wish(), different)).await;
        format!("/v1/parties/{}", party.expect(201)["id"].as_str().unwrap())
    }

    /// The party as this person sees it.
    pub async fn see(&self, path: &str, reader: &Person) -> Value {
        reader.client.get(path).await.expect(200)
    }

    /// Somebody applies for a share and is accepted.
    pub async fn join(&self, path: &str, leader: &Person, person: &Person) {
        person.apply(path, 1).await.expect(201);
        leader.accept(path, person).await.expect(200);
    }
}

/// The object with some things different; `null` takes a thing away.
pub fn with(mut object: Value, different: Value) -> Value {
    let map = object.as_object_mut().unwrap();
    let Value::Object(different) = different else { panic!("{different} is no object") };
    for (key, value) in different {
        if value.is_null() {
            map.remove(&key);
        } else {
            map.insert(key, value);
        }
    }
    object
}

impl Person {
    pub async fn apply(&self, path: &str, shares: u32) -> Answer {
        self.client.post(&format!("{path}/applications"), json!({ "shares": shares })).await
    }

    pub async fn withdraw(&self, path: &str) -> Answer {
        self.client.delete(&format!("{path}/applications/me")).await
    }

    pub async fn accept(&self, path: &str, person: &Self) -> Answer {
        self.client.act(&format!("{path}/applications/{}/accept", person.id)).await
    }

    pub async fn reject(&self, path: &str, person: &Self) -> Answer {
        self.client.act(&format!("{path}/applications/{}/reject", person.id)).await
    }

    pub async fn leave(&self, path: &str) -> Answer {
        self.client.delete(&format!("{path}/members/me")).await
    }

    pub async fn remove(&self, path: &str, person: &Self) -> Answer {
        self.client.delete(&format!("{path}/members/{}", person.id)).await
    }

    pub async fn lock(&self, path: &str) -> Answer {
        self.client.act(&format!("{path}/lock")).await
    }

    pub async fn cancel(&self, path: &str) -> Answer {
        self.client.act(&format!("{path}/cancel")).await
    }

    pub async fn complete(&self, path: &str, attendance: &[(&Self, bool)]) -> Answer {
        let attendance: Vec<_> = attendance
            .iter()
            .map(|(person, attended)| json!({ "user_id": person.id, "attended": attended }))
            .collect();
        let body = json!({ "attendance": attendance });
        self.client.post(&format!("{path}/complete"), body).await
    }

    pub async fn edit(&self, path: &str, edit: Value) -> Answer {
        self.client.patch(path, edit).await
    }

    /// The same request under an idempotency key.
    pub fn once(&self, method: Method, path: &str, key: &str) -> reqwest::RequestBuilder {
        self.client.request(method, path).header("idempotency-key", key)
    }
}
