//! What stands in the databases of all services.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use chassis::db::Conn;
use contracts::{PartyId, RoomId, UserId};
use diesel::sql_types::{BigInt, Binary, Nullable, Text, Unsigned};
use diesel::{QueryResult, QueryableByName};
use diesel_async::{AsyncConnection as _, RunQueryDsl};
use e2e::Platform;
use serde::Deserialize;

use super::circle::Circle;
use super::ledger::Ledger;

/// How long nothing may get on while something is still to be done.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(250);

/// The databases, each named by its service.
#[derive(Clone)]
pub(super) struct Tables {
    url: String,
    party: String,
    chat: String,
    notify: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// A party as one of the services knows it.
#[derive(QueryableByName)]
struct Known {
    #[diesel(sql_type = Binary)]
    id: PartyId,
    #[diesel(sql_type = Unsigned<BigInt>)]
    version: u64,
    #[diesel(sql_type = Text)]
    status: String,
    /// Its members as JSON, where they are in the same row.
    #[diesel(sql_type = Nullable<Text>)]
    members: Option<String>,
}

#[derive(QueryableByName)]
struct Inside {
    #[diesel(sql_type = Binary)]
    party_id: PartyId,
    #[diesel(sql_type = Binary)]
    user_id: UserId,
}

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = Binary)]
    user_id: UserId,
    #[diesel(sql_type = Unsigned<BigInt>)]
    seq: u64,
    #[diesel(sql_type = Text)]
    content: String,
}

#[derive(QueryableByName)]
struct Inbox {
    #[diesel(sql_type = Binary)]
    user_id: UserId,
    #[diesel(sql_type = Unsigned<BigInt>)]
    last_seq: u64,
}

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    payload: String,
}

impl Tables {
    pub(super) fn of(platform: &Platform) -> Self {
        Self {
            url: platform.party_database.url(),
            party: platform.party_database.name().to_owned(),
            chat: platform.chat_database.name().to_owned(),
            notify: platform.notify_database.name().to_owned(),
        }
    }

    /// Asks the database, which may be dead at this moment. `{party}`, `{chat}` and `{notify}` stand
    /// for the databases of the services.
    async fn try_ask<T>(&self, query: &str) -> QueryResult<Vec<T>>
    where
        T: QueryableByName<diesel::mysql::Mysql> + Send + 'static,
    {
        let mut conn = Conn::establish(&self.url)
            .await
            .map_err(|error| diesel::result::Error::QueryBuilderError(error.into()))?;
        let names = [("{party}", &self.party), ("{chat}", &self.chat), ("{notify}", &self.notify)];
        let query = names.iter().fold(query.to_owned(), |text, (from, to)| text.replace(from, to));
        diesel::sql_query(query).load(&mut conn).await
    }

