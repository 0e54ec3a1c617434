//! The table of people: where they live and what they read, as the party-service last said.
//!
//! Whoever writes something that belongs to a person holds that person's row, so that nothing is
//! written behind the back of an erasure.

use std::collections::HashMap;
use std::fmt::Write as _;

use chassis::db::{Conn, DbError};
use chassis::text::Locale;
use contracts::UserId;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Bool, Text};
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::given::given;
use crate::domain::Place;
use crate::schema::people::dsl;

/// A person whose row is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub struct Held {
    /// The version of the last thing heard of them; 0 if nothing was heard yet.
    pub version: u64,
    /// Whether they have left.
    pub withdrawn: bool,
    /// Where on the grid they live.
    pub zone: Option<i32>,
}

/// What has to be known of somebody who gets a notification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reader {
    /// The language they read.
    pub locale: Locale,
    /// Whether they have left.
    pub withdrawn: bool,
}

/// Holds the row of a person until the transaction ends, and makes one if there is none.
pub async fn hold(conn: &mut Conn, user_id: UserId) -> Result<Held, DbError> {
    introduce(conn, &[user_id]).await?;
    let held = dsl::people.find(user_id).select((dsl::version, dsl::withdrawn, dsl::zone));
    Ok(held.for_update().first(conn).await?)
}

/// Makes rows for people of whom nothing was heard, if there are none.
async fn introduce(conn: &mut Conn, user_ids: &[UserId]) -> Result<(), DbError> {
    let unheard = |user_id: &UserId| {
        (
            dsl::user_id.eq(*user_id),
            dsl::version.eq(0_u64),
            dsl::withdrawn.eq(false),
            dsl::locale.eq(Locale::default().tag()),
        )
    };
    diesel::insert_into(dsl::people)
        .values(user_ids.iter().map(unheard).collect::<Vec<_>>())
        .on_conflict(diesel::dsl::DuplicatedKeys)
        .do_update()
        .set(dsl::user_id.eq(given(dsl::user_id)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Writes down what was said of a person.
pub async fn update(
    conn: &mut Conn,
    user_id: UserId,
    version: u64,
    locale: Locale,
    place: Option<Place>,
) -> Result<(), DbError> {
    diesel::update(dsl::people.find(user_id))
        .set((
            dsl::version.eq(version),
            dsl::locale.eq(locale.tag()),
            dsl::latitude.eq(place.map(Place::latitude)),
            dsl::longitude.eq(place.map(Place::longitude)),
            dsl::zone.eq(place.map(Place::zone)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Leaves of a person only that they have left.
pub async fn erase(conn: &mut Conn, user_id: UserId, version: u64) -> Result<(), DbError> {
    update(conn, user_id, version, Locale::default(), None).await?;
    diesel::update(dsl::people.find(user_id)).set(dsl::withdrawn.eq(true)).execute(conn).await?;
    Ok(())
}

/// Where somebody lives, as it is kept.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Home {
    /// Degrees north (WGS84).
    #[schema(example = 37.5663)]
    latitude: f64,
    /// Degrees east (WGS84).
    #[schema(example = 126.9779)]
    longitude: f64,
}

/// Where a person lives, if they said so.
pub async fn home(conn: &mut Conn, user_id: UserId) -> Result<Option<Home>, DbError> {
    let place: Option<(Option<f64>, Option<f64>)> = dsl::people
        .find(user_id)
        .select((dsl::latitude, dsl::longitude))
        .first(conn)
        .await
        .optional()?;
    let place = place.and_then(|(latitude, longitude)| latitude.zip(longitude));
    Ok(place.map(|(latitude, longitude)| Home { latitude, longitude }))
}

/// The language a person reads; Korean as long as nothing is known about them.
pub async fn locale(conn: &mut Conn, user_id: UserId) -> Result<Locale, DbError> {
    let tag: Option<String> =
        dsl::people.find(user_id).select(dsl::locale).first(conn).await.optional()?;
    Ok(tag.as_deref().and_then(Locale::from_tag).unwrap_or_default())
}

/// What is known of some people, who cannot leave before the transaction ends.
pub async fn readers(
    conn: &mut Conn,
    user_ids: &[UserId],
) -> Result<HashMap<UserId, Reader>, DbError> {
    let mut readers = lock_shared(conn, user_ids).await?;
    let unheard = user_ids.iter().filter(|user_id| !readers.contains_key(user_id));
    let unheard: Vec<_> = unheard.copied().collect();
    if !unheard.is_empty() {
        introduce(conn, &unheard).await?;
        readers.extend(lock_shared(conn, &unheard).await?);
    }
    Ok(readers)
}

async fn lock_shared(
    conn: &mut Conn,
    user_ids: &[UserId],
) -> Result<HashMap<UserId, Reader>, DbError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Binary)]
        user_id: UserId,
        #[diesel(sql_type = Text)]
        locale: String,
        #[diesel(sql_type = Bool)]
        withdrawn: bool,
    }
    if user_ids.is_empty() {
        return Ok(HashMap::new());
    }
    // The builder's words for a shared lock are those of MySQL 8 alone.
    let rows: Vec<Row> = diesel::sql_query(format!(
        "SELECT user_id, locale, withdrawn FROM people WHERE user_id IN ({}) \
         ORDER BY user_id LOCK IN SHARE MODE",
        literals(user_ids)
    ))
    .load(conn)
    .await?;
    let reader = |row: Row| {
        let locale = Locale::from_tag(&row.locale).unwrap_or_default();
        (row.user_id, Reader { locale, withdrawn: row.withdrawn })
    };
    Ok(rows.into_iter().map(reader).collect())
}

/// Ids as a list of literals.
fn literals(user_ids: &[UserId]) -> String {
    let mut list = String::with_capacity(user_ids.len() * 36);
    for user_id in user_ids {
        let comma = if list.is_empty() { "" } else { "," };
        // Writing to a string cannot fail.
        let _ = write!(list, "{comma}X'{}'", user_id.as_uuid().simple());
    }
    list
}
