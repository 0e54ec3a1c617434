//! Events as other services publish them, and what becomes of them.

use std::sync::Arc;

use chassis::bus::DeadLetters;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::event::{Event, EventData};
use contracts::party::{
    ItemRef, MarketRef, MemberRef, MembershipStatus, PartyChange, PartyEvent, PartySnapshot,
    PartyStatus,
};
use contracts::routing::NOTIFY;
use contracts::user::{UserEvent, UserSnapshot};
use contracts::{MarketId, PartyId, UserId};
use diesel::sql_types::BigInt;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection as _};
use lapin::options::BasicPublishOptions;
use lapin::{BasicProperties, Channel};
use notify_service::domain::{ItemCode, Place};
use notify_service::store::favorite_items::{self, FavoriteItem};
use notify_service::store::favorite_markets::{self, FavoriteMarket};
use notify_service::store::{deliveries, people};
use testkit::until;

use crate::helpers::{Platform, Service};

/// A market, some way from which people live.
pub(crate) const MARKET: (f64, f64) = (37.5592, 126.9770);

/// A service, and somebody who publishes events.
pub(crate) struct Stage {
    pub(crate) service: Service,
    pub(crate) platform: Arc<Platform>,
    channel: Channel,
}

impl Stage {
    /// A service that listens to events.
    pub(crate) async fn set() -> Self {
        Self::on(Arc::new(Platform::new().await)).await
    }

    /// The same on a platform.
    pub(crate) async fn on(platform: Arc<Platform>) -> Self {
        // Opening the dead letters makes the queues.
        DeadLetters::open(&platform.bus.broker(), NOTIFY).await.unwrap();
        let channel = platform.bus.channel().await;
        Self { service: Service::on(&platform), platform, channel }
    }

    /// What time it is.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.platform.clock.now()
    }

    /// Publishes an event of this moment.
    pub(crate) async fn say<T: EventData>(&self, data: T) {
        self.send(&self.event(data)).await;
    }

    /// An event of this moment.
    pub(crate) fn event<T: EventData>(&self, data: T) -> Event<T> {
        Event::new("/test", self.now(), None, data)
    }

    /// Publishes an event.
    pub(crate) async fn send<T: EventData>(&self, event: &Event<T>) {
        self.send_bytes(&serde_json::to_vec(event).unwrap()).await;
    }

    /// Puts any bytes into the queue of the service.
    pub(crate) async fn send_bytes(&self, body: &[u8]) {
        let queue = self.platform.bus.broker().topology().queue(NOTIFY);
        let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
        let sent = self.channel.basic_publish("".into(), queue.into(), options, body, properties);
        sent.await.unwrap().await.unwrap();
    }

    /// Waits until so many different events were handled and everybody was told.
    pub(crate) async fn settled(&self, events: i64) {
        let db = self.platform.db();
        until("all events are handled and told", async || {
            let mut conn = db.conn().await.unwrap();
            let handled = count(&mut conn, "SELECT COUNT(*) AS n FROM processed_events").await;
            let on_their_way = deliveries::count(&mut conn).await.unwrap();
            (handled == events && on_their_way == 0).then_some(())
        })
        .await;
    }

    /// Somebody who lives at a place and reads a language.
    pub(crate) async fn person(&self, place: Option<(f64, f64)>, locale: &str) -> UserId {
        let user_id = UserId::new();
        let mut conn = self.platform.database.conn().await;
        people::hold(&mut conn, user_id).await.unwrap();
        let place = place.map(|(latitude, longitude)| Place::new(latitude, longitude).unwrap());
        let locale = chassis::text::Locale::from_tag(locale).unwrap();
        people::update(&mut conn, user_id, 1, locale, place).await.unwrap();
        user_id
    }

    /// Stars an item for somebody.
    pub(crate) async fn star_item(&self, user_id: UserId, code: &str) {
        let mut conn = self.platform.database.conn().await;
        let zone = people::hold(&mut conn, user_id).await.unwrap().zone;
        let code = ItemCode::parse(code).unwrap();
        let item = FavoriteItem { code, name: "사과".into(), created_at: self.now() };
        favorite_items::insert(&mut conn, user_id, &item, zone).await.unwrap();
    }

    /// Stars a market for somebody.
    pub(crate) async fn star_market(&self, user_id: UserId, market_id: MarketId) {
        let mut conn = self.platform.database.conn().await;
        let zone = people::hold(&mut conn, user_id).await.unwrap().zone;
        let market = FavoriteMarket { market_id, name: "시장".into(), created_at: self.now() };
        favorite_markets::insert(&mut conn, user_id, &market, zone).await.unwrap();
    }

    /// The types of what lies in somebody's inbox, oldest first.
    pub(crate) async fn inbox(&self, user_id: UserId) -> Vec<String> {
        let list = self.list(user_id).await;
        list.iter().rev().map(|item| item["type"].as_str().unwrap().to_owned()).collect()
    }

    /// What lies in somebody's inbox, newest first.
    pub(crate) async fn list(&self, user_id: UserId) -> Vec<serde_json::Value> {
        let client = self.service.client_of(user_id);
        let body = client.get("/v1/notifications?limit=100").await.expect(200);
        body["items"].as_array().unwrap().clone()
    }
}

