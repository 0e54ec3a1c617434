//! The rules: no request, no database, no clock of its own.

mod audience;
mod content;
mod delivery;
mod favorite;
mod kind;
mod news;
mod place;
mod quiet;
mod radius;
mod reminder;
mod settings;

pub use self::audience::{Audience, Surroundings};
pub use self::content::{About, Content, ContentView, PenaltyFacts};
pub use self::delivery::{Announcement, Notice, Receiver};
pub use self::favorite::ItemCode;
pub use self::kind::Kind;
pub use self::news::News;
pub use self::place::Place;
pub use self::quiet::{QuietHours, TimeOfDay};
pub use self::radius::Radius;
pub use self::reminder::{Reminder, reminders};
pub use self::settings::Settings;
