//! Writes that may be sent twice: `Idempotency-Key`
//! (draft-ietf-httpapi-idempotency-key-header).
//!
//! The key's row is inserted in the transaction of the write and gets the answer before the
//! commit. So there is either no trace of a write or its effect and its answer together, and a
//! second request with the same key waits on the row of the first. Only successes are kept: a
//! refusal has changed nothing and may be asked again.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::UserId;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary};
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::error::{ApiError, codes};
use super::fields::FieldErrors;
use super::{SignedIn, json};
use crate::clock::Clock;
use crate::db::schema::idempotency_keys;
use crate::db::{Conn, Db, DbError};
use crate::identity::Identity;
use crate::lifecycle::Lifecycle;
use crate::text::Invalid;

/// How long an answer is kept.
const KEPT: TimeDelta = TimeDelta::hours(24);
/// How often those that were kept long enough are forgotten.
const SWEEP_EVERY: Duration = Duration::from_mins(10);
/// The longest key, in bytes.
const MAX_KEY_BYTES: usize = 128;

/// The empty body of a write that needs no words.
#[derive(Debug, Default)]
pub struct Nothing;

/// A write by someone signed in, with what it takes to do it once.
#[derive(Debug)]
pub struct Write<T> {
    /// Who is writing.
    pub identity: Identity,
    /// What they sent.
    pub body: T,
    once: Option<Once>,
}

#[derive(Debug)]
struct Once {
    user_id: UserId,
    route: String,
    key: String,
    fingerprint: Vec<u8>,
}

/// A body that a [`Write`] can carry.
pub trait WriteBody: Sized + 'static {
    /// Reads it.
    fn read(request: &HttpRequest, bytes: &[u8]) -> Result<Self, ApiError>;
}

impl WriteBody for Nothing {
    fn read(_: &HttpRequest, _: &[u8]) -> Result<Self, ApiError> {
        Ok(Self)
    }
}

impl<T: DeserializeOwned + 'static> WriteBody for json::Body<T> {
    fn read(request: &HttpRequest, bytes: &[u8]) -> Result<Self, ApiError> {
        json::parse(request, bytes).map(Self)
    }
}

/// A body that may be left out.
impl<T: DeserializeOwned + 'static> WriteBody for Option<json::Body<T>> {
    fn read(request: &HttpRequest, bytes: &[u8]) -> Result<Self, ApiError> {
        if bytes.is_empty() {
            return Ok(None);
        }
        // `null` says the same as nothing.
        Ok(json::parse::<Option<T>>(request, bytes)?.map(json::Body))
    }
}

impl<T: WriteBody> FromRequest for Write<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let identity = SignedIn::from_request(request, payload);
        let bytes = json::read(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let SignedIn(identity) = identity.await?;
            let bytes = bytes.await?;
            let body = T::read(&request, &bytes)?;
            let once = Once::of(&request, identity.user_id, &bytes)?;
            Ok(Self { identity, body, once })
        })
    }
}

impl Once {
    fn of(request: &HttpRequest, user_id: UserId, body: &[u8]) -> Result<Option<Self>, ApiError> {
        let Some(value) = request.headers().get("idempotency-key") else {
            return Ok(None);
        };
        let key = value.to_str().unwrap_or_default().trim();
        if key.is_empty() || key.len() > MAX_KEY_BYTES {
            return Err(FieldErrors::one(
                "Idempotency-Key",
                Invalid::new(
                    "invalid_value",
                    "1~128자의 ASCII 문자열이어야 합니다",
                    "must be 1 to 128 ASCII characters",
                ),
            ));
        }
        let pattern = request.match_pattern().unwrap_or_default();
        let mut fingerprint = Sha256::new();
        for part in [request.path().as_bytes(), request.query_string().as_bytes(), body] {
            fingerprint.update(part.len().to_le_bytes());
            fingerprint.update(part);
        }
        Ok(Some(Self {
            user_id,
            route: format!("{} {pattern}", request.method()),
            key: key.to_owned(),
            fingerprint: fingerprint.finalize().to_vec(),
        }))
    }

