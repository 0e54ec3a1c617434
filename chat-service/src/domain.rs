//! The rules of chat rooms, and nothing else: no database, no request, no clock of its own.

pub mod client_message_id;
pub mod content;
pub mod kind;
pub mod message;
pub mod message_key;
pub mod person;
pub mod role;
pub mod room;

pub use client_message_id::ClientMessageId;
pub use content::Content;
pub use kind::Kind;
pub use message::Message;
pub use message_key::MessageKey;
pub use person::Person;
pub use role::Role;
pub use room::Room;
