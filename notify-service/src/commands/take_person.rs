//! Takes over what the party-service said of a person.

use chassis::db::{Conn, DbError};
use chassis::text::Locale;
use contracts::user::UserSnapshot;

use crate::domain::Place;
use crate::store::{favorite_items, favorite_markets, people};

/// Takes it over if it is newer than what is known. The stars move along with the person.
pub async fn take_person(
    conn: &mut Conn,
    user: &UserSnapshot,
    place: Option<Place>,
) -> Result<(), DbError> {
    let known = people::hold(conn, user.user_id).await?;
    if known.withdrawn || known.version >= user.version {
        return Ok(());
    }
    let locale = Locale::from_tag(&user.locale).unwrap_or_default();
    people::update(conn, user.user_id, user.version, locale, place).await?;
    let zone = place.map(Place::zone);
    if known.zone != zone {
        favorite_items::move_to(conn, user.user_id, zone).await?;
        favorite_markets::move_to(conn, user.user_id, zone).await?;
    }
    Ok(())
}
