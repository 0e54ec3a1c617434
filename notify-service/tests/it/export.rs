//! What is held about somebody, told to them alone.

use contracts::UserId;
use contracts::party::PartyChange;
use serde_json::json;
use testkit::Client;

use crate::stage::{Stage, change, north, party};

const PATH: &str = "/v1/exports/notifications";

#[tokio::test(flavor = "multi_thread")]
async fn all_there_is_of_somebody_is_told_to_them() {
    let stage = Stage::set().await;
    let person = stage.person(Some(north(1.0)), "en").await;
    let party = party(stage.now(), UserId::new(), &[person]);
    stage.star_item(person, "060103").await;
    stage.star_market(person, party.market.market_id).await;
    stage.say(change(PartyChange::Updated, None, &party)).await;
    stage.settled(1).await;
    let client = stage.service.client_of(person);
    let wishes = json!({ "radius_km": 5, "silenced": [], "quiet_hours": null });
    client.put("/v1/notifications/settings", wishes).await.expect(200);
    client
        .put(&format!("/v1/notifications/muted-parties/{}", party.party_id), json!({}))
        .await
        .expect(204);

    let answer = client.get(PATH).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let export = answer.expect(200);
    assert_eq!((&export["locale"], &export["settings"]["radius_km"]), (&json!("en"), &json!(5.0)));
    assert!(export["home"]["latitude"].is_f64() && export["home"]["longitude"].is_f64());
    assert_eq!(export["favorite_items"][0]["code"], json!("060103"));
    assert_eq!(export["favorite_markets"].as_array().unwrap().len(), 1);
    assert_eq!(export["muted_parties"][0]["party_id"], json!(party.party_id));
    assert_eq!(export["notifications"][0]["type"], json!("PARTY_UPDATED"));

    let stranger = stage.service.client_of(UserId::new());
    let none = stranger.get(PATH).await.expect(200);
    assert_eq!((&none["home"], &none["notifications"]), (&json!(null), &json!([])));
    let nobody: Client = client.anonymous();
    nobody.get(PATH).await.expect_problem(401, "unauthenticated");
}
