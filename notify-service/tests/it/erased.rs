//! Somebody leaves, and nothing is left of them.

use contracts::UserId;
use contracts::block::{BlockChange, BlockEvent};
use contracts::party::PartyChange;
use contracts::user::UserEvent;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use serde_json::json;
use testkit::Client;

use crate::stage::{Stage, change, count, moved, north, party};

#[derive(diesel::QueryableByName)]
struct Table {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    person: String,
}

/// The tables with a row of that person.
async fn traces(stage: &Stage, person: UserId) -> Vec<String> {
    let mut conn = stage.platform.database.conn().await;
    let tables: Vec<Table> = diesel::sql_query(
        "SELECT table_name AS name, column_name AS person FROM information_schema.columns \
         WHERE table_schema = DATABASE() \
         AND column_name IN ('user_id', 'blocker_id', 'blocked_id') ORDER BY name",
    )
    .load(&mut conn)
    .await
    .unwrap();
    let mut traces = Vec::new();
    for Table { name, person: column } in tables {
        let id = person.as_uuid().simple();
        let sql = format!("SELECT COUNT(*) AS n FROM `{name}` WHERE `{column}` = X'{id}'");
        if count(&mut conn, &sql).await > 0 {
            traces.push(name);
        }
    }
    traces
}

#[tokio::test(flavor = "multi_thread")]
async fn all_there_is_of_somebody_goes_and_stays_away() {
    let stage = Stage::set().await;
    let person = stage.person(Some(north(1.0)), "en").await;
    let mut party = party(stage.now(), UserId::new(), &[person]);
    stage.star_item(person, "060103").await;
    stage.star_market(person, party.market.market_id).await;
    stage.say(change(PartyChange::Updated, None, &party)).await;
    stage.settled(1).await;
    let block = |user_id, blocked_id| BlockEvent {
        change: BlockChange::Blocked,
        user_id,
        blocked_id,
        at: stage.now(),
    };
    stage.say(block(person, UserId::new())).await;
    stage.say(block(UserId::new(), person)).await;
    stage.settled(3).await;
    let client = stage.service.client_of(person);
    let wishes = json!({ "radius_km": 5, "silenced": [], "quiet_hours": null });
    let put = client.request(reqwest::Method::PUT, "/v1/notifications/settings").json(&wishes);
    Client::send(put.header("Idempotency-Key", "k")).await.expect(200);
    let mute = format!("/v1/notifications/muted-parties/{}", party.party_id);
    client.put(&mute, json!({})).await.expect(204);
    let everywhere = [
        "blocks",
        "blocks",
        "favorite_items",
        "favorite_markets",
        "idempotency_keys",
        "inboxes",
        "muted_parties",
        "notifications",
        "people",
        "settings",
    ];
    assert_eq!(traces(&stage, person).await, everywhere);

    stage.say(UserEvent::Withdrawn { user_id: person, version: 5 }).await;
    stage.settled(4).await;
    assert_eq!(traces(&stage, person).await, ["people"]);

    // Neither old news nor what is on its way nor a token that still lives brings them back.
    stage.say(moved(person, 4, Some(north(1.0)))).await;
    stage.say(moved(person, 6, Some(north(1.0)))).await;
    stage.say(block(UserId::new(), person)).await;
    party.version = 2;
    stage.say(change(PartyChange::Locked, None, &party)).await;
    stage.settled(8).await;
    client.put(&mute, json!({})).await.expect_problem(401, "session_revoked");
    client.put("/v1/notifications/settings", wishes).await.expect_problem(401, "session_revoked");
    assert_eq!(traces(&stage, person).await, ["people"]);
    let nowhere = "SELECT COUNT(*) AS n FROM people WHERE withdrawn AND latitude IS NULL \
                   AND longitude IS NULL AND zone IS NULL AND locale = 'ko'";
    assert_eq!(count(&mut stage.platform.database.conn().await, nowhere).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_while_being_told_leaves_nothing() {
    let stage = Stage::set().await;
    let people: Vec<_> = (0..20).map(|_| UserId::new()).collect();
    let mut party = party(stage.now(), UserId::new(), &people);
    for version in 1..=30 {
        party.version = version;
        stage.say(change(PartyChange::Updated, None, &party)).await;
        if let Some(person) = people.get(usize::try_from(version - 1).unwrap()) {
            stage.say(UserEvent::Withdrawn { user_id: *person, version: 1 }).await;
        }
    }
    stage.settled(50).await;
    for person in people {
        assert_eq!(traces(&stage, person).await, ["people"]);
    }
}