    /// Asks the database until it answers.
    async fn ask<T>(&self, query: &str) -> Vec<T>
    where
        T: QueryableByName<diesel::mysql::Mysql> + Send + 'static,
    {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.try_ask(query).await {
                Ok(rows) => return rows,
                Err(error) => assert!(Instant::now() < deadline, "{query}: {error}"),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Waits until it is known where so many people live.
    pub(super) async fn until_all_live_somewhere(&self, people: usize) {
        testkit::until("it is known where everybody lives", async || {
            let homes = "SELECT COUNT(*) AS n FROM {notify}.people WHERE zone IS NOT NULL";
            let known: Vec<Count> = self.ask(homes).await;
            (known[0].n == i64::try_from(people).unwrap()).then_some(())
        })
        .await;
    }

    /// Waits until every event has been published and acted on by all who read it, and everybody has
    /// been told.
    pub(super) async fn settle(&self, what: &str) {
        let of_notify = "p.kind LIKE 'party.%' OR p.kind LIKE 'user.%' OR p.kind LIKE 'chat.%'";
        let of_chat = "p.kind LIKE 'party.%' OR p.kind LIKE 'user.%'";
        let unhandled = |outbox: &str, reader: &str, kinds: &str| {
            format!(
                "(SELECT COUNT(*) FROM {outbox}.outbox p LEFT JOIN {{{reader}}}.processed_events d \
                 ON d.event_id = p.event_id AND d.consumer = '{reader}' \
                 WHERE d.event_id IS NULL AND ({kinds}))"
            )
        };
        let query = format!(
            "SELECT (SELECT COUNT(*) FROM {{party}}.outbox WHERE published_at IS NULL) \
             + (SELECT COUNT(*) FROM {{chat}}.outbox WHERE published_at IS NULL) \
             + {} + {} + {} + (SELECT COUNT(*) FROM {{notify}}.deliveries) AS n",
            unhandled("{party}", "notify", of_notify),
            unhandled("{party}", "chat", of_chat),
            unhandled("{chat}", "notify", of_notify),
        );
        let (mut least, mut deadline) = (i64::MAX, Instant::now() + PATIENCE);
        loop {
            let left: Vec<Count> = self.ask(&query).await;
            match left[0].n {
                0 => return,
                left if left < least => (least, deadline) = (left, Instant::now() + PATIENCE),
                left => assert!(Instant::now() < deadline, "{what}: {left} things are to be done"),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Fails unless every service knows every party as it must be.
    pub(super) async fn require_parties(&self, circles: &[Circle]) {
        let owned: Vec<Known> =
            self.ask("SELECT id, version, status, NULL AS members FROM {party}.parties").await;
        let told: Vec<Known> =
            self.ask("SELECT party_id AS id, version, status, members FROM {notify}.parties").await;
        let rooms = "SELECT party_id AS id, party_version AS version, party_status AS status, \
                     NULL AS members FROM {chat}.rooms";
        let rooms: Vec<Known> = self.ask(rooms).await;
        let inside = "SELECT r.party_id, m.user_id FROM {chat}.rooms r \
                      JOIN {chat}.room_members m ON m.room_id = r.id";
        let mut talking = BTreeMap::<PartyId, BTreeSet<UserId>>::new();
        for Inside { party_id, user_id } in self.ask(inside).await {
            talking.entry(party_id).or_default().insert(user_id);
        }

        let count: usize = circles.iter().map(|circle| circle.parties().len()).sum();
        for (service, parties) in [("party", owned), ("notify", told), ("chat", rooms)] {
            assert_eq!(parties.len(), count, "{service} knows all parties and no others");
            let parties: BTreeMap<_, _> = parties.iter().map(|known| (known.id, known)).collect();
            for party in circles.iter().flat_map(Circle::parties) {
                let known = parties[&party.id];
                let is = (known.version, known.status.as_str());
                assert_eq!(is, (party.version, party.status), "{} in {service}", party.id);
                if let Some(members) = &known.members {
                    let members: BTreeSet<UserId> = serde_json::from_str(members).unwrap();
                    assert_eq!(members, party.members(), "{} in {service}", party.id);
                }
            }
        }
        for circle in circles {
            for party in circle.parties().iter().filter(|party| !party.members().is_empty()) {
                let mut people = party.members();
                people.insert(circle.leader());
                assert_eq!(talking[&party.id], people, "who talks in the room of {}", party.id);
            }
        }
    }

    /// What is to be told of the rooms that were opened. Whether one was depends on which of several
    /// versions of a party came first; that it was is what the chat-service has said.
    pub(super) async fn opened_rooms(&self) -> Ledger {
        #[derive(Deserialize)]
        struct Event {
            data: contracts::chat::RoomOpened,
        }
        let said: Vec<Said> = self.ask("SELECT payload FROM {chat}.outbox").await;
        let (mut ledger, mut rooms) = (Ledger::default(), BTreeSet::<RoomId>::new());
        for Said { payload } in said {
            let Event { data: room } = serde_json::from_str(&payload).unwrap();
            assert!(rooms.insert(room.room_id), "a room opens once");
            for person in room.member_ids.iter().chain([&room.leader_id]) {
                ledger.add(*person, "CHAT_CREATED", room.party_id);
            }
        }
        ledger
    }

    /// Fails unless the inboxes have what the ledger says, and nothing else, numbered in a row.
    pub(super) async fn require_inboxes(&self, ledger: &Ledger) {
        #[derive(Deserialize)]
        struct Content {
            kind: String,
            about: About,
        }
        #[derive(Deserialize)]
        struct About {
            party_id: PartyId,
        }
        let query = "SELECT n.user_id, n.seq, o.content FROM {notify}.notifications n \
                     JOIN {notify}.notices o ON o.id = n.notice_id ORDER BY n.user_id, n.seq";
        let (mut found, mut seqs) = (Ledger::default(), BTreeMap::<UserId, Vec<u64>>::new());
        for Told { user_id, seq, content } in self.ask(query).await {
            let Content { kind, about } = serde_json::from_str(&content).unwrap();
            found.add(user_id, &kind, about.party_id);
            seqs.entry(user_id).or_default().push(seq);
        }
        assert_eq!(ledger.differences(&found), []);
        for (user_id, last_seq) in self.last_seqs().await {
            assert_eq!(seqs[&user_id], (1..=last_seq).collect::<Vec<_>>());
        }
        let doubled = "SELECT COUNT(*) - COUNT(DISTINCT user_id, notice_id) AS n \
                       FROM {notify}.notifications";
        let doubled: Vec<Count> = self.ask(doubled).await;
        assert_eq!(doubled[0].n, 0, "nobody has the same notice twice");
    }

    /// How far each inbox has come.
    pub(super) async fn last_seqs(&self) -> BTreeMap<UserId, u64> {
        let inboxes: Vec<Inbox> = self.ask("SELECT user_id, last_seq FROM {notify}.inboxes").await;
        inboxes.into_iter().map(|inbox| (inbox.user_id, inbox.last_seq)).collect()
    }
}
