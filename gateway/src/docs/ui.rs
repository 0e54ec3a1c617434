//! Swagger UI: reads the merged document and calls the API with a token.

use std::sync::{Arc, LazyLock};

use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING};
use actix_web::{HttpResponse, web};
use chassis::http::{ApiError, error};
use utoipa_swagger_ui::{Config, serve};

/// The pages load nothing from elsewhere. Swagger UI sets styles from its script.
pub const CONTENT_SECURITY: (&str, &str) = (
    "content-security-policy",
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     frame-ancestors 'none'",
);

static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    let config = Config::from("/docs/openapi.json")
        .try_it_out_enabled(true)
        .persist_authorization(true)
        .display_request_duration(true)
        .filter(true)
        // Do not send the document to a validator elsewhere.
        .validator_url("none");
    Arc::new(config)
});

/// `GET /docs/{file}`.
pub async fn ui(file: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let file = serve(&file, CONFIG.clone()).map_err(ApiError::internal)?;
    let file = file.ok_or_else(|| ApiError::new(&error::codes::NOT_FOUND))?;
    let mut answer = HttpResponse::Ok();
    if file.gzpipped {
        answer.insert_header((CONTENT_ENCODING, "gzip"));
    }
    Ok(answer
        .content_type(file.content_type)
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header(CONTENT_SECURITY)
        .body(file.bytes.into_owned()))
}
