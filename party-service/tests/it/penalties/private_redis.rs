//! A Redis of one's own, to be stopped, killed and brought back with what it once knew.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use chassis::config::RedisConfig;
use chassis::redis::Cache;
use chassis::redis::redis;
use secrecy::SecretString;

use super::cache::Memory;

/// The server and its files.
pub struct PrivateRedis {
    process: Child,
    program: PathBuf,
    port: u16,
    folder: PathBuf,
}

/// What a server can lose while it runs.
pub enum Loss {
    /// All keys.
    Data,
    /// All scripts.
    Scripts,
    /// The room for anything: it evicts what there is, and stores nothing new.
    Room,
    /// It has room again.
    Nothing,
}

impl PrivateRedis {
    /// Starts a server that writes down what it does, as in production.
    pub async fn start() -> Self {
        let program = program().await;
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(uuid::Uuid::new_v4().simple().to_string());
        std::fs::create_dir(&folder).unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = launch(&program, port, &folder);
        let redis = Self { process, program, port, folder };
        redis.ready().await;
        redis
    }

    /// How to reach it.
    pub fn config(&self) -> RedisConfig {
        RedisConfig {
            url: SecretString::from(format!("redis://127.0.0.1:{}", self.port)),
            key_prefix: "test:".into(),
            timeout: Duration::from_millis(300),
        }
    }

    /// Waits until it answers.
    pub async fn ready(&self) {
        let cache = Cache::new(&self.config()).unwrap();
        testkit::until("redis answers", async || cache.check().await.ok()).await;
    }

    /// It stops in the middle of whatever it does, and keeps all it knows.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// It goes on.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    /// It dies, and another begins with what `files` say, or with what it had written down.
    pub async fn restart(&mut self, files: Option<&Path>) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        if let Some(files) = files {
            std::fs::remove_dir_all(&self.folder).unwrap();
            copy(files, &self.folder);
        }
        self.process = launch(&self.program, self.port, &self.folder);
        self.ready().await;
    }

    /// Something happens to what it knows, while it runs.
    pub async fn suffer(&self, loss: Loss) {
        let command: &[&str] = match loss {
            Loss::Data => &["FLUSHALL"],
            Loss::Scripts => &["SCRIPT", "FLUSH"],
            Loss::Room => {
                &["CONFIG", "SET", "maxmemory-policy", "allkeys-random", "maxmemory", "1"]
            }
            Loss::Nothing => &["CONFIG", "SET", "maxmemory", "0"],
        };
        let cache = Cache::new(&self.config()).unwrap();
        let mut run = redis::cmd(command[0]);
        run.arg(&command[1..]);
        let () = cache.run(async |conn| run.query_async(conn).await).await.unwrap();
    }

    /// Copies what it has written down so far.
    pub fn backup(&self) -> PathBuf {
        let copied = self.folder.with_extension("backup");
        copy(&self.folder, &copied);
        copied
    }

    /// How many scripts it has run.
    pub async fn calls(&self) -> u64 {
        let cache = Cache::new(&self.config()).unwrap();
        let stats: String = cache
            .run(async |conn| redis::cmd("INFO").arg("commandstats").query_async(conn).await)
            .await
            .unwrap();
        let line = stats.lines().find_map(|line| line.strip_prefix("cmdstat_evalsha:calls="));
        line.map_or(0, |line| line.split(',').next().unwrap().parse().unwrap())
    }

    fn signal(&self, signal: &str) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }
}

impl Drop for PrivateRedis {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
        drop(std::fs::remove_dir_all(&self.folder));
        drop(std::fs::remove_dir_all(self.folder.with_extension("backup")));
    }
}

/// The program of the test server, wherever it was found.
async fn program() -> PathBuf {
    let cache = Cache::new(&testkit::redis_config()).unwrap();
    let info: String = cache
        .run(async |conn| redis::cmd("INFO").arg("server").query_async(conn).await)
        .await
        .unwrap();
    let pid = info.lines().find_map(|line| line.strip_prefix("process_id:")).unwrap();
    std::fs::read_link(format!("/proc/{}/exe", pid.trim())).unwrap()
}

fn launch(program: &Path, port: u16, folder: &Path) -> Child {
    Command::new(program)
        // The program is a server if it is called so.
        .arg0("redis-server")
        .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""])
        .args(["--appendonly", "yes", "--appendfsync", "always", "--dir"])
        .arg(folder)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_comes_back_with_old_data_is_not_believed() {
    let mut redis = PrivateRedis::start().await;
    let memory = Memory::at(redis.config()).await;
    let (profiles, id) = (memory.instance().await, memory.person().await);
    let old = profiles.get(id).await.unwrap().unwrap();
    let files = redis.backup();
    memory.rename(&profiles, id, "새 이름").await;
    // The removal was answered, and is lost: what it had removed is there again.
    redis.restart(Some(&files)).await;
    let cache = Cache::new(&redis.config()).unwrap();
    let key = cache.key(&format!("{{profile}}:{}", id.as_uuid().simple()));
    let entry: String =
        cache.run(async |conn| redis::cmd("GET").arg(&key).query_async(conn).await).await.unwrap();
    assert!(entry.contains(old.nickname.as_ref().unwrap()));
    for _ in 0..3 {
        let seen = profiles.get(id).await.unwrap().unwrap();
        assert_eq!(seen.nickname.as_deref(), Some("새 이름"));
        profiles.keep().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_does_not_answer_keeps_nobody_from_writing() {
    let redis = PrivateRedis::start().await;
    let memory = Memory::at(redis.config()).await;
    let (profiles, id) = (memory.instance().await, memory.person().await);
    profiles.get(id).await.unwrap();
    redis.freeze();
    memory.rename(&profiles, id, "새 이름").await;
    redis.thaw();
    for _ in 0..3 {
        let seen = profiles.get(id).await.unwrap().unwrap();
        assert_eq!(seen.nickname.as_deref(), Some("새 이름"));
        profiles.keep().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_cost_one_round_trip() {
    let redis = PrivateRedis::start().await;
    let memory = Memory::at(redis.config()).await;
    let profiles = memory.instance().await;
    let mut ids = Vec::new();
    for _ in 0..50 {
        ids.push(memory.person().await);
    }
    assert_eq!(profiles.get_many(&ids).await.unwrap().len(), 50);
    let before = redis.calls().await;
    assert_eq!(profiles.get_many(&ids).await.unwrap().len(), 50);
    assert_eq!(redis.calls().await - before, 1);
}
