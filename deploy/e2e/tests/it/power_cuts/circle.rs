//! A leader and friends who are in and out of the leader's parties, and what must come of it.

use std::collections::BTreeSet;

use chassis::clock::Clock;
use chrono::TimeDelta;
use contracts::{PartyId, UserId};
use rand::RngExt as _;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Client;
use uuid::Uuid;

use super::ledger::Ledger;
use super::persistent::Persistent;
use crate::people::PASSWORD;

/// As many open parties as one may lead.
const MAX_PARTIES: usize = 5;
/// One share for the leader and one for each friend.
const FRIENDS: usize = 3;

/// A leader, first, and friends.
pub(super) struct Circle {
    people: [Person; FRIENDS + 1],
    market: Value,
    item: Value,
    parties: Vec<Party>,
    ledger: Ledger,
}

struct Person {
    id: UserId,
    client: Persistent,
}

/// How somebody stands in a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Outside,
    Waiting,
    Inside,
}

/// What a party must be like.
pub(super) struct Party {
    pub(super) id: PartyId,
    pub(super) version: u64,
    /// As the services call it.
    pub(super) status: &'static str,
    standings: [(UserId, Standing); FRIENDS],
}

impl Party {
    fn those(&self, standing: Standing) -> impl Iterator<Item = UserId> {
        let those = self.standings.iter().filter(move |(_, other)| *other == standing);
        those.map(|(user_id, _)| *user_id)
    }

    /// Who was accepted and has not left.
    pub(super) fn members(&self) -> BTreeSet<UserId> {
        self.those(Standing::Inside).collect()
    }
}

impl Circle {
    /// New people sign up near a market, sign in and star an item.
    pub(super) async fn meet(client: Client) -> Self {
        let market = client.get("/v1/markets?limit=1").await.expect(200);
        let item = client.get("/v1/items?limit=1").await.expect(200);
        let (market, item) = (&market["items"][0], &item["items"][0]);
        let mut people = Vec::new();
        for _ in 0..=FRIENDS {
            people.push(Person::new(&client, market, item).await);
        }
        Self {
            people: people.try_into().ok().unwrap(),
            market: market["id"].clone(),
            item: item["code"].clone(),
            parties: Vec::new(),
            ledger: Ledger::default(),
        }
    }

    pub(super) fn people(&self) -> [UserId; FRIENDS + 1] {
        self.people.each_ref().map(|person| person.id)
    }

    pub(super) fn clients(&self) -> [(UserId, &Client); FRIENDS + 1] {
        self.people.each_ref().map(|person| (person.id, &person.client.0))
    }

    pub(super) const fn leader(&self) -> UserId {
        let [leader, ..] = &self.people;
        leader.id
    }

    pub(super) fn parties(&self) -> &[Party] {
        &self.parties
    }

    pub(super) fn into_ledger(self) -> Ledger {
        self.ledger
    }

    /// Does one thing; says how many events that made.
    pub(super) async fn live_on(&mut self, everyone: &[UserId]) -> u64 {
        let may_open = self.parties.len() < MAX_PARTIES;
        if self.parties.is_empty() || may_open && rand::rng().random_ratio(1, 50) {
            return self.open(everyone).await;
        }
        let index = rand::rng().random_range(0..self.parties.len());
        let before = self.parties[index].version;
        let friend = rand::rng().random_range(0..FRIENDS);
        let chance = rand::rng().random_range(0..4);
        match (self.parties[index].standings[friend].1, chance) {
            (Standing::Outside, _) => self.apply(index, friend).await,
            (Standing::Waiting, 0) => self.withdraw(index, friend).await,
            (Standing::Waiting, 1) => self.reject(index, friend).await,
            (Standing::Waiting, _) => self.accept(index, friend).await,
            (Standing::Inside, 0 | 1) => self.leave(index, friend).await,
            (Standing::Inside, _) => self.edit(index).await,
        }
        self.parties[index].version - before
    }

    async fn open(&mut self, everyone: &[UserId]) -> u64 {
        let starts_at = Clock::System.now() + TimeDelta::days(10);
        let wish = json!({
            "market_id": self.market, "item_code": self.item, "quantity": 4, "unit": "kg",
            "total_shares": FRIENDS + 1, "starts_at": starts_at,
            "ends_at": starts_at + TimeDelta::hours(1),
        });
        let opened = self.leads(Method::POST, "/v1/parties", Some(wish)).await;
        let id = opened["id"].as_str().unwrap().parse().unwrap();
        let [_, friends @ ..] = self.people();
        let standings = friends.map(|friend| (friend, Standing::Outside));
        self.parties.push(Party { id, version: 1, status: "open", standings });
        let leader = self.leader();
        for person in everyone.iter().filter(|person| **person != leader) {
            self.ledger.add(*person, "PARTY_CREATED", id);
        }
        1
    }

