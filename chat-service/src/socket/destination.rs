//! The destinations there are. There are no patterns, and no others.

use contracts::RoomId;

const SEND: &str = "/app/chat.sendMessage/";
const REFRESH: &str = "/app/session.refresh";
const TOPIC: &str = "/topic/";
const ERRORS: &str = "/user/queue/errors";

/// Where a client may send to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// To the people in a room.
    Room(RoomId),
    /// To us: the token that the frame carries.
    Refresh,
}

/// What a client may subscribe to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// What is said in a room.
    Room(RoomId),
    /// What was refused of what this client asked for.
    Errors,
}

impl Target {
    pub(super) fn parse(destination: &str) -> Option<Self> {
        if destination == REFRESH {
            return Some(Self::Refresh);
        }
        destination.strip_prefix(SEND).and_then(room).map(Self::Room)
    }
}

impl Source {
    pub(super) fn parse(destination: &str) -> Option<Self> {
        if destination == ERRORS {
            return Some(Self::Errors);
        }
        destination.strip_prefix(TOPIC).and_then(room).map(Self::Room)
    }
}

/// A room's id in the one form in which we write it.
fn room(text: &str) -> Option<RoomId> {
    text.parse().ok().filter(|id: &RoomId| id.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::{Source, Target};

    const ROOM: &str = "019b0000-0000-7000-8000-000000000001";

    #[test]
    fn d26_there_are_no_patterns() {
        assert!(matches!(Source::parse(&format!("/topic/{ROOM}")), Some(Source::Room(_))));
        assert_eq!(Source::parse("/user/queue/errors"), Some(Source::Errors));
        for other in [
            "/topic/*",
            "/topic/**",
            "/topic/",
            "/topic",
            "/topic/1",
            "/topic/019B0000-0000-7000-8000-000000000001/",
            "/topic/{019b0000-0000-7000-8000-000000000001}",
            "/topic/019b000000007000800000000000000001",
            "/user/*/queue/errors",
            "/user/queue/other",
            "/queue/errors",
            "/app/chat.sendMessage/019b0000-0000-7000-8000-000000000001",
            "",
        ] {
            assert_eq!(Source::parse(other), None, "{other}");
        }
    }

    #[test]
    fn d27_nobody_sends_to_a_topic() {
        assert!(matches!(
            Target::parse(&format!("/app/chat.sendMessage/{ROOM}")),
            Some(Target::Room(_))
        ));
        for other in [
            &format!("/topic/{ROOM}"),
            "/user/queue/errors",
            "/app/chat.sendMessage/",
            "/app/x",
            "",
        ] {
            assert_eq!(Target::parse(other), None, "{other}");
        }
    }
}