    /// Claims the key; if it was used before, gives back the answer of that time.
    async fn claim(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
    ) -> Result<Option<(u16, String)>, ApiError> {
        use idempotency_keys::dsl;

        let mine = || dsl::idempotency_keys.find((self.user_id, &self.route, &self.key));
        let expired = (now - KEPT).naive_utc();
        diesel::delete(mine().filter(dsl::created_at.lt(expired)))
            .execute(conn)
            .await
            .map_err(in_flight)?;
        let inserted = diesel::insert_into(dsl::idempotency_keys)
            .values((
                dsl::user_id.eq(self.user_id),
                dsl::route.eq(&self.route),
                dsl::idempotency_key.eq(&self.key),
                dsl::fingerprint.eq(&self.fingerprint),
                dsl::status.eq(0),
                dsl::answer.eq(""),
                dsl::created_at.eq(now.naive_utc()),
            ))
            .execute(conn)
            .await
            .map_err(DbError::from);
        match inserted {
            Ok(_) => return Ok(None),
            Err(error) if error.is_duplicate_of("PRIMARY") => {}
            Err(DbError::LockTimeout) => return Err(ApiError::new(&codes::REQUEST_IN_FLIGHT)),
            Err(error) => return Err(error.into()),
        }
        let (fingerprint, status, answer): (Vec<u8>, u16, String) = mine()
            .select((dsl::fingerprint, dsl::status, dsl::answer))
            .first(conn)
            .await
            .map_err(DbError::from)?;
        if fingerprint != self.fingerprint {
            return Err(ApiError::new(&codes::IDEMPOTENCY_KEY_REUSED));
        }
        Ok(Some((status, answer)))
    }

    async fn keep(&self, conn: &mut Conn, status: StatusCode, answer: &str) -> Result<(), DbError> {
        use idempotency_keys::dsl;

        diesel::update(dsl::idempotency_keys.find((self.user_id, &self.route, &self.key)))
            .set((dsl::status.eq(status.as_u16()), dsl::answer.eq(answer)))
            .execute(conn)
            .await?;
        Ok(())
    }
}

fn in_flight(error: diesel::result::Error) -> ApiError {
    match DbError::from(error) {
        DbError::LockTimeout => ApiError::new(&codes::REQUEST_IN_FLIGHT),
        error => error.into(),
    }
}

impl<T> Write<T> {
    /// Runs the work in one transaction, once for each idempotency key, and answers with what it
    /// returned. The work may run several times (see [`Db::transaction`]).
    pub async fn run<R, E>(
        &self,
        db: &Db,
        clock: &Clock,
        status: StatusCode,
        work: impl AsyncFn(&mut Conn) -> Result<R, E>,
    ) -> Result<HttpResponse, ApiError>
    where
        R: Serialize,
        E: Into<ApiError>,
    {
        let (status, answer, replayed) = db
            .transaction(async |conn| -> Result<_, ApiError> {
                if let Some(once) = &self.once
                    && let Some((status, answer)) = once.claim(conn, clock.now()).await?
                {
                    let status = StatusCode::from_u16(status).map_err(ApiError::internal)?;
                    return Ok((status, answer, true));
                }
                let result = work(conn).await.map_err(Into::into)?;
                let answer = serde_json::to_string(&result).map_err(ApiError::internal)?;
                if let Some(once) = &self.once {
                    once.keep(conn, status, &answer).await?;
                }
                Ok((status, answer, false))
            })
            .await?;
        let mut response = HttpResponse::build(status);
        if replayed {
            response.insert_header(("Idempotency-Replayed", "true"));
        }
        if status == StatusCode::NO_CONTENT {
            return Ok(response.finish());
        }
        Ok(response.insert_header((CONTENT_TYPE, "application/json")).body(answer))
    }
}

/// Forgets now and again the keys that are too old to be asked for, as long as the service lives.
pub fn keep_swept(life: &Lifecycle, db: &Db, clock: &Clock) {
    let (db, clock) = (db.clone(), clock.clone());
    life.every("idempotency-sweep", SWEEP_EVERY, move || {
        let (db, clock) = (db.clone(), clock.clone());
        async move { sweep(&mut *db.conn().await?, clock.now()).await.map(drop) }
    });
}

/// Forgets the keys that are too old to be asked for; says how many.
pub async fn sweep(conn: &mut Conn, now: DateTime<Utc>) -> Result<usize, DbError> {
    use idempotency_keys::dsl;

    let expired = (now - KEPT).naive_utc();
    let old = dsl::idempotency_keys.filter(dsl::created_at.lt(expired));
    Ok(diesel::delete(old).execute(conn).await?)
}

/// Forgets some of the answers that one person got, whatever their age; says how many. Answers say
/// what that person wrote, so they go when the person does.
pub async fn forget_of(conn: &mut Conn, user: UserId, limit: i64) -> Result<usize, DbError> {
    // The query builder knows no DELETE with a LIMIT.
    let sql = "DELETE FROM idempotency_keys WHERE user_id = ? LIMIT ?";
    Ok(diesel::sql_query(sql)
        .bind::<Binary, _>(user)
        .bind::<BigInt, _>(limit)
        .execute(conn)
        .await?)
}
