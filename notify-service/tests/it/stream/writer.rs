//! Another instance, as far as it writes notifications and tells of them: also in ways that it
//! should not.

use std::sync::Arc;

use chassis::clock::Clock;
use chassis::db::{Db, DbError};
use chassis::identity::RevokedSessions;
use chassis::lifecycle::Lifecycle;
use chassis::redis::Cache;
use chassis::text::Locale;
use contracts::{EventId, PartyId, UserId};
use notify_service::domain::{About, Announcement, Content, Kind, Receiver};
use notify_service::store::{inboxes, notices, notifications};
use notify_service::stream::{Announcer, Needs, start};

use crate::helpers::{Platform, noon};

/// Writes notifications.
pub(crate) struct Writer {
    db: Db,
    announcer: Announcer,
    life: Lifecycle,
}

impl Writer {
    pub(crate) fn new(platform: &Platform) -> Self {
        let (db, life) = (platform.db(), Lifecycle::new());
        let cache = Cache::new(&platform.config.redis).unwrap();
        let clock = Clock::Manual(platform.clock.clone());
        let revoked = RevokedSessions::default();
        let needs = Needs { db: &db, cache: &cache, clock: &clock, revoked: &revoked };
        let (_, announcer) = start(&platform.config.stream, &needs, &life).unwrap();
        Self { db, announcer, life }
    }

    /// Puts one notice into the inboxes of some people and tells nobody.
    pub(crate) async fn write(&self, people: &[UserId], held: bool) -> Announcement {
        let about = About {
            party_id: PartyId::new(),
            item: "사과 (후지)".into(),
            market: Some("남대문시장".into()),
            starts_at: Some(noon()),
            room_id: None,
            hours_before: None,
            penalty: None,
        };
        let content = Arc::new(Content { kind: Kind::PartyLocked, about, created_at: noon() });
        let mut wanted: Vec<_> = people.iter().map(|person| (*person, 1)).collect();
        wanted.sort_unstable();
        let stored = self.db.transaction(async |conn| {
            let notice_id = EventId::new();
            notices::insert(conn, notice_id, &content).await?;
            let last = inboxes::make_room(conn, &wanted).await?;
            let receiver = |(user_id, _): &(UserId, u32)| Receiver {
                user_id: *user_id,
                seq: last[user_id],
                locale: Locale::Ko,
                held,
            };
            let receivers: Vec<_> = wanted.iter().map(receiver).collect();
            let new = |to: &Receiver| notifications::New {
                user_id: to.user_id,
                seq: to.seq,
                notice_id,
                held: to.held,
            };
            let rows: Vec<_> = receivers.iter().map(new).collect();
            notifications::insert(conn, &rows, noon()).await?;
            Ok::<_, DbError>(receivers)
        });
        Announcement { content: content.clone(), receivers: stored.await.unwrap() }
    }

    /// Tells of it.
    pub(crate) fn announce(&self, announcement: &Announcement) {
        self.announcer.announce(std::slice::from_ref(announcement));
    }

    /// Puts one notice into the inboxes of some people, and tells of it.
    pub(crate) async fn tell(&self, people: &[UserId]) -> Announcement {
        let announcement = self.write(people, false).await;
        self.announce(&announcement);
        announcement
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.life.stop();
    }
}
