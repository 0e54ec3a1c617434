//! Swagger UI: reads the merged document and calls the API with a token.

use std::sync::{Arc, LazyLock};

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING};
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

/// `GET /docs/{file}`; nothing if there is no such file.
#[must_use]
pub fn ui(file: &str) -> Option<HttpResponse> {
    let file = serve(file, CONFIG.clone()).ok()??;
    let mut answer = HttpResponse::Ok();
    if file.gzpipped {
        answer.insert_header((CONTENT_ENCODING, "gzip"));
    }
    let answer = answer
        .content_type(file.content_type)
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header(CONTENT_SECURITY)
        .body(file.bytes.into_owned());
    Some(answer)
}
