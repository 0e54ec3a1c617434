//! What we publish, and what we do about what others publish.

use chassis::bus::{Failure, Handle};
use chassis::clock::Clock;
use chassis::db::Conn;
use contracts::Event;
use contracts::ban::{BanEvent, BanScope};
use contracts::chat::MessageRemoved;
use contracts::party::PartyEvent;
use contracts::user::UserEvent;

use crate::commands::erase_person::erase_person;
use crate::commands::follow_party::follow_party;
use crate::commands::remove_message::remove_message;
use crate::herald::Herald;
use crate::state::State;
use crate::store::{bans, erasures, people};

/// Who publishes what we publish.
pub const SOURCE: &str = "/chat-service";

/// Follows parties and people.
pub struct Follower {
    clock: Clock,
    herald: Herald,
}

impl Follower {
    /// A follower that tells through the herald of `state`.
    #[must_use]
    pub fn new(state: &State) -> Self {
        Self { clock: state.clock.clone(), herald: state.herald.clone() }
    }
}

impl Handle<PartyEvent> for Follower {
    async fn handle(&self, conn: &mut Conn, event: Event<PartyEvent>) -> Result<(), Failure> {
        let (party, now) = (&event.data.party, self.clock.now());
        Ok(follow_party(conn, party, event.time, &self.herald, now).await?)
    }

    fn committed(&self) {
        self.herald.committed();
    }
}

impl Handle<BanEvent> for Follower {
    async fn handle(&self, conn: &mut Conn, event: Event<BanEvent>) -> Result<(), Failure> {
        let (ban, lifted) = match &event.data {
            BanEvent::Given(ban) => (ban, false),
            BanEvent::Lifted(ban) => (ban, true),
        };
        match ban.scope {
            BanScope::All | BanScope::Chat => Ok(bans::store(conn, ban, lifted).await?),
            BanScope::Lead | BanScope::Join => Ok(()),
        }
    }
}

impl Handle<MessageRemoved> for Follower {
    async fn handle(&self, conn: &mut Conn, event: Event<MessageRemoved>) -> Result<(), Failure> {
        let MessageRemoved { room_id, seq } = event.data;
        Ok(remove_message(conn, room_id, seq, &self.herald, self.clock.now()).await?)
    }

    fn committed(&self) {
        self.herald.committed();
    }
}

impl Handle<UserEvent> for Follower {
    async fn handle(&self, conn: &mut Conn, event: Event<UserEvent>) -> Result<(), Failure> {
        match event.data {
            UserEvent::Registered(user) | UserEvent::Updated(user) => {
                people::rename(conn, user.user_id, user.version, &user.nickname).await?;
            }
            UserEvent::Withdrawn { user_id, version } => {
                erase_person(conn, user_id, version, &self.herald, self.clock.now()).await?;
            }
            UserEvent::Erased { user_id, version } => {
                // If the news that they left never came, this is the last chance.
                erase_person(conn, user_id, version, &self.herald, self.clock.now()).await?;
                erasures::begin(conn, user_id).await?;
            }
        }
        Ok(())
    }

    fn committed(&self) {
        self.herald.committed();
    }
}
