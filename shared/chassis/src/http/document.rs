//! The OpenAPI document of a service, served, and used to say which methods an address takes.

use std::collections::{BTreeMap, HashMap};

use actix_web::http::header::{ALLOW, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, ResponseError as _, web};
use serde::Deserialize;

use super::error::{ApiError, codes};

/// The methods of each path template, as an `Allow` header lists them.
struct Methods(HashMap<String, String>);

#[derive(Deserialize)]
struct Paths {
    paths: HashMap<String, BTreeMap<String, serde_json::Value>>,
}

/// Serves the document, as it is checked in, at `/openapi.json`.
pub fn serve(document: &'static str) -> impl FnOnce(&mut web::ServiceConfig) {
    let Paths { paths } = serde_json::from_str(document).unwrap_or(Paths { paths: HashMap::new() });
    let list = |methods: BTreeMap<String, serde_json::Value>| {
        methods.into_keys().map(|method| method.to_uppercase()).collect::<Vec<_>>().join(", ")
    };
    let methods = paths.into_iter().map(|(path, methods)| (path, list(methods))).collect();
    move |config| {
        config.app_data(web::Data::new(Methods(methods))).route(
            "/openapi.json",
            web::get().to(move || async move {
                HttpResponse::Ok().insert_header((CONTENT_TYPE, "application/json")).body(document)
            }),
        );
    }
}

/// Answers what no route takes: 405 where another method would be taken, else 404.
pub(super) async fn not_routed(request: HttpRequest) -> HttpResponse {
    let Some(pattern) = request.match_pattern() else {
        return ApiError::new(&codes::NOT_FOUND).error_response();
    };
    let mut response = ApiError::new(&codes::METHOD_NOT_ALLOWED).error_response();
    let methods = request.app_data::<web::Data<Methods>>();
    if let Some(value) =
        methods.and_then(|methods| methods.0.get(&pattern)).and_then(|allow| allow.parse().ok())
    {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}
