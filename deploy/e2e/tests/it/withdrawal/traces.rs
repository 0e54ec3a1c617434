//! Looks everywhere: in all tables of all databases, in Redis, in the queues and in the logs.

use std::collections::BTreeSet;

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

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Secrets {
    /// Texts, wherever they stand.
    pub(super) texts: Vec<String>,
    /// Bytes that tell of somebody, as hexadecimal digits in capitals.
    pub(super) bytes: Vec<String>,
}

impl Secrets {
    fn are_in(&self, text: &str) -> bool {
        self.texts.iter().any(|secret| text.contains(secret))
    }

    fn are_in_bytes(&self, hex: &str) -> bool {
        self.bytes.iter().any(|secret| hex.contains(secret))
    }
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
struct Place {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    data_type: String,
}

impl Place {
    fn holds_bytes(&self) -> bool {
        ["binary", "varbinary", "blob"].contains(&self.data_type.as_str())
    }
}

/// The delays that all services are configured with: each has a queue.
const RETRY_DELAYS_MS: [u32; 4] = [1_000, 10_000, 60_000, 600_000];

/// Public data: what people are is compared with it, and it is nobody's.
const PUBLIC: [&str; 2] = ["markets", "items"];

/// Every key below a prefix with all that is in it, whatever its type.
const READ_ALL: &str = r"
    local found = {}
    for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
        local kind, parts = redis.call('TYPE', key).ok, {}
        if kind == 'string' then parts = { redis.call('GET', key) }
        elseif kind == 'hash' then parts = redis.call('HGETALL', key)
        elseif kind == 'set' then parts = redis.call('SMEMBERS', key)
        elseif kind == 'zset' then parts = redis.call('ZRANGE', key, 0, -1)
        elseif kind == 'list' then parts = redis.call('LRANGE', key, 0, -1)
        else error('nobody knows how to read ' .. kind) end
        table.insert(found, key .. ' ' .. table.concat(parts, ' '))
    end
    return found";

/// As if the stated days had passed: what ends by itself before them is gone.
const PASS_DAYS: &str = r"
    local gone = 0
    for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
        local left = redis.call('PTTL', key)
        if left >= 0 and left < 30 * 24 * 3600 * 1000 then gone = gone + redis.call('DEL', key) end
    end
    return gone";

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

    /// Every place where one of these is, each once: `party users.email`, `redis`, `queue …`, `log …`.
    pub(super) async fn with_any_of(&self, secrets: &Secrets) -> BTreeSet<String> {
        let mut places = self.in_tables(secrets).await;
        let entries = self.redis(READ_ALL).await;
        places.extend(
            entries
                .into_iter()
                .filter(|entry| secrets.are_in(entry))
                .map(|entry| format!("redis {}", entry.split(' ').next().unwrap_or_default())),
        );
        let bus = self.platform.bus();
        let config = BrokerConfig { retry_delays_ms: RETRY_DELAYS_MS.to_vec(), ..bus.config() };
        for queue in Broker::new(&config).unwrap().topology().queues() {
            if bus.peek(&queue).await.iter().any(|body| secrets.are_in(body)) {
                places.insert(format!("queue {queue}"));
            }
        }
        places.extend(self.in_logs(secrets));
        places
    }

    async fn in_tables(&self, secrets: &Secrets) -> BTreeSet<String> {
        let mut places = BTreeSet::new();
        let Platform { party_database, catalog_database, chat_database, notify_database, .. } =
            self.platform;
        for (name, database) in [
            ("party", party_database),
            ("catalog", catalog_database),
            ("chat", chat_database),
            ("notify", notify_database),
        ] {
            let mut conn = database.conn().await;
            for place in columns(&mut conn).await {
                let Place { table_name, column_name, .. } = &place;
                let rows = values(&mut conn, &place).await;
                let found = rows.iter().any(|text| {
                    if place.holds_bytes() {
                        secrets.are_in_bytes(text)
                    } else {
                        secrets.are_in(text)
                    }
                });
                if found && !PUBLIC.contains(&table_name.as_str()) {
                    places.insert(format!("{name} {table_name}.{column_name}"));
                }
            }
        }
        places
    }

    fn in_logs(&self, secrets: &Secrets) -> BTreeSet<String> {
        let Platform { gateway, party, catalog, chat, notify, .. } = self.platform;
        let logs = [
            ("gateway", gateway),
            ("party", party),
            ("catalog", catalog),
            ("chat", chat),
            ("notify", notify),
        ];
        let found = logs.into_iter().filter(|(_, service)| secrets.are_in(&service.log_text()));
        found.map(|(name, _)| format!("log of {name}")).collect()
    }

    /// Lets Redis forget what it forgets by itself within the stated days.
    pub(super) async fn let_redis_forget(&self) {
        self.script::<i64>(PASS_DAYS).await;
    }

    /// Every key of the platform in Redis, with what is in it.
    async fn redis(&self, script: &str) -> Vec<String> {
        let found: Vec<Vec<u8>> = self.script(script).await;
        found.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect()
    }

    async fn script<T: redis::FromRedisValue>(&self, text: &str) -> T {
        let config = self.platform.redis();
        let (cache, prefix) = (Cache::new(config).unwrap(), config.key_prefix.clone());
        cache
            .run(async |conn| {
                let mut script = redis::cmd("EVAL");
                script.arg(text).arg(0).arg(format!("{prefix}*"));
                script.query_async(conn).await
            })
            .await
            .unwrap()
    }
}

/// Every column of every table.
async fn columns(conn: &mut Conn) -> Vec<Place> {
    let sql = "SELECT table_name AS table_name, column_name AS column_name, \
               CAST(data_type AS CHAR) AS data_type \
               FROM information_schema.columns WHERE table_schema = DATABASE()";
    diesel::sql_query(sql).load(conn).await.unwrap()
}

/// Every value of a column as text, bytes as hexadecimal digits.
async fn values(conn: &mut Conn, place: &Place) -> Vec<String> {
    let Place { table_name, column_name, .. } = place;
    let text = if place.holds_bytes() { "HEX" } else { "" };
    let sql = format!(
        "SELECT CAST({text}(`{column_name}`) AS CHAR) AS text FROM `{table_name}` \
         WHERE `{column_name}` IS NOT NULL"
    );
    let rows: Vec<Row> = diesel::sql_query(sql).load(conn).await.unwrap();
    rows.into_iter().map(|row| row.text).collect()
}

/// What SQL says that something is, as text.
pub(super) async fn say(database: &TestDatabase, expression: &str) -> String {
    let sql = format!("SELECT CAST({expression} AS CHAR) AS text");
    let row: Row = diesel::sql_query(sql).get_result(&mut database.conn().await).await.unwrap();
    row.text
}
