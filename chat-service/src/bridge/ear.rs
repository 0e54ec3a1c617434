//! Hears channels of Redis: of one server, or of the nodes of a cluster that they belong to.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chassis::redis::redis::aio::{PubSubSink, PubSubStream, SendError};
use chassis::redis::redis::cluster_async::ClusterConnection;
use chassis::redis::redis::{FromRedisValue as _, PushInfo, PushKind, RedisError, Value};
use chassis::redis::{Cache, CacheError};
use futures_util::StreamExt as _;
use futures_util::future::try_join_all;
use tokio::sync::mpsc;

/// A connection needs a channel to begin with, and nobody says anything there.
const QUIET: &str = "chat:quiet";
/// How long a subscription may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How much of a cluster may wait to be heard. Beyond it the connection is given up: what was
/// missed is in the database.
const MAX_UNHEARD: usize = 8192;

/// A connection that hears channels.
pub(super) enum Ear {
    /// One server brings all of them.
    Server(PubSubSink, PubSubStream),
    /// Each node of a cluster brings those that belong to it.
    Shards(ClusterConnection, mpsc::Receiver<PushInfo>),
}

/// What is heard.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sound {
    /// Somebody says this in this channel.
    Said(String, Vec<u8>),
    /// The channel is not heard any more: it belongs to another node now.
    Lost(String),
}

/// Why nothing is heard any more.
#[derive(Debug, thiserror::Error)]
pub(super) enum Deaf {
    #[error(transparent)]
    Cache(#[from] CacheError),
    #[error("a room cannot be listened to: {0}")]
    Command(#[from] RedisError),
    #[error("the cache did not answer in time")]
    Timeout,
    #[error("the connection was closed")]
    Closed,
}

impl Ear {
    /// Connects, and hears nothing yet.
    pub(super) async fn open(cache: &Cache) -> Result<Self, Deaf> {
        if !cache.is_cluster().await? {
            let (sink, stream) = cache.subscribe(&cache.key(QUIET)).await?.split();
            return Ok(Self::Server(sink, stream));
        }
        let (entry, pushes) = mpsc::channel(MAX_UNHEARD);
        let entry = Mutex::new(Some(entry));
        let push = move |push: PushInfo| {
            let mut entry = entry.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(Ok(())) = entry.as_ref().map(|entry| entry.try_send(push)) {
                return Ok(());
            }
            // What is full now is closed for good.
            *entry = None;
            Err(SendError)
        };
        Ok(Self::Shards(cache.subscribe_shards(push).await?, pushes))
    }

    /// Hears these channels too.
    pub(super) async fn listen_to(&mut self, channels: &[String]) -> Result<(), Deaf> {
        match self {
            Self::Server(sink, _) => in_time(sink.subscribe(channels)).await,
            Self::Shards(cluster, _) => {
                let subscribe = |mut cluster: ClusterConnection, channel| async move {
                    cluster.ssubscribe(channel).await
                };
                for_each(channels, cluster, subscribe).await
            }
        }
    }

    /// Hears them no longer.
    pub(super) async fn leave(&mut self, channels: &[String]) -> Result<(), Deaf> {
        match self {
            Self::Server(sink, _) => in_time(sink.unsubscribe(channels)).await,
            Self::Shards(cluster, _) => {
                let unsubscribe = |mut cluster: ClusterConnection, channel| async move {
                    cluster.sunsubscribe(channel).await
                };
                for_each(channels, cluster, unsubscribe).await
            }
        }
    }

    /// The next that is heard.
    pub(super) async fn next(&mut self) -> Result<Sound, Deaf> {
        match self {
            Self::Server(_, stream) => {
                let message = stream.next().await.ok_or(Deaf::Closed)?;
                let channel = message.get_channel_name().to_owned();
                Ok(Sound::Said(channel, message.get_payload_bytes().to_vec()))
            }
            Self::Shards(_, pushes) => loop {
                let push = pushes.recv().await.ok_or(Deaf::Closed)?;
                if push.kind == PushKind::Disconnection {
                    // The others would do without that node. Whoever begins anew asks the database
                    // about all rooms, and until that has worked, again and again.
                    return Err(Deaf::Closed);
                }
                if let Some(sound) = sound(push) {
                    return Ok(sound);
                }
            },
        }
    }
}

/// What a node of a cluster says, if it is of interest.
fn sound(push: PushInfo) -> Option<Sound> {
    let mut data = push.data.into_iter();
    let channel = String::from_redis_value(data.next()?).ok()?;
    match push.kind {
        PushKind::SMessage => match data.next()? {
            Value::BulkString(bytes) => Some(Sound::Said(channel, bytes)),
            _ => None,
        },
        PushKind::SUnsubscribe => Some(Sound::Lost(channel)),
        _ => None,
    }
}

/// Says something about each channel to the node that it belongs to, all at once.
async fn for_each<F: Future<Output = Result<(), RedisError>>>(
    channels: &[String],
    cluster: &ClusterConnection,
    say: impl Fn(ClusterConnection, String) -> F,
) -> Result<(), Deaf> {
    let each = channels.iter().map(|channel| say(cluster.clone(), channel.clone()));
    in_time(try_join_all(each)).await.map(drop)
}

async fn in_time<T>(command: impl Future<Output = Result<T, RedisError>>) -> Result<T, Deaf> {
    tokio::time::timeout(PATIENCE, command).await.map_err(|_| Deaf::Timeout)?.map_err(Deaf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(kind: PushKind, data: &[&str]) -> Option<Sound> {
        let data = data.iter().map(|text| Value::BulkString(text.as_bytes().to_vec())).collect();
        sound(PushInfo { kind, data })
    }

    #[test]
    fn what_shards_say_is_told_from_what_they_answer() {
        assert_eq!(
            push(PushKind::SMessage, &["room", "hello"]),
            Some(Sound::Said("room".into(), b"hello".to_vec()))
        );
        assert_eq!(push(PushKind::SUnsubscribe, &["room", "0"]), Some(Sound::Lost("room".into())));
        assert_eq!(push(PushKind::SSubscribe, &["room", "1"]), None);
        assert_eq!(push(PushKind::SMessage, &["room"]), None);
        assert_eq!(push(PushKind::SMessage, &[]), None);
    }
}
