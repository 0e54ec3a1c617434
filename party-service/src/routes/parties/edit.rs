//! `PATCH /v1/parties/{id}`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, patch, web};
use chassis::http::refusals::{NotJson, NotSignedIn, Unavailable};
use chassis::http::{ApiError, Body, FieldErrors, Path, Write};
use chrono::{DateTime, Utc};
use contracts::{PartyId, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::standing::PartyForMe;
use crate::commands::change_party::change_party;
use crate::domain::party::{Description, Edit, MaxPenalties, Quantity, Unit, Won};
use crate::routes::present::present;
use crate::state::State;

/// What is to be different; what is not sent stays as it is. Market and item are fixed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "not sent, `null` and a value are three things")]
pub(super) struct EditParty {
    /// Another quantity.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = u32, required = false, minimum = 1, maximum = 1_000_000, example = 12)]
    quantity: Option<u32>,
    /// Another unit.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 20, example = "kg")]
    unit: Option<String>,
    /// Another price in won, or `null` if it is not known any more.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u32>, minimum = 0, maximum = 100_000_000, example = 42_000)]
    total_price: Option<Option<u32>>,
    /// Another description, or `null` for none any more.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 500, example = "후문 앞에서 만나요")]
    description: Option<Option<String>>,
    /// Another limit on the penalties of applicants, or `null` for none any more.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u8>, minimum = 0, maximum = 9, example = 2)]
    max_penalties: Option<Option<u8>>,
    /// Another beginning of the meeting. A deadline that was the beginning moves with it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = DateTime<Utc>, required = false)]
    starts_at: Option<DateTime<Utc>>,
    /// Another end of the meeting.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = DateTime<Utc>, required = false)]
    ends_at: Option<DateTime<Utc>>,
    /// Another deadline; only while the party is open.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = DateTime<Utc>, required = false)]
    join_deadline: Option<DateTime<Utc>>,
    /// Another number of shares, not fewer than are taken; only while the party is open.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = u32, required = false, minimum = 2, maximum = 100, example = 5)]
    total_shares: Option<u32>,
    /// Another number of shares that must be taken; only while the party is open.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = u32, required = false, minimum = 2, maximum = 100, example = 2)]
    min_shares: Option<u32>,
}

impl EditParty {
    fn parse(&self) -> Result<Edit, ApiError> {
        let mut fields = FieldErrors::default();
        let quantity = fields.keep("/quantity", self.quantity.map(Quantity::new).transpose());
        let unit = fields.keep("/unit", self.unit.as_deref().map(Unit::parse).transpose());
        let total_price = self.total_price.map(|price| price.map(Won::new).transpose());
        let total_price = fields.keep("/total_price", total_price.transpose());
        let description = self
            .description
            .as_ref()
            .map(|text| text.as_deref().map_or(Ok(None), Description::parse));
        let description = fields.keep("/description", description.transpose());
        let max_penalties = self.max_penalties.map(|max| max.map(MaxPenalties::new).transpose());
        let max_penalties = fields.keep("/max_penalties", max_penalties.transpose());
        match (quantity, unit, total_price, description, max_penalties) {
            (
                Some(quantity),
                Some(unit),
                Some(total_price),
                Some(description),
                Some(max_penalties),
            ) => Ok(Edit {
                quantity,
                unit,
                total_price,
                description,
                max_penalties,
                starts_at: self.starts_at,
                ends_at: self.ends_at,
                join_deadline: self.join_deadline,
                total_shares: self.total_shares,
                min_shares: self.min_shares,
            }),
            _ => Err(fields.into()),
        }
    }
}

/// Change a party
///
/// Its leader may, before the meeting begins; the members are told. With as many shares as are
/// taken the party is full, and locked.
#[utoipa::path(
    tag = "parties",
    security(("bearer" = [])),
    params(
        ("id" = PartyId, Path, description = "The party"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer"),
    ),
    request_body = EditParty,
    responses(
        (status = 200, description = "The party as it is now", body = PartyForMe),
        NotJson,
        NotSignedIn,
        (status = 403, description = "Only the leader may", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such party", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The state of the party does not allow it, or the same request is under way", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Values were refused; `errors` says which", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[patch("/v1/parties/{id}")]
pub(in crate::routes) async fn edit_party(
    Path(id): Path<PartyId>,
    state: web::Data<State>,
    write: Write<Body<EditParty>>,
) -> Result<HttpResponse, ApiError> {
    let (now, me) = (state.clock.now(), write.identity.user_id);
    let Body(body) = &write.body;
    let edit = body.parse()?;
    write
        .run(&state.db, &state.clock, StatusCode::OK, async |conn| {
            change_party(conn, id, me, now, |party| party.edit(me, edit.clone(), now)).await?;
            PartyForMe::read_as_leader(conn, id, me, now).await
        })
        .await
}
