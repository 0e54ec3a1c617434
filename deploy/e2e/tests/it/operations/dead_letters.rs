//! Events that could not be handled get another chance.

use super::desk::{Desk, database};
use crate::people::sign_up;
use contracts::routing::CHAT;
use e2e::Platform;
use testkit::until;

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_is_handled_once_the_cause_is_gone() {
    let mut platform = Platform::start().await;
    // Not eleven minutes, as by default.
    let impatient = platform.folder().join("chat.toml");
    std::fs::write(&impatient, "[broker]\nretry_delays_ms = [20, 40]\n").unwrap();
    platform.chat.set("CHAT_CONFIG", impatient.to_string_lossy());
    platform.chat.kill().await;
    platform.chat.start().await;
    let mut desk = Desk::of(&platform);
    desk.set("PATIENCE_S", "2");
    let said = desk.do_well("replay-dead-letters", &["chat"]).await;
    assert!(said.contains("no dead letters"), "{said}");

    let url = platform.chat_database.url();
    let chat = database(&url);
    desk.sql(&format!("RENAME TABLE `{chat}`.people TO `{chat}`.people_away")).await;
    sign_up(&platform).await;
    sign_up(&platform).await;
    until("both events are given up", async || (letters(&platform).await.len() == 2).then_some(()))
        .await;
    let complaint = desk.fail("replay-dead-letters", &["chat"]).await;
    assert!(complaint.contains("failed again"), "{complaint}");
    until("it is a dead letter again", async || {
        (letters(&platform).await.len() == 2).then_some(())
    })
    .await;

    desk.sql(&format!("RENAME TABLE `{chat}`.people_away TO `{chat}`.people")).await;
    desk.do_well("replay-dead-letters", &["chat"]).await;
    let people = format!("SELECT 1 FROM `{chat}`.people HAVING COUNT(*) = 2");
    until("chat knows both", async || desk.finds(&people).await.then_some(())).await;
    assert_eq!(letters(&platform).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_event_is_shown_and_thrown_away() {
    let platform = Platform::start().await;
    let mut desk = Desk::of(&platform);
    desk.set("PATIENCE_S", "5");
    let queue = platform.bus().broker().topology().queue(CHAT);
    platform.bus().send(&queue, b"not an event").await;
    let letter = until("it is a dead letter", async || letters(&platform).await.pop()).await;
    let id = letter.split(' ').next().unwrap();

    let complaint = desk.fail("replay-dead-letters", &["chat"]).await;
    assert!(complaint.contains(id), "{complaint}");
    let shown = desk.do_well("once", &["chat", "dead-letters", "show", id]).await;
    assert!(shown.contains("not an event"), "{shown}");
    desk.do_well("once", &["chat", "dead-letters", "drop", id]).await;
    assert_eq!(letters(&platform).await, Vec::<String>::new());
}

/// What the chat-service could not handle, a line each.
async fn letters(platform: &Platform) -> Vec<String> {
    let list = platform.chat.command(&["dead-letters", "list"]).await;
    list.lines().map(str::to_owned).collect()
}