    async fn apply(&mut self, index: usize, friend: usize) {
        let path = format!("/v1/parties/{}/applications", self.parties[index].id);
        self.does(friend, Method::POST, &path, Some(json!({ "shares": 1 }))).await;
        self.stands(index, friend, Standing::Waiting);
        self.tell(index, [self.leader()], "JOIN_REQUESTED");
    }

    async fn withdraw(&mut self, index: usize, friend: usize) {
        let path = format!("/v1/parties/{}/applications/me", self.parties[index].id);
        self.does(friend, Method::DELETE, &path, None).await;
        self.stands(index, friend, Standing::Outside);
    }

    async fn reject(&mut self, index: usize, friend: usize) {
        let user_id = self.answer(index, friend, "reject").await;
        self.stands(index, friend, Standing::Outside);
        self.tell(index, [user_id], "JOIN_REJECTED");
    }

    async fn accept(&mut self, index: usize, friend: usize) {
        let user_id = self.answer(index, friend, "accept").await;
        self.stands(index, friend, Standing::Inside);
        self.tell(index, [user_id], "JOIN_ACCEPTED");
        let party = &mut self.parties[index];
        let members = party.members();
        if members.len() == FRIENDS {
            party.version += 1;
            party.status = "locked";
            self.tell(index, members, "PARTY_LOCKED");
        }
    }

    async fn leave(&mut self, index: usize, friend: usize) {
        let path = format!("/v1/parties/{}/members/me", self.parties[index].id);
        self.does(friend, Method::DELETE, &path, None).await;
        self.stands(index, friend, Standing::Outside);
        let leader = self.leader();
        let party = &mut self.parties[index];
        if party.status == "locked" {
            party.version += 1;
            party.status = "open";
            let left = party.members();
            self.tell(index, left.into_iter().chain([leader]), "PARTY_UPDATED");
        }
    }

    async fn edit(&mut self, index: usize) {
        let path = format!("/v1/parties/{}", self.parties[index].id);
        let said = json!({ "description": Uuid::new_v4().to_string() });
        self.leads(Method::PATCH, &path, Some(said)).await;
        let party = &mut self.parties[index];
        party.version += 1;
        let members = party.members();
        self.tell(index, members, "PARTY_UPDATED");
    }

    /// Cancels all parties; says how many events that made.
    pub(super) async fn cancel_all(&mut self) -> u64 {
        for index in 0..self.parties.len() {
            let path = format!("/v1/parties/{}/cancel", self.parties[index].id);
            self.leads(Method::POST, &path, None).await;
            let party = &mut self.parties[index];
            party.version += 1;
            party.status = "cancelled";
            let told: Vec<_> =
                party.those(Standing::Inside).chain(party.those(Standing::Waiting)).collect();
            self.tell(index, told, "PARTY_CANCELLED");
        }
        u64::try_from(self.parties.len()).unwrap()
    }

    async fn answer(&self, index: usize, friend: usize, answer: &str) -> UserId {
        let (party, (user_id, _)) = (&self.parties[index], self.parties[index].standings[friend]);
        let path = format!("/v1/parties/{}/applications/{user_id}/{answer}", party.id);
        self.leads(Method::POST, &path, None).await;
        user_id
    }

    async fn leads(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        self.people[0].client.write(method, path, body).await
    }

    async fn does(&self, friend: usize, method: Method, path: &str, body: Option<Value>) {
        self.people[friend + 1].client.write(method, path, body).await;
    }

    fn stands(&mut self, index: usize, friend: usize, standing: Standing) {
        let party = &mut self.parties[index];
        party.version += 1;
        party.standings[friend].1 = standing;
    }

    fn tell(&mut self, index: usize, people: impl IntoIterator<Item = UserId>, kind: &str) {
        for person in people {
            self.ledger.add(person, kind, self.parties[index].id);
        }
    }
}

impl Person {
    async fn new(client: &Client, market: &Value, item: &Value) -> Self {
        let unique = Uuid::new_v4().simple().to_string();
        let (email, nickname) = (format!("{unique}@example.com"), format!("n{}", &unique[..12]));
        let account = json!({
            "email": email, "password": PASSWORD, "nickname": nickname,
            "address": market["road_address"],
        });
        let me = client.post("/v1/users", account).await.expect(201);
        let credentials = json!({ "email": email, "password": PASSWORD });
        let session = client.post("/v1/sessions", credentials).await.expect(201);
        let client = client.with_token(session["access_token"].as_str().unwrap());
        let star = format!("/v1/favorites/items/{}", item["code"].as_str().unwrap());
        let starred = Client::send(client.request(Method::PUT, &star)).await;
        assert!(starred.status.is_success(), "{starred:?}");
        Self { id: me["id"].as_str().unwrap().parse().unwrap(), client: Persistent(client) }
    }
}
