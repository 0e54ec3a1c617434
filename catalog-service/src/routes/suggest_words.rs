//! `GET /v1/items/suggestions`

use actix_web::{get, web};
use chassis::http::{ApiError, FieldErrors, MaybeSignedIn, Query};
use contracts::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::params;
use crate::state::State;

/// How many words are suggested when the client does not say.
const DEFAULT_WORDS: u32 = 10;
/// The most words that are suggested.
const MAX_WORDS: u32 = 20;

/// What is being typed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Params {
    /// What was typed so far; the last syllable may be unfinished (`삭` on the way to 사과).
    #[param(example = "삭", max_length = 100)]
    query: Option<String>,
    /// How many words at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 20)]
    limit: Option<String>,
}

/// Words to choose from.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SuggestionsView {
    /// The words, the likeliest first.
    items: Vec<SuggestionView>,
}

/// A word to look for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SuggestionView {
    /// The word.
    #[schema(example = "사과")]
    text: String,
    /// How many items are called that.
    items_count: usize,
}

/// Suggest words while someone types
#[utoipa::path(
    tag = "catalogue",
    params(Params),
    security((), ("bearer" = [])),
    responses(
        (status = 200, description = "Words that begin so; none if nothing was typed", body = SuggestionsView),
        (status = 401, description = "The token is not good", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter cannot be accepted", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The token cannot be checked", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/v1/items/suggestions")]
pub(super) async fn suggest_words(
    _: MaybeSignedIn,
    Query(params): Query<Params>,
    state: web::Data<State>,
) -> Result<web::Json<SuggestionsView>, ApiError> {
    let mut fields = FieldErrors::default();
    let typed = fields.keep("query", params::query(params.query.as_deref()));
    let limit = params::limit(params.limit.as_deref(), DEFAULT_WORDS, MAX_WORDS);
    let limit = fields.keep("limit", limit);
    let (Some(typed), Some(limit)) = (typed, limit) else { return Err(fields.into()) };
    let catalogue = state.current.catalogue();
    let words = typed.map(|typed| catalogue.suggest(&typed, limit)).unwrap_or_default();
    let items = words
        .into_iter()
        .map(|word| SuggestionView { text: word.text.to_owned(), items_count: word.count })
        .collect();
    Ok(web::Json(SuggestionsView { items }))
}
