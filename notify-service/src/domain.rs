//! The rules: no request, no database, no clock of its own.

mod content;
mod delivery;
mod kind;

pub use self::content::{About, Content, ContentView};
pub use self::delivery::{Announcement, Receiver};
pub use self::kind::Kind;
