//! What a message is: something said, or something that happened.

use chassis::text::Text;
use serde::Serialize;
use utoipa::ToSchema;

/// The kinds of messages that are stored, by their names on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Kind {
    /// Somebody says something.
    Chat,
    /// Somebody is a member now.
    Joined,
    /// Somebody is no longer a member.
    Left,
    /// The shares of the party are settled.
    Locked,
    /// A member left a locked party, and others may apply again.
    Reopened,
    /// The party will not happen.
    Cancelled,
    /// They met, bought and split.
    Done,
    /// The leader has closed the room.
    Closed,
    /// An administrator has removed the words of a message.
    Removed,
}

impl Kind {
    const ALL: [Self; 9] = [
        Self::Chat,
        Self::Joined,
        Self::Left,
        Self::Locked,
        Self::Reopened,
        Self::Cancelled,
        Self::Done,
        Self::Closed,
        Self::Removed,
    ];

    /// Its name, in the database and on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chat => "CHAT",
            Self::Joined => "JOINED",
            Self::Left => "LEFT",
            Self::Locked => "LOCKED",
            Self::Reopened => "REOPENED",
            Self::Cancelled => "CANCELLED",
            Self::Done => "DONE",
            Self::Closed => "CLOSED",
            Self::Removed => "REMOVED",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What is said of something that happened, to the person who goes by `name` where it happened
    /// to one. Nothing of what somebody says themselves.
    #[must_use]
    pub fn text(self, name: &str) -> Option<Text> {
        Some(match self {
            Self::Chat => return None,
            Self::Joined => {
                Text::with(format!("{name}님이 들어왔습니다"), format!("{name} has joined"))
            }
            Self::Left => Text::with(format!("{name}님이 나갔습니다"), format!("{name} has left")),
            Self::Locked => Text::new(
                "모집이 마감되었습니다. 약속한 시간에 만나요!",
                "All shares are settled. See you at the agreed time!",
            ),
            Self::Reopened => Text::new(
                "빈자리가 생겨 다시 모집합니다",
                "A share is free again, and others may apply",
            ),
            Self::Cancelled => Text::new("파티가 취소되었습니다", "The party has been cancelled"),
            Self::Done => {
                Text::new("파티가 끝났습니다. 수고하셨어요!", "The party is done. Well shared!")
            }
            Self::Closed => {
                Text::new("파티장이 채팅방을 닫았습니다", "The leader has closed the room")
            }
            Self::Removed => Text::new(
                "운영자가 메시지를 삭제했습니다",
                "An administrator has removed a message",
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn names_lead_back_to_their_kinds() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
            assert_eq!(kind.text("사과").is_none(), kind == Kind::Chat);
        }
    }
}
