//! Accounts in the database, of people who are here: whoever has withdrawn is not found.

use chassis::db::{Conn, DbError};
use chassis::identity::Role;
use chassis::text::Locale;
use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::UserId;
use diesel::prelude::*;
use diesel::sql_types::Binary;
use diesel_async::RunQueryDsl;

use crate::domain::email::Email;
use crate::domain::geo::Coordinates;
use crate::domain::nickname::Nickname;
use crate::domain::password::PasswordHash;
use crate::domain::user::{Home, User};
use crate::schema::users::dsl;

/// The unique key of e-mail addresses.
pub const UNIQUE_EMAIL: &str = "uq_users_email";
/// The unique key of nicknames; its collation takes what differs only in case or accents for equal.
pub const UNIQUE_NICKNAME: &str = "uq_users_nickname";

#[derive(Queryable, Selectable)]
#[diesel(table_name = crate::schema::users)]
struct Row {
    id: UserId,
    #[diesel(select_expression = dsl::email.assume_not_null())]
    email: String,
    #[diesel(select_expression = dsl::nickname.assume_not_null())]
    nickname: String,
    role: String,
    locale: String,
    road_address: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    version: u64,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
}

impl TryFrom<Row> for User {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let coordinates =
            row.latitude.zip(row.longitude).and_then(|(lat, lon)| Coordinates::new(lat, lon));
        Ok(Self {
            id: row.id,
            email: Email::from_stored(row.email),
            nickname: Nickname::from_stored(row.nickname),
            role: role(&row.role)?,
            locale: Locale::from_tag(&row.locale)
                .ok_or_else(|| inconsistent("locale", row.locale))?,
            home: row
                .road_address
                .zip(coordinates)
                .map(|(road_address, coordinates)| Home { road_address, coordinates }),
            version: row.version,
            created_at: row.created_at.and_utc(),
            updated_at: row.updated_at.and_utc(),
        })
    }
}

fn inconsistent(column: &'static str, value: String) -> DbError {
    DbError::Inconsistent { table: "users", column, value }
}

pub(super) fn role(text: &str) -> Result<Role, DbError> {
    [Role::User, Role::Admin]
        .into_iter()
        .find(|role| role_name(*role) == text)
        .ok_or_else(|| inconsistent("role", text.to_owned()))
}

const fn role_name(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Admin => "admin",
    }
}

/// Inserts an account. The unique keys [`UNIQUE_EMAIL`] and [`UNIQUE_NICKNAME`] may refuse it.
pub async fn insert(conn: &mut Conn, user: &User, hash: &PasswordHash) -> Result<(), DbError> {
    let coordinates = user.home.as_ref().map(|home| home.coordinates);
    diesel::insert_into(dsl::users)
        .values((
            dsl::id.eq(user.id),
            dsl::email.eq(user.email.as_str()),
            dsl::password_hash.eq(hash.as_str()),
            dsl::nickname.eq(user.nickname.as_str()),
            dsl::role.eq(role_name(user.role)),
            dsl::locale.eq(user.locale.tag()),
            dsl::road_address.eq(user.home.as_ref().map(|home| home.road_address.as_str())),
            dsl::latitude.eq(coordinates.map(Coordinates::latitude)),
            dsl::longitude.eq(coordinates.map(Coordinates::longitude)),
            dsl::version.eq(user.version),
            dsl::created_at.eq(user.created_at.naive_utc()),
            dsl::updated_at.eq(user.updated_at.naive_utc()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Binary)]
    id: UserId,
}

/// The row of somebody who is here: of those the table knows that nothing is missing.
#[diesel::dsl::auto_type(no_type_alias)]
fn living(id: UserId) -> _ {
    let is_here: diesel::dsl::IsNull<dsl::withdrawn_at> = dsl::withdrawn_at.is_null();
    dsl::users.find(id).filter(is_here)
}

/// The account, if it is there.
pub async fn find(conn: &mut Conn, id: UserId) -> Result<Option<User>, DbError> {
    let row = living(id).select(Row::as_select()).first(conn).await.optional()?;
    row.map(User::try_from).transpose()
}

/// The account and the hash of its password.
pub async fn find_with_hash(
    conn: &mut Conn,
    id: UserId,
) -> Result<Option<(User, PasswordHash)>, DbError> {
    let found: Option<(Row, String)> = living(id)
        .select((Row::as_select(), dsl::password_hash.assume_not_null()))
        .first(conn)
        .await
        .optional()?;
    found.map(with_hash).transpose()
}

/// The account and the hash of its password, held until the end of the transaction.
pub async fn lock(conn: &mut Conn, id: UserId) -> Result<Option<(User, PasswordHash)>, DbError> {
    let found: Option<(Row, String)> = living(id)
        .select((Row::as_select(), dsl::password_hash.assume_not_null()))
        .for_update()
        .first(conn)
        .await
        .optional()?;
    found.map(with_hash).transpose()
}

/// Keeps somebody from being banned and from withdrawing until the end of the transaction; says
/// whether they are here.
pub async fn hold(conn: &mut Conn, id: UserId) -> Result<bool, DbError> {
    // The builder's words for a shared lock are those of MySQL 8 alone.
    let sql = "SELECT id FROM users WHERE id = ? AND withdrawn_at IS NULL LOCK IN SHARE MODE";
    let found: Vec<Held> = diesel::sql_query(sql).bind::<Binary, _>(id).load(conn).await?;
    Ok(found.iter().any(|held| held.id == id))
}

/// The account with this address and the hash of its password.
pub async fn find_by_email(
    conn: &mut Conn,
    email: &Email,
) -> Result<Option<(User, PasswordHash)>, DbError> {
    let found: Option<(Row, String)> = dsl::users
        .filter(dsl::email.eq(email.as_str()))
        .filter(dsl::withdrawn_at.is_null())
        .select((Row::as_select(), dsl::password_hash.assume_not_null()))
        .first(conn)
        .await
        .optional()?;
    found.map(with_hash).transpose()
}

fn with_hash((row, hash): (Row, String)) -> Result<(User, PasswordHash), DbError> {
    Ok((row.try_into()?, PasswordHash::new(hash)))
}

/// Stores what its owner can change of an account. [`UNIQUE_NICKNAME`] may refuse it.
pub async fn update_profile(conn: &mut Conn, user: &User) -> Result<(), DbError> {
    let coordinates = user.home.as_ref().map(|home| home.coordinates);
    diesel::update(dsl::users.find(user.id))
        .set((
            dsl::nickname.eq(user.nickname.as_str()),
            dsl::locale.eq(user.locale.tag()),
            dsl::road_address.eq(user.home.as_ref().map(|home| home.road_address.as_str())),
            dsl::latitude.eq(coordinates.map(Coordinates::latitude)),
            dsl::longitude.eq(coordinates.map(Coordinates::longitude)),
            dsl::version.eq(user.version),
            dsl::updated_at.eq(user.updated_at.naive_utc()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores another password.
pub async fn set_password(
    conn: &mut Conn,
    id: UserId,
    hash: &PasswordHash,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::update(dsl::users.find(id))
        .set((dsl::password_hash.eq(hash.as_str()), dsl::updated_at.eq(now.naive_utc())))
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores another role.
pub async fn set_role(
    conn: &mut Conn,
    id: UserId,
    role: Role,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::update(dsl::users.find(id))
        .set((dsl::role.eq(role_name(role)), dsl::updated_at.eq(now.naive_utc())))
        .execute(conn)
        .await?;
    Ok(())
}
