//! The database and the cache of the platform, moved to the core of the servers and measured there.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};
use chassis::db::Conn;
use chassis::redis::redis;
use diesel::sql_types::Text;
use diesel_async::{AsyncConnection as _, RunQueryDsl};
use nix::sched::{CpuSet, sched_setaffinity};
use nix::unistd::Pid;

use crate::machine::cpu_time;

/// Where they are.
pub(super) struct Servers {
    pub(super) database: String,
    pub(super) redis: String,
    database_pid: u32,
    redis_pid: u32,
}

#[derive(diesel::QueryableByName)]
struct PidFile {
    #[diesel(sql_type = Text)]
    path: String,
}

impl Servers {
    /// Finds them, and moves them to a core.
    pub(super) async fn move_to(core: usize) -> Result<Self> {
        let (database, redis) = (variable("TEST_DATABASE_URL")?, variable("TEST_REDIS_URL")?);
        let mut conn = Conn::establish(&format!("{}/", database.trim_end_matches('/'))).await?;
        let file: PidFile =
            diesel::sql_query("SELECT @@pid_file AS path").get_result(&mut conn).await?;
        let database_pid = fs::read_to_string(&file.path)?.trim().parse()?;
        let mut cache =
            redis::Client::open(redis.as_str())?.get_multiplexed_async_connection().await?;
        let info: String = redis::cmd("INFO").arg("server").query_async(&mut cache).await?;
        let line = info.lines().find_map(|line| line.strip_prefix("process_id:"));
        let redis_pid = line.context("redis does not say its process")?.trim().parse()?;
        for pid in [database_pid, redis_pid] {
            move_process(pid, core)?;
        }
        Ok(Self { database, redis, database_pid, redis_pid })
    }

    /// What the cache has used of its core.
    pub(super) fn redis_cpu(&self) -> Result<Duration> {
        cpu_time(self.redis_pid)
    }

    /// What the database has used of its core.
    pub(super) fn database_cpu(&self) -> Result<Duration> {
        cpu_time(self.database_pid)
    }
}

/// A server's address out of the environment.
pub(super) fn variable(name: &str) -> Result<String> {
    std::env::var(name).with_context(|| format!("{name} is not set: run `cargo xtask bench`"))
}

/// Moves all threads of a process to a core.
fn move_process(pid: u32, core: usize) -> Result<()> {
    let mut set = CpuSet::new();
    set.set(core)?;
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        let thread = task?.file_name().to_string_lossy().parse()?;
        sched_setaffinity(Pid::from_raw(thread), &set)?;
    }
    Ok(())
}
