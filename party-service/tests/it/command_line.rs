//! The program as its operator uses it.

use crate::helpers::{TestApp, config, database};
use crate::trust::export_stand_in::ExportStandIn;
use party_service::config::Config;
use secrecy::ExposeSecret as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};

/// Runs the program to its end.
fn run(config: &Config, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_party-service"))
        .args(arguments)
        .env("PARTY__DATABASE__URL", config.database.url.expose_secret())
        .env("PARTY__REDIS__URL", config.redis.url.expose_secret())
        .env("PARTY__REDIS__KEY_PREFIX", &config.redis.key_prefix)
        .env("PARTY__BROKER__URL", config.broker.url.expose_secret())
        .env("PARTY__TOKENS__KEYS_DIR", &config.tokens.keys_dir)
        .env("PARTY__EXPORT__NOTIFY_URL", &config.export.notify_url)
        .env("PARTY__CHAT__URL", &config.chat.url)
        .env("PARTY__HTTP__BIND", "127.0.0.1:0")
        .output()
        .unwrap()
}

fn succeeds(config: &Config, arguments: &[&str]) -> String {
    let output = run(config, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn fails(config: &Config, arguments: &[&str]) -> String {
    let output = run(config, arguments);
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn d01_only_the_operator_makes_administrators() {
    let database = database().await;
    let config = config(&database);
    let app = TestApp::spawn_with(database, &config);
    let email = app.register("김사과").await;
    let before = app.sign_in(&email).await;

    let said = succeeds(&config, &["admin", "grant", &email.to_uppercase()]);
    assert!(said.contains("an administrator now"), "{said}");
    testkit::until("the old role to be refused", async || {
        let answer = before.get("/v1/users/me").await;
        (answer.code() == "session_revoked").then_some(())
    })
    .await;
    let tokens = app.tokens(&email).await;
    assert_eq!(tokens["user"]["role"], "admin");
    assert!(succeeds(&config, &["admin", "grant", &email]).contains("already"));
    app.refresh(&tokens).await.expect(200);

    succeeds(&config, &["admin", "revoke", &email]);
    assert_eq!(app.tokens(&email).await["user"]["role"], "user");
    assert_eq!(app.events("session.revoked.v1").await.len(), 2);
    // The log knows of it, and that nobody who was signed in did it.
    let log = "SELECT GROUP_CONCAT(action, JSON_VALUE(detail, '$.role'), admin_id IS NULL \
               ORDER BY position) AS text FROM admin_log";
    assert_eq!(app.text(log).await, "role_changedadmin1,role_changeduser1");

    let said = fails(&config, &["admin", "grant", "nobody@example.com"]);
    assert!(said.contains("there is no such account"), "{said}");
    assert!(fails(&config, &["admin", "grant", "x"]).contains("no e-mail address"));
}

#[tokio::test(flavor = "multi_thread")]
async fn d03_who_is_banned_from_everything_is_helped_by_the_operator() {
    let others = ExportStandIn::start();
    let database = database().await;
    let mut config = config(&database);
    config.chat.url.clone_from(&others.url);
    config.export.notify_url.clone_from(&others.url);
    // An operator gets all of it, however much there is.
    config.export.max_part_bytes = 1;
    let app = TestApp::spawn_with(database, &config);
    let email = app.register("김사과").await;
    let me = app.sign_in(&email).await;
    let id = me.get("/v1/users/me").await.expect(200)["id"].as_str().unwrap().to_owned();

    let export = succeeds(&config, &["accounts", "export", "--email", &email]);
    let export: serde_json::Value = serde_json::from_str(&export).unwrap();
    assert_eq!(export["account"]["email"], email.as_str());
    assert!(export["chat"]["messages"].is_array(), "{export:#}");
    assert_eq!(succeeds(&config, &["accounts", "withdrawn"]), "");

    let said = succeeds(&config, &["accounts", "withdraw", "--email", &email.to_uppercase()]);
    assert!(said.contains(&id), "{said}");
    testkit::until("the session to be over", async || {
        let answer = me.get("/v1/users/me").await;
        (answer.code() == "session_revoked").then_some(())
    })
    .await;
    assert_eq!(app.events("user.withdrawn.v1").await.len(), 1);
    assert_eq!(succeeds(&config, &["accounts", "withdrawn"]).trim(), id);
    // After a restored back-up the list is gone through again: nothing happens twice.
    assert!(succeeds(&config, &["accounts", "withdraw", "--id", &id]).contains("not here"));
    assert_eq!(app.events("user.withdrawn.v1").await.len(), 1);
    let log = "SELECT GROUP_CONCAT(action ORDER BY position) AS text FROM admin_log \
               WHERE admin_id IS NULL";
    assert_eq!(app.text(log).await, "user_exported,user_withdrawn");

    assert!(fails(&config, &["accounts", "export", "--email", &email]).contains("signed up"));
    assert!(fails(&config, &["accounts", "withdraw"]).contains("--email"));
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_made_listed_and_removed() {
    let database = database().await;
    let mut config = config(&database);
    config.tokens.keys_dir = config.tokens.keys_dir.join("new");
    assert!(fails(&config, &["serve"]).contains("party-service keys generate"));

    let file = succeeds(&config, &["keys", "generate"]).trim().to_owned();
    let mode = |path: &str| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(config.tokens.keys_dir.to_str().unwrap()), 0o700);
    let kid = |file: &str| file.rsplit('/').next().unwrap().trim_end_matches(".pem").to_owned();
    let first = kid(&file);
    let second = kid(succeeds(&config, &["keys", "generate"]).trim());

    let list = succeeds(&config, &["keys", "list"]);
    let lines: Vec<_> = list.lines().collect();
    assert!(lines[0].starts_with(&first) && lines[0].ends_with("signs"), "{list}");
    assert!(lines[1].starts_with(&second) && lines[1].ends_with("signs soon"), "{list}");

    assert!(fails(&config, &["keys", "remove", &first]).contains("signs tokens now"));
    succeeds(&config, &["keys", "remove", &second]);
    assert!(fails(&config, &["keys", "remove", &second]).contains("No such file"));
    assert!(fails(&config, &["keys", "remove", "../../x"]).contains("invalid value"));
    succeeds(&config, &["keys", "remove", &first, "--force"]);
    assert_eq!(succeeds(&config, &["keys", "list"]), "");
    std::fs::remove_dir_all(config.tokens.keys_dir.parent().unwrap()).unwrap();
}
