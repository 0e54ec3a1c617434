//! One party and everyone who can stand to it in some way.

use crate::people::PASSWORD;
use chassis::clock::Clock;
use chrono::{SecondsFormat, TimeDelta};
use diesel_async::SimpleAsyncConnection as _;
use e2e::Platform;
use serde_json::json;
use std::collections::HashMap;
use testkit::{Client, until};
use uuid::Uuid;

/// How someone stands to the party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Role {
    /// Has no token.
    Anonymous,
    /// Has nothing to do with it.
    Stranger,
    /// Waits for an answer.
    Applicant,
    /// Was told no.
    Rejected,
    /// Took the application back.
    Withdrawn,
    /// Was accepted.
    Member,
    /// Opened it.
    Leader,
    /// Runs the platform, and has nothing to do with the party.
    Admin,
}

impl Role {
    pub(super) const ALL: [Self; 8] = [
        Self::Anonymous,
        Self::Stranger,
        Self::Applicant,
        Self::Rejected,
        Self::Withdrawn,
        Self::Member,
        Self::Leader,
        Self::Admin,
    ];
}

struct Person {
    id: String,
    session: String,
    token: String,
    refresh: String,
}

/// The party and its people.
pub(super) struct Stage {
    people: HashMap<Role, Person>,
    names: HashMap<&'static str, String>,
}

impl Stage {
    /// Signs everyone up and opens a party.
    pub(super) async fn set(platform: &Platform) -> Self {
        let client = Client::new(platform.party.url());
        let mut people = HashMap::new();
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Anonymous) {
            people.insert(role, Person::join(platform, &client, role).await);
        }
        let market = client.get("/v1/markets?limit=1").await.expect(200);
        let items = Client::new(platform.catalog.url()).get("/v1/items?limit=1").await.expect(200);
        let in_hours = |hours| {
            (Clock::System.now() + TimeDelta::hours(hours))
                .to_rfc3339_opts(SecondsFormat::Secs, true)
        };
        let mut names = HashMap::from([
            ("market", market["items"][0]["id"].as_str().unwrap().to_owned()),
            ("item", items["items"][0]["code"].as_str().unwrap().to_owned()),
            ("starts_at", in_hours(24)),
            ("ends_at", in_hours(25)),
            ("password", PASSWORD.to_owned()),
            ("nothing", Uuid::new_v4().to_string()),
            ("seq", "1".to_owned()),
        ]);
        let as_role = |role| client.with_token(&people[&role].token);
        let created = as_role(Role::Leader)
            .post(
                "/v1/parties",
                json!({
                    "market_id": names["market"], "item_code": names["item"], "quantity": 10,
                    "unit": "kg", "total_shares": 10, "starts_at": names["starts_at"],
                    "ends_at": names["ends_at"],
                }),
            )
            .await
            .expect(201);
        let party = created["id"].as_str().unwrap().to_owned();
        let applications = format!("/v1/parties/{party}/applications");
        for role in [Role::Applicant, Role::Rejected, Role::Withdrawn, Role::Member] {
            as_role(role).post(&applications, json!({ "shares": 1 })).await.expect(201);
        }
        let decide = |role, verb| {
            let path = format!("{applications}/{}/{verb}", people[&role].id);
            let leader = as_role(Role::Leader);
            async move { leader.act(&path).await.expect(200) }
        };
        decide(Role::Rejected, "reject").await;
        decide(Role::Member, "accept").await;
        let withdrawn = as_role(Role::Withdrawn).delete(&format!("{applications}/me")).await;
        assert!(withdrawn.status.is_success(), "{withdrawn:?}");

        names.insert(
            "room",
            Self::room(platform, people[&Role::Leader].token.clone(), &party).await,
        );
        for (role, count) in [(Role::Leader, 5), (Role::Rejected, 1), (Role::Member, 2)] {
            Self::told(platform, people[&role].token.clone(), count).await;
        }
        let (member, leader) = (&people[&Role::Member].id, &people[&Role::Leader].id);
        names.insert("penalty", Self::penalty(platform, &party, member, leader).await);
        names.insert("party", party);
        names.insert("applicant", people[&Role::Applicant].id.clone());
        names.insert("member", people[&Role::Member].id.clone());
        names.insert("stranger", people[&Role::Stranger].id.clone());
        names.insert("stranger_session", people[&Role::Stranger].session.clone());
        names.insert("refresh_token", people[&Role::Stranger].refresh.clone());
        Self { people, names }
    }

    /// A penalty of the member, written straight into the table: the meeting is tomorrow.
    async fn penalty(platform: &Platform, party: &str, member: &str, leader: &str) -> String {
        let id = Uuid::now_v7().to_string();
        let [id_hex, party, member, leader] =
            [id.as_str(), party, member, leader].map(|id| id.replace('-', ""));
        let sql = format!(
            "INSERT INTO penalties (id, party_id, member_id, given_by, reason, given_at, status) \
             VALUES (x'{id_hex}', x'{party}', x'{member}', x'{leader}', 'no_show', \
             UTC_TIMESTAMP(6), 'given')"
        );
        platform.party_database.conn().await.batch_execute(&sql).await.unwrap();
        id
    }

    /// The room of the party, which opens once the news of its first member has gone around.
    async fn room(platform: &Platform, leader: String, party: &str) -> String {
        let leader = Client::new(platform.chat.url()).with_token(leader);
        until("the room is open", async || {
            let rooms = leader.get("/v1/chat-rooms").await.expect(200);
            let room = rooms["items"].as_array()?.iter().find(|room| room["party_id"] == party)?;
            room["id"].as_str().map(str::to_owned)
        })
        .await
    }

    /// Waits until somebody was told of so much of this.
    async fn told(platform: &Platform, token: String, count: u64) {
        let client = Client::new(platform.notify.url()).with_token(token);
        until("everybody is told", async || {
            let unread = client.get("/v1/notifications/unread-count").await.expect(200);
            (unread["unread"] == count).then_some(())
        })
        .await;
    }

    /// The token of someone who has one.
    pub(super) fn token(&self, role: Role) -> &str {
        &self.people[&role].token
    }

    /// Puts the names of the stage, and one that nobody has, into a path or a body.
    pub(super) fn fill(&self, template: &str) -> String {
        let fresh = &Uuid::new_v4().simple().to_string()[..12];
        let template = template.replace("{fresh}", fresh);
        self.names
            .iter()
            .fold(template, |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }
}

impl Person {
    async fn join(platform: &Platform, client: &Client, role: Role) -> Self {
        let unique = Uuid::new_v4().simple().to_string();
        let email = format!("{unique}@example.com");
        let nickname = format!("n{}", &unique[..12]);
        let signed_up = client
            .post(
                "/v1/users",
                json!({ "email": email, "password": PASSWORD, "nickname": nickname }),
            )
            .await
            .expect(201);
        if role == Role::Admin {
            platform.party.command(&["admin", "grant", &email]).await;
        }
        let session = client
            .post("/v1/sessions", json!({ "email": email, "password": PASSWORD }))
            .await
            .expect(201);
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        Self {
            id: text(&signed_up["id"]),
            session: text(&session["session_id"]),
            token: text(&session["access_token"]),
            refresh: text(&session["refresh_token"]),
        }
    }
}
