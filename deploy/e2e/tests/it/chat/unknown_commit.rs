//! A commit whose answer is never heard: whether it took effect is found out, not guessed.

use e2e::{CommitTrap, Platform};
use serde_json::json;

use super::Room;

#[tokio::test(flavor = "multi_thread")]
async fn d32_a_commit_nobody_hears_of_is_found_and_not_repeated() {
    let mut platform = Platform::start().await;
    let room = Room::new(&platform).await;
    let url = platform.chat_database.url();
    let parsed = reqwest::Url::parse(&url).unwrap();
    let target = format!("{}:{}", parsed.host_str().unwrap(), parsed.port().unwrap());
    let trap = CommitTrap::before(target.clone(), "INSERT INTO messages").await;
    platform.chat.kill().await;
    let through = url.replacen(&target, &trap.address().to_string(), 1);
    platform.chat.set("CHAT__DATABASE__URL", through);
    platform.chat.start().await;

    let path = format!("/v1/chat-rooms/{}/messages", room.id);
    // Nobody has given it a name by which it could be known again.
    let said = room.leader.post(&path, json!({ "content": "한 번만" }));
    let (answer, ()) = tokio::join!(said, trap.committed());
    let seq = answer.expect(201)["seq"].clone();
    let history = room.member.get(&path).await.expect(200);
    let messages = history["items"].as_array().unwrap();
    let found: Vec<_> = messages.iter().filter(|m| m["content"] == "한 번만").collect();
    assert_eq!(found.len(), 1, "{history:#}");
    assert_eq!(found[0]["seq"], seq);
}
