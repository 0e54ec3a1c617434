//! The OpenAPI document of a service, served, and used to say which methods an address takes.

use std::collections::{BTreeMap, HashMap};

use actix_web::http::header::{ALLOW, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, ResponseError as _, web};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::openapi::OpenApi;
use utoipa::openapi::extensions::Extensions;

use super::error::{ApiError, Code, codes};
use crate::text::Locale;

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

/// Lists in a document the codes that a service has of its own, as `x-problems`. The gateway explains
/// them on the page that every problem points to.
pub fn list_problems(document: &mut OpenApi, codes: &[&Code]) {
    let problem = |code: &&Code| {
        let title = |locale| code.title.in_locale(locale);
        let (ko, en) = (title(Locale::Ko), title(Locale::En));
        json!({ "code": code.name, "status": code.status.as_u16(), "ko": ko, "en": en })
    };
    let problems: Value = codes.iter().map(problem).collect();
    let list = Extensions::from_iter([("x-problems", problems)]);
    document.extensions.get_or_insert_default().merge(list);
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
