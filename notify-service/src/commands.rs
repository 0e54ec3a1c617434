//! Changes of state, one a file. Each works in the transaction it is given.

mod delete_notification;
mod erase_person;
mod fill_inboxes;
mod forget_old;
mod mute_party;
mod post_news;
mod put_settings;
mod read_notifications;
mod send_reminders;
mod star;
mod take_block;
mod take_party;
mod take_person;

pub use self::delete_notification::delete_notification;
pub use self::erase_person::erase_person;
pub use self::fill_inboxes::{Letters, fill_inboxes};
pub use self::forget_old::forget_old;
pub use self::mute_party::mute_party;
pub use self::post_news::post_news;
pub use self::put_settings::put_settings;
pub use self::read_notifications::{read_all, read_one};
pub use self::send_reminders::send_reminders;
pub use self::star::{star_item, star_market};
pub use self::take_block::take_block;
pub use self::take_party::{Known, take_party};
pub use self::take_person::take_person;

use chassis::db::{DbError, Retryable};

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The inbox has no such notification.
    #[error("there is no such notification")]
    NoSuchNotification,
    /// Nothing was heard of such a party.
    #[error("there is no such party")]
    NoSuchParty,
    /// The person has as many of these as one can have.
    #[error("there are {0} already")]
    TooMany(u32),
    /// The person has left.
    #[error("the person has left")]
    Withdrawn,
}

impl Retryable for Error {
    fn is_deadlock(&self) -> bool {
        matches!(self, Self::Db(error) if error.is_deadlock())
    }
}
