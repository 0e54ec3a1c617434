//! `POST /v1/parties`

use actix_web::body::MessageBody as _;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, LOCATION};
use actix_web::{HttpResponse, post, web};
use chassis::http::refusals::{NotJson, NotSignedIn};
use chassis::http::{ApiError, Body, FieldErrors, Write};
use chassis::text::Invalid;
use chrono::{DateTime, Utc};
use contracts::{MarketId, PartyId, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::standing::PartyForMe;
use crate::commands::open_party::{NewParty, open_party as open};
use crate::domain::party::{
    Description, Item, MaxPenalties, Purchase, Quantity, Refusals, Schedule, Shares, Unit, Won,
};
use crate::domain::party_search::CatalogCode;
use crate::error::party::keep;
use crate::state::State;

/// What someone wants to buy together, where and when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenParty {
    /// Where to meet.
    market_id: MarketId,
    /// The public code of the item to buy.
    #[schema(min_length = 1, max_length = 16, pattern = "^[0-9A-Za-z]+$", example = "060103")]
    item_code: String,
    /// How much of the item.
    #[schema(minimum = 1, maximum = 1_000_000, example = 10)]
    quantity: u32,
    /// In which unit.
    #[schema(min_length = 1, max_length = 20, example = "kg")]
    unit: String,
    /// What it costs in all, in won, if that is known.
    #[schema(minimum = 0, maximum = 100_000_000, example = 40_000)]
    total_price: Option<u32>,
    /// What there is to say about it.
    #[schema(max_length = 500, example = "정문 앞에서 만나요")]
    description: Option<String>,
    /// In how many shares the purchase is split.
    #[schema(minimum = 2, maximum = 100, example = 4)]
    total_shares: u32,
    /// How many shares the leader keeps; 1 if not given, and fewer than all.
    #[schema(minimum = 1, maximum = 99, example = 1)]
    leader_shares: Option<u32>,
    /// How many shares must be taken by the deadline, the leader's included; one more than the
    /// leader's if not given.
    #[schema(minimum = 2, maximum = 100, example = 2)]
    min_shares: Option<u32>,
    /// How many active penalties an applicant may have at most; any number if not given.
    #[schema(minimum = 0, maximum = 9, example = 2)]
    max_penalties: Option<u8>,
    /// When the meeting begins, within 90 days.
    starts_at: DateTime<Utc>,
    /// When it is over, within 24 hours of its beginning.
    ends_at: DateTime<Utc>,
    /// Until when one may apply; until the meeting begins if not given.
    join_deadline: Option<DateTime<Utc>>,
}

/// All of it but the item, which catalog-service has to be asked about.
struct Wish {
    market_id: MarketId,
    item_code: CatalogCode,
    purchase: Purchase,
    shares: Shares,
    max_penalties: Option<MaxPenalties>,
    schedule: Result<Schedule, Refusals>,
}

impl OpenParty {
    fn parse(&self, now: DateTime<Utc>) -> Result<Wish, ApiError> {
        let mut fields = FieldErrors::default();
        let item_code = fields.keep("/item_code", CatalogCode::parse(&self.item_code));
        let quantity = fields.keep("/quantity", Quantity::new(self.quantity));
        let unit = fields.keep("/unit", Unit::parse(&self.unit));
        let total_price = self.total_price.map(Won::new).transpose();
        let total_price = fields.keep("/total_price", total_price);
        let description = self.description.as_deref().map_or(Ok(None), Description::parse);
        let description = fields.keep("/description", description);
        let shares = Shares::new(self.total_shares, self.leader_shares, self.min_shares);
        let shares = keep(&mut fields, shares);
        let max_penalties = self.max_penalties.map(MaxPenalties::new).transpose();
        let max_penalties = fields.keep("/max_penalties", max_penalties);
        let schedule = Schedule::new(self.starts_at, self.ends_at, self.join_deadline, now);
        let purchase = match (quantity, unit, total_price, description) {
            (Some(quantity), Some(unit), Some(total_price), Some(description)) => {
                Some(Purchase { quantity, unit, total_price, description })
            }
            _ => None,
        };
        let (Some(item_code), Some(purchase), Some(shares), Some(max_penalties)) =
            (item_code, purchase, shares, max_penalties)
        else {
            keep(&mut fields, schedule);
            return Err(fields.into());
        };
        let market_id = self.market_id;
        Ok(Wish { market_id, item_code, purchase, shares, max_penalties, schedule })
    }
}

impl Wish {
    fn for_item(self, item: Item) -> NewParty {
        let Self { market_id, purchase, shares, max_penalties, schedule, .. } = self;
        NewParty { market_id, item, purchase, shares, max_penalties, schedule }
    }
}

/// Open a party
///
/// Its leader takes part from the beginning, with at least one share. One person may lead five
/// open parties.
#[utoipa::path(
    tag = "parties",
    security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request get the first answer")),
    request_body = OpenParty,
    responses(
        (status = 201, description = "The party is open", body = PartyForMe, headers(("Location" = String, description = "The path of the party"))),
        NotJson,
        NotSignedIn,
        (status = 403, description = "Banned from leading parties; `detail` says until when", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "The account is gone", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Too many open parties (`too_many_open_parties`), three penalties that count (`leading_suspended`; `detail` says until when), or the same request is under way", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Values were refused; `errors` says which", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database or catalog-service is away", body = Problem, content_type = "application/problem+json"),
    )
)]
#[post("/v1/parties")]
pub(in crate::routes) async fn open_party(
    state: web::Data<State>,
    write: Write<Body<OpenParty>>,
) -> Result<HttpResponse, ApiError> {
    let (now, leader) = (state.clock.now(), write.identity.user_id);
    let Body(body) = &write.body;
    let wish = body.parse(now)?;
    let item = state.catalog.item(&wish.item_code).await?.ok_or_else(unknown_item)?;
    let new = wish.for_item(item);
    let answer = write
        .run(&state.db, &state.clock, StatusCode::CREATED, async |conn| {
            let id = open(conn, &new, leader, now).await?;
            PartyForMe::read_as_leader(conn, id, leader, now).await
        })
        .await?;
    located(answer)
}

fn unknown_item() -> ApiError {
    let reason = Invalid::new("unknown_item", "없는 품목입니다", "There is no such item");
    FieldErrors::one("/item_code", reason)
}

/// Adds where the party is: that stands in the answer, which may be an earlier one.
fn located(answer: HttpResponse) -> Result<HttpResponse, ApiError> {
    #[derive(Deserialize)]
    struct Opened {
        id: PartyId,
    }

    let (mut answer, body) = answer.into_parts();
    let body = body.try_into_bytes().map_err(|_| ApiError::internal("the answer is a stream"))?;
    let Opened { id } = serde_json::from_slice(&body).map_err(ApiError::internal)?;
    let path = HeaderValue::try_from(format!("/v1/parties/{id}")).map_err(ApiError::internal)?;
    answer.headers_mut().insert(LOCATION, path);
    Ok(answer.set_body(body).map_into_boxed_body())
}
