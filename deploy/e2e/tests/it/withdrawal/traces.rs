//! Looks everywhere: in all tables of all databases, in Redis, in the queues and in the logs.

use chassis::bus::Broker;
use chassis::config::BrokerConfig;
use chassis::db::Conn;
use chassis::redis::{Cache, redis};
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;
use e2e::Platform;
use testkit::TestDatabase;

/// Where traces can be.
pub(super) struct Traces<'a> {
    platform: &'a Platform,
}

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    text: String,
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(diesel::QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
}

/// The delays that all services are configured with: each has a queue.
const RETRY_DELAYS_MS: [u32; 4] = [1_000, 10_000, 60_000, 600_000];

/// Public data: what people are is compared with it, and it is nobody's.
const PUBLIC: [&str; 2] = ["markets", "items"];

impl<'a> Traces<'a> {
    pub(super) const fn of(platform: &'a Platform) -> Self {
        Self { platform }
    }

    /// How many rows a query finds.
    pub(super) async fn count(&self, database: &TestDatabase, query: &str) -> i64 {
        let sql = format!("SELECT COUNT(*) AS n FROM ({query}) found");
        let count: Count =
            diesel::sql_query(sql).get_result(&mut database.conn().await).await.unwrap();
        count.n
    }

    /// Every place where one of these texts is.
    pub(super) async fn with_any_of(&self, texts: &[String]) -> Vec<String> {
        let mut places = Vec::new();
        let has = |text: &str| texts.iter().any(|secret| text.contains(secret));
        let Platform { party_database, catalog_database, chat_database, notify_database, .. } =
            self.platform;
        for database in [party_database, catalog_database, chat_database, notify_database] {
            let mut conn = database.conn().await;
            for Column { table_name, column_name } in columns(&mut conn).await {
                let rows = values(&mut conn, &table_name, &column_name).await;
                if !PUBLIC.contains(&table_name.as_str()) && rows.iter().any(|text| has(text)) {
                    places.push(format!("table {table_name}.{column_name}"));
                }
            }
        }
        places.extend(self.redis().await.into_iter().filter(|entry| has(entry)));
        let bus = self.platform.bus();
        let config = BrokerConfig { retry_delays_ms: RETRY_DELAYS_MS.to_vec(), ..bus.config() };
        for queue in Broker::new(&config).unwrap().topology().queues() {
            if bus.waiting(&queue).await > 0 {
                places.push(format!("queue {queue}"));
            }
        }
        let Platform { gateway, party, catalog, chat, notify, .. } = self.platform;
        for (name, service) in [
            ("gateway", gateway),
            ("party", party),
            ("catalog", catalog),
            ("chat", chat),
            ("notify", notify),
        ] {
            if has(&service.log_text()) {
                places.push(format!("log of {name}"));
            }
        }
        places
    }

    /// Every key of the platform in Redis, with what is in it.
    async fn redis(&self) -> Vec<String> {
        let config = self.platform.redis();
        let (cache, prefix) = (Cache::new(config).unwrap(), config.key_prefix.clone());
        // `DUMP` gives the value of any type as bytes; short texts stand in them as they are.
        let dump = "local found = {} for _, key in ipairs(redis.call('KEYS', ARGV[1])) do \
                    table.insert(found, key .. ' ' .. (redis.call('DUMP', key) or '')) end return found";
        let found: Vec<Vec<u8>> = cache
            .run(async |conn| {
                let mut script = redis::cmd("EVAL");
                script.arg(dump).arg(0).arg(format!("{prefix}*"));
                script.query_async(conn).await
            })
            .await
            .unwrap();
        found.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect()
    }
}

/// Every column of every table, but for bytes: ids and hashes, which tell nothing.
async fn columns(conn: &mut Conn) -> Vec<Column> {
    let sql = "SELECT table_name AS table_name, column_name AS column_name \
               FROM information_schema.columns WHERE table_schema = DATABASE() \
               AND data_type NOT IN ('binary', 'varbinary')";
    diesel::sql_query(sql).load(conn).await.unwrap()
}

/// Every value of a column as text.
async fn values(conn: &mut Conn, table: &str, column: &str) -> Vec<String> {
    let sql = format!(
        "SELECT CAST(`{column}` AS CHAR) AS text FROM `{table}` WHERE `{column}` IS NOT NULL"
    );
    let rows: Vec<Row> = diesel::sql_query(sql).load(conn).await.unwrap();
    rows.into_iter().map(|row| row.text).collect()
}