/// The one number that a query finds.
pub(crate) async fn count(conn: &mut chassis::db::Conn, sql: &str) -> i64 {
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    diesel::sql_query(sql).get_result::<Count>(conn).await.unwrap().n
}

/// A party whose leader and members are new people.
pub(crate) fn party(now: DateTime<Utc>, leader_id: UserId, members: &[UserId]) -> PartySnapshot {
    let starts_at = now + TimeDelta::days(3);
    PartySnapshot {
        party_id: PartyId::new(),
        version: 1,
        status: PartyStatus::Open,
        market: MarketRef {
            market_id: MarketId::new(),
            name: "남대문시장".into(),
            latitude: MARKET.0,
            longitude: MARKET.1,
        },
        item: ItemRef { code: "060103".into(), name: "사과 (후지)".into() },
        leader_id,
        total_shares: 4,
        taken_shares: 1,
        members: refs(members),
        applicants: Vec::new(),
        starts_at,
        ends_at: starts_at + TimeDelta::hours(1),
        join_deadline: starts_at - TimeDelta::hours(2),
    }
}

/// People as a party names them.
pub(crate) fn refs(people: &[UserId]) -> Vec<MemberRef> {
    let one = |user_id: &UserId| MemberRef { user_id: *user_id, shares: 1, attended: None };
    people.iter().map(one).collect()
}

/// Something that happened to a party.
pub(crate) fn change(
    change: PartyChange,
    actor: Option<UserId>,
    party: &PartySnapshot,
) -> PartyEvent {
    PartyEvent {
        change,
        actor_id: actor,
        member_id: None,
        member_status: None,
        party: party.clone(),
    }
}

/// Somebody's standing in a party has changed.
pub(crate) fn standing(
    status: MembershipStatus,
    actor: UserId,
    member: UserId,
    party: &PartySnapshot,
) -> PartyEvent {
    PartyEvent {
        member_id: Some(member),
        member_status: Some(status),
        ..change(PartyChange::MemberChanged, Some(actor), party)
    }
}

/// What the party-service says of a person.
pub(crate) fn user(user_id: UserId, version: u64, place: Option<(f64, f64)>) -> UserSnapshot {
    UserSnapshot {
        user_id,
        version,
        nickname: "사과".into(),
        latitude: place.map(|(latitude, _)| latitude),
        longitude: place.map(|(_, longitude)| longitude),
        locale: "en".into(),
    }
}

/// The same as an event.
pub(crate) fn moved(user_id: UserId, version: u64, place: Option<(f64, f64)>) -> UserEvent {
    UserEvent::Updated(user(user_id, version, place))
}

/// A place so many kilometres north of the market.
pub(crate) fn north(km: f64) -> (f64, f64) {
    (MARKET.0 + km / 111.195, MARKET.1)
}

/// Many people who live at a place and starred the item of [`party`], in the order of their ids.
pub(crate) async fn seed_people(
    platform: &Platform,
    count: usize,
    place: (f64, f64),
) -> Vec<UserId> {
    let place = Place::new(place.0, place.1).unwrap();
    let (latitude, longitude, zone) = (place.latitude(), place.longitude(), place.zone());
    let mut people: Vec<_> = (0..count).map(|_| UserId::new()).collect();
    people.sort_unstable();
    let mut conn = platform.database.conn().await;
    for some in people.chunks(1000) {
        let rows = |row: &dyn Fn(String) -> String| {
            let rows: Vec<_> =
                some.iter().map(|id| row(id.as_uuid().simple().to_string())).collect();
            rows.join(",")
        };
        let who = rows(&|id| format!("(X'{id}', 1, 0, 'ko', {latitude}, {longitude}, {zone})"));
        let stars = rows(&|id| format!("(X'{id}', '060103', '사과', {zone}, '2026-01-01')"));
        let sql = format!(
            "INSERT INTO people (user_id, version, withdrawn, locale, latitude, longitude, zone) \
             VALUES {who}; INSERT INTO favorite_items (user_id, item_code, name, zone, created_at) \
             VALUES {stars}"
        );
        conn.batch_execute(&sql).await.unwrap();
    }
    people
}
