//! Parties that are over, and people who did not come.

use chrono::TimeDelta;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl as _;
use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::parties::stage::{Person, Stage};

/// A stage on which parties are held one after the other.
pub struct Aftermath {
    pub stage: Stage,
}

impl Aftermath {
    pub async fn spawn() -> Self {
        Self::on(Stage::spawn().await)
    }

    pub const fn on(stage: Stage) -> Self {
        Self { stage }
    }

    pub async fn person(&self, nickname: &str) -> Person {
        self.stage.person(nickname).await
    }

    /// Time goes on.
    pub fn wait(&self, more_hours: i64) {
        self.stage.app.clock.advance(TimeDelta::hours(more_hours));
    }

    /// A party of these people that was completed just now: who came, and who did not.
    pub async fn party(&self, leader: &Person, came: &[&Person], absent: &[&Person]) -> String {
        let stage = &self.stage;
        let in_hours = |hours| stage.app.clock.now() + TimeDelta::hours(hours);
        let different = json!({
            "total_shares": 10, "starts_at": in_hours(2), "ends_at": in_hours(3),
            "join_deadline": in_hours(1),
        });
        let path = stage.open_with(leader, different).await;
        for person in came.iter().chain(absent) {
            stage.join(&path, leader, person).await;
        }
        leader.lock(&path).await.expect(200);
        self.wait(2);
        let attendance: Vec<_> = came
            .iter()
            .map(|person| (*person, true))
            .chain(absent.iter().map(|person| (*person, false)))
            .collect();
        leader.complete(&path, &attendance).await.expect(200);
        path
    }

    /// Somebody with so many more penalties, each from a party of its own; gives back their ids.
    pub async fn punish(&self, member: &Person, times: usize) -> Vec<String> {
        let unique = uuid::Uuid::new_v4().simple().to_string();
        let leader = self.person(&unique[..18]).await;
        let mut ids = Vec::new();
        for _ in 0..times {
            let path = self.party(&leader, &[], &[member]).await;
            let penalty = leader.punish(&path, member).await.expect(201);
            ids.push(penalty["id"].as_str().unwrap().to_owned());
        }
        ids
    }

    /// What `reader` sees of somebody.
    pub async fn profile(&self, reader: &Person, of: &Person) -> Value {
        reader.client.get(&format!("/v1/users/{}", of.id)).await.expect(200)
    }

    /// An administrator.
    pub async fn admin(&self) -> Client {
        let email = self.stage.app.register("심판").await;
        let mut conn = self.stage.app.database.conn().await;
        diesel::sql_query("UPDATE users SET role = 'admin' WHERE email = ?")
            .bind::<Text, _>(&email)
            .execute(&mut conn)
            .await
            .unwrap();
        self.stage.app.sign_in(&email).await
    }
}

impl Person {
    /// Gives a penalty because the member did not come.
    pub async fn punish(&self, path: &str, member: &Self) -> Answer {
        self.punish_with(path, member, json!({ "reason": "no_show" })).await
    }

    /// Gives a penalty with other words.
    pub async fn punish_with(&self, path: &str, member: &Self, body: Value) -> Answer {
        self.client.post(&format!("{path}/members/{}/penalty", member.id), body).await
    }

    /// Appeals against a penalty.
    pub async fn appeal(&self, penalty: &str) -> Answer {
        let body = json!({ "text": "병원에 있었어요" });
        self.client.post(&format!("/v1/penalties/{penalty}/appeal"), body).await
    }
}
