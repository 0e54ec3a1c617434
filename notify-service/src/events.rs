//! What is done about the events of other services.
//!
//! Two things, in one transaction. What is known of people and parties is brought up to date, unless
//! something newer is known. And what happened is sent on its way to whom it concerns, as long as it
//! is news: an event that comes late because of a failure is still told, one that is replayed after
//! a year is not.

use chassis::bus::{Failure, Handle};
use chassis::clock::Clock;
use chassis::db::Conn;
use chrono::TimeDelta;
use contracts::Event;
use contracts::block::BlockEvent;
use contracts::chat::RoomOpened;
use contracts::party::{PartyChange, PartyEvent, PartySnapshot, PartyStatus};
use contracts::penalty::PenaltyEvent;
use contracts::user::{UserEvent, UserSnapshot};

use crate::commands::{Known, erase_person, post_news, take_block, take_party, take_person};
use crate::delivery::Bell;
use crate::domain::{ItemCode, News, Place};
use crate::store::parties;

/// The longest name of an item or a market that can be kept, in characters.
const MAX_NAME_CHARS: usize = 200;

/// Handles all events.
pub struct Events {
    /// What time it is.
    pub clock: Clock,
    /// For how long something is news.
    pub news_for: TimeDelta,
    /// Rung when something was sent on its way.
    pub bell: Bell,
}

impl Events {
    /// Sends news on its way, if it is news.
    async fn tell<T>(
        &self,
        conn: &mut Conn,
        event: &Event<T>,
        news: Option<News>,
    ) -> Result<(), Failure> {
        match news {
            Some(news) if event.time + self.news_for > self.clock.now() => {
                Ok(post_news(conn, event.id, &news).await?)
            }
            _ => Ok(()),
        }
    }
}

impl Handle<UserEvent> for Events {
    async fn handle(&self, conn: &mut Conn, event: Event<UserEvent>) -> Result<(), Failure> {
        match event.data {
            UserEvent::Registered(user) | UserEvent::Updated(user) => {
                let place = home(&user)?;
                take_person(conn, &user, place).await?;
            }
            // The second is for those of whom the first never came.
            UserEvent::Withdrawn { user_id, version } | UserEvent::Erased { user_id, version } => {
                erase_person(conn, user_id, version).await?;
            }
        }
        Ok(())
    }
}

impl Handle<BlockEvent> for Events {
    async fn handle(&self, conn: &mut Conn, event: Event<BlockEvent>) -> Result<(), Failure> {
        Ok(take_block(conn, &event.data).await?)
    }
}

impl Handle<PartyEvent> for Events {
    async fn handle(&self, conn: &mut Conn, event: Event<PartyEvent>) -> Result<(), Failure> {
        let party = &event.data.party;
        require_sound(party)?;
        let known = take_party(conn, party, self.clock.now()).await?;
        let over = known == Known::More
            && event.data.change == PartyChange::Created
            && !is_open(conn, party).await?;
        // Nobody is to be invited to what is over by now.
        let news = if over { None } else { News::of_party(&event.data, event.time) };
        self.tell(conn, &event, news).await
    }

    fn committed(&self) {
        self.bell.ring();
    }
}

impl Handle<RoomOpened> for Events {
    async fn handle(&self, conn: &mut Conn, event: Event<RoomOpened>) -> Result<(), Failure> {
        let news = News::of_room(&event.data, event.time);
        self.tell(conn, &event, news).await
    }

    fn committed(&self) {
        self.bell.ring();
    }
}

impl Handle<PenaltyEvent> for Events {
    async fn handle(&self, conn: &mut Conn, event: Event<PenaltyEvent>) -> Result<(), Failure> {
        let news = News::of_penalty(&event.data, event.time);
        self.tell(conn, &event, news).await
    }

    fn committed(&self) {
        self.bell.ring();
    }
}

async fn is_open(conn: &mut Conn, party: &PartySnapshot) -> Result<bool, Failure> {
    let known = parties::find(conn, party.party_id).await?;
    Ok(known.is_some_and(|party| party.status == PartyStatus::Open))
}

/// Where a person lives, if they have said so.
fn home(user: &UserSnapshot) -> Result<Option<Place>, Failure> {
    match (user.latitude, user.longitude) {
        (Some(latitude), Some(longitude)) => Place::new(latitude, longitude)
            .map(Some)
            .ok_or_else(|| Failure::Malformed("nobody lives there".into())),
        _ => Ok(None),
    }
}

/// Refuses what no table of ours can hold, now or later.
fn require_sound(party: &PartySnapshot) -> Result<(), Failure> {
    let names = [&party.item.name, &party.market.name];
    if names.iter().any(|name| name.chars().count() > MAX_NAME_CHARS) {
        return Err(Failure::Malformed("a name is too long".into()));
    }
    if ItemCode::parse(&party.item.code).is_none() {
        return Err(Failure::Malformed("the code of the item is none".into()));
    }
    let on_earth = Place::new(party.market.latitude, party.market.longitude);
    on_earth.map(drop).ok_or_else(|| Failure::Malformed("there is no market there".into()))
}
