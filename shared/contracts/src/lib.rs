//! What the services agree on: ids, domain events, problem documents, pages and their cursors.
//!
//! Nothing here decides anything. A type is in this crate only because two programs exchange it:
//! the party-service and a consumer of its events, or a service and a client over HTTP.

pub mod asyncapi;
pub mod ban;
pub mod block;
pub mod catalog;
pub mod chat;
pub mod event;
pub mod ids;
pub mod page;
pub mod party;
pub mod penalty;
pub mod problem;
pub mod routing;
pub mod session;
pub mod user;

pub use event::Event;
pub use ids::{
    BanId, EventId, ImportRunId, MarketId, PartyId, PenaltyId, ReportId, RoomId, SessionId, UserId,
};
pub use page::{Cursor, CursorError, Page};
pub use problem::{FieldError, Problem};
