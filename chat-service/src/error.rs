//! What a client is told: the only file that knows HTTP statuses.

use chassis::http::ApiError;

use crate::commands::Error;
use crate::writer::SendError;

/// The codes of this service, beside those of the chassis.
pub mod codes {
    chassis::error_codes! {
        ROOM_NOT_FOUND = NOT_FOUND, "room_not_found", "채팅방을 찾을 수 없습니다", "There is no such chat room";
        NOT_THE_LEADER = FORBIDDEN, "not_the_leader", "파티장만 할 수 있습니다", "Only the leader of the party may do that";
        BANNED_FROM_CHAT = FORBIDDEN, "banned_from_chat", "메시지를 보낼 수 없도록 제한된 계정입니다", "This account may not write messages";
        ROOM_READ_ONLY = CONFLICT, "room_read_only", "끝난 파티의 채팅방에는 더 이상 보낼 수 없습니다", "The party is over, and so is its conversation";
        MESSAGE_ID_REUSED = UNPROCESSABLE_ENTITY, "message_id_reused", "같은 메시지 ID로 다른 내용이 이미 저장되었습니다", "This message id was used for other words";
        UNKNOWN_DESTINATION = NOT_FOUND, "unknown_destination", "그런 목적지가 없습니다", "There is no such destination";
        TOO_MANY_SUBSCRIPTIONS = CONFLICT, "too_many_subscriptions", "한 연결에서 구독할 수 있는 채팅방 수를 넘었습니다", "This connection reads too many rooms already";
        TOO_MANY_CONNECTIONS = TOO_MANY_REQUESTS, "too_many_connections", "동시에 연결할 수 있는 수를 넘었습니다", "You are connected too many times already";
        SUBSCRIPTION_ENDED = FORBIDDEN, "subscription_ended", "이 채팅방을 더 이상 볼 수 없습니다", "You can read this room no longer";
        SENDING_TOO_FAST = TOO_MANY_REQUESTS, "sending_too_fast", "메시지를 너무 빨리 보내고 있습니다. 잠시 후 다시 보내 주세요", "You are sending too fast; wait a moment";
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Db(error) => error.into(),
            Error::NoSuchRoom => Self::new(&codes::ROOM_NOT_FOUND),
            Error::NotTheLeader => Self::new(&codes::NOT_THE_LEADER),
        }
    }
}

impl From<SendError> for ApiError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::NoSuchRoom => Self::new(&codes::ROOM_NOT_FOUND),
            SendError::Banned => Self::new(&codes::BANNED_FROM_CHAT),
            SendError::ReadOnly => Self::new(&codes::ROOM_READ_ONLY),
            SendError::NameTaken => Self::new(&codes::MESSAGE_ID_REUSED),
            SendError::TooFast(pause) => Self::new(&codes::SENDING_TOO_FAST).retry_after(pause),
            SendError::Unavailable => Self::unavailable(error),
        }
    }
}
