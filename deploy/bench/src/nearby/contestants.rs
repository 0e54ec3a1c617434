//! Those who find the nearest parties, each in its own way.

use std::fmt;
use std::time::Duration;

use anyhow::{Context as _, Result};
use chassis::clock::Clock;
use chassis::http::client;
use chassis::redis::redis;
use chassis::redis::redis::aio::MultiplexedConnection;
use chrono::{DateTime, Utc};
use contracts::UserId;
use diesel_async::RunQueryDsl;
use party_service::domain::geo::EARTH_RADIUS_M;
use party_service::domain::party_search::PartyOrder;
use party_service::market_map::MarketMap;
use party_service::store::parties::nearby::{self, Query};
use serde_json::Value;

use super::copies::{self, SET};
use super::questions::{Kind, Question};
use crate::party_service::PartyService;

mod scan;

use self::scan::Scan;

/// Redis takes the earth for a little larger than we do.
const REDIS_EARTH_RADIUS_M: f64 = 6_372_797.560_856;

/// How many are asked for.
pub(super) const LIMIT: u32 = 20;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contestant {
    /// The search of party-service.
    Search,
    /// The same as a whole request: token, search, details of each party, JSON.
    Request,
    /// A look at every party, as the earlier implementation did it.
    Scan,
    /// MariaDB's own spatial index.
    Spatial,
    /// `GEOSEARCH` on the open parties.
    Redis,
}

impl Contestant {
    pub(super) const ALL: [Self; 5] =
        [Self::Search, Self::Request, Self::Scan, Self::Spatial, Self::Redis];

    /// Whether it can answer questions of this kind: Redis knows nothing but places.
    pub(super) const fn answers(self, kind: Kind) -> bool {
        match self {
            Self::Redis => matches!(kind, Kind::Anywhere | Kind::City | Kind::Countryside),
            Self::Search | Self::Request | Self::Scan | Self::Spatial => true,
        }
    }

    /// How far off its distances may be, in metres: Redis rounds places, requests answer in steps
    /// of ten metres.
    pub(super) const fn error_m(self) -> f64 {
        match self {
            Self::Search | Self::Scan | Self::Spatial => 0.001,
            Self::Request => 5.001,
            Self::Redis => 2.0,
        }
    }
}

impl fmt::Display for Contestant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Search => "party-service, search",
            Self::Request => "party-service, whole request",
            Self::Scan => "SQL, all rows",
            Self::Spatial => "SQL, spatial index",
            Self::Redis => "Redis GEOSEARCH",
        })
    }
}

/// What they need.
pub(super) struct Arena {
    service: PartyService,
    map: MarketMap,
    redis: MultiplexedConnection,
    http: reqwest::Client,
    token: String,
}

impl Arena {
    pub(super) async fn new(service: PartyService, reader: UserId) -> Result<Self> {
        let token = service.token(reader)?;
        let (map, redis) = (MarketMap::default(), copies::redis().await?);
        let http = client::build(Duration::from_mins(1))?;
        Ok(Self { service, map, redis, http, token })
    }

    /// The distances of the parties found, in metres.
    pub(super) async fn ask(
        &self,
        contestant: Contestant,
        question: &Question,
    ) -> Result<Vec<f64>> {
        let now = Clock::System.now();
        match contestant {
            Contestant::Search => self.search(question, now).await,
            Contestant::Request => self.request(question).await,
            Contestant::Scan => self.scan(Scan::of_all_rows(question, now)).await,
            Contestant::Spatial => self.scan(Scan::within_a_box(question, now)).await,
            Contestant::Redis => self.redis(question).await,
        }
    }

    async fn search(&self, question: &Question, now: DateTime<Utc>) -> Result<Vec<f64>> {
        let Question { center, search, order } = question;
        let query = Query { center: *center, search, order: *order, now };
        let mut conn = self.service.db.conn().await?;
        let found = nearby::find(&mut conn, &self.map, query, None, LIMIT).await?;
        Ok(found.into_iter().map(|found| found.distance_m).collect())
    }

    async fn request(&self, question: &Question) -> Result<Vec<f64>> {
        let Question { center, search, order } = question;
        let mut query = vec![
            ("lat", center.latitude().to_string()),
            ("lon", center.longitude().to_string()),
            ("limit", LIMIT.to_string()),
        ];
        if *order == PartyOrder::Closing {
            query.push(("sort", "closing".into()));
        }
        query.extend(search.item.as_ref().map(|code| ("item", code.as_str().into())));
        query.extend(search.category.as_ref().map(|code| ("category", code.as_str().into())));
        query.extend(search.starts_after.map(|time| ("starts_after", time.to_rfc3339())));
        query.extend(search.starts_before.map(|time| ("starts_before", time.to_rfc3339())));
        let url = format!("http://{}/v1/parties", self.service.address);
        let request = self.http.get(url).query(&query).bearer_auth(&self.token);
        let page: Value = request.send().await?.error_for_status()?.json().await?;
        let items = page.get("items").and_then(Value::as_array).context("a page has items")?;
        let distances = items.iter().filter_map(|party| party.get("distance_km")?.as_f64());
        Ok(distances.map(|km| km * 1000.0).collect())
    }

    async fn scan(&self, scan: Scan) -> Result<Vec<f64>> {
        let mut conn = self.service.db.conn().await?;
        let rows: Vec<(contracts::PartyId, f64)> = scan.load(&mut conn).await?;
        Ok(rows.into_iter().map(|(_, distance_m)| distance_m).collect())
    }

    async fn redis(&self, question: &Question) -> Result<Vec<f64>> {
        let mut search = redis::cmd("GEOSEARCH");
        search.arg(SET);
        search.arg("FROMLONLAT").arg(question.center.longitude()).arg(question.center.latitude());
        let larger = REDIS_EARTH_RADIUS_M / EARTH_RADIUS_M;
        search.arg("BYRADIUS").arg(question.search.radius.metres() * larger).arg("m");
        search.arg("ASC").arg("COUNT").arg(LIMIT).arg("WITHDIST");
        let rows: Vec<(Vec<u8>, f64)> = search.query_async(&mut self.redis.clone()).await?;
        Ok(rows.into_iter().map(|(_, distance_m)| distance_m / larger).collect())
    }
}
