//! Databases that are lost come back as they were.

use super::desk::{Desk, database};
use crate::people::sign_in;
use e2e::Platform;
use testkit::until;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_lost_comes_back_as_it_was() {
    let mut platform = Platform::start().await;
    let mut desk = Desk::of(&platform);
    let urls = [
        platform.party_database.url(),
        platform.catalog_database.url(),
        platform.chat_database.url(),
        platform.notify_database.url(),
    ];
    let [party, catalog, chat, notify] = urls.each_ref().map(|url| database(url));
    desk.set("DATABASES", format!("{party} {catalog} {chat} {notify}"));
    let file = platform.folder().join("back-up.sql.gz");
    let file = file.to_str().unwrap();

    let before = sign_in(&platform).await;
    let profile = before.get("/v1/users/me").await.expect(200);
    let items = before.get("/v1/items?limit=5").await.expect(200);
    desk.do_well("back-up", &[file]).await;
    let after = sign_in(&platform).await;

    let refusal = desk.fail("restore", &[file]).await;
    assert!(refusal.contains("--replace"), "{refusal}");
    after.get("/v1/users/me").await.expect(200);

    platform.party.kill().await;
    platform.catalog.kill().await;
    platform.chat.kill().await;
    platform.notify.kill().await;
    desk.sql(&format!("DROP DATABASE `{catalog}`; DROP TABLE `{chat}`.people; CREATE TABLE `{chat}`.younger (id INT)")).await;
    let restored = desk.do_well("restore", &[file, "--replace"]).await;
    assert!(restored.contains(party) && restored.contains(catalog), "{restored}");
    platform.party.start().await;
    tokio::join!(platform.catalog.start(), platform.chat.start(), platform.notify.start());

    let same = until("the profile is there again", async || {
        let answer = before.get("/v1/users/me").await;
        (answer.status == 200).then_some(answer.body)
    })
    .await;
    assert_eq!(same, profile);
    assert_eq!(before.get("/v1/items?limit=5").await.expect(200), items);
    // Who came later is not known: the databases are as they were at one moment.
    assert_ne!(after.get("/v1/users/me").await.status, 200);
    // What was made after the back-up would stand in the way of migrations.
    desk.sql(&format!("CREATE TABLE `{chat}`.younger (id INT)")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_overwrites_nothing() {
    let platform = Platform::start().await;
    let mut desk = Desk::of(&platform);
    desk.set("DATABASES", database(&platform.party_database.url()));
    let path = platform.folder().join("back-up.sql.gz");
    let file = path.to_str().unwrap();
    let client = sign_in(&platform).await;
    desk.do_well("back-up", &[file]).await;

    let mut bytes = std::fs::read(&path).unwrap();
    bytes.truncate(bytes.len() / 2);
    std::fs::write(&path, bytes).unwrap();
    let complaint = desk.fail("restore", &[file, "--replace"]).await;
    assert!(complaint.contains("did NOT match"), "{complaint}");
    client.get("/v1/users/me").await.expect(200);
}
