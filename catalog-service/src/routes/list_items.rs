//! `GET /v1/items`

use actix_web::{get, web};
use chassis::http::{ApiError, FieldErrors, MaybeSignedIn, Query};
use contracts::page::{DEFAULT_LIMIT, MAX_LIMIT};
use contracts::{Cursor, Page, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use super::params;
use super::view::ItemView;
use crate::catalogue::{Scope, Search};
use crate::domain::Code;
use crate::place::Place;
use crate::state::State;

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Params {
    /// Part of a name. Space, case and full-width forms make no difference; consonants alone stand
    /// for syllables (`ㅅㄱ` and `사ㄱ` find 사과). If nothing matches, one typo is forgiven.
    #[param(example = "사과", max_length = 100)]
    query: Option<String>,
    /// The code of a category; its items are shown whether marts sell them or not.
    #[param(example = "06", max_length = 16)]
    category: Option<String>,
    /// Whether to show what marts do not sell, such as saplings and livestock.
    #[param(value_type = Option<bool>)]
    include_unsold: Option<String>,
    /// How many items at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<Cursor>,
}

/// Find items
///
/// The nearest come first: what is called just so, then what begins so, then what has it inside.
#[utoipa::path(
    tag = "catalogue",
    params(Params),
    security((), ("bearer" = [])),
    responses(
        (status = 200, description = "A page of items; empty if nothing was found", body = Page<ItemView>),
        (status = 401, description = "The token is not good", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The token cannot be checked", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/v1/items")]
pub(super) async fn list_items(
    _: MaybeSignedIn,
    Query(params): Query<Params>,
    state: web::Data<State>,
) -> Result<web::Json<Page<ItemView>>, ApiError> {
    let search = params.parse()?;
    let page = state.current.catalogue().search(&search).map(ItemView::from);
    Ok(web::Json(page))
}

impl Params {
    fn parse(&self) -> Result<Search, ApiError> {
        let mut fields = FieldErrors::default();
        let pattern = fields.keep("query", params::query(self.query.as_deref()));
        let category = self.category.as_deref().map(Code::parse).transpose();
        let category = fields.keep("category", category);
        let unsold = fields.keep("include_unsold", params::flag(self.include_unsold.as_deref()));
        let limit = params::limit(self.limit.as_deref(), DEFAULT_LIMIT, MAX_LIMIT);
        let limit = fields.keep("limit", limit);
        let after = fields.keep("cursor", params::cursor::<Place>(self.cursor.as_ref()));
        let (Some(pattern), Some(category), Some(unsold), Some(limit), Some(after)) =
            (pattern, category, unsold, limit, after)
        else {
            return Err(fields.into());
        };
        let scope = match category {
            Some(code) => Scope::Category(code),
            None if unsold => Scope::Everything,
            None => Scope::Sold,
        };
        Ok(Search { pattern, scope, after, limit })
    }
}
