//! The table of people: where they live and what they read, as the party-service last said.

use chassis::db::{Conn, DbError};
use chassis::text::Locale;
use contracts::UserId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::schema::people::dsl;

/// The language a person reads; Korean as long as nothing is known about them.
pub async fn locale(conn: &mut Conn, user_id: UserId) -> Result<Locale, DbError> {
    let tag: Option<String> =
        dsl::people.find(user_id).select(dsl::locale).first(conn).await.optional()?;
    Ok(tag.as_deref().and_then(Locale::from_tag).unwrap_or_default())
}
