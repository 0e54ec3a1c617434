//! The same parties as the peers want them: a table with a place in each row, and a set in Redis.

use anyhow::Result;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Double};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection as _};

use chassis::redis::redis::aio::MultiplexedConnection;
use chassis::redis::redis::{self, AsyncConnectionConfig};
use contracts::PartyId;

use crate::party_service::{PartyService, server};

/// The set in Redis.
pub(super) const SET: &str = "bench_nearby";

#[derive(QueryableByName)]
struct Point {
    #[diesel(sql_type = Binary)]
    id: PartyId,
    #[diesel(sql_type = Double)]
    latitude: f64,
    #[diesel(sql_type = Double)]
    longitude: f64,
}

/// A connection to Redis that waits as long as it takes.
pub(super) async fn redis() -> Result<MultiplexedConnection> {
    let client = redis::Client::open(server("TEST_REDIS_URL")?)?;
    let patient = AsyncConnectionConfig::new().set_response_timeout(None);
    Ok(client.get_multiplexed_async_connection_with_config(&patient).await?)
}

/// Makes them.
pub(super) async fn make(service: &PartyService) -> Result<()> {
    let mut conn = service.db.conn().await?;
    conn.batch_execute(
        "SET SESSION max_statement_time = 0; \
         CREATE TABLE points (place POINT NOT NULL, PRIMARY KEY (id), SPATIAL KEY (place)) \
         SELECT p.id, p.status, p.join_deadline, p.starts_at, p.item_code, p.category_code, \
                m.latitude, m.longitude, POINT(m.longitude, m.latitude) AS place \
         FROM parties p JOIN markets m ON m.id = p.market_id ORDER BY p.id; \
         ANALYZE TABLE points, parties, markets",
    )
    .await?;
    let points: Vec<Point> =
        diesel::sql_query("SELECT id, latitude, longitude FROM points").load(&mut conn).await?;
    let mut redis = redis().await?;
    redis::cmd("DEL").arg(SET).query_async::<()>(&mut redis).await?;
    for lot in points.chunks(10_000) {
        let mut add = redis::cmd("GEOADD");
        add.arg(SET);
        for point in lot {
            add.arg(point.longitude).arg(point.latitude).arg(point.id.as_uuid().as_bytes());
        }
        add.query_async::<()>(&mut redis).await?;
    }
    Ok(())
}
