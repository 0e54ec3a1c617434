//! Sends a subscriber what was said before, and then lets it read along.

use std::rc::Rc;
use std::time::Duration;

use super::shard::Shard;
use super::subscription::{Stage, Subscription};
use crate::domain::message::Effect;
use crate::store::messages;
use crate::wire::Stored;

/// How many messages are read at once. The next are read when these have been sent.
const PAGE: u32 = 200;
/// How long a moment of the database's absence is borne before the next attempt.
const PAUSE: Duration = Duration::from_millis(500);

/// Sends all after what the subscriber has. `position` is up to where messages will not come from
/// the hub any more.
///
/// It is over when the database has no more, and nothing newer has come to the shard meanwhile. The
/// test and the change to reading along are one step on this thread, so nothing comes in between.
pub(super) async fn run(shard: Rc<Shard>, subscription: Rc<Subscription>, position: u64) {
    let outlet = &subscription.reader.outlet;
    while subscription.stage.get() == Stage::CatchingUp && !outlet.is_over() {
        let page = match read(&shard, &subscription).await {
            Ok(page) => page,
            Err(error) => {
                tracing::debug!(%error, "a subscriber waits for what was said before");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let is_last = page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
        if subscription.stage.get() != Stage::CatchingUp || !send(&subscription, &page) {
            return;
        }
        if is_last && shard.go_live(&subscription, position) {
            return;
        }
        outlet.drained().await;
    }
}

async fn read(
    shard: &Shard,
    subscription: &Subscription,
) -> Result<Vec<Stored>, chassis::db::DbError> {
    let mut conn = shard.db().conn().await?;
    messages::after(&mut conn, subscription.room(), subscription.after.get(), PAGE).await
}

/// Sends a page; says whether there is to be another.
fn send(subscription: &Subscription, page: &[Stored]) -> bool {
    let reader = &subscription.reader;
    let puts_out = |message: &Stored| {
        message.seq > subscription.since
            && match message.effect {
                Effect::None => false,
                Effect::Cut(user) => user == reader.user,
                Effect::Close => true,
            }
    };
    let end = page.iter().position(puts_out);
    let page = page.get(..end.map_or(page.len(), |end| end + 1)).unwrap_or_default();
    if let Some(last) = page.last() {
        reader.outlet.send(&reader.style.messages(page));
        subscription.after.set(last.seq);
    }
    if end.is_some() {
        subscription.end();
    }
    end.is_none()
}
