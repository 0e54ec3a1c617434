//! `GET /v1/items/{code}`

use actix_web::{get, web};
use chassis::http::{ApiError, MaybeSignedIn, Path};
use contracts::Problem;

use super::view::ItemView;
use crate::domain::Code;
use crate::error::codes;
use crate::state::State;

/// Read an item
///
/// An item that is no longer published is not found.
#[utoipa::path(
    tag = "catalogue",
    params(("code" = String, Path, description = "The public code", example = "060103")),
    security((), ("bearer" = [])),
    responses(
        (status = 200, description = "The item", body = ItemView),
        (status = 401, description = "The token is not good", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such item", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The token cannot be checked", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/v1/items/{code}")]
pub(super) async fn get_item(
    _: MaybeSignedIn,
    Path(code): Path<String>,
    state: web::Data<State>,
) -> Result<web::Json<ItemView>, ApiError> {
    let catalogue = state.current.catalogue();
    let item = Code::parse(&code).ok().and_then(|code| catalogue.get(&code));
    item.map(|item| web::Json(item.into())).ok_or_else(|| ApiError::new(&codes::ITEM_NOT_FOUND))
}
