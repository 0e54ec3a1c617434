//! `GET /v1/categories`

use actix_web::{get, web};
use chassis::http::{ApiError, FieldErrors, MaybeSignedIn, Query};
use contracts::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::params;
use super::view::CategoryView;
use crate::state::State;

/// Which categories to show.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Params {
    /// Whether to show categories that marts do not sell, such as saplings and livestock.
    #[param(value_type = Option<bool>)]
    include_unsold: Option<String>,
}

/// All categories: there are fewer than a hundred.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CategoriesView {
    /// The categories in the order of the catalogue.
    items: Vec<CategoryView>,
}

/// List the categories
#[utoipa::path(
    tag = "catalogue",
    params(Params),
    security((), ("bearer" = [])),
    responses(
        (status = 200, description = "The categories that have items", body = CategoriesView),
        (status = 401, description = "The token is not good", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The token cannot be checked", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/v1/categories")]
pub(super) async fn list_categories(
    _: MaybeSignedIn,
    Query(params): Query<Params>,
    state: web::Data<State>,
) -> Result<web::Json<CategoriesView>, ApiError> {
    let unsold = params::flag(params.include_unsold.as_deref())
        .map_err(|reason| FieldErrors::one("include_unsold", reason))?;
    let catalogue = state.current.catalogue();
    let shown = catalogue.categories().iter().filter(|category| category.is_sold || unsold);
    Ok(web::Json(CategoriesView { items: shown.map(CategoryView::from).collect() }))
}
